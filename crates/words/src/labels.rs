//! What a data set of another country, or of another disease, is called: its region, its areas and
//! what is counted.
//!
//! Set once for the page's whole life, or for what a tool writes of one data set; the texts put it
//! in wherever they have `LABEL(…)`. Without it they speak of Covid-19 in the United Kingdom.

use std::cell::Cell;

use serde::{Deserialize, Serialize};

use crate::{Label, Language, WORDS};

/// The words of a data set in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// All that is on the map, as it reads within a sentence: "Norway", "the Netherlands".
    pub region: String,
    /// What the page is about: "Measles in Norway".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// What is counted: "measles case", "measles cases".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cases: Option<Noun>,
    /// An area of the coarser level: "county", "counties".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ltla: Option<Noun>,
    /// An area of the finer level: "municipality", "municipalities".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub msoa: Option<Noun>,
}

/// A noun as it reads within a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noun {
    /// One of them.
    pub one: String,
    /// Several.
    pub many: String,
}

thread_local! {
    /// Every label of every language, one language after the other. Of a thread: a tool may write
    /// of several data sets.
    static TABLE: Cell<Option<&'static [&'static str]>> = const { Cell::new(None) };
}

/// What a data set with those labels says for each label of each language, by its name. A language
/// that has no labels says "areas" and "cases", and calls the region as the first one does. Nothing
/// where there are no labels at all.
pub fn resolve(labels: &[(Language, Labels)]) -> Vec<(Language, Vec<(&'static str, String)>)> {
    let Some((_, first)) = labels.first() else {
        return vec![];
    };
    let of = |language: Language| {
        let own = labels
            .iter()
            .find(|(other, _)| *other == language)
            .map(|(_, labels)| labels);
        let general = Labels {
            region: first.region.clone(),
            ..Labels::default()
        };
        let labels = own.unwrap_or(&general);
        let words = Label::ALL.map(|label| text(label, labels, language));
        (language, Label::NAMES.into_iter().zip(words).collect())
    };
    Language::ALL.map(of).into()
}

/// From now on the texts of this thread call things as the data set does.
///
/// # Errors
/// The name of a label of which `said` has nothing. All is called as before then.
pub fn apply(said: &dyn Fn(Language, &'static str) -> Option<String>) -> Result<(), &'static str> {
    let mut table: Vec<&'static str> = vec![];
    for language in Language::ALL {
        for name in Label::NAMES {
            // It stays for the page's whole life.
            table.push(said(language, name).ok_or(name)?.leak());
        }
    }
    TABLE.set(Some(table.leak()));
    Ok(())
}

/// From now on the texts of this thread call things as they do of themselves.
pub fn reset() {
    TABLE.set(None);
}

/// Does a data set say what it is called? Then it is not of the United Kingdom, and much that is
/// said of that is wrong of it.
pub fn are_set() -> bool {
    TABLE.get().is_some()
}

impl Language {
    /// What the data set calls it or, if it says nothing, the words of the text.
    #[inline(never)]
    pub(crate) fn word(self, position: usize) -> &'static str {
        let (label, words) = WORDS[position];
        let own = TABLE
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
        Label::RegionFirst => first_upper(region),
        Label::InRegion => language.labels_in(region),
        Label::ToRegion => language.labels_to(region),
        Label::Whose => whose(),
        Label::WhoseFirst => first_upper(&whose()),
        Label::Subject => subject
            .clone()
            .unwrap_or_else(|| language.labels_subject(&first_upper(&counted), region)),
        Label::Case => one(cases, language.labels_case()),
        Label::Cases | Label::Topic => counted,
        Label::CasesFirst => first_upper(&counted),
        Label::Coarse => one(ltla, area),
        Label::CoarseMany => many(ltla, areas),
        Label::CoarseManyFirst => first_upper(&many(ltla, areas)),
        Label::Fine => one(msoa, area),
        Label::FineFirst => first_upper(&one(msoa, area)),
        Label::FineMany => many(msoa, areas),
        Label::FineManyFirst => first_upper(&many(msoa, areas)),
        Label::InFine => language.labels_in_area().to_owned(),
        Label::Rates => language.labels_rates().to_owned(),
        Label::Count => language.labels_count().to_owned(),
        Label::ToType => language.labels_to_type().to_owned(),
    }
}

/// As a sentence begins.
fn first_upper(words: &str) -> String {
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
    use crate::choice::{Level, Nation};

    fn call(labels: &[(Language, Labels)]) {
        let said = resolve(labels);
        let word = |language: Language, name: &str| {
            let (_, words) = said.iter().find(|(other, _)| *other == language)?;
            Some(words.iter().find(|(other, _)| *other == name)?.1.clone())
        };
        super::apply(&word).unwrap();
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
    fn what_a_data_set_is_called_is_in_every_text() {
        let all = || Language::En.all_areas(15, Level::Ltla, Nation::Uk);
        let say = || Language::En.verdict(&all(), "", "2 March 2024", 3);
        assert!(
            say().starts_with("3 of the UK's 15 local authorities were rising"),
            "{}",
            say()
        );
        call(&[(Language::En, norway())]);
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
    fn a_language_without_labels_says_areas_and_cases() {
        call(&[(Language::En, norway())]);
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
        call(&[(Language::En, norway()), (Language::Cy, own)]);
        assert_eq!(
            language.all_areas(15, Level::Ltla, Nation::Uk),
            "15 sir yn Norwy"
        );
        reset();
    }

    #[test]
    fn labels_that_are_not_all_there_are_refused() {
        let incomplete = |_: Language, name: &str| (name != "whose").then(|| "X".to_owned());
        assert_eq!(super::apply(&incomplete), Err("whose"));
        assert!(!are_set());
        assert_eq!(resolve(&[]), []);
    }

    #[test]
    fn names_that_begin_small_or_end_in_s() {
        let region = "the United States".to_owned();
        call(&[(
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
            (first_upper("øst"), first_upper("")),
            ("Øst".to_owned(), String::new())
        );
        reset();
    }

    /// The texts that speak of British postcodes, censuses and nations are only said where there
    /// are no labels.
    #[test]
    fn nothing_british_is_left_but_in_what_is_not_said() {
        call(&[(Language::En, norway())]);
        let mut left: Vec<String> = vec![];
        crate::samples(&mut |_, id, text| {
            // Nations that are asked for by name are called by it.
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
        assert_eq!(left, NOT_SAID);
    }

    /// What gives such a text away, in both languages.
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

    /// Those that are only said of the United Kingdom, or of what only a British data set has.
    const NOT_SAID: [&str; 16] = [
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
