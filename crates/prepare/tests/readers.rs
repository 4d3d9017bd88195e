//! Tests that a command which exits with 0 has reached the readers: a web server can read the
//! files, every page shows the figures, and `prepare verify` checks both.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

use common::editions::{Inputs, prepare_command};
use common::{error_output, prepare, printed, site};
use tempfile::TempDir;

/// Runs `prepare` under a umask that closes new files to all other users.
fn prepare_with_closed_umask<S: AsRef<std::ffi::OsStr>>(
    args: impl IntoIterator<Item = S>,
) -> Output {
    let command = r#"umask 077; exec "$0" "$@""#;
    prepare_command("sh")
        .args(["-c", command, env!("CARGO_BIN_EXE_prepare")])
        .args(args)
        .output()
        .unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Returns everything in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut failed_output = vec![];
    for entry in fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if entry.is_dir() {
            failed_output.extend(entries(&entry));
        }
        failed_output.push(entry);
    }
    failed_output
}

fn assert_readable(folder: &Path) {
    let all = entries(folder);
    assert!(all.len() > 3, "{all:?}");
    for path in all {
        let needed = if path.is_dir() { 0o755 } else { 0o644 };
        assert_eq!(
            mode(&path) & needed,
            needed,
            "{}: {:o}",
            path.display(),
            mode(&path)
        );
    }
}

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

fn verify(folder: &Path) -> Output {
    prepare(["verify", path(folder)])
}

/// Returns the output of `verify` for a faulty site.
fn failed_output(folder: &Path) -> String {
    let output = verify(folder);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text.lines()
        .filter(|line| line.contains('✗'))
        .collect::<Vec<_>>()
        .join("\n")
}

fn sound() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    printed(&verify(folder.path()));
    folder
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{} has no {from}", file.display());
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn publish_under_closed_umask_leaves_files_readable() {
    let (inputs, folder) = (Inputs::new(), tempfile::tempdir().unwrap());
    let data = folder.path().join("new/data");
    printed(&prepare_with_closed_umask(inputs.publish(
        0,
        &data,
        &["--precompress"],
    )));
    assert_readable(&folder.path().join("new"));
    assert_eq!(mode(&folder.path().join("new")), 0o755);
    let cards = folder.path().join("cards");
    let drawn = prepare_with_closed_umask(["cards", "--data", path(&data), "--out", path(&cards)]);
    if drawn.status.success() {
        assert_readable(&folder.path().join("cards"));
    } else {
        println!("skipped: {}", error_output(&drawn));
    }

    // The next run opens files that an earlier run has left closed, even if their content is the
    // same.
    for path in entries(&data) {
        set_mode(&path, 0o600);
    }
    printed(&prepare_with_closed_umask(inputs.publish(0, &data, &[])));
    assert_readable(&data);

    let site = sound();
    for path in entries(site.path()) {
        set_mode(&path, if path.is_dir() { 0o700 } else { 0o600 });
    }
    printed(&prepare_with_closed_umask([
        "rollback",
        "--data",
        path(&site.path().join("data")),
    ]));
    for part in [
        "index.html",
        "index.html.br",
        "area",
        "area/E06000017",
        "area/E06000017/index.html",
        "data",
    ] {
        let path = site.path().join(part);
        let needed = if path.is_dir() { 0o755 } else { 0o644 };
        assert_eq!(mode(&path) & needed, needed, "{part}");
    }
    assert_eq!(mode(&site.path().join("data/manifest.json")), 0o644);
}

#[test]
fn verify_reports_unreadable_files() {
    let site = sound();
    for (part, prepare_with_closed_umask, open) in [
        ("data/manifest.json", 0o600, 0o644),
        ("index.html.br", 0o640, 0o644),
        (site::PROGRAM, 0o600, 0o644),
        ("area/E06000017", 0o700, 0o755),
        ("data", 0o750, 0o755),
    ] {
        set_mode(&site.path().join(part), prepare_with_closed_umask);
        let text = failed_output(site.path());
        assert!(
            text.contains(&format!("{part}: expected a f")) && text.contains("its mode is 0"),
            "{part}\n{text}"
        );
        set_mode(&site.path().join(part), open);
    }
    symlink("nowhere", site.path().join("licences.txt")).unwrap();
    assert!(failed_output(site.path()).contains("its target cannot be read"));
}

