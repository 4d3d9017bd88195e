//! What a data set calls its region, its areas and what it counts, where that is not Covid-19 in the United Kingdom.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rising_model::area::AreaTable;
use rising_words::Language;
use rising_words::labels::{Labels, Noun};
use thiserror::Error;

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
    let mut found: BTreeMap<String, Labels> = serde_json::from_slice(&input::read(path)?)
        .map_err(|error| LabelsError::Form { file: file(), reason: error.to_string() })?;
    let known = Language::ALL.into_iter().filter_map(|language| Some((language, found.remove(language.tag())?)));
    let labels: Vec<(Language, Labels)> = known.collect();
    if let Some(tag) = found.into_keys().next() {
        return Err(LabelsError::NotSpoken { file: file(), tag });
    }
    if labels.iter().all(|(language, _)| *language != Language::En) {
        return Err(LabelsError::NoEnglish(file()));
    }
    for (language, labels) in &labels {
        if let Some(name) = without_words(labels) {
            return Err(LabelsError::NoWords { file: file(), tag: language.tag().to_owned(), name });
        }
    }
    Ok(labels)
}

/// The name of a label that says nothing.
fn without_words(labels: &Labels) -> Option<&'static str> {
    let bad = |words: &String| words.is_empty() || words.trim() != words;
    let noun = |noun: &Option<Noun>| noun.as_ref().is_some_and(|noun| bad(&noun.one) || bad(&noun.many));
    let all = [
        ("region", bad(&labels.region)),
        ("subject", labels.subject.as_ref().is_some_and(bad)),
        ("cases", noun(&labels.cases)),
        ("ltla", noun(&labels.ltla)),
        ("msoa", noun(&labels.msoa)),
    ];
    all.into_iter().find(|(_, bad)| *bad).map(|(name, _)| name)
}

/// A data set of another country says what it is called.
///
/// # Errors
/// If it does not.
pub fn check(labels: &[(Language, Labels)], areas: &AreaTable) -> Result<(), LabelsError> {
    if labels.is_empty() && !areas.has_nations() { Err(LabelsError::Needed) } else { Ok(()) }
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
        assert_eq!((labels.len(), labels[0].0, labels[0].1.region.as_str()), (1, Language::En, "Norway"));
        let both = of(r#"{"cy": {"region": "Norwy"}, "en": {"region": "Norway"}}"#).unwrap();
        assert_eq!(both.iter().map(|(language, _)| *language).collect::<Vec<_>>(), [Language::En, Language::Cy]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, said) in [
            (r#"{"en": {"regio": "Norway"}}"#, "unknown field `regio`"),
            (r#"{"en": {}}"#, "missing field `region`"),
            (r#"{"no": {"region": "Norge"}, "en": {"region": "Norway"}}"#, "does not speak \"no\""),
            (r#"{"cy": {"region": "Norwy"}}"#, "no labels in \"en\""),
            (r#"{"en": {"region": " Norway"}}"#, "\"region\" in \"en\" has no words, or a space"),
            (r#"{"en": {"region": "Norway", "ltla": {"one": "county", "many": ""}}}"#, "\"ltla\" in \"en\""),
            ("[", "labels are written as"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
