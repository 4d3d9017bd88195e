//! The figures as `prepare report` gives them.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::settings::settings;

/// All areas of a nation at a date.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Report {
    /// The last of the seven days, YYYY-MM-DD.
    pub date: String,
    /// How many areas there are.
    pub areas: u32,
    /// How many are rising.
    pub rising: u32,
    /// How many are falling.
    pub falling: u32,
    /// How many are unchanged.
    pub unchanged: u32,
    /// How many cannot be decided.
    pub unknown: u32,
    /// The areas, highest rate first.
    pub rows: Vec<ReportRow>,
}

/// An area.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ReportRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// This week's cases.
    pub count: Count,
    /// The week before's.
    pub previous: Count,
    /// This week's rate.
    pub rate: Option<f64>,
    /// The week before's.
    pub previous_rate: Option<f64>,
    /// `rising`, `falling`, `unchanged` or `unknown`.
    pub direction: String,
    /// Whether the change is larger than chance explains, though many areas are looked at.
    pub clear: Option<bool>,
    /// The same, were this the only area looked at.
    pub probable: Option<bool>,
}

/// A number of cases, a word in place of one that is not published, or nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// Published.
    Number(u64),
    /// `suppressed`.
    Word(String),
    /// Missing.
    Nothing(Option<()>),
}

impl Report {
    /// Runs `prepare report --json` on the site's data set.
    ///
    /// # Errors
    /// If it fails or says something else than it should.
    pub fn of(level: &str, date: &str, nation: &str) -> Result<Self> {
        let output = prepare(&[
            "--json", "--level", level, "--date", date, "--nation", nation,
        ])?;
        serde_json::from_slice(&output).context("what prepare report prints is not as promised")
    }

    /// The totals as the page words them, without commas between digits.
    pub fn totals(&self) -> String {
        let mut words = format!(
            "{} rising, {} falling, {} unchanged",
            self.rising, self.falling, self.unchanged
        );
        if self.unknown > 0 {
            words += &format!(", {} unknown", self.unknown);
        }
        if self.rows.iter().any(|row| row.clear.is_some()) {
            let counted = |direction: &str, noun: &str| {
                let clear =
                    |row: &&ReportRow| row.direction == direction && row.clear == Some(true);
                let number = self.rows.iter().filter(clear).count();
                format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
            };
            words += &format!(
                ". {} and {} are clear.",
                counted("rising", "rise"),
                counted("falling", "fall")
            );
        }
        words
    }

    /// The rising areas, highest rate first.
    pub fn rising_rows(&self) -> impl Iterator<Item = &ReportRow> {
        self.rows.iter().filter(|row| row.direction == "rising")
    }
}

/// What `prepare report --prose` prints of the site's data set, with those arguments besides.
///
/// # Errors
/// If it fails.
pub fn prose(more: &[&str]) -> Result<String> {
    let output = prepare(&[&["--prose"], more].concat())?;
    String::from_utf8(output).context("what prepare report prints is no text")
}

/// Runs `prepare report` on the site's data set and gives what it prints.
fn prepare(more: &[&str]) -> Result<Vec<u8>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args([
            "run",
            "--quiet",
            "--package",
            "rising-prepare",
            "--",
            "report",
        ])
        .args(more)
        .arg("--data")
        .arg(settings().map_err(anyhow::Error::msg)?.dist.join("data"))
        .output()
        .context("cannot start cargo")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "prepare report {more:?} failed: {errors}"
    );
    Ok(output.stdout)
}

impl ReportRow {
    /// The grade of the change as exports have it; empty where it has none.
    pub fn grade(&self) -> &'static str {
        match (self.clear, self.probable) {
            (Some(true), _) => "clear",
            (_, Some(true)) => "probable",
            (_, Some(false)) => "chance",
            (_, None) => "",
        }
    }

    /// The cells of the page's table, without commas: rate, previous rate, count, previous count,
    /// direction.
    pub fn cells(&self) -> Vec<String> {
        let grade = match self.grade() {
            "" => "",
            "chance" => " could be chance",
            "probable" => " probable",
            _ => " clear",
        };
        let arrow = match self.direction.as_str() {
            "rising" => "▲",
            "falling" => "▼",
            "unchanged" => "=",
            _ => "?",
        };
        vec![
            rate(self.rate, &self.count),
            rate(self.previous_rate, &self.previous),
            self.count.in_words(),
            self.previous.in_words(),
            format!("{arrow} {}{grade}", self.direction),
        ]
    }
}

impl Count {
    fn in_words(&self) -> String {
        match self {
            Count::Number(number) => number.to_string(),
            Count::Word(_) => "fewer than 3".into(),
            Count::Nothing(_) => "no figure".into(),
        }
    }
}

fn rate(rate: Option<f64>, count: &Count) -> String {
    match (rate, count) {
        (Some(rate), _) => {
            // The report has rounded it already.
            format!("{rate:.1}")
        }
        (None, Count::Word(_)) => "not published".into(),
        (None, _) => "no figure".into(),
    }
}

/// With a comma before every three digits: written here anew, since the test is to notice if the
/// app's own changes.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_and_words_as_the_page_does() {
        let json = r#"{"level":"msoa","date":"2020-11-28","nation":"england","areas":3,"rising":2,"falling":0,"unchanged":0,
            "unknown":1,"rows":[
            {"code":"E1","name":"A","count":1840,"previous":"suppressed","rate":1234.5,"previous_rate":null,"direction":"rising","clear":true,"probable":true},
            {"code":"E2","name":"B","count":"suppressed","previous":null,"rate":null,"previous_rate":null,"direction":"unknown","clear":null,"probable":null}]}"#;
        let report: Report = serde_json::from_str(json).unwrap();
        assert_eq!(
            report.totals(),
            "2 rising, 0 falling, 0 unchanged, 1 unknown. 1 rise and 0 falls are clear."
        );
        assert_eq!(
            report.rows[0].cells(),
            [
                "1234.5",
                "not published",
                "1840",
                "fewer than 3",
                "▲ rising clear"
            ]
        );
        assert_eq!(
            report.rows[1].cells()[..4],
            ["not published", "no figure", "fewer than 3", "no figure"]
        );
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }
}
