//! Implements `prepare report`, which prints the map's figures, calculated by the same code.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::{Criteria, Grade};
use rising_model::domain::day::{Day, nearest};
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::series::{Cadence, needed_span};
use rising_model::domain::trend::Direction;
use rising_view::LevelView;
use rising_view::area_figures::AreaFigures;
use rising_view::report::{Report, ReportTable};
use rising_view::story::{self, StoryContext};
use rising_words::{Language, Texts};
use serde::Serialize;
use thiserror::Error;

use crate::level_figures::{LevelFigures, read_areas};
use crate::printable::{self, Printable};
use crate::publish::read_manifest;

/// Print the totals and the rising areas of a date, or all figures as JSON
///
/// The figures are those of the map: the same code calculates them from the same files.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  The authorities of England that were rising in the week to 7 February 2021:
    prepare report --data public/data --level ltla --date 2021-02-07

  All figures of Wales, for a spreadsheet or another program:
    prepare report --data public/data --level ltla --date 2021-02-07 --nation wales --json

  The same figures in sentences to quote:
    prepare report --data public/data --level ltla --date 2021-02-07 --prose

  Herefordshire, with its neighbourhoods at 100 cases per 100,000 people or more:
    prepare report --data public/data --level ltla --date 2020-11-28 --prose --area E06000019 --threshold 100")]
pub struct Args {
    /// Folder of the data set
    #[arg(long, value_name = "DIR")]
    data: PathBuf,

    /// ltla (authorities) or msoa (neighbourhoods)
    #[arg(long)]
    level: Level,

    /// The last of the seven days, YYYY-MM-DD
    #[arg(long)]
    date: Day,

    /// england, wales, scotland, ni or uk [default: the nation that the data set opens on]
    #[arg(long)]
    nation: Option<Nation>,

    /// Print all areas as one JSON object, highest rate first
    #[arg(long)]
    json: bool,

    /// Print sentences to quote: the nation's rises and falls, the highest rates, each rising area,
    /// and what the words mean
    #[arg(long, conflicts_with = "json")]
    prose: bool,

    /// With --prose, the code of an area whose own figures and those of its neighbourhoods are
    /// printed instead of the nation's
    #[arg(long, value_name = "CODE", requires = "prose")]
    area: Option<AreaCode>,

    /// With --area, cases per 100,000 people from which a neighbourhood is listed as a hotspot
    /// [default: the bound of the colour scale below the highest of them]
    #[arg(long, value_name = "N", requires = "area")]
    threshold: Option<u32>,

    /// With --prose, the language of the sentences: en or cy
    #[arg(long, value_name = "LANG", requires = "prose", default_value = "en", value_parser = language)]
    lang: Language,
}

fn language(tag: &str) -> Result<Language, String> {
    let all = Language::ALL.map(Language::tag).join(", ");
    Language::parse(tag).ok_or_else(|| format!("it is one of {all}"))
}

/// The reasons why a report cannot be made.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The folder has no manifest.
    #[error(
        "{text} has no manifest.json; give the folder that `prepare compile` wrote to",
        text = printable::path(.0)
    )]
    NoDataSet(PathBuf),
    /// The data set lacks the level.
    #[error("the data set has no level {0}; compile it with `prepare compile --level {0}`")]
    NoLevel(Level),
    /// The level has no figures for the nation.
    #[error(
        "the data set has no figures of level {level} for {nation}; it has {has}",
        has = Printable::value(.has)
    )]
    NoNation {
        /// The level.
        level: Level,
        /// The nation's name.
        nation: String,
        /// The names of the nations that it has.
        has: String,
    },
    /// The date is outside the dates offered.
    #[error(
        "no complete week ends on {date} for {nation} at level {level}; the dates go from {first} to \
         {last}"
    )]
    NotCovered {
        /// The level.
        level: Level,
        /// The nation's name.
        nation: String,
        /// The requested date.
        date: Day,
        /// First date offered.
        first: Day,
        /// Last date offered.
        last: Day,
    },
    /// The level does not have the area.
    #[error("level {0} has no area {1}")]
    NoArea(Level, AreaCode),
    /// The date is between the ends of two weeks.
    #[error(
        "level {level} has one figure a week, and no week ends on {date}; the nearest are \
         {before} and {after} (dates go from {first} to {last})"
    )]
    BetweenWeeks {
        /// The level.
        level: Level,
        /// The requested date.
        date: Day,
        /// The last date offered before it.
        before: Day,
        /// The first one after it.
        after: Day,
        /// First date offered.
        first: Day,
        /// Last date offered.
        last: Day,
    },
}

/// A level, with the counts that one date needs.
struct LoadedLevel {
    view: LevelView,
    /// The authorities that the areas are in, if the data set has their level.
    authorities: Option<AreaTable>,
}

