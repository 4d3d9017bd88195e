//! Tests `prepare cards` on the command line.

mod common;

use common::{error_output, prepare, printed, public_data};

#[test]
fn cards_writes_png_of_required_size() {
    let folder = tempfile::tempdir().unwrap();
    let (data, out) = (public_data(), folder.path().join("cards"));
    let cards = |code: &str| {
        let options = ["cards", "--area", code, "--data"].map(std::ffi::OsStr::new);
        prepare(
            options
                .into_iter()
                .chain([data.as_os_str(), "--out".as_ref(), out.as_os_str()]),
        )
    };
    let outcome = cards("E06000017");
    if String::from_utf8_lossy(&outcome.stderr).contains("there is no font") {
        eprintln!("skipped: this system has no font to write a card with");
        return;
    }
    assert!(printed(&outcome).starts_with("1 cards in"));
    let png = std::fs::read(out.join("E06000017.png")).unwrap();
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (1200, 630));
    // An empty image would compress to much less than one with letters and a map.
    assert!(png.len() > 10_000, "{} bytes", png.len());
    assert!(error_output(&cards("E06999999")).contains("no area E06999999"));
}
