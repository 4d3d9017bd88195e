//! Gives the number of people in an area by population vintage, each with the first date from which
//! it applies.
//!
//! Publishers change the denominators of rates from time to time. A rate uses the vintage that
//! applies at its own date, so that figures published earlier stay reproducible. A new vintage
//! changes no direction, because directions compare counts.

use crate::domain::day::Day;

/// The number of people in one area by vintage. Never 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    first: u32,
    /// First date and number of each later vintage that has the area, ascending.
    later: Vec<(Day, u32)>,
}

impl Population {
    /// Creates a population from the number by the first vintage and those by the later vintages
    /// that have the area, ascending by date.
    pub fn new(first: u32, later: Vec<(Day, u32)>) -> Population {
        Population { first, later }
    }

    /// The number of people that rates at a date use.
    pub fn at(&self, date: Day) -> u32 {
        self.vintage_at(date)
            .map_or(self.first, |&(_, people)| people)
    }

    /// The first date of the vintage that applies at a date; `None` for the first vintage.
    pub fn vintage_start(&self, date: Day) -> Option<Day> {
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

    /// The first date and number of each later vintage that has the area.
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
    /// The first date whose rates use it; `None` for the first vintage.
    pub from: Option<Day>,
    /// The name of the estimates, such as "mid-2020"; empty if the publisher gives none.
    pub estimate: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn population_at_date_uses_the_vintage_that_applies() {
        let change = day("2021-08-01");
        let population = Population::new(39_927, vec![(change, 40_476), (change + 365, 41_151)]);
        assert_eq!(
            (
                population.at(change - 1),
                population.vintage_start(change - 1)
            ),
            (39_927, None)
        );
        assert_eq!(
            (population.at(change), population.vintage_start(change)),
            (40_476, Some(change))
        );
        assert_eq!(
            (population.at(change + 364), population.latest()),
            (40_476, 41_151)
        );
        assert_eq!(Population::from(5).at(change), 5);
    }
}
