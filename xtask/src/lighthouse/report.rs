//! Parses Lighthouse's reports.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Heading of the table whose rows [`table_row`] formats.
pub(super) const TABLE_HEAD: &str = "| page | performance | accessibility | best practices | SEO | \
    first paint | largest paint | blocking | shift |\n\
    |---|---:|---:|---:|---:|---:|---:|---:|---:|";

/// A category of Lighthouse's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Performance,
    Accessibility,
    BestPractices,
    Seo,
}

impl Category {
    pub(super) const ALL: [Category; 4] = [
        Category::Performance,
        Category::Accessibility,
        Category::BestPractices,
        Category::Seo,
    ];

    /// Returns Lighthouse's identifier.
    pub(super) fn id(self) -> &'static str {
        match self {
            Category::Performance => "performance",
            Category::Accessibility => "accessibility",
            Category::BestPractices => "best-practices",
            Category::Seo => "seo",
        }
    }

    /// Returns the name for messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Category::Performance => "performance",
            Category::Accessibility => "accessibility",
            Category::BestPractices => "best practices",
            Category::Seo => "SEO",
        }
    }
}

/// The report of one visit.
#[derive(Debug)]
pub(super) struct LighthouseReport(Value);

impl LighthouseReport {
    /// Reads the file that Lighthouse wrote.
    ///
    /// # Errors
    /// If the file is missing or no report, or the visit failed.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file)
            .with_context(|| format!("Lighthouse left no {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let report: Value = serde_json::from_str(text)?;
        let error = report["runtimeError"]["message"].as_str();
        ensure!(
            error.is_none(),
            "Lighthouse could not load the page: {}",
            error.unwrap_or_default()
        );
        ensure!(
            report["categories"].is_object(),
            "this is not a report of Lighthouse"
        );
        Ok(Self(report))
    }

    /// Returns the score from 0 to 100; `None` if the category was left out.
    fn score(&self, category: Category) -> Option<u32> {
        let score = self.0["categories"][category.id()]["score"].as_f64()?;
        Some((score * 100.0).round() as u32)
    }

    fn number(&self, audit: &str) -> Option<f64> {
        self.0["audits"][audit]["numericValue"].as_f64()
    }

    /// Returns the titles of weighted audits with less than the full score.
    fn shortcomings(&self) -> impl Iterator<Item = String> {
        Category::ALL.into_iter().flat_map(move |category| {
            let references = self.0["categories"][category.id()]["auditRefs"].as_array();
            let counting = references
                .into_iter()
                .flatten()
                .filter(|audit| audit["weight"].as_f64() > Some(0.0));
            counting.filter_map(move |reference| {
                let audit = &self.0["audits"][reference["id"].as_str()?];
                let score = audit["score"].as_f64().filter(|score| *score < 1.0)?;
                let (title, value) = (
                    audit["title"].as_str()?,
                    audit["displayValue"].as_str().unwrap_or_default(),
                );
                Some(
                    format!("{}, {score:.2}: {title} {value}", category.name())
                        .trim_end()
                        .to_owned(),
                )
            })
        })
    }
}

/// Returns the median score of the visits.
pub(super) fn median(reports: &[LighthouseReport], category: Category) -> Option<u32> {
    median_value(
        reports
            .iter()
            .filter_map(|report| report.score(category))
            .map(f64::from)
            .collect(),
    )
    .map(|score| score as u32)
}

fn median_value(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// Returns the weighted audits with less than the full score in any visit.
pub(super) fn shortcomings(reports: &[LighthouseReport]) -> BTreeSet<String> {
    reports
        .iter()
        .flat_map(LighthouseReport::shortcomings)
        .collect()
}

/// Formats a row of the table with the medians.
pub(super) fn table_row(page: &str, reports: &[LighthouseReport]) -> String {
    let scores = Category::ALL.map(|category| {
        median(reports, category).map_or("-".to_owned(), |score| score.to_string())
    });
    let timing = |audit: &str, said: fn(f64) -> String| {
        median_value(
            reports
                .iter()
                .filter_map(|report| report.number(audit))
                .collect(),
        )
        .map_or("-".to_owned(), said)
    };
    let seconds = |value: f64| format!("{:.1} s", value / 1000.0);
    let times = [
        timing("first-contentful-paint", seconds),
        timing("largest-contentful-paint", seconds),
        timing("total-blocking-time", |value| format!("{value:.0} ms")),
        timing("cumulative-layout-shift", |value| format!("{value:.3}")),
    ];
    format!(
        "| {page} | {} | {} |",
        scores.join(" | "),
        times.join(" | ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(performance: f64, blocking: f64) -> LighthouseReport {
        let text = format!(
            r#"{{"categories": {{"performance": {{"score": {performance}, "auditRefs": [
                {{"id": "total-blocking-time", "weight": 30}}, {{"id": "hint", "weight": 0}}]}}, "seo": {{"score": 1}}}},
            "audits": {{"total-blocking-time":
                {{"score": 0.5, "title": "Total Blocking Time", "displayValue": "{blocking} ms", "numericValue": {blocking}}},
                "hint": {{"score": 0, "title": "A hint"}}}}}}"#
        );
        LighthouseReport::parse(&text).unwrap()
    }

    #[test]
    fn table_row_has_median_of_reports() {
        let reports = [report(0.91, 300.0), report(0.99, 80.0), report(0.97, 120.0)];
        assert_eq!(median(&reports, Category::Performance), Some(97));
        assert_eq!(median(&reports, Category::Accessibility), None);
        assert_eq!(
            table_row("full", &reports),
            "| full | 97 | - | - | 100 | - | - | 120 ms | - |"
        );
    }

    #[test]
    fn shortcomings_leave_out_unweighted_audits() {
        let shown: Vec<String> = shortcomings(&[report(0.9, 300.0)]).into_iter().collect();
        assert_eq!(shown, ["performance, 0.50: Total Blocking Time 300 ms"]);
    }

    #[test]
    fn parse_refuses_failed_visit() {
        let failed = r#"{"runtimeError": {"message": "no page"}, "categories": {}}"#;
        assert!(
            LighthouseReport::parse(failed)
                .unwrap_err()
                .to_string()
                .contains("no page")
        );
        assert!(LighthouseReport::parse("{}").is_err());
    }
}