#[test]
fn rollback_through_link_updates_pages() {
    let (site, elsewhere) = (sound(), tempfile::tempdir().unwrap());
    let (data, real) = (site.path().join("data"), elsewhere.path().join("store"));
    fs::rename(&data, &real).unwrap();
    symlink(&real, &data).unwrap();
    printed(&verify(site.path()));
    let page = || fs::read_to_string(site.path().join("area/E06000017/index.html")).unwrap();
    assert!(page().contains("39,928"), "the second edition's people");

    printed(&prepare(["rollback", "--data", path(&data)]));
    assert!(
        page().contains("39,927") && !page().contains("39,928"),
        "the first edition's people"
    );
    printed(&verify(site.path()));

    // The path of the link's target does not lead to the site; the command says so, and the site
    // can be given.
    let said = printed(&prepare(["rollback", "--data", path(&real)]));
    assert!(said.contains("prepare prerender --site"), "{said}");
    assert!(
        failed_output(site.path())
            .contains("area/E06000017/index.html: expected the figures of the data set")
    );
    printed(&prepare([
        "rollback",
        "--data",
        path(&real),
        "--site",
        path(site.path()),
    ]));
    assert!(page().contains("39,927"));
    printed(&verify(site.path()));

    // Damage behind a link is found too.
    fs::write(real.join("places.0123456789.bin.gz"), "no copy").unwrap();
    assert!(failed_output(site.path()).contains("places.0123456789.bin.gz: expected a copy of"));
}

/// Returns a policy as `cargo xtask build` writes it, in its two places.
const POLICY: &str = "<script>(function(meta){meta.content=\"default-src 'self'; img-src 'self' data: blob:; connect-src 'self'\"})\
    </script><noscript><meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'self'; img-src 'self' data: blob:; connect-src 'self'\"></noscript>";

#[test]
fn prerender_policy_follows_tiles_of_edition() {
    let site = sound();
    let (page, manifest) = (
        site.path().join("index.html"),
        site.path().join("data/manifest.json"),
    );
    edit(
        &page,
        "<!--slot:policy-->",
        &format!("<!--slot:policy-->{POLICY}"),
    );
    site::copies(&page);
    printed(&verify(site.path()));
    let tiles = "{\"tiles\":{\"url\":\"https://{s}.tiles.example.org/{z}/{x}/{y}.png\",\"attribution\":\"\"},";
    let without = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, without.replacen('{', tiles, 1)).unwrap();
    let text = failed_output(site.path());
    assert!(
        text.contains("index.html: expected a security policy that allows the tiles"),
        "{text}"
    );

    printed(&prepare(["prerender", "--site", path(site.path())]));
    let html = fs::read_to_string(&page).unwrap();
    assert_eq!(
        html.matches("img-src 'self' data: blob: https://*.tiles.example.org; connect-src")
            .count(),
        2
    );
    printed(&verify(site.path()));

    fs::write(&manifest, without).unwrap();
    assert!(
        failed_output(site.path())
            .contains("a security policy that allows the tiles of the data set, none")
    );
    printed(&prepare(["prerender", "--site", path(site.path())]));
    assert!(!fs::read_to_string(&page).unwrap().contains("example.org"));
    printed(&verify(site.path()));
}

