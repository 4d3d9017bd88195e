//! Holds the labels of a data set of another country or disease: the words for its region, its
//! areas and its cases, as plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The labels in a manifest, by the tags of languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestLabels {
    /// The publisher's own labels: those in `en` at least.
    pub given: BTreeMap<String, Labels>,
    /// The words that they resolve to, by the name of each label. The page reads only these.
    pub said: BTreeMap<String, BTreeMap<String, String>>,
}

/// The labels of a data set in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// The whole region of the map, as within a sentence: "Norway", "the Netherlands".
    pub region: String,
    /// The subject of the page: "Measles in Norway".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// The noun for the cases: "measles case", "measles cases".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cases: Option<Noun>,
    /// The noun for an area of the coarser level: "county", "counties".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ltla: Option<Noun>,
    /// The noun for an area of the finer level: "municipality", "municipalities".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub msoa: Option<Noun>,
}

/// A noun as within a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// Singular.
    pub one: String,
    /// Plural.
    pub many: String,
}
