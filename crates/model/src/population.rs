//! How many people live in an area: population vintages, each with the first date from which it
//! counts.
//!
//! A publisher changes the denominators of rates now and then. A rate is of the vintage that counts
//! at its own date, so that figures published earlier stay reproducible. Directions go by counts; a
//! new vintage changes none.

use rising_words::Language;

use crate::day::Day;

/// The number of people in one area by vintage. Never 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    first: u32,
    /// First date and number of each later vintage that has the area, ascending.
    later: Vec<(Day, u32)>,
}

impl Population {
    /// A population by the first vintage and, ascending by date, those later ones that have the
    /// area.
    pub fn new(first: u32, later: Vec<(Day, u32)>) -> Population {
        Population { first, later }
    }

    /// The number of people that rates of a date are of.
    pub fn at(&self, date: Day) -> u32 {
        self.vintage_at(date)
            .map_or(self.first, |&(_, people)| people)
    }

    /// The first date of the vintage that counts at a date; `None` for the first vintage.
    pub fn since(&self, date: Day) -> Option<Day> {
        self.vintage_at(date).map(|&(from, _)| from)
    }

    /// The number of people by the newest vintage that has the area.
    pub fn latest(&self) -> u32 {
        self.later.last().map_or(self.first, |&(_, people)| people)
    }

    /// The number of people by the first vintage.
    pub fn first(&self) -> u32 {
        self.first
    }

    /// First date and number of each later vintage that has the area.
    pub fn later(&self) -> &[(Day, u32)] {
        &self.later
    }

    fn vintage_at(&self, date: Day) -> Option<&(Day, u32)> {
        self.later.iter().rev().find(|(from, _)| *from <= date)
    }
}

impl From<u32> for Population {
    fn from(people: u32) -> Population {
        Population::new(people, vec![])
    }
}

/// A set of population estimates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vintage {
    /// The first date whose rates are of it; `None` for the first vintage.
    pub from: Option<Day>,
    /// The name of the estimates, such as "mid-2020"; empty where the publisher gives none.
    pub estimate: String,
}

impl Vintage {
    /// The estimates' name as it reads in a sentence: "mid-2020", in Welsh "canol 2020". `None`
    /// without a name.
    pub fn in_words(&self, language: Language) -> Option<String> {
        let year = self
            .estimate
            .strip_prefix("mid-")
            .and_then(|year| year.parse().ok());
        match (self.estimate.as_str(), year) {
            ("", _) => None,
            (_, Some(year)) => Some(language.mid_year(year)),
            (name, None) => Some(name.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn population_at_a_date_is_of_the_vintage_that_counts() {
        let change = day("2021-08-01");
        let population = Population::new(39_927, vec![(change, 40_476), (change + 365, 41_151)]);
        assert_eq!(
            (population.at(change - 1), population.since(change - 1)),
            (39_927, None)
        );
        assert_eq!(
            (population.at(change), population.since(change)),
            (40_476, Some(change))
        );
        assert_eq!(
            (population.at(change + 364), population.latest()),
            (40_476, 41_151)
        );
        assert_eq!(Population::from(5).at(change), 5);
    }

    #[test]
    fn vintage_name_is_translated_where_it_is_a_mid_year() {
        let named = |name: &str, language| {
            Vintage {
                from: None,
                estimate: name.into(),
            }
            .in_words(language)
        };
        assert_eq!(named("mid-2020", Language::En).as_deref(), Some("mid-2020"));
        assert_eq!(
            named("mid-2020", Language::Cy).as_deref(),
            Some("canol 2020")
        );
        assert_eq!(
            named("census 2021", Language::Cy).as_deref(),
            Some("census 2021")
        );
        assert_eq!(named("", Language::En), None);
    }
}
