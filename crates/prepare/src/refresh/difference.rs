//! Describes what readers would see differently in a new edition.

use std::fmt::{self, Write};

use rising_model::domain::area::{Level, Nation};
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::snapshot::{Snapshot, areas_in};
use rising_view::{InWords, figures};
use rising_words::{Language, Texts};

use crate::check::{Revision, revisions};
use crate::level_figures::LevelFigures;
use crate::printable::Printable;

/// The part of a long list that is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// The first lines, and the number of the others.
    First(usize),
    /// All lines.
    All,
}

impl Extent {
    fn of<T>(self, list: &[T]) -> &[T] {
        match self {
            Extent::First(most) => &list[..list.len().min(most)],
            Extent::All => list,
        }
    }
}

/// The figures of a level beside those of the published edition.
#[derive(Clone, Copy)]
pub(super) struct Difference<'a> {
    pub level: Level,
    pub new: &'a LevelFigures,
    pub last: Option<&'a LevelFigures>,
    pub default: Option<Day>,
    pub extent: Extent,
}

impl Difference<'_> {
    /// Describes the changes of the level's totals, directions and figures.
    pub(super) fn in_words(self, texts: &Texts) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write(&mut text, self, texts);
        text
    }
}

fn write(text: &mut String, difference: Difference<'_>, texts: &Texts) -> fmt::Result {
    let Difference {
        level,
        new,
        last,
        default,
        extent,
    } = difference;
    for dates in &new.dates {
        let nation = dates.nation;
        let name = texts.nation_name(nation);
        let date = nearest(
            default.unwrap_or(dates.last),
            (dates.first, dates.last),
            new.cadence.step(),
        );
        let now = new.snapshot(date);
        let totals = |figures: &LevelFigures, at: &Snapshot| {
            figures::directions_text(&at.totals(&figures.table, nation), texts)
        };
        writeln!(
            text,
            "  {level}, {name}, {} ({})",
            totals(new, &now),
            date.in_words(texts)
        )?;
        let Some((last, before)) = last.and_then(|last| Some((last, last.dates_of(nation)?)))
        else {
            continue;
        };
        let before_date = nearest(
            default.unwrap_or(before.last),
            (before.first, before.last),
            last.cadence.step(),
        );
        let before = last.snapshot(before_date);
        writeln!(
            text,
            "    published: {} ({})",
            totals(last, &before),
            before_date.in_words(texts)
        )?;
        if date != before_date {
            let heading = format!("from {before_date} to {date}");
            let last = (last, &before);
            write_directions(text, nation, last, (new, &now), &heading, (extent, texts))?;
        }
        let same_date = new.snapshot(before_date);
        if totals(new, &same_date) != totals(last, &before) {
            writeln!(
                text,
                "    revised {} ({before_date})",
                totals(new, &same_date)
            )?;
        }
        let heading = format!("by revisions of {before_date}");
        write_directions(
            text,
            nation,
            (last, &before),
            (new, &same_date),
            &heading,
            (extent, texts),
        )?;
    }
    if let Some(last) = last {
        write_revisions(text, new, last, extent, texts)?;
    }
    Ok(())
}

/// Lists the areas that change direction.
fn write_directions(
    text: &mut String,
    nation: Nation,
    (last, before): (&LevelFigures, &Snapshot),
    (new, now): (&LevelFigures, &Snapshot),
    heading: &str,
    (extent, texts): (Extent, &Texts),
) -> fmt::Result {
    let mut changed = vec![];
    for area in areas_in(&new.table, nation) {
        let Some(area_row) = new.table.get(area) else {
            continue;
        };
        let Some(own) = last.table.index_of(&area_row.code) else {
            continue;
        };
        let was = before.comparison(own);
        let is = now.comparison(area);
        if was.direction() != is.direction() {
            let (was, counts, is) = (
                was.direction().word(),
                is.in_words(texts),
                is.direction().word(),
            );
            let name = Printable::value(&area_row.name);
            changed.push(format!(
                "{name} ({}): {was} → {is}: {counts}",
                area_row.code
            ));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    writeln!(
        text,
        "    {} {heading}",
        counted(
            changed.len(),
            "area changes direction",
            "areas change direction"
        )
    )?;
    write_list(text, &changed, extent)
}

fn write_revisions(
    text: &mut String,
    new: &LevelFigures,
    last: &LevelFigures,
    extent: Extent,
    texts: &Texts,
) -> fmt::Result {
    let mut revisions = revisions(new, last);
    if revisions.is_empty() {
        return writeln!(text, "    no published figure is changed");
    }
    revisions.sort_by_key(|revision| std::cmp::Reverse(revision.size()));
    let count =
        |figure: rising_model::domain::figure::Figure| i64::from(figure.count().unwrap_or(0));
    let net: i64 = revisions
        .iter()
        .map(|revision| count(revision.now) - count(revision.before))
        .sum();
    writeln!(
        text,
        "    {} {}, {net:+} cases in all; the largest first",
        texts.number(revisions.len() as u64),
        if revisions.len() == 1 {
            "published figure is changed"
        } else {
            "published figures are changed"
        }
    )?;
    let line = |revision: &Revision| {
        let (code, name) = new.code_and_name(revision.area);
        let code = code.map_or_else(String::new, |code| format!(" ({code})"));
        let (before, now) = (
            figures::cases_text(revision.before, texts),
            figures::cases_text(revision.now, texts),
        );
        format!(
            "{}{code}, {}: {before} → {now}",
            Printable::value(&name),
            revision.date
        )
    };
    // Only the printed lines are made: there may be hundreds of thousands of revisions.
    let lines: Vec<String> = extent.of(&revisions).iter().map(line).collect();
    for line in &lines {
        writeln!(text, "      {line}")?;
    }
    write_more(text, revisions.len() - lines.len())
}

fn write_list(text: &mut String, lines: &[String], extent: Extent) -> fmt::Result {
    let shown = extent.of(lines);
    for line in shown {
        writeln!(text, "      {line}")?;
    }
    write_more(text, lines.len() - shown.len())
}

fn write_more(text: &mut String, left: usize) -> fmt::Result {
    match left {
        0 => Ok(()),
        left => writeln!(
            text,
            "      and {} more, which --all lists",
            Language::En.number(left as u64)
        ),
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        Language::En.number(n as u64),
        if n == 1 { one } else { many }
    )
}
