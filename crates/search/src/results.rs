//! Answers a query from names, codes and postcodes.

use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_model::lookup::postcode::PostcodeQuery;
use rising_words::args;

use crate::names::{Names, is_elsewhere, name_of_code};
use crate::postcodes::{self, PostcodeLookup};
use crate::query::{Postcode, cleaned, quoted};
use crate::suggestion::{MAX_SUGGESTIONS, SearchResults};

/// The data that a query is looked up in.
pub struct Sources<'a> {
    /// The index of names, with the areas.
    pub names: &'a Names,
    /// The level shown.
    pub level: Level,
    /// The day of the list of postcodes. `None` where the data set has no postcodes.
    pub as_of: Option<Day>,
    /// Returns the postcodes of a postcode's area.
    pub lookup: &'a dyn Fn(&PostcodeQuery) -> PostcodeLookup,
    /// Whether names are still loading.
    pub waiting: bool,
}

/// Returns the results for a query.
pub fn answer(entry: &str, from: &Sources) -> SearchResults {
    let texts = &from.names.areas().texts;
    let typed = cleaned(entry);
    if typed.is_empty() {
        return SearchResults::default();
    }
    let mut answers = find(&typed, from);
    answers.waiting |= from.waiting;
    answers.is_message_visible = !answers.message.is_empty() || answers.listed.is_empty();
    let found = answers.listed.len();
    if answers.message.is_empty() {
        answers.message = match found {
            0 if answers.waiting => texts.search_waiting().to_owned(),
            0 if from.as_of.is_some() => texts.search_nothing(&quoted(&typed)),
            0 => texts.search_nothing_named(&quoted(&typed)),
            MAX_SUGGESTIONS => texts.search_best().to_owned(),
            number => texts.search_found(number as u32),
        };
    }
    if let Some(first) = answers.listed.first() {
        answers.left_message = match answers.must_choose {
            true => texts.search_left_to_choose(found as u32),
            false => texts.search_left(args::SearchLeft {
                first: &first.in_words(),
                found: found as u32,
            }),
        };
    }
    answers
}

fn find(typed: &str, from: &Sources) -> SearchResults {
    let texts = &from.names.areas().texts;
    let typed = name_of_code(typed).unwrap_or(typed);
    // Names of other countries are explained only in a data set of the UK, which has postcodes.
    if from.as_of.is_some() && is_elsewhere(typed) {
        return SearchResults {
            message: texts.search_elsewhere(&quoted(typed)),
            ..SearchResults::default()
        };
    }
    let listed = from.names.by_code(typed);
    if !listed.is_empty() {
        return SearchResults {
            listed,
            ..SearchResults::default()
        };
    }
    // Without postcodes "W5" may be the beginning of a name.
    let postcode =
        from.as_of
            .and_then(|_| Postcode::find(typed))
            .filter(|postcode| match postcode {
                Postcode::Certain(_) => true,
                Postcode::Perhaps(typed) => {
                    !matches!((from.lookup)(typed), PostcodeLookup::NoSuchArea)
                }
            });
    let mut answers = SearchResults::default();
    if let Some(typed) = postcode.as_ref().map(Postcode::typed) {
        answers = postcodes::answers(
            typed,
            (from.lookup)(typed),
            from.names.areas(),
            from.level,
            from.as_of,
        );
        answers.listed.truncate(MAX_SUGGESTIONS);
    }
    if answers.listed.is_empty() {
        let matches = from.names.find(typed, MAX_SUGGESTIONS);
        if let Some((county, areas)) = &matches.county {
            answers.message = texts.search_county(args::SearchCounty {
                areas: *areas as u32,
                name: county,
            });
            answers.must_choose = *areas > 1;
        } else if let Some(part) = &matches.part {
            answers.message = texts.search_part(args::SearchPart {
                part,
                typed: &quoted(typed),
            });
        }
        answers.listed = matches.listed;
    }
    answers
}
