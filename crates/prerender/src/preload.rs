//! Lists the data files that the page requests before the app loads: those of the first view of
//! each level. They are in an element of their own, which is not an executable script, so that they
//! can be replaced by another edition's: the page's policy allows scripts by their digests only.

use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::Level;
use serde_json::{Value, json};

use crate::slot::{MissingSlot, Slot};

/// The element's id.
const ID: &str = "first-view-files";

/// Returns the page with the names of an edition's files.
///
/// # Errors
/// If the page lacks the slot.
pub fn insert(page: &str, manifest: &Manifest) -> Result<String, MissingSlot> {
    let levels = Level::ALL
        .into_iter()
        .filter_map(|level| Some((level.slug(), &manifest.levels.get(level)?.preload[..])));
    let element = element(manifest.default.level.slug(), levels);
    Slot::FirstViewFiles.fill(page, &element)
}

/// Returns the element. Names are relative to the data set; `default` is the level whose files are
/// requested if the address names none.
pub fn element<'a>(
    default: &str,
    levels: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> String {
    let levels: Value = levels
        .into_iter()
        .map(|(level, names)| (level.to_owned(), Value::from(names)))
        .collect();
    // `<` could end the element; no other character of JSON has a meaning in HTML.
    let names = json!({ "default": default, "levels": levels })
        .to_string()
        .replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"{ID}\">{names}</script>")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::page_data::{PageData, folder_reader};

    #[test]
    fn insert_replaces_names_and_escapes_markup() {
        let once = element(
            "ltla",
            [("ltla", &["a-1.bin".to_owned(), "</script>".to_owned()][..])],
        );
        assert_eq!(
            once,
            "<script type=\"application/json\" id=\"first-view-files\">\
             {\"default\":\"ltla\",\"levels\":{\"ltla\":[\"a-1.bin\",\"\\u003c/script>\"]}}</script>"
        );
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let manifest = PageData::read(&folder_reader(&data)).unwrap().manifest;
        let page = format!("<!--slot:first-view-files-->{once}<!--/slot:first-view-files-->");
        let page = insert(&page, &manifest).unwrap();
        assert!(!page.contains("a-1.bin"), "{page}");
        for level in Level::ALL {
            let files = manifest.levels.get(level).unwrap();
            assert!(
                files
                    .preload
                    .iter()
                    .all(|name| page.contains(&format!("\"{name}\""))),
                "{page}"
            );
        }
        assert_eq!(insert(&page, &manifest).unwrap(), page);
        insert("<head></head>", &manifest).unwrap_err();
    }
}