#[test]
fn prerender_removes_stale_pages_and_cards() {
    let site = sound();
    let old = site.path().join("area/E09000033");
    fs::create_dir_all(&old).unwrap();
    fs::write(old.join("index.html"), "<p>Rising in Westminster").unwrap();
    site::copies(&old.join("index.html"));
    let kept = site.path().join("area/S12000033");
    fs::create_dir_all(&kept).unwrap();
    for name in ["index.html", "index.html.br", "notes.txt"] {
        fs::write(kept.join(name), "<p>Aberdeen").unwrap();
    }
    fs::remove_file(kept.join("index.html.br")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("index.html"), "theirs").unwrap();
    symlink(elsewhere.path(), site.path().join("area/W06000099")).unwrap();
    fs::create_dir_all(site.path().join("area/not an area")).unwrap();
    fs::create_dir_all(site.path().join("cards")).unwrap();
    for card in ["E09000033", "E06000017"] {
        fs::write(site.path().join(format!("cards/{card}.png")), "a picture").unwrap();
    }
    let text = failed_output(site.path());
    for part in [
        "area/E09000033",
        "area/S12000033",
        "area/W06000099",
        "cards/E09000033.png",
    ] {
        let line = format!("{part}: expected only pages and cards of areas of the data set");
        assert!(text.contains(&line), "{part}\n{text}");
    }

    let said = printed(&prepare(["prerender", "--site", path(site.path())]));
    assert!(said.contains("removed 3 pages and 1 cards"), "{said}");
    assert!(!old.exists() && !site.path().join("area/W06000099").exists());
    assert!(
        !kept.join("index.html").exists() && kept.join("notes.txt").exists(),
        "somebody else's file stays"
    );
    assert_eq!(
        fs::read_to_string(elsewhere.path().join("index.html")).unwrap(),
        "theirs"
    );
    assert!(
        site.path().join("area/not an area").exists()
            && site.path().join("cards/E06000017.png").exists()
    );
    printed(&verify(site.path()));
}

/// The earlier edition is of another country.
#[test]
fn prerender_of_other_country_removes_earlier_pages() {
    let site = sound();
    fs::remove_dir_all(site.path().join("data")).unwrap();
    let elsewhere = common::root().join("tests/fixtures/elsewhere");
    let input = |name: &str| elsewhere.join(name).to_str().unwrap().to_owned();
    let data = site.path().join("data");
    let args = [
        "compile",
        "--level",
        "ltla",
        "--weekly",
        "--final",
        "--out",
        path(&data),
    ]
    .map(str::to_owned);
    let inputs = [
        ("--cases", "weekly.csv"),
        ("--population", "people.csv"),
        ("--boundaries", "districts.geojson"),
        ("--labels", "labels.json"),
    ];
    let inputs = inputs
        .iter()
        .flat_map(|(option, name)| [(*option).to_owned(), input(name)]);
    printed(&prepare(args.into_iter().chain(inputs)));
    let head =
        "<meta name=\"description\" content=\"\"><meta property=\"og:description\" content=\"\">";
    edit(
        &site.path().join("index.html"),
        "<html><head>",
        &format!("<html><head>{head}"),
    );
    site::copies(&site.path().join("index.html"));
    assert!(
        failed_output(site.path())
            .contains("area/E06000017: expected only pages and cards of areas of the data set")
    );
    printed(&prepare(["prerender", "--site", path(site.path())]));
    let left: Vec<_> = fs::read_dir(site.path().join("area"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        !left.is_empty() && !left.iter().any(|name| name == "E06000017"),
        "{left:?}"
    );
    printed(&verify(site.path()));
}

#[test]
fn verify_reports_pages_of_other_figures() {
    let site = sound();
    let wrong = [
        ("index.html", "6 February 2021", "5 February 2021"),
        ("index.html", "class=\"count\">", "class=\"count\">9"),
        (
            "area/E06000017/index.html",
            "6 February 2021",
            "5 February 2021",
        ),
        (
            "area/E06000017/index.html",
            "class=\"count\">",
            "class=\"count\">9",
        ),
    ];
    for (file, from, to) in wrong {
        let path = site.path().join(file);
        let right = fs::read_to_string(&path).unwrap();
        edit(&path, from, to);
        site::copies(&path);
        let text = failed_output(site.path());
        assert!(
            text.contains(&format!("{file}: expected the figures of the data set")),
            "{to}\n{text}"
        );
        fs::write(&path, right).unwrap();
        site::copies(&path);
    }
    fs::remove_dir_all(site.path().join("area/E06000052")).unwrap();
    let text = failed_output(site.path());
    assert!(
        text.contains("area/E06000052/index.html: expected a page"),
        "{text}"
    );
}
