//! Writes the summary of a run: what it read, joined, dropped and wrote.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

use rising_model::dataset::manifest::{LevelFiles, Manifest};
use rising_model::domain::area::{Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::series::Cadence;
use rising_words::{Language, Texts};

use super::{LevelInputs, LevelOptions};
use crate::boundaries::Boundaries;
use crate::cases::{Cases, RowCounts};
use crate::clearness::LevelCriteria;
use crate::content_encoding::brotli_size;
use crate::input;
use crate::join::{Grid, JoinedData};
use crate::period::Period;
use crate::population::Populations;
use crate::printable::{self, Printable};
use crate::problem::Problems;
use crate::publish::{Edition, PublishOutcome};

/// The text of a summary, to which sections are added.
#[derive(Debug, Default)]
pub(crate) struct Summary(String);

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Formats a number with its noun: "1 line", "2,430 lines".
fn counted(n: usize, noun: &str) -> String {
    format!(
        "{} {noun}{}",
        Language::En.texts().number(n as u64),
        if n == 1 { "" } else { "s" }
    )
}

impl Summary {
    fn line(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{text}");
    }

    /// Adds what was read, joined and dropped.
    pub(crate) fn add_inputs(
        &mut self,
        inputs: &LevelInputs,
        options: &LevelOptions,
        problems: &Problems,
    ) {
        self.add_sources(
            &inputs.cases,
            &inputs.populations,
            options.population.len(),
            &inputs.boundaries,
        );
        self.add_joined(&inputs.joined, &options.known_gap);
        self.add_dropped(&inputs.cases.row_counts, &inputs.joined.dropped, problems);
    }

    fn add_sources(
        &mut self,
        cases: &Cases,
        populations: &Populations,
        files: usize,
        boundaries: &Boundaries,
    ) {
        self.line(format_args!("Read"));
        for file in &cases.files {
            self.line(format_args!(
                "  {}: {}, {}",
                printable::path(&file.path),
                counted(file.read as usize, "line"),
                file.dialect
            ));
        }
        if cases.recovered > 0 {
            let counts = counted(cases.recovered as usize, "count");
            self.line(format_args!(
                "  {counts} recovered from published rates and populations"
            ));
        }
        let lines = counted(populations.read as usize, "line");
        let areas = counted(populations.len(), "area");
        self.line(format_args!(
            "  populations of {areas}, {lines} in {}",
            counted(files, "file")
        ));
        self.line(format_args!(
            "  boundaries of {}",
            counted(boundaries.shapes.len(), "area")
        ));
    }

    fn add_joined(&mut self, joined: &JoinedData, known: &[Period]) {
        let grid = &joined.grid;
        let last = grid.date(grid.dates - 1);
        self.line(format_args!("Joined"));
        let nations = nations(&joined.table);
        self.line(format_args!(
            "  {}{nations}",
            counted(joined.table.len(), "area")
        ));
        let figures = grid
            .figures
            .iter()
            .filter(|figure| figure.bounds().is_some())
            .count();
        self.line(format_args!(
            "  {} from {} to {last}",
            counted(figures, "figure"),
            grid.first
        ));
        for merge in &joined.merges {
            let ((code, name), (into, into_name)) = (&merge.from, &merge.into);
            let [name, into_name] = [name, into_name].map(|name| Printable::value(name));
            let added_dates = match merge.added_dates {
                0 => String::new(),
                n => format!(" ({n} of them for dates on which {into} has none)"),
            };
            let figures = counted(merge.figures, "figure");
            let people = Language::En.texts().number(merge.people);
            self.line(format_args!(
                "  {code} {name} is counted in {into} {into_name}: {figures}{added_dates}, \
                 {people} people"
            ));
        }
        for (vintage, areas) in &joined.lacking {
            let from = vintage
                .from
                .map(|from| format!(" from {from} on"))
                .unwrap_or_default();
            let named = if vintage.estimate.is_empty() {
                "newer"
            } else {
                &vintage.estimate
            };
            let lack = if *areas == 1 {
                "keeps its older population"
            } else {
                "keep their older population"
            };
            let all = counted(joined.table.len() - areas, "area");
            let areas = counted(*areas, "area");
            self.line(format_args!(
                "  {named} populations{from}: {all}; {areas} {lack}"
            ));
        }
        if joined.known_missing > 0 {
            let gaps = known
                .iter()
                .map(Period::to_string)
                .collect::<Vec<_>>()
                .join(", ");
            self.line(format_args!(
                "  {} missing in the known gaps {gaps}",
                counted(joined.known_missing, "figure")
            ));
        }
    }

    fn add_dropped(
        &mut self,
        row_counts: &RowCounts,
        in_join: &BTreeMap<String, u64>,
        problems: &Problems,
    ) {
        let used = row_counts.used() - in_join.values().sum::<u64>();
        let total = row_counts.read - used;
        self.line(format_args!(
            "Dropped {} of {}, {} used",
            counted(total as usize, "line"),
            Language::En.texts().number(row_counts.read),
            Language::En.texts().number(used)
        ));
        for (reason, lines) in row_counts.dropped.iter().chain(in_join) {
            self.line(format_args!(
                "  {}: {}",
                Language::En.texts().number(*lines),
                Printable::sentence(reason)
            ));
        }
        if !problems.all().is_empty() {
            self.line(format_args!(
                "Accepted because of --lenient: {}",
                counted(problems.all().len() + problems.more(), "problem")
            ));
            for problem in problems.all() {
                self.line(format_args!("  {problem}"));
            }
            if problems.more() > 0 {
                self.line(format_args!(
                    "  and {} more",
                    Language::En.texts().number(problems.more() as u64)
                ));
            }
        }
    }

    /// Adds the sources of the dispersion, by which changes are distinguished from chance.
    pub(crate) fn add_criteria(&mut self, criteria: &LevelCriteria) {
        self.line(format_args!("Clear changes"));
        for line in criteria.summary_lines() {
            self.line(format_args!("  {line}"));
        }
    }

    /// Adds the advice to compile the other level again, if its dispersion is that of counts that
    /// have now been replaced.
    pub(crate) fn add_recompile_advice(
        &mut self,
        earlier: Option<&Manifest>,
        level: Level,
        grid: &Grid,
    ) {
        let Some(earlier) = earlier.filter(|_| grid.cadence == Cadence::Daily) else {
            return;
        };
        for other in Level::ALL.into_iter().filter(|&other| other != level) {
            let is_weekly = |files: &LevelFiles| files.step == Cadence::Weekly.step();
            if earlier.levels.get(other).is_some_and(is_weekly) {
                self.line(format_args!(
                    "  level {other} still has the dispersion of the previous counts of {level}; \
                     compile it again"
                ));
            }
        }
    }

    pub(crate) fn add_dates(&mut self, manifest: &Manifest, level: Level) {
        let Some(files) = manifest.levels.get(level) else {
            return;
        };
        let texts = Texts::of(manifest, Language::En);
        self.line(format_args!("Offered"));
        for dates in &files.dates {
            self.line(format_args!(
                "  {}: {} to {}",
                texts.nation_name(dates.nation),
                dates.first,
                dates.last
            ));
        }
        if let (Some(date), true) = (manifest.default.date, manifest.default.level == level) {
            self.line(format_args!("  default date: {date}"));
        }
    }

    pub(crate) fn add_files(
        &mut self,
        out: &Path,
        edition: &Edition,
        manifest: &Manifest,
        outcome: &PublishOutcome,
    ) {
        let preload: Vec<&String> = Level::ALL
            .into_iter()
            .filter_map(|level| manifest.levels.get(level))
            .flat_map(|files| &files.preload)
            .collect();
        self.line(format_args!(
            "Wrote {}, {} new",
            out.display(),
            counted(outcome.new, "file")
        ));
        let bar = input::progress_bar(edition.files().len() as u64, "compressing to measure sizes");
        let mut first_view = 0;
        let mut all = 0;
        for (file, bytes) in edition.files() {
            let compressed = brotli_size(bytes);
            bar.inc(1);
            let first = preload.contains(&&file.file);
            all += compressed;
            first_view += if first { compressed } else { 0 };
            self.line(format_args!(
                "  {:<30} {:>9} bytes, {:>7} with Brotli, {:>9} records{}",
                file.file,
                Language::En.texts().number(file.bytes),
                Language::En.texts().number(compressed),
                Language::En.texts().number(file.records),
                if first { ", first view" } else { "" }
            ));
        }
        bar.finish_and_clear();
        let first_view = Language::En.texts().number(first_view);
        let all = Language::En.texts().number(all);
        self.line(format_args!(
            "  {all} bytes with Brotli, of which the first view needs {first_view}"
        ));
        for (names, what) in [
            (&outcome.removed, "removed"),
            (&outcome.kept, "kept for pages with an earlier manifest"),
        ] {
            if !names.is_empty() {
                self.line(format_args!("  {what}: {}", names.join(", ")));
            }
        }
    }
}

/// Lists the nations in the table as ": England 315, Wales 22".
fn nations(table: &AreaTable) -> String {
    let count = |nation: Nation| {
        table
            .areas()
            .iter()
            .filter(|area| area.code.nation() == Some(nation))
            .count()
    };
    let parts: Vec<String> = Nation::ALL
        .into_iter()
        .map(|nation| (nation, count(nation)))
        .filter(|&(_, n)| n > 0)
        .map(|(nation, n)| {
            format!(
                "{} {}",
                Language::En.texts().nation_name(nation),
                Language::En.texts().number(n as u64)
            )
        })
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    }
}
