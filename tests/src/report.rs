//! Runs `prepare report` and reads its figures.

use std::env;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::settings::settings;

/// The areas of a nation at a date.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Report {
    /// The last of the seven days, YYYY-MM-DD.
    pub date: String,
    /// The number of areas.
    pub areas: u32,
    /// The number of rising areas.
    pub rising: u32,
    /// The number of falling areas.
    pub falling: u32,
    /// The number of unchanged areas.
    pub unchanged: u32,
    /// The number of areas whose direction cannot be decided.
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
    /// The cases of the seven days.
    pub count: Count,
    /// The figure of the week before.
    pub previous: Count,
    /// The rate of the seven days, cases per 100,000 people.
    pub rate: Option<f64>,
    /// The figure of the week before.
    pub previous_rate: Option<f64>,
    /// `rising`, `falling`, `unchanged` or `unknown`.
    pub direction: String,
    /// Whether the change is larger than chance explains, corrected for the number of areas
    /// compared.
    pub clear: Option<bool>,
    /// The same, without that correction.
    pub probable: Option<bool>,
}

/// A number of cases, as the report writes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// A published number.
    Number(u64),
    /// The word `suppressed`.
    Suppressed(String),
    /// No figure.
    Missing(Option<()>),
}

impl Report {
    /// Runs `prepare report --json` on the site's data set.
    ///
    /// # Errors
    /// If the command fails or prints an unexpected format.
    pub fn load(level: &str, date: &str, nation: &str) -> Result<Self> {
        let output = run_report(&[
            "--json", "--level", level, "--date", date, "--nation", nation,
        ])?;
        serde_json::from_slice(&output).context("cannot read the output of prepare report --json")
    }

    /// Writes the totals as the page does, without commas between digits.
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

/// Runs `prepare report --prose` on the site's data set, with further arguments.
///
/// # Errors
/// If the command fails.
pub fn prose(arguments: &[&str]) -> Result<String> {
    let output = run_report(&[&["--prose"], arguments].concat())?;
    String::from_utf8(output).context("the output of prepare report --prose is not UTF-8")
}

/// Runs `prepare report` on the site's data set and returns its output.
fn run_report(arguments: &[&str]) -> Result<Vec<u8>> {
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
        .args(arguments)
        .arg("--data")
        .arg(settings().map_err(anyhow::Error::msg)?.dist.join("data"))
        .output()
        .context("cannot start cargo")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "prepare report {arguments:?} failed: {errors}"
    );
    Ok(output.stdout)
}

impl ReportRow {
    /// The grade of the change as exports write it; empty if it has none.
    pub fn grade(&self) -> &'static str {
        match (self.clear, self.probable) {
            (Some(true), _) => "clear",
            (_, Some(true)) => "probable",
            (_, Some(false)) => "chance",
            (_, None) => "",
        }
    }

    /// The cells of the page's table: rate, previous rate, count, previous count and direction,
    /// without commas.
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
            self.count.to_text(),
            self.previous.to_text(),
            format!("{arrow} {}{grade}", self.direction),
        ]
    }
}

impl Count {
    fn to_text(&self) -> String {
        match self {
            Count::Number(number) => number.to_string(),
            Count::Suppressed(_) => "fewer than 3".into(),
            Count::Missing(_) => "no figure".into(),
        }
    }
}

fn rate(rate: Option<f64>, count: &Count) -> String {
    match (rate, count) {
        // The report has rounded the rate already.
        (Some(rate), _) => format!("{rate:.1}"),
        (None, Count::Suppressed(_)) => "not published".into(),
        (None, _) => "no figure".into(),
    }
}

/// Writes a number with a comma before every three digits. The test has its own code for this, to
/// notice when the app's changes.
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
    fn report_from_json_is_worded_as_on_the_page() {
        let json = r#"{"level":"msoa","date":"2020-11-28","nation":"england","areas":3,
            "rising":2,"falling":0,"unchanged":0,
            "unknown":1,"rows":[
            {"code":"E1","name":"A","count":1840,"previous":"suppressed","rate":1234.5,
             "previous_rate":null,"direction":"rising","clear":true,"probable":true},
            {"code":"E2","name":"B","count":"suppressed","previous":null,"rate":null,
             "previous_rate":null,"direction":"unknown","clear":null,"probable":null}]}"#;
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
