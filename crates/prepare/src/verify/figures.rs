//! The counts of a level: all of one kind, without a gap or an overlap, and with a seven-day figure
//! for each date offered.

use rising_model::area::AreaIndex;
use rising_model::day::Day;
use rising_model::series::{Cadence, Figure, Series};
use rising_model::snapshot::{Snapshot, areas_in};
use rising_words::Language;

use super::bar;
use super::data::{AGAIN, Decoded};
use super::report::{Finding, Group};
use crate::publish::MANIFEST;

/// All checks of a level's counts.
pub(super) fn check(decoded: &Decoded<'_>) -> Group {
    let mut group = Group::new(match decoded.level {
        rising_model::area::Level::Ltla => "figures of authorities",
        rising_model::area::Level::Msoa => "figures of neighbourhoods",
    });
    let files = decoded.files;
    for (counts, chunk) in files.counts.iter().zip(&decoded.chunks) {
        let name = &counts.file.file;
        group.same(
            name,
            "days from one figure to the next,",
            (files.step, chunk.cadence().step()),
            AGAIN,
        );
        group.same(name, "its first date", (counts.first, chunk.first()), AGAIN);
        group.same(name, "its last date", (counts.last, chunk.last()), AGAIN);
        if let Some(table) = &decoded.table {
            group.same(
                name,
                "figures of as many areas as the table has,",
                (table.len(), chunk.areas()),
                AGAIN,
            );
        }
    }
    for pair in files.counts.windows(2) {
        let what = format!("to begin where {} ends, on", pair[0].file.file);
        group.same(
            &pair[1].file.file,
            &what,
            (pair[0].last + files.step, pair[1].first),
            AGAIN,
        );
    }
    dates(decoded, &mut group);
    group
}

/// Every figure of every date offered, as the map asks for it.
fn dates(decoded: &Decoded<'_>, group: &mut Group) {
    let (Some(table), Some(cadence)) = (&decoded.table, Cadence::from_step(decoded.files.step))
    else {
        return;
    };
    let (Some(first), Some(last)) = (decoded.chunks.first(), decoded.chunks.last()) else {
        return;
    };
    let (stored_from, stored_to) = (first.first(), last.last());
    let before = match cadence {
        Cadence::Daily => 6,
        Cadence::Weekly => 0,
    };
    let series = Series::new(decoded.chunks.iter().cloned());
    let mut tally = Tally::default();
    for offered in &decoded.files.dates {
        let nation = offered.nation.name(Language::En);
        let wrong = |expected: String, got: String| Finding {
            file: MANIFEST.to_owned(),
            expected,
            got,
            advice: AGAIN.to_owned(),
        };
        let covered = offered.first <= offered.last
            && stored_from <= offered.first - before
            && offered.last <= stored_to
            && (offered.first - stored_from) % cadence.step() == 0
            && (offered.last - offered.first) % cadence.step() == 0;
        let is_covered = group.check(covered, || {
            let expected = format!(
                "{nation}'s dates to be among those with figures, {stored_from} to {stored_to}"
            );
            wrong(
                expected,
                format!("they are {} to {}", offered.first, offered.last),
            )
        });
        if !is_covered {
            continue;
        }
        let areas: Vec<AreaIndex> = areas_in(table, offered.nation).collect();
        let days: Vec<Day> = (0..=(offered.last - offered.first) / cadence.step())
            .map(|n| offered.first + n * cadence.step())
            .collect();
        let bar = bar(days.len(), &format!("every figure of {nation}"));
        let mut without = vec![];
        for &date in &days {
            bar.inc(1);
            let snapshot = Snapshot::new(table, &series, date);
            let known = tally.count(areas.iter().map(|&area| snapshot.comparison(area).now));
            // The dates offered begin and end with a week of some area. In between, a source may
            // have a hole.
            if date == offered.first || date == offered.last {
                group.check(known > 0, || {
                    wrong(
                        format!("a figure of {nation} on {date}, which is offered"),
                        "there is none".to_owned(),
                    )
                });
            } else if known == 0 {
                without.push(date);
            }
        }
        bar.finish_and_clear();
        tally.dates += days.len();
        if let (Some(first), Some(last)) = (without.first(), without.last()) {
            group.note(format!(
                "{nation} has no figure on {} of its dates, between {first} and {last}",
                without.len()
            ));
        }
    }
    group.say(tally.in_words(table.len()));
}

/// How many figures there are of each kind.
#[derive(Default)]
struct Tally {
    dates: usize,
    counts: u64,
    suppressed: u64,
    missing: u64,
}

impl Tally {
    /// Counts the figures of a date; how many of them say something.
    fn count(&mut self, figures: impl Iterator<Item = Figure>) -> u64 {
        let before = self.counts + self.suppressed;
        for figure in figures {
            *match figure {
                Figure::Count(_) => &mut self.counts,
                Figure::Suppressed => &mut self.suppressed,
                Figure::Missing => &mut self.missing,
            } += 1;
        }
        self.counts + self.suppressed - before
    }

    fn in_words(&self, areas: usize) -> String {
        let number = |n: u64| Language::En.number(n);
        let suppressed = match self.suppressed {
            0 => String::new(),
            n => format!("{} suppressed, ", number(n)),
        };
        format!(
            "{} areas, {} nations' dates, {} seven-day counts, {suppressed}{} missing",
            number(areas as u64),
            number(self.dates as u64),
            number(self.counts),
            number(self.missing)
        )
    }
}
