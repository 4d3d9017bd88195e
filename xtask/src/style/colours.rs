//! Writes `style/colours.css`, the colours of `crates/look` as custom properties.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use rising_look::{Theme, hex, tokens};

/// The file, from the project's folder.
const FILE: &str = "style/colours.css";

/// Colours of the map's ground, which are set again where a printed page keeps the theme of the
/// painted map.
const GROUND: [&str; 2] = ["sea", "elsewhere"];

/// Returns the content of the file.
fn render() -> String {
    let (mut ground, mut others) = (String::new(), String::new());
    for ((name, light), (_, dark)) in tokens(Theme::Light).zip(tokens(Theme::Dark)) {
        let place = if GROUND.contains(&name) {
            &mut ground
        } else {
            &mut others
        };
        let [light, dark] = [hex(light), hex(dark)];
        let _ = writeln!(
            place,
            "  --{name}: var(--light, {light}) var(--dark, {dark});"
        );
    }
    format!(
        "/* The colours of the page and of the map. `cargo xtask build` writes this file from\n   \
         crates/look. */\n\n\
         :root,\nbody {{\n{others}}}\n\n\
         /* Set again where a printed page keeps the theme of the painted map. */\n\
         :root,\nbody,\n.map-frame,\n.legend .classes,\n.legend .mark {{\n{ground}}}\n"
    )
}

/// Writes the file if a colour has changed.
///
/// # Errors
/// If the file cannot be written.
pub fn write(root: &Path) -> Result<()> {
    let file = root.join(FILE);
    let text = render();
    if fs::read_to_string(&file).is_ok_and(|written| written == text) {
        return Ok(());
    }
    fs::write(&file, text).with_context(|| format!("cannot write {FILE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_has_the_colours_of_the_look() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let written = fs::read_to_string(root.join(FILE)).unwrap();
        assert_eq!(written, render(), "run `cargo xtask build`");
    }
}
