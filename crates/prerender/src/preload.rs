//! Lists the data files that the page preloads: those of the first view of each level. They are in
//! an element of their own, which is not an executable script, so that they can be replaced by
//! another edition's: the page's policy allows scripts by their digests only.

use rising_model::area::Level;
use rising_model::manifest::Manifest;
use serde_json::{Value, json};

use crate::html::replace_between;

/// The element's id.
pub const ID: &str = "early";

/// The markers around the element in the page.
const MARKERS: [&str; 2] = ["<!--early-->", "<!--/early-->"];

/// Returns the element, for a page that has none yet. Names are relative to the data set; `default`
/// is the level whose files are preloaded if the address names none.
pub fn element<'a>(
    default: &str,
    levels: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> String {
    let [start, end] = MARKERS;
    [start, &content(default, levels), end].concat()
}

/// Returns the page with the names of an edition's files. A page without the element is returned
/// unchanged.
pub fn insert(page: &str, manifest: &Manifest) -> String {
    let levels = Level::ALL
        .into_iter()
        .filter_map(|level| Some((level.slug(), &manifest.levels.get(level)?.preload[..])));
    replace_between(
        page,
        MARKERS,
        &content(manifest.default.level.slug(), levels),
    )
    .unwrap_or_else(|_| page.to_owned())
}

fn content<'a>(default: &str, levels: impl IntoIterator<Item = (&'a str, &'a [String])>) -> String {
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
            "<!--early--><script type=\"application/json\" id=\"early\">\
             {\"default\":\"ltla\",\"levels\":{\"ltla\":[\"a-1.bin\",\"\\u003c/script>\"]}}</script><!--/early-->"
        );
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let manifest = PageData::read(&folder_reader(&data)).unwrap().manifest;
        let page = insert(&format!("<head>{once}</head>"), &manifest);
        assert!(
            !page.contains("a-1.bin") && page.starts_with("<head><!--early-->"),
            "{page}"
        );
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
        assert_eq!(insert(&page, &manifest), page);
        assert_eq!(insert("<head></head>", &manifest), "<head></head>");
    }
}
