//! Holds the labels of a data set of another country or disease: the words for its region, its
//! areas and its cases.
//!
//! The page sets them once; a tool sets them for each data set. The texts use them in place of
//! `LABEL(…)`. Without labels, the texts are about Covid-19 in the United Kingdom.

use std::cell::Cell;
use std::collections::BTreeMap;

use rising_model::labels::{Labels, ManifestLabels, Noun};
use rising_model::manifest::Manifest;

use crate::{Label, Language, WORDS};

thread_local! {
    /// The words for all labels, row-major by language. One per thread, because the tests and a
    /// tool may handle several data sets.
    static RESOLVED: Cell<Option<&'static [&'static str]>> = const { Cell::new(None) };
}

/// Resolves a data set's labels, by the tags of languages: for each language, the word of each
/// label. A language without labels gets the words for "areas" and "cases", and the region of the
/// first language.
pub fn resolve(given: BTreeMap<String, Labels>) -> ManifestLabels {
    let first = Language::ALL
        .into_iter()
        .find_map(|language| given.get(language.tag()));
    let general = Labels {
        region: first
            .map(|labels| labels.region.clone())
            .unwrap_or_default(),
        ..Labels::default()
    };
    let resolve_one = |language: Language| {
        let labels = given.get(language.tag()).unwrap_or(&general);
        let words = Label::ALL.map(|label| text(label, labels, language));
        let names = Label::NAMES.map(str::to_owned);
        (
            language.tag().to_owned(),
            names.into_iter().zip(words).collect(),
        )
    };
    let said = Language::ALL.into_iter().map(resolve_one).collect();
    ManifestLabels { given, said }
}

/// Makes the texts of this thread use the labels of a data set.
pub fn apply_manifest(manifest: &Manifest) {
    match &manifest.labels {
        Some(labels) => apply_labels(labels),
        None => reset(),
    }
}

fn apply_labels(labels: &ManifestLabels) {
    // The edition may be of a version of this program with other labels.
    let said = resolve(labels.given.clone()).said;
    let word = |language: Language, name: &str| said.get(language.tag())?.get(name).cloned();
    if apply(&word).is_err() {
        reset();
    }
}

