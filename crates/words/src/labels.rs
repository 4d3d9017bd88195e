//! Holds the labels of a data set of another country or disease: the words for its region, its
//! areas and its cases.
//!
//! The texts use them in place of `LABEL(…)`. Without labels, the texts are about Covid-19 in the
//! United Kingdom.

use std::collections::BTreeMap;

use rising_model::dataset::labels::{Labels, ManifestLabels, Noun};
use rising_model::dataset::manifest::Manifest;

use crate::{Label, Language, Texts, WORDS, args};

/// Resolves a data set's labels, by the tags of languages: for each language, the word of each
/// label. A language without labels gets the words for "areas" and "cases", and the region of the
/// first language.
pub fn resolve(given: BTreeMap<String, Labels>) -> ManifestLabels {
    let named = |language: Language| {
        let names = Label::NAMES.into_iter().map(str::to_owned);
        let words = names.zip(resolve_one(&given, language)).collect();
        (language.tag().to_owned(), words)
    };
    let said = Language::ALL.into_iter().map(named).collect();
    ManifestLabels { given, said }
}

impl Texts {
    /// The texts in a language for a data set, with its labels if it has any.
    pub fn of(manifest: &Manifest, language: Language) -> Texts {
        Texts::with_labels(manifest.labels.as_ref(), language)
    }

    /// The texts in a language with the labels of a data set.
    pub fn with_labels(labels: Option<&ManifestLabels>, language: Language) -> Texts {
        // The publisher's own labels, because the words that they resolved to may be those of
        // another version of this program.
        let words = labels.map(|labels| {
            let all = Language::ALL.map(|language| resolve_one(&labels.given, language));
            all.concat().into()
        });
        Texts {
            language,
            labels: words,
        }
    }

    /// The texts in a language with resolved labels. `word` looks up a label by language and name.
    ///
    /// # Errors
    /// The name of a label without a word.
    pub fn with_words(
        language: Language,
        word: &dyn Fn(Language, &'static str) -> Option<String>,
    ) -> Result<Texts, &'static str> {
        let mut words: Vec<String> = vec![];
        for language in Language::ALL {
            for name in Label::NAMES {
                words.push(word(language, name).ok_or(name)?);
            }
        }
        Ok(Texts {
            language,
            labels: Some(words.into()),
        })
    }

    /// Whether a data set's labels are in use. The data set is then not of the United Kingdom, and
    /// texts about the United Kingdom do not apply.
    pub fn has_labels(&self) -> bool {
        self.labels.is_some()
    }

    /// Returns the data set's word for a label or, without labels, the text's own words. `position`
    /// is the entry of [`WORDS`].
    #[inline(never)]
    pub(crate) fn word(&self, position: usize) -> &str {
        let (label, words) = WORDS[position];
        let own = self
            .labels
            .as_ref()
            .and_then(|own| own.get(self.language as usize * Label::ALL.len() + label as usize));
        own.map_or(words, String::as_str)
    }
}

/// Returns the words of all labels in a language.
fn resolve_one(given: &BTreeMap<String, Labels>, language: Language) -> Vec<String> {
    let first = Language::ALL
        .into_iter()
        .find_map(|language| given.get(language.tag()));
    let general = Labels {
        region: first
            .map(|labels| labels.region.clone())
            .unwrap_or_default(),
        ..Labels::default()
    };
    let labels = given.get(language.tag()).unwrap_or(&general);
    let plain = language.texts();
    Label::ALL.map(|label| text(label, labels, &plain)).into()
}

