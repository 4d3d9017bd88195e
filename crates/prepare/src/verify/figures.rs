//! Checks the counts of a level: all of one cadence, without gaps or overlaps, and with a seven-day
//! figure for each date offered.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::series::{Cadence, Series};
use rising_model::domain::snapshot::{Snapshot, areas_in};
use rising_words::Language;

use super::bar;
use super::decoding::DecodedLevel;
use super::report::{CheckGroup, FailedCheck, REPUBLISH};
use crate::publish::MANIFEST;

/// Checks a level's counts.
pub(super) fn check(decoded: &DecodedLevel<'_>) -> CheckGroup {
    let mut group = CheckGroup::new(match decoded.level {
        rising_model::domain::area::Level::Ltla => "figures of authorities",
        rising_model::domain::area::Level::Msoa => "figures of neighbourhoods",
    });
    let files = decoded.files;
    for (counts, chunk) in files.counts.iter().zip(&decoded.chunks) {
        let name = &counts.file.file;
        group.same(
            name,
            "days from one figure to the next,",
            (files.step, chunk.cadence().step()),
            REPUBLISH,
        );
        group.same(
            name,
            "its first date",
            (counts.first, chunk.first()),
            REPUBLISH,
        );
        group.same(
            name,
            "its last date",
            (counts.last, chunk.last()),
            REPUBLISH,
        );
        if let Some(table) = &decoded.table {
            group.same(
                name,
                "figures of as many areas as the table has,",
                (table.len(), chunk.areas()),
                REPUBLISH,
            );
        }
    }
    for pair in files.counts.windows(2) {
        let what = format!("to begin where {} ends, on", pair[0].file.file);
        group.same(
            &pair[1].file.file,
            &what,
            (pair[0].last + files.step, pair[1].first),
            REPUBLISH,
        );
    }
    check_dates(decoded, &mut group);
    group
}

/// Calculates every figure of every date offered, as the map does.
fn check_dates(decoded: &DecodedLevel<'_>, group: &mut CheckGroup) {
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
    let mut counts = FigureCounts::default();
    let texts = Language::En.texts();
    for offered in &decoded.files.dates {
        let nation = texts.nation_name(offered.nation);
        let wrong = |expected: String, got: String| FailedCheck {
            file: MANIFEST.to_owned(),
            expected,
            got,
            advice: REPUBLISH.to_owned(),
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
            let known = counts.count(areas.iter().map(|&area| snapshot.comparison(area).now));
            // The first and the last date offered have a week of some area. A source may have gaps
            // in between.
            if date == offered.first || date == offered.last {
                group.check(known > 0, || {
                    wrong(
                        format!("a figure of {nation} on {date}, which is offered"),
                        "it has none".to_owned(),
                    )
                });
            } else if known == 0 {
                without.push(date);
            }
        }
        bar.finish_and_clear();
        counts.dates += days.len();
        if let (Some(first), Some(last)) = (without.first(), without.last()) {
            group.note(format!(
                "{nation} has no figure on {} of its dates, between {first} and {last}",
                without.len()
            ));
        }
    }
    group.summarise(counts.in_words(table.len()));
}

/// The numbers of figures of each kind.
#[derive(Default)]
struct FigureCounts {
    dates: usize,
    counts: u64,
    suppressed: u64,
    missing: u64,
}

impl FigureCounts {
    /// Counts the figures of a date. Returns how many of them are not missing.
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
        let number = |n: u64| Language::En.texts().number(n);
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