/// Returns the report as text or JSON.
///
/// # Errors
/// If the data set lacks the level, nation or date, or a file of it is missing or damaged.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let manifest =
        read_manifest(&args.data)?.ok_or_else(|| ReportError::NoDataSet(args.data.clone()))?;
    let files = manifest
        .levels
        .get(args.level)
        .ok_or(ReportError::NoLevel(args.level))?;
    let nation = args.nation.unwrap_or(manifest.default.nation);
    let texts = Texts::of(&manifest, Language::En);
    check_date(files, args, nation, &texts)?;
    let level_data = load(&args.data, args.level, args.date, &manifest, files)?;
    if args.prose {
        return prose(&level_data, args, nation, &manifest);
    }
    Ok(match args.json {
        true => printable::json(&serde_json::to_string(&json(&level_data, args, nation))?) + "\n",
        false => text(&level_data, nation, &texts),
    })
}

/// Returns sentences to quote, by the same code as the page's.
fn prose(
    level_data: &LoadedLevel,
    args: &Args,
    nation: Nation,
    manifest: &Manifest,
) -> anyhow::Result<String> {
    let (figures, texts) = (&level_data.view, &Texts::of(manifest, args.lang));
    let Some(code) = &args.area else {
        return Ok(story::nation_story(
            figures,
            nation,
            level_data.authorities.as_ref(),
            &manifest.sources,
            texts,
        )
        .to_plain_text());
    };
    let area = figures
        .table
        .index_of(code)
        .ok_or_else(|| ReportError::NoArea(args.level, code.clone()))?;
    let other = match args.level {
        Level::Ltla => Level::Msoa,
        Level::Msoa => Level::Ltla,
    };
    let others = match manifest.levels.get(other) {
        Some(files) => Some(load_nearest(args, manifest, other, files)?),
        None => None,
    };
    let others = others.as_ref().map(|others| &others.view);
    let (authorities, neighbourhoods) = match args.level {
        Level::Ltla => (Some(figures), others),
        Level::Msoa => (others, Some(figures)),
    };
    let neighbourhood_dates = manifest
        .levels
        .get(Level::Msoa)
        .and_then(|files| files.dates_of(Nation::Uk));
    let threshold = args.threshold;
    let around = StoryContext {
        authorities,
        neighbourhoods,
        neighbourhood_dates,
        threshold,
        breaks: &manifest.breaks,
    };
    let story = story::area_story(figures, area, around, &manifest.sources, texts);
    Ok(story
        .ok_or_else(|| ReportError::NoArea(args.level, code.clone()))?
        .to_plain_text())
}

/// Loads a level at the date nearest to the requested one.
fn load_nearest(
    args: &Args,
    manifest: &Manifest,
    level: Level,
    files: &LevelFiles,
) -> anyhow::Result<LoadedLevel> {
    let dates = files
        .dates_of(Nation::Uk)
        .with_context(|| format!("level {level} has no dates"))?;
    load(
        &args.data,
        level,
        nearest(args.date, dates, files.step),
        manifest,
        files,
    )
}

fn check_date(
    files: &LevelFiles,
    args: &Args,
    nation: Nation,
    texts: &Texts,
) -> Result<(), ReportError> {
    let &Args { level, date, .. } = args;
    let name = || texts.nation_name(nation).to_owned();
    let Some((first, last)) = files.dates_of(nation) else {
        let has = files
            .dates
            .iter()
            .map(|dates| texts.nation_name(dates.nation))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(ReportError::NoNation {
            level,
            nation: name(),
            has,
        });
    };
    if !(first..=last).contains(&date) {
        return Err(ReportError::NotCovered {
            level,
            nation: name(),
            date,
            first,
            last,
        });
    }
    let off = (date - first).rem_euclid(files.step);
    if off != 0 {
        let before = date - off;
        return Err(ReportError::BetweenWeeks {
            level,
            date,
            before,
            after: before + files.step,
            first,
            last,
        });
    }
    Ok(())
}

fn load(
    folder: &Path,
    level: Level,
    date: Day,
    manifest: &Manifest,
    files: &LevelFiles,
) -> anyhow::Result<LoadedLevel> {
    let cadence = Cadence::from_step(files.step).with_context(|| {
        format!(
            "the manifest's step of level {level} is {} days, neither 1 nor 7",
            files.step
        )
    })?;
    let figures = LevelFigures::read(folder, files, Some(needed_span(cadence, date)))?;
    let snapshot = figures.snapshot(date);
    let authorities = match (level, manifest.levels.get(Level::Ltla)) {
        (Level::Msoa, Some(files)) => Some(read_areas(folder, files)?),
        _ => None,
    };
    Ok(LoadedLevel {
        view: LevelView {
            level,
            table: Arc::new(figures.table),
            snapshot: Arc::new(snapshot),
            step: files.step,
        },
        authorities,
    })
}