fn text(label: Label, labels: &Labels, texts: &Texts) -> String {
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
    let (area, areas) = (texts.labels_area(), texts.labels_areas());
    let whose = || texts.whose(region);
    let counted = many(cases, texts.labels_cases());
    match label {
        Label::Region => region.clone(),
        Label::RegionFirst => capitalise(region),
        Label::InRegion => texts.labels_in(region),
        Label::ToRegion => texts.labels_to(region),
        Label::Whose => whose(),
        Label::WhoseFirst => capitalise(&whose()),
        Label::Subject => subject.clone().unwrap_or_else(|| {
            texts.labels_subject(args::LabelsSubject {
                cases: &capitalise(&counted),
                region,
            })
        }),
        Label::Case => one(cases, texts.labels_case()),
        Label::Cases | Label::Topic => counted,
        Label::CasesFirst => capitalise(&counted),
        Label::Coarse => one(ltla, area),
        Label::CoarseMany => many(ltla, areas),
        Label::CoarseManyFirst => capitalise(&many(ltla, areas)),
        Label::Fine => one(msoa, area),
        Label::FineFirst => capitalise(&one(msoa, area)),
        Label::FineMany => many(msoa, areas),
        Label::FineManyFirst => capitalise(&many(msoa, areas)),
        Label::InFine => texts.labels_in_area().to_owned(),
        Label::Rates => texts.labels_rates().to_owned(),
        Label::Count => texts.labels_count().to_owned(),
        Label::ToType => texts.labels_to_type().to_owned(),
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
    use rising_model::domain::area::{Level, Nation};

    fn with(language: Language, labels: &[(Language, Labels)]) -> Texts {
        let given = labels
            .iter()
            .map(|(language, labels)| (language.tag().to_owned(), labels.clone()));
        Texts::with_labels(Some(&resolve(given.collect())), language)
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
    fn each_value_uses_its_own_labels() {
        let say = |texts: &Texts| {
            let all = texts.all_areas(args::AllAreas {
                areas: 15,
                level: Level::Ltla,
                nation: Nation::Uk,
            });
            texts.verdict(args::Verdict {
                all: &all,
                clearly: "",
                date: "2 March 2024",
                rising: 3,
            })
        };
        let (plain, norway) = (
            Language::En.texts(),
            with(Language::En, &[(Language::En, norway())]),
        );
        for _ in 0..2 {
            let start = "3 of the UK's 15 local authorities were rising";
            assert!(say(&plain).starts_with(start), "{}", say(&plain));
            let start = "3 of Norway's 15 counties were rising";
            assert!(say(&norway).starts_with(start), "{}", say(&norway));
        }
        assert!(norway.has_labels() && !plain.has_labels());
        assert_eq!(norway.site_subject(), "Measles in Norway");
        assert_eq!(norway.cases(1), "1 measles case");
        assert_eq!(
            norway.legend_title(),
            "Measles cases per 100,000 people in seven days"
        );
        assert_eq!(norway.level_first(Level::Msoa), "Municipalities");
        assert_eq!(norway.in_nation(Nation::Uk), "in Norway");
    }

    #[test]
    fn threads_use_the_labels_of_their_own_value() {
        let region = |name: &str| Labels {
            region: name.into(),
            ..Labels::default()
        };
        let subjects = ["Norway", "Peru"].map(|name| {
            let texts = with(Language::En, &[(Language::En, region(name))]);
            let write = move || (0..100).map(|_| texts.in_nation(Nation::Uk)).collect();
            (name, std::thread::spawn(write))
        });
        for (name, thread) in subjects {
            let written: Vec<String> = thread.join().unwrap();
            assert!(written.iter().all(|text| *text == format!("in {name}")));
        }
    }

    #[test]
    fn language_without_labels_uses_general_words() {
        let general = with(Language::Cy, &[(Language::En, norway())]);
        assert_eq!(general.site_subject(), "Achosion yn Norway, fesul ardal");
        let of_nation = args::AreasOfNation {
            level: Level::Ltla,
            nation: Nation::Uk,
        };
        assert_eq!(general.areas_of_nation(of_nation), "ardaloedd Norway");
        let all = |level| args::AllAreas {
            areas: 15,
            level,
            nation: Nation::Uk,
        };
        assert_eq!(general.all_areas(all(Level::Msoa)), "15 ardal yn Norway");
        assert_eq!(general.cases(15), "15 achos");
        let own = Labels {
            region: "Norwy".into(),
            ltla: noun("sir", "siroedd"),
            ..Labels::default()
        };
        let own = with(
            Language::Cy,
            &[(Language::En, norway()), (Language::Cy, own)],
        );
        assert_eq!(own.all_areas(all(Level::Ltla)), "15 sir yn Norwy");
    }

    #[test]
    fn with_words_refuses_incomplete_labels() {
        let incomplete = |_: Language, name: &str| (name != "whose").then(|| "X".to_owned());
        assert_eq!(Texts::with_words(Language::En, &incomplete), Err("whose"));
        let said = Texts::with_words(Language::En, &|_, _| Some("X".to_owned())).unwrap();
        assert_eq!(said.site_subject(), "X");
    }

    #[test]
    fn texts_with_region_in_lower_case_or_ending_in_s() {
        let region = "the United States".to_owned();
        let labels = Labels {
            region,
            ..Labels::default()
        };
        let texts = with(Language::En, &[(Language::En, labels)]);
        let first = texts.all_areas_first(args::AllAreasFirst {
            areas: 3_142,
            level: Level::Ltla,
            nation: Nation::Uk,
        });
        assert_eq!(first, "The United States' 3,142 areas");
        assert_eq!(
            texts.site_subject(),
            "Cases in the United States, area by area"
        );
        assert_eq!(
            (capitalise("øst"), capitalise("")),
            ("Øst".to_owned(), String::new())
        );
    }

    /// Texts about British postcodes, censuses and nations are shown only without labels.
    #[test]
    fn texts_with_labels_name_british_terms_only_if_never_shown() {
        let labelled = Language::ALL.map(|language| with(language, &[(Language::En, norway())]));
        let mut left: Vec<String> = vec![];
        crate::samples(&labelled, &mut |_, id, text| {
            // A nation that is chosen by name keeps its name.
            let nations =
                id.starts_with("meaning") && (text.contains("England") || text.contains("Lloegr"));
            if (nations || BRITISH.iter().any(|word| text.contains(word)))
                && !left.iter().any(|known| known == id)
            {
                left.push(id.to_owned());
            }
        });
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
