//! What a data set calls its region, its areas and what it counts, where that is not Covid-19 in
//! the United Kingdom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rising_model::area::AreaTable;
use rising_words::Language;
use rising_words::labels::{Labels, Noun};
use thiserror::Error;

use crate::display_text::{self, InvisibleText};
use crate::input;
use crate::printable::{self, Printable};
use crate::problem::FileError;

/// An example for those who have to write one.
const EXAMPLE: &str = r#"{"en": {"region": "Norway", "subject": "Measles in Norway",
  "cases": {"one": "measles case", "many": "measles cases"},
  "ltla": {"one": "county", "many": "counties"}, "msoa": {"one": "municipality", "many": "municipalities"}}}"#;

/// Why labels cannot be used.
#[derive(Debug, Error)]
pub enum LabelsError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Not of the form.
    #[error(
        "{file}: {reason}; labels are written as\n{EXAMPLE}",
        file = printable::path(.file),
        reason = Printable::sentence(.reason)
    )]
    Form {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A language that is not spoken.
    #[error(
        "{file}: the page does not speak \"{tag}\"; give labels in {}",
        Language::ALL.map(Language::tag).join(", "),
        file = printable::path(.file),
        tag = Printable::value(.tag)
    )]
    NotSpoken {
        /// The file.
        file: PathBuf,
        /// The language's tag.
        tag: String,
    },
    /// Nothing in the language that every page has.
    #[error(
        "{text}: there are no labels in \"en\", which the page opens in",
        text = printable::path(.0)
    )]
    NoEnglish(PathBuf),
    /// A word of nothing.
    #[error(
        "{file}: \"{name}\" in \"{tag}\" has no words, or a space before or after them; correct it or leave it out",
        file = printable::path(.file),
        tag = Printable::value(.tag)
    )]
    NoWords {
        /// The file.
        file: PathBuf,
        /// The language's tag.
        tag: String,
        /// Which of them.
        name: &'static str,
    },
    /// Words that nobody sees.
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
        /// Which of them.
        name: &'static str,
        /// What is wrong with it.
        why: InvisibleText,
    },
    /// A data set that would be taken for one of the United Kingdom.
    #[error(
        "none of the areas has a code of the United Kingdom, and the page would say that it is of there: give --labels FILE with what its region and areas are called, such as\n{EXAMPLE}"
    )]
    Needed,
}

/// Reads a file of them, English first.
///
/// # Errors
/// If it is not of the form, has none in English, or has empty words.
pub fn read(path: &Path) -> Result<Vec<(Language, Labels)>, LabelsError> {
    let file = || path.to_owned();
    let mut found: BTreeMap<String, Labels> =
        serde_json::from_slice(&input::read(path)?).map_err(|error| LabelsError::Form {
            file: file(),
            reason: error.to_string(),
        })?;
    let known = Language::ALL
        .into_iter()
        .filter_map(|language| Some((language, found.remove(language.tag())?)));
    let mut labels: Vec<(Language, Labels)> = known.collect();
    if let Some(tag) = found.into_keys().next() {
        return Err(LabelsError::NotSpoken { file: file(), tag });
    }
    if labels.iter().all(|(language, _)| *language != Language::En) {
        return Err(LabelsError::NoEnglish(file()));
    }
    for (language, labels) in &mut labels {
        for (name, words) in all_words(labels) {
            let tag = || language.tag().to_owned();
            if words.is_empty() || words.trim() != *words {
                return Err(LabelsError::NoWords {
                    file: file(),
                    tag: tag(),
                    name,
                });
            }
            let what = format!("the label \"{name}\" in \"{}\"", language.tag());
            *words = display_text::clean(what, words).map_err(|why| LabelsError::Invisible {
                file: file(),
                tag: tag(),
                name,
                why,
            })?;
        }
    }
    Ok(labels)
}

/// What the labels say, each with the name of the label.
fn all_words(labels: &mut Labels) -> Vec<(&'static str, &mut String)> {
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

/// A data set of another country says what it is called.
///
/// # Errors
/// If it does not.
pub fn check(labels: &[(Language, Labels)], areas: &AreaTable) -> Result<(), LabelsError> {
    if labels.is_empty() && !areas.has_nations() {
        Err(LabelsError::Needed)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<(Language, Labels)>, LabelsError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn the_example_is_right() {
        let labels = of(EXAMPLE).unwrap();
        assert_eq!(
            (labels.len(), labels[0].0, labels[0].1.region.as_str()),
            (1, Language::En, "Norway")
        );
        let both = of(r#"{"cy": {"region": "Norwy"}, "en": {"region": "Norway"}}"#).unwrap();
        assert_eq!(
            both.iter()
                .map(|(language, _)| *language)
                .collect::<Vec<_>>(),
            [Language::En, Language::Cy]
        );
    }

    #[test]
    fn words_are_cleaned() {
        let labels = of(
            "{\"en\": {\"region\": \"Nor\\u202eway\\u200b\", \"ltla\": {\"one\": \"co\\u0007unty\", \"many\": \"counties\"}}}",
        );
        let labels = &labels.unwrap()[0].1;
        assert_eq!(
            (
                labels.region.as_str(),
                labels.ltla.as_ref().unwrap().one.as_str()
            ),
            ("Norway", "county")
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            (r#"{"en": {"regio": "Norway"}}"#, "unknown field `regio`"),
            (r#"{"en": {}}"#, "missing field `region`"),
            (
                r#"{"no": {"region": "Norge"}, "en": {"region": "Norway"}}"#,
                "does not speak \"no\"",
            ),
            (r#"{"cy": {"region": "Norwy"}}"#, "no labels in \"en\""),
            (
                r#"{"en": {"region": " Norway"}}"#,
                "\"region\" in \"en\" has no words, or a space",
            ),
            (
                r#"{"en": {"region": "Norway", "ltla": {"one": "county", "many": ""}}}"#,
                "\"ltla\" in \"en\"",
            ),
            (
                r#"{"en": {"region": "\u200b"}}"#,
                "\"region\" in \"en\" cannot be shown: it has only characters",
            ),
            ("[", "labels are written as"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