/// The JSON form. The order of its keys is part of its promise.
#[derive(Serialize)]
struct JsonReport<'a> {
    level: Level,
    date: Day,
    nation: Nation,
    areas: u32,
    rising: u32,
    falling: u32,
    unchanged: u32,
    unknown: u32,
    rows: Vec<AreaRow<'a>>,
    /// The dispersion of the nation's own counts; null if unknown, or if areas of several nations
    /// are shown.
    dispersion: Option<f64>,
    /// The smallest score that is clear; null if none is, or if `dispersion` is null.
    clear_from: Option<f64>,
}

#[derive(Serialize)]
struct AreaRow<'a> {
    code: &'a str,
    name: &'a str,
    count: JsonFigure,
    previous: JsonFigure,
    /// Cases per 100,000 people, rounded half up to one decimal; null without a count.
    rate: Option<f64>,
    previous_rate: Option<f64>,
    direction: Direction,
    /// Whether the change is larger than chance explains, by the rule for a whole map. Null if
    /// there is no rise or fall, or the criteria are unknown.
    clear: Option<bool>,
    /// The same by the area's own test at 5 %, so true for each change that is clear.
    probable: Option<bool>,
}

/// A figure as a number, `null` if missing, or `"suppressed"`.
#[derive(Serialize)]
#[serde(untagged)]
enum JsonFigure {
    Number(Option<u32>),
    Word(&'static str),
}

impl From<Figure> for JsonFigure {
    fn from(figure: Figure) -> JsonFigure {
        match figure {
            Figure::Suppressed => JsonFigure::Word("suppressed"),
            figure => JsonFigure::Number(figure.count()),
        }
    }
}

fn json<'a>(level_data: &'a LoadedLevel, args: &Args, nation: Nation) -> JsonReport<'a> {
    let LevelView {
        table, snapshot, ..
    } = &level_data.view;
    let totals = snapshot.totals(table, nation);
    let row = |index: AreaIndex| {
        let area = table.get(index)?;
        let figures = AreaFigures::new(&level_data.view, index);
        Some(AreaRow {
            code: area.code.as_str(),
            name: &area.name,
            count: figures.comparison.now.into(),
            previous: figures.comparison.before.into(),
            rate: figures.rate.map(Rate::rounded),
            previous_rate: figures.rate_before.map(Rate::rounded),
            direction: figures.direction(),
            clear: figures.grade.map(|grade| grade == Grade::Clear),
            probable: figures.grade.map(|grade| grade >= Grade::Probable),
        })
    };
    let criteria = snapshot.criteria(nation);
    JsonReport {
        level: args.level,
        date: args.date,
        nation,
        areas: totals.areas,
        rising: totals.rising,
        falling: totals.falling,
        unchanged: totals.unchanged,
        unknown: totals.unknown,
        rows: snapshot
            .ranking(table, nation)
            .into_iter()
            .filter_map(row)
            .collect(),
        dispersion: criteria.map(|criteria| criteria.dispersion().value()),
        clear_from: criteria.and_then(Criteria::clear_from),
    }
}

fn text(level_data: &LoadedLevel, nation: Nation, texts: &Texts) -> String {
    let authorities = level_data.authorities.as_ref();
    let report = Report::new(&level_data.view, nation, authorities, texts);
    let mut out = report.totals + "\n";
    if let Some(overall) = report.overall {
        out += &overall;
        out.push('\n');
    }
    let ReportTable {
        header,
        rows,
        name_columns,
    } = report.rising;
    if !rows.is_empty() {
        let header = header.into_iter().map(str::to_owned).collect();
        let rows: Vec<Vec<String>> = [header].into_iter().chain(rows).collect();
        out.push('\n');
        align(&rows, name_columns, &mut out);
    }
    out
}

/// Writes rows in aligned columns: the first `words` columns and the last one left-aligned, those
/// between right-aligned.
fn align(rows: &[Vec<String>], words: usize, out: &mut String) {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            // Writing to a string cannot fail.
            let _ = if column + 1 == columns {
                writeln!(out, "{cell}")
            } else if column < words {
                write!(out, "{cell:<width$}  ")
            } else {
                write!(out, "{cell:>width$}  ")
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_figure_of_each_kind() {
        let json = |figure: Figure| serde_json::to_string(&JsonFigure::from(figure)).unwrap();
        assert_eq!(json(Figure::Missing), "null");
        assert_eq!(json(Figure::Suppressed), "\"suppressed\"");
        assert_eq!(json(Figure::Count(0)), "0");
    }

    #[test]
    fn align_pads_columns() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let mut out = String::new();
        align(
            &[
                row(["area", "rate", "grade"]),
                row(["Ynys Môn", "1,000.0", "clear"]),
            ],
            1,
            &mut out,
        );
        assert_eq!(out, "area         rate  grade\nYnys Môn  1,000.0  clear\n");
    }
}
