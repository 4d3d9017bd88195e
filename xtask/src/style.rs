//! The style sheet's files in the order of their layers, as `style/main.css` lists them.
//!
//! The source has cascade layers; the site's style sheet has the same rules in the same order
//! without them, because browsers from before layers (Chrome 99) still show the prerendered view.
//! The trial "layout: the style sheet is the same with its layers" compares the two.

pub mod colours;
pub mod vendor;

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

/// The file that lists the layers and the other files.
const MAIN: &str = "style/main.css";

/// The layer of Leaflet's style sheet.
pub const VENDOR: &str = "vendor";

/// The name by which the page asks for the style sheet. Trunk makes this file, with layers.
pub const BUNDLE: &str = "target/style.css";

/// A file of the style sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StyleFile {
    /// The file's layer.
    pub layer: String,
    /// The file's path from the project's folder.
    pub path: String,
}

/// Returns the files that [`MAIN`] lists, in the order of their layers and then of their imports.
///
/// # Errors
/// If the file cannot be read, has a rule of its own, or an import has no declared layer.
pub fn files(root: &Path) -> Result<Vec<StyleFile>> {
    let text =
        std::fs::read_to_string(root.join(MAIN)).with_context(|| format!("cannot read {MAIN}"))?;
    let files = imports(&text).with_context(|| format!("in {MAIN}"))?;
    Ok(files
        .into_iter()
        .map(|(layer, path)| StyleFile {
            layer: layer.to_owned(),
            path: format!("style/{path}"),
        })
        .collect())
}

/// Returns the layers and paths of imports, in the order of the layers.
fn imports(text: &str) -> Result<Vec<(&str, &str)>> {
    let mut layers: Option<Vec<&str>> = None;
    let mut imports = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").context("a comment has no end")?;
            rest = after.trim_start();
            continue;
        }
        let (statement, after) = rest.split_once(';').context("a statement has no end")?;
        if let Some(names) = statement.strip_prefix("@layer ") {
            ensure!(layers.is_none(), "the layers are declared twice");
            layers = Some(names.split(',').map(str::trim).collect());
        } else if let Some((path, layer)) = statement
            .strip_prefix("@import \"")
            .and_then(|import| import.strip_suffix(')')?.split_once("\" layer("))
        {
            imports.push((layer, path));
        } else {
            bail!("{statement:?} is neither @layer nor @import \"…\" layer(…)");
        }
        rest = after.trim_start();
    }
    let layers = layers.context("no layers are declared")?;
    for (layer, path) in &imports {
        ensure!(layers.contains(layer), "{path} is in {layer}, no layer");
    }
    imports.sort_by_key(|(layer, _)| layers.iter().position(|name| name == layer));
    Ok(imports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_in_the_order_of_layers() {
        let text = "/* Why. */\n@layer base, top;\n\n@import \"c.css\" layer(top);\n/* ; */\n\
                    @import \"a.css\" layer(base);\n@import \"b.css\" layer(base);\n";
        assert_eq!(
            imports(text).unwrap(),
            [("base", "a.css"), ("base", "b.css"), ("top", "c.css")]
        );
    }

    #[test]
    fn imports_refuse_what_they_would_lose() {
        for (text, reason) in [
            ("@import \"a.css\" layer(a);", "no layers"),
            ("@layer a;@import \"a.css\" layer(b);", "b, no layer"),
            ("@layer a;@layer b;", "twice"),
            ("@layer a;@import \"a.css\";", "neither"),
            ("@layer a;p { color: red; }", "neither"),
            ("@layer a;/* ", "no end"),
        ] {
            let error = format!("{:#}", imports(text).unwrap_err());
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_imported() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut listed: Vec<String> = files(&root)
            .unwrap()
            .into_iter()
            .map(|file| file.path)
            .collect();
        listed.push(MAIN.to_owned());
        for folder in ["style", "style/components"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let entry = entry.unwrap();
                let path = format!("{folder}/{}", entry.file_name().display());
                assert!(entry.path().is_dir() || listed.contains(&path), "{path}");
            }
        }
    }
}
