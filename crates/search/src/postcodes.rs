//! Answers queries that are postcodes or the beginning of one.

use std::sync::Arc;

use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::day::Day;
use rising_model::lookup::postcode::{PostcodeLocation, PostcodeMatch, PostcodeQuery, Postcodes};
use rising_view::dates::month_in_words;
use rising_words::args;
use rising_words::choice::{Status, Territory};

use crate::found_place::FoundPlace;
use crate::suggestion::{Areas, SearchResults, Suggestion, Target};

/// Postcode areas of territories without figures in the data of the United Kingdom.
const ELSEWHERE: [(&str, Territory); 4] = [
    ("JE", Territory::Jersey),
    ("GY", Territory::Guernsey),
    ("IM", Territory::Man),
    ("GX", Territory::Gibraltar),
];

/// The state of the file with the postcodes of a postcode area.
#[derive(Clone)]
pub enum PostcodeLookup {
    /// No postcode of the UK begins with these letters, or the data set has no postcodes.
    NoSuchArea,
    /// The file is loading.
    Loading,
    /// The file could not be loaded.
    Failed,
    /// The file has loaded.
    Ready(Arc<Postcodes>),
}

/// Returns the results at a level: the level's areas that a postcode, or the beginning of one, lies
/// in, most postcodes first.
pub fn answers(
    typed: &PostcodeQuery,
    lookup: PostcodeLookup,
    areas: &Areas,
    level: Level,
    as_of: Option<Day>,
) -> SearchResults {
    let texts = &areas.texts;
    let message_only = |message: String| SearchResults {
        message,
        ..SearchResults::default()
    };
    if let Some((_, territory)) = ELSEWHERE.iter().find(|(area, _)| *area == typed.area()) {
        return message_only(texts.postcode_elsewhere(args::PostcodeElsewhere {
            postcode: &typed.in_words(),
            territory: *territory,
        }));
    }
    let postcodes = match lookup {
        PostcodeLookup::Ready(postcodes) => postcodes,
        PostcodeLookup::Loading => {
            return SearchResults {
                waiting: true,
                ..SearchResults::default()
            };
        }
        PostcodeLookup::Failed => return message_only(texts.postcodes_failed().to_owned()),
        PostcodeLookup::NoSuchArea => {
            return message_only(texts.postcode_no_area(typed.area()));
        }
    };
    if let Some(found) = postcodes.find(typed) {
        return SearchResults {
            listed: suggestions(&found, areas, level),
            ..SearchResults::default()
        };
    }
    // A postcode may be newer than the list, which may still have its district or sector.
    let larger = std::iter::successors(typed.larger(), PostcodeQuery::larger);
    // The sentence names the list's month.
    let month = as_of.map(|day| month_in_words(day, texts));
    let missing = match month {
        Some(month) => texts.postcode_missing_of(args::PostcodeMissingOf {
            month: &month,
            postcode: &typed.in_words(),
        }),
        None => texts.postcode_missing(&typed.in_words()),
    };
    match larger.into_iter().find_map(|part| postcodes.find(&part)) {
        Some(part) => SearchResults {
            message: missing + " " + &texts.postcode_larger(&part.text),
            listed: suggestions(&part, areas, level),
            ..SearchResults::default()
        },
        None => message_only(missing),
    }
}

fn suggestions(found: &PostcodeMatch, areas: &Areas, level: Level) -> Vec<Suggestion> {
    let mut places: Vec<&PostcodeLocation> = vec![];
    for (location, _) in &found.locations {
        let same = |other: &&PostcodeLocation| match level {
            Level::Ltla => other.authority == location.authority,
            Level::Msoa => {
                other.authority == location.authority
                    && other.neighbourhood == location.neighbourhood
            }
        };
        if !places.iter().any(same) {
            places.push(location);
        }
    }
    let alone = places.len() == 1;
    // At the authority level, a neighbourhood is named only if the whole district lies in it.
    let exact = found.locations.len() == 1 || level == Level::Msoa;
    places
        .into_iter()
        .filter_map(|location| {
            let neighbourhood = location.neighbourhood.clone().filter(|_| exact);
            let sentence = sentence(found, location, neighbourhood.as_ref(), alone, areas)?;
            let name = neighbourhood
                .as_ref()
                .and_then(|code| areas.neighbourhood(code));
            let authority = areas.authority(&location.authority)?;
            let within = name.map_or_else(
                || authority.to_owned(),
                |name| format!("{name}, {authority}"),
            );
            let found_place = FoundPlace {
                sentence,
                authority: location.authority.clone(),
                neighbourhood,
            };
            Some(Suggestion {
                name: found.text.clone(),
                within: Some(within),
                target: Target::Place(found_place, None),
            })
        })
        .collect()
}