/// Makes the texts of this thread use resolved labels. `word` looks up a label by its name.
///
/// # Errors
/// The name of a label without a word. The texts then stay as they were.
pub fn apply(word: &dyn Fn(Language, &'static str) -> Option<String>) -> Result<(), &'static str> {
    let mut table: Vec<&'static str> = vec![];
    for language in Language::ALL {
        for name in Label::NAMES {
            // Leaked, because the page uses the words until it closes.
            table.push(word(language, name).ok_or(name)?.leak());
        }
    }
    RESOLVED.set(Some(table.leak()));
    Ok(())
}

/// Makes the texts of this thread use their own words again.
pub fn reset() {
    RESOLVED.set(None);
}

/// Whether a data set's labels are in use. The data set is then not of the United Kingdom, and
/// texts about the United Kingdom do not apply.
pub fn are_set() -> bool {
    RESOLVED.get().is_some()
}

impl Language {
    /// Returns the data set's word for a label or, without labels, the text's own words. `position`
    /// is the entry of [`WORDS`].
    #[inline(never)]
    pub(crate) fn word(self, position: usize) -> &'static str {
        let (label, words) = WORDS[position];
        let own = RESOLVED
            .get()
            .and_then(|table| table.get(self as usize * Label::ALL.len() + label as usize));
        own.copied().unwrap_or(words)
    }
}

fn text(label: Label, labels: &Labels, language: Language) -> String {
    let Labels {
        region,
        subject,
        cases,
        ltla,
        msoa,
    } = labels;
    let one = |noun: &Option<Noun>, general: &str| {
        noun.as_ref().map_or(general, |noun| &noun.one).to_owned()
    };
    let many = |noun: &Option<Noun>, general: &str| {
        noun.as_ref().map_or(general, |noun| &noun.many).to_owned()
    };
    let (area, areas) = (language.labels_area(), language.labels_areas());
    let whose = || language.whose(region);
    let counted = many(cases, language.labels_cases());
    match label {
        Label::Region => region.clone(),
        Label::RegionFirst => capitalise(region),
        Label::InRegion => language.labels_in(region),
        Label::ToRegion => language.labels_to(region),
        Label::Whose => whose(),
        Label::WhoseFirst => capitalise(&whose()),
        Label::Subject => subject
            .clone()
            .unwrap_or_else(|| language.labels_subject(&capitalise(&counted), region)),
        Label::Case => one(cases, language.labels_case()),
        Label::Cases | Label::Topic => counted,
        Label::CasesFirst => capitalise(&counted),
        Label::Coarse => one(ltla, area),
        Label::CoarseMany => many(ltla, areas),
        Label::CoarseManyFirst => capitalise(&many(ltla, areas)),
        Label::Fine => one(msoa, area),
        Label::FineFirst => capitalise(&one(msoa, area)),
        Label::FineMany => many(msoa, areas),
        Label::FineManyFirst => capitalise(&many(msoa, areas)),
        Label::InFine => language.labels_in_area().to_owned(),
        Label::Rates => language.labels_rates().to_owned(),
        Label::Count => language.labels_count().to_owned(),
        Label::ToType => language.labels_to_type().to_owned(),
    }
}

/// Capitalises the first letter.
fn capitalise(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rising_model::area::{Level, Nation};

    fn apply(labels: &[(Language, Labels)]) {
        let given = labels
            .iter()
            .map(|(language, labels)| (language.tag().to_owned(), labels.clone()));
        apply_labels(&resolve(given.collect()));
    }

    fn noun(one: &str, many: &str) -> Option<Noun> {
        Some(Noun {
            one: one.into(),
            many: many.into(),
        })
    }

    fn norway() -> Labels {
        Labels {
            region: "Norway".into(),
            subject: Some("Measles in Norway".into()),
            cases: noun("measles case", "measles cases"),
            ltla: noun("county", "counties"),
            msoa: noun("municipality", "municipalities"),
        }
    }

    #[test]
    fn texts_use_labels_until_reset() {
        let all = || Language::En.all_areas(15, Level::Ltla, Nation::Uk);
        let say = || Language::En.verdict(&all(), "", "2 March 2024", 3);
        assert!(
            say().starts_with("3 of the UK's 15 local authorities were rising"),
            "{}",
            say()
        );
        apply(&[(Language::En, norway())]);
        assert!(are_set());
        assert!(
            say().starts_with("3 of Norway's 15 counties were rising"),
            "{}",
            say()
        );
        assert_eq!(Language::En.site_subject(), "Measles in Norway");
        assert_eq!(Language::En.cases(1), "1 measles case");
        assert_eq!(
            Language::En.legend_title(),
            "Measles cases per 100,000 people in seven days"
        );
        assert_eq!(Language::En.level_first(Level::Msoa), "Municipalities");
        assert_eq!(Language::En.in_nation(Nation::Uk), "in Norway");
        reset();
        assert!(!are_set() && say().starts_with("3 of the UK's 15"));
    }

    #[test]
    fn language_without_labels_uses_general_words() {
        apply(&[(Language::En, norway())]);
        let language = Language::Cy;
        assert_eq!(language.site_subject(), "Achosion yn Norway, fesul ardal");
        assert_eq!(
            language.areas_of_nation(Level::Ltla, Nation::Uk),
            "ardaloedd Norway"
        );
        assert_eq!(
            language.all_areas(15, Level::Msoa, Nation::Uk),
            "15 ardal yn Norway"
        );
        assert_eq!(language.cases(15), "15 achos");
        let own = Labels {
            region: "Norwy".into(),
            ltla: noun("sir", "siroedd"),
            ..Labels::default()
        };
        apply(&[(Language::En, norway()), (Language::Cy, own)]);
        assert_eq!(
            language.all_areas(15, Level::Ltla, Nation::Uk),
            "15 sir yn Norwy"
        );
        reset();
    }

    #[test]
    fn apply_refuses_incomplete_labels() {
        let incomplete = |_: Language, name: &str| (name != "whose").then(|| "X".to_owned());
        assert_eq!(super::apply(&incomplete), Err("whose"));
        assert!(!are_set());
    }

    #[test]
    fn texts_with_region_in_lower_case_or_ending_in_s() {
        let region = "the United States".to_owned();
        apply(&[(
            Language::En,
            Labels {
                region,
                ..Labels::default()
            },
        )]);
        let first = Language::En.all_areas_first(3_142, Level::Ltla, Nation::Uk);
        assert_eq!(first, "The United States' 3,142 areas");
        assert_eq!(
            Language::En.site_subject(),
            "Cases in the United States, area by area"
        );
        assert_eq!(
            (capitalise("øst"), capitalise("")),
            ("Øst".to_owned(), String::new())
        );
        reset();
    }

    /// Texts about British postcodes, censuses and nations are shown only without labels.
    #[test]
    fn texts_with_labels_name_british_terms_only_if_never_shown() {
        apply(&[(Language::En, norway())]);
        let mut left: Vec<String> = vec![];
        crate::samples(&mut |_, id, text| {
            // A nation that is chosen by name keeps its name.
            let nations =
                id.starts_with("meaning") && (text.contains("England") || text.contains("Lloegr"));
            if (nations || BRITISH.iter().any(|word| text.contains(word)))
                && !left.iter().any(|known| known == id)
            {
                left.push(id.to_owned());
            }
        });
        reset();
        left.sort_unstable();
        assert_eq!(left, NOT_SHOWN);
    }

    /// Words of texts about the United Kingdom, in both languages.
    const BRITISH: [&str; 13] = [
        "Covid",
        " UK",
        " DU",
        "Y DU",
        "MSOA",
        "uthorit",
        "eighbourhood",
        "ostcode",
        "od post",
        "odau post",
        "wdurdod",
        "ymdogaeth",
        "2019",
    ];

    /// Texts that are shown only for the United Kingdom, or for data that only its data sets have.
    const NOT_SHOWN: [&str; 16] = [
        "file",
        "meaning-fewer-is",
        "meaning-nations-is",
        "neighbourhoods-england",
        "not-loaded",
        "not-loaded-several",
        "not-loaded-two",
        "postcode-elsewhere",
        "postcode-missing",
        "postcode-missing-of",
        "postcode-no-area",
        "postcodes-failed",
        "search-elsewhere",
        "search-hint",
        "search-nothing",
        "story-method-neighbourhoods",
    ];
}
