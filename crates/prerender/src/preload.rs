//! Which data files the page asks for before its program does: those of the first view of each
//! level. They stand in an element of their own, which is no script, so that another edition's can
//! take their place under the page's policy, which names every script by its digest.

use rising_model::area::Level;
use rising_model::manifest::Manifest;
use serde_json::{Value, json};

use crate::html::replace_between;

/// The element's id.
pub const ID: &str = "early";

/// Where it is in the page.
const MARKS: [&str; 2] = ["<!--early-->", "<!--/early-->"];

/// The element, for a page that has none yet. Names are relative to the data set; `default` is the
/// level whose files are asked for where the address names none.
pub fn element<'a>(
    default: &str,
    levels: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> String {
    let [start, end] = MARKS;
    [start, &content(default, levels), end].concat()
}

/// The page with the names of another edition. A page that asks for nothing in advance stays as it
/// is.
pub fn insert(page: &str, manifest: &Manifest) -> String {
    let levels = Level::ALL
        .into_iter()
        .filter_map(|level| Some((level.slug(), &manifest.levels.get(level)?.preload[..])));
    replace_between(page, MARKS, &content(manifest.default.level.slug(), levels))
        .unwrap_or_else(|_| page.to_owned())
}

fn content<'a>(default: &str, levels: impl IntoIterator<Item = (&'a str, &'a [String])>) -> String {
    let levels: Value = levels
        .into_iter()
        .map(|(level, names)| (level.to_owned(), Value::from(names)))
        .collect();
    // `<` could end the element; nothing else in JSON means anything to HTML.
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
    fn a_page_gets_the_names_of_its_edition_and_no_name_can_end_the_element() {
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
