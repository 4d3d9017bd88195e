//! Reads the labels of a data set, its names for the region, the areas and the disease, if they are
//! not Covid-19 in the United Kingdom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rising_model::dataset::labels::{Labels, ManifestLabels, Noun};
use rising_model::domain::area_table::AreaTable;
use rising_words::Language;
use thiserror::Error;

use crate::display_text::{self, InvisibleText};
use crate::input;
use crate::printable::{self, Printable};
use crate::problem::FileError;

/// An example for error messages.
const EXAMPLE: &str = r#"{"en": {"region": "Norway", "subject": "Measles in Norway",
  "cases": {"one": "measles case", "many": "measles cases"},
  "ltla": {"one": "county", "many": "counties"},
  "msoa": {"one": "municipality", "many": "municipalities"}}}"#;

/// An error in a file of labels.
#[derive(Debug, Error)]
pub enum LabelsError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file does not have the form of labels.
    #[error(
        "{file}: {reason}; write labels as\n{EXAMPLE}",
        file = printable::path(.file),
        reason = Printable::sentence(.reason)
    )]
    Form {
        /// The file.
        file: PathBuf,
        /// The fault.
        reason: String,
    },
    /// The page does not have one of the languages.
    #[error(
        "{file}: the page has no language \"{tag}\"; give labels in {}",
        Language::ALL.map(Language::tag).join(", "),
        file = printable::path(.file),
        tag = Printable::value(.tag)
    )]
    UnknownLanguage {
        /// The file.
        file: PathBuf,
        /// The language's tag.
        tag: String,
    },
    /// The labels in English are missing.
    #[error(
        "{text}: add labels in \"en\", the default language of the page",
        text = printable::path(.0)
    )]
    NoEnglish(PathBuf),
    /// A label is empty or has a space at an end.
    #[error(
        "{file}: \"{name}\" in \"{tag}\" is empty, or has a space before or after the text; \
         correct it or leave it out",
        file = printable::path(.file),
        tag = Printable::value(.tag)
    )]
    EmptyText {
        /// The file.
        file: PathBuf,
        /// The language's tag.
        tag: String,
        /// The name of the label.
        name: &'static str,
    },
    /// A label has no visible character.
    #[error(
        "{file}: \"{name}\" in \"{tag}\" cannot be shown: {why}",
        file = printable::path(.file),
        tag = Printable::value(.tag)
    )]
    Invisible {
        /// The file.
        file: PathBuf,
        /// The language's tag.
        tag: String,
        /// The name of the label.
        name: &'static str,
        /// The invisible characters.
        why: InvisibleText,
    },
    /// The data set is of another country and has no labels.
    #[error(
        "no area has a code of the United Kingdom, but without labels the page would call it the \
         United Kingdom: give --labels FILE with the names of the region and the areas, such \
         as\n{EXAMPLE}"
    )]
    Missing,
}

/// Reads a file of labels, by the tags of languages.
///
/// # Errors
/// If the file does not have the form of [`EXAMPLE`], has none in English, or a label is empty.
pub fn read(path: &Path) -> Result<BTreeMap<String, Labels>, LabelsError> {
    let file = || path.to_owned();
    let mut labels: BTreeMap<String, Labels> = serde_json::from_slice(&input::read(path)?)
        .map_err(|error| LabelsError::Form {
            file: file(),
            reason: error.to_string(),
        })?;
    if let Some(tag) = labels.keys().find(|tag| Language::parse(tag).is_none()) {
        let tag = tag.clone();
        return Err(LabelsError::UnknownLanguage { file: file(), tag });
    }
    if !labels.contains_key(Language::En.tag()) {
        return Err(LabelsError::NoEnglish(file()));
    }
    for (tag, labels) in &mut labels {
        for (name, text) in texts_of(labels) {
            if text.is_empty() || text.trim() != *text {
                return Err(LabelsError::EmptyText {
                    file: file(),
                    tag: tag.clone(),
                    name,
                });
            }
            let what = format!("the label \"{name}\" in \"{tag}\"");
            *text = display_text::clean(what, text).map_err(|why| LabelsError::Invisible {
                file: file(),
                tag: tag.clone(),
                name,
                why,
            })?;
        }
    }
    Ok(labels)
}

/// Returns the texts of the labels, each with the name of its label.
fn texts_of(labels: &mut Labels) -> Vec<(&'static str, &mut String)> {
    let mut all = vec![("region", &mut labels.region)];
    all.extend(labels.subject.as_mut().map(|subject| ("subject", subject)));
    for (name, noun) in [
        ("cases", &mut labels.cases),
        ("ltla", &mut labels.ltla),
        ("msoa", &mut labels.msoa),
    ] {
        all.extend(
            noun.iter_mut()
                .flat_map(|Noun { one, many }| [(name, one), (name, many)]),
        );
    }
    all
}

/// Checks that a data set of another country has labels.
///
/// # Errors
/// If it has none.
pub fn check(labels: Option<&ManifestLabels>, areas: &AreaTable) -> Result<(), LabelsError> {
    if labels.is_none() && !areas.has_nations() {
        Err(LabelsError::Missing)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<BTreeMap<String, Labels>, LabelsError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn read_accepts_example_and_several_languages() {
        let labels = read_text(EXAMPLE).unwrap();
        assert_eq!((labels.len(), labels["en"].region.as_str()), (1, "Norway"));
        let both = read_text(r#"{"cy": {"region": "Norwy"}, "en": {"region": "Norway"}}"#).unwrap();
        assert_eq!(both.into_keys().collect::<Vec<_>>(), ["cy", "en"]);
    }

    #[test]
    fn read_cleans_texts() {
        let labels = read_text(
            "{\"en\": {\"region\": \"Nor\\u202eway\\u200b\", \"ltla\": {\"one\": \"co\\u0007unty\", \"many\": \"counties\"}}}",
        );
        let labels = &labels.unwrap()["en"];
        assert_eq!(
            (
                labels.region.as_str(),
                labels.ltla.as_ref().unwrap().one.as_str()
            ),
            ("Norway", "county")
        );
    }

    #[test]
    fn read_bad_labels_is_error_that_names_the_fault() {
        for (text, expected) in [
            (r#"{"en": {"regio": "Norway"}}"#, "unknown field `regio`"),
            (r#"{"en": {}}"#, "missing field `region`"),
            (
                r#"{"no": {"region": "Norge"}, "en": {"region": "Norway"}}"#,
                "has no language \"no\"",
            ),
            (r#"{"cy": {"region": "Norwy"}}"#, "add labels in \"en\""),
            (
                r#"{"en": {"region": " Norway"}}"#,
                "\"region\" in \"en\" is empty, or has a space",
            ),
            (
                r#"{"en": {"region": "Norway", "ltla": {"one": "county", "many": ""}}}"#,
                "\"ltla\" in \"en\"",
            ),
            (
                r#"{"en": {"region": "\u200b"}}"#,
                "\"region\" in \"en\" cannot be shown: it has only invisible",
            ),
            ("[", "write labels as"),
        ] {
            let error = read_text(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
