//! Replaces published rates by the counts that they are recovered to.

use std::mem;

use rising_model::domain::area::AreaCode;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;

use super::repeats::keep_larger;
use super::{Cases, Entry, PublishedRate, RepeatPolicy};
use crate::problem::{InputFault, Position, Problems};

impl Cases {
    /// Recovers the counts of published rates. `people` returns the population that the publisher
    /// divided by for an area and date. Before this, areas in files of rates have no figures.
    pub fn recover_counts(
        &mut self,
        people: impl Fn(&AreaCode, Day) -> Option<u64>,
        problems: &mut Problems,
    ) {
        let with_rates = self
            .areas
            .iter_mut()
            .filter(|(_, area)| !area.rates.is_empty());
        let rates_by_area: Vec<_> = with_rates
            .map(|(code, area)| (code.clone(), mem::take(&mut area.rates)))
            .collect();
        for (code, rates) in rates_by_area {
            let mut without_population: Vec<(Day, (usize, Position))> = vec![];
            for (
                date,
                Entry {
                    figure: published,
                    source,
                },
            ) in rates
            {
                let figure = match published {
                    PublishedRate::Suppressed => Figure::Suppressed,
                    PublishedRate::Rate(rate) => {
                        let Some(people) = people(&code, date).filter(|&people| people > 0) else {
                            without_population.push((date, source));
                            continue;
                        };
                        match rate.count(people) {
                            Ok(count) => {
                                self.recovered += 1;
                                Figure::Count(count)
                            }
                            Err(reason) => {
                                let fault = InputFault::NoCount {
                                    code: code.clone(),
                                    date,
                                    rate,
                                    people,
                                    reason,
                                };
                                self.row_counts.drop(fault.reason(), 1);
                                problems.push(self.place_of(source), fault);
                                continue;
                            }
                        }
                    }
                };
                let area = self.areas.entry(code.clone()).or_default();
                // Another file may have the count of this area and date.
                if let Some(repeat) = keep_larger(&mut area.days, date, Entry { figure, source }) {
                    self.drop_repeated(
                        repeat,
                        code.clone(),
                        date,
                        source,
                        RepeatPolicy::MustAgree,
                        problems,
                    );
                }
            }
            if let Some(&(first, source)) = without_population.first() {
                let rates = without_population.len() as u64;
                let fault = InputFault::RatesWithoutPopulation {
                    code: code.clone(),
                    first,
                    rates,
                };
                self.row_counts.drop(fault.reason(), rates);
                problems.push(self.place_of(source), fault);
            }
            if self
                .areas
                .get(&code)
                .is_some_and(|area| area.days.is_empty())
            {
                self.areas.remove(&code);
            }
        }
    }
}