/// Returns a sentence such as "HX1 1UB is in Calderdale, in the neighbourhood Halifax Central."
fn sentence(
    found: &PostcodeMatch,
    location: &PostcodeLocation,
    neighbourhood: Option<&AreaCode>,
    alone: bool,
    areas: &Areas,
) -> Option<String> {
    let texts = &areas.texts;
    let status = match (found.whole, found.in_use, alone) {
        (true, false, _) => Status::Withdrawn,
        (_, _, true) => Status::Whole,
        _ => Status::Part,
    };
    let authority = areas.authority(&location.authority)?;
    let mut sentence = match neighbourhood.and_then(|code| areas.neighbourhood(code)) {
        Some(name) => texts.postcode_place_exact(args::PostcodePlaceExact {
            authority,
            neighbourhood: name,
            postcode: &found.text,
            status,
        }),
        None => texts.postcode_place(args::PostcodePlace {
            authority,
            postcode: &found.text,
            status,
        }),
    };
    let elsewhere = areas.why_counted_elsewhere(&location.district, &location.authority);
    let none = areas.why_no_neighbourhood(&location.authority, location.neighbourhood.as_ref());
    for why in elsewhere.as_deref().into_iter().chain(none) {
        sentence.push(' ');
        sentence += why;
    }
    Some(sentence)
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Alias;
    use rising_model::lookup::postcode::{PostcodeEntry, PostcodeUnit};
    use rising_words::Language;

    use super::*;
    use crate::suggestion::tests::{code, place, table};

    fn areas(language: Language) -> Areas {
        let northamptonshire = Alias {
            code: code("E06000061"),
            name: "North Northamptonshire".into(),
            targets: vec![code("E07000150")],
            reason: "Formed in April 2021; the figures use the districts it was made of".into(),
        };
        Areas {
            texts: language.texts(),
            authorities: table(
                &[
                    ("E07000150", "Corby", None),
                    ("E06000019", "Herefordshire, County of", None),
                    ("W06000021", "Monmouthshire", None),
                ],
                vec![northamptonshire],
            ),
            neighbourhoods: table(
                &[
                    ("E02001", "Corby Central", Some("E07000150")),
                    ("E02002", "Golden Valley", Some("E06000019")),
                ],
                vec![],
            ),
        }
    }

    /// An invented postcode area.
    fn lookup() -> PostcodeLookup {
        let locations: Vec<PostcodeLocation> = [
            ("E07000150", "E06000061", Some("E02001")),
            ("E06000019", "E06000019", Some("E02002")),
            ("W06000021", "W06000021", None),
        ]
        .map(|(authority, district, neighbourhood)| PostcodeLocation {
            authority: code(authority),
            district: code(district),
            neighbourhood: neighbourhood.map(code),
        })
        .into();
        let entries = [
            ("ZZ1 1AA", 0, true),
            ("ZZ2 1AA", 1, true),
            ("ZZ2 1AB", 1, true),
            ("ZZ2 1AD", 2, true),
            ("ZZ2 1AE", 2, false),
        ]
        .map(|(text, location, in_use)| PostcodeEntry {
            unit: PostcodeUnit::parse(text).unwrap().1,
            location,
            in_use,
        });
        PostcodeLookup::Ready(Arc::new(
            Postcodes::new("ZZ", &locations, entries.into()).unwrap(),
        ))
    }

    fn ask(typed: &str, level: Level) -> SearchResults {
        ask_in(Language::En, typed, level)
    }

    fn ask_in(language: Language, typed: &str, level: Level) -> SearchResults {
        let as_of = "2022-05-01".parse().ok();
        answers(
            &PostcodeQuery::parse(typed).unwrap(),
            lookup(),
            &areas(language),
            level,
            as_of,
        )
    }

    fn sentences(answers: &SearchResults) -> Vec<&str> {
        answers
            .listed
            .iter()
            .map(|suggestion| place(suggestion).sentence.as_str())
            .collect()
    }

    #[test]
    fn whole_postcode_has_one_result_at_each_level() {
        for level in Level::ALL {
            let answers = ask("zz11aa", level);
            assert_eq!(
                sentences(&answers),
                ["ZZ1 1AA is in Corby, in the neighbourhood Corby Central. \
                     Its council is North Northamptonshire: formed in April 2021; the figures use the districts it was made of."]
            );
            assert_eq!(
                place(&answers.listed[0]).neighbourhood,
                Some(code("E02001"))
            );
            assert_eq!(
                answers.listed[0].within.as_deref(),
                Some("Corby Central, Corby")
            );
        }
    }

    #[test]
    fn postcode_district_has_each_of_its_areas_most_postcodes_first() {
        let answers = ask("ZZ2", Level::Ltla);
        assert_eq!(
            sentences(&answers),
            [
                "Part of ZZ2 is in Herefordshire.",
                "Part of ZZ2 is in Monmouthshire. \
                 Figures for neighbourhoods were published for England only."
            ]
        );
        assert_eq!(
            place(&answers.listed[0]).neighbourhood,
            None,
            "an authority's part says nothing about one"
        );
        let finer = ask("ZZ2", Level::Msoa);
        assert_eq!(place(&finer.listed[0]).neighbourhood, Some(code("E02002")));
    }

    #[test]
    fn welsh_sentences_keep_names_and_postcodes() {
        let ask = |typed: &str| ask_in(Language::Cy, typed, Level::Ltla);
        let none = "Dim ond ar gyfer Lloegr y cyhoeddwyd ffigurau cymdogaethau.";
        assert_eq!(
            sentences(&ask("ZZ2")),
            [
                "Mae rhan o ZZ2 yn ardal Herefordshire.".to_owned(),
                format!("Mae rhan o ZZ2 yn ardal Monmouthshire. {none}")
            ]
        );
        assert_eq!(
            sentences(&ask("ZZ2 1AE")),
            [format!(
                "Nid yw ZZ2 1AE yn cael ei ddefnyddio mwyach; \
                 roedd yn ardal Monmouthshire. {none}"
            )]
        );
        let missing =
            "Nid oes cod post ZZ2 1ZZ yn y rhestr ar gyfer Mai 2022. O dan ZZ2 1 mae'r rhain:";
        assert_eq!(ask("ZZ2 1ZZ").message, missing);
    }

    #[test]
    fn unknown_postcode_is_reported_with_results_for_its_sector() {
        let answers = ask("ZZ2 1ZZ", Level::Ltla);
        assert_eq!(
            answers.message,
            "There is no postcode ZZ2 1ZZ in the list of May 2022. Of ZZ2 1 there are:"
        );
        assert_eq!(answers.listed.len(), 2);
        assert_eq!(
            ask("ZZ9 9ZZ", Level::Ltla).message,
            "There is no postcode ZZ9 9ZZ in the list of May 2022."
        );
        assert_eq!(
            sentences(&ask("ZZ2 1AE", Level::Ltla))[0].split('.').next(),
            Some("ZZ2 1AE is no longer in use; it was in Monmouthshire")
        );
    }

    #[test]
    fn postcodes_of_territories_without_figures_are_explained() {
        for (typed, part) in [
            ("JE2 3AA", "Jersey"),
            ("gy11aa", "Guernsey"),
            ("IM1 1AA", "Isle of Man"),
            ("GX11 1AA", "Gibraltar"),
        ] {
            let message = answers(
                &PostcodeQuery::parse(typed).unwrap(),
                PostcodeLookup::NoSuchArea,
                &areas(Language::En),
                Level::Ltla,
                None,
            )
            .message;
            assert!(
                message.contains(part) && message.contains("not part of the UK"),
                "{message}"
            );
        }
        let nowhere = answers(
            &PostcodeQuery::parse("QQ1 1QQ").unwrap(),
            PostcodeLookup::NoSuchArea,
            &areas(Language::En),
            Level::Ltla,
            None,
        );
        assert_eq!(nowhere.message, "No postcode of the UK begins with QQ.");
        let later = answers(
            &PostcodeQuery::parse("ZZ1").unwrap(),
            PostcodeLookup::Loading,
            &areas(Language::En),
            Level::Ltla,
            None,
        );
        assert!(later.waiting && later.listed.is_empty());
    }
}
