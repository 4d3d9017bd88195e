//! What Lighthouse writes down, as far as it is told here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// The head of the table that [`line`] makes lines for.
pub(super) const HEAD: &str = "| page | performance | accessibility | best practices | SEO | first paint | largest paint | blocking | shift |\n\
    |---|---:|---:|---:|---:|---:|---:|---:|---:|";

/// What Lighthouse gives points for.
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

    /// As Lighthouse calls it.
    pub(super) fn id(self) -> &'static str {
        match self {
            Category::Performance => "performance",
            Category::Accessibility => "accessibility",
            Category::BestPractices => "best-practices",
            Category::Seo => "seo",
        }
    }

    /// As it reads in a sentence.
    pub(super) fn name(self) -> &'static str {
        match self {
            Category::Performance => "performance",
            Category::Accessibility => "accessibility",
            Category::BestPractices => "best practices",
            Category::Seo => "SEO",
        }
    }
}

/// One visit's report.
#[derive(Debug)]
pub(super) struct Report(Value);

impl Report {
    /// Reads it from the file that Lighthouse wrote.
    ///
    /// # Errors
    /// If it is not there or not a report, or if the visit failed.
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
            "Lighthouse could not see the page: {}",
            error.unwrap_or_default()
        );
        ensure!(
            report["categories"].is_object(),
            "this is no report of Lighthouse"
        );
        Ok(Self(report))
    }

    /// Points of a hundred; `None` where that was not asked for.
    fn score(&self, category: Category) -> Option<u32> {
        let score = self.0["categories"][category.id()]["score"].as_f64()?;
        Some((score * 100.0).round() as u32)
    }

    fn number(&self, audit: &str) -> Option<f64> {
        self.0["audits"][audit]["numericValue"].as_f64()
    }

    /// The titles of the audits that count and are not passed in full.
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

/// The middle one of what the visits were given.
pub(super) fn median(visits: &[Report], category: Category) -> Option<u32> {
    middle(
        visits
            .iter()
            .filter_map(|visit| visit.score(category))
            .map(f64::from)
            .collect(),
    )
    .map(|score| score as u32)
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// What keeps a page from full points, in any of the visits.
pub(super) fn shortcomings(visits: &[Report]) -> BTreeSet<String> {
    visits.iter().flat_map(Report::shortcomings).collect()
}

/// A line of the table: the medians.
pub(super) fn line(page: &str, visits: &[Report]) -> String {
    let scores = Category::ALL
        .map(|category| median(visits, category).map_or("-".to_owned(), |score| score.to_string()));
    let timing = |audit: &str, said: fn(f64) -> String| {
        middle(
            visits
                .iter()
                .filter_map(|visit| visit.number(audit))
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

    fn report(performance: f64, blocking: f64) -> Report {
        let text = format!(
            r#"{{"categories": {{"performance": {{"score": {performance}, "auditRefs": [
                {{"id": "total-blocking-time", "weight": 30}}, {{"id": "hint", "weight": 0}}]}}, "seo": {{"score": 1}}}},
            "audits": {{"total-blocking-time":
                {{"score": 0.5, "title": "Total Blocking Time", "displayValue": "{blocking} ms", "numericValue": {blocking}}},
                "hint": {{"score": 0, "title": "A hint"}}}}}}"#
        );
        Report::parse(&text).unwrap()
    }

    #[test]
    fn a_page_has_the_median_of_its_visits() {
        let visits = [report(0.91, 300.0), report(0.99, 80.0), report(0.97, 120.0)];
        assert_eq!(median(&visits, Category::Performance), Some(97));
        assert_eq!(median(&visits, Category::Accessibility), None);
        assert_eq!(
            line("full", &visits),
            "| full | 97 | - | - | 100 | - | - | 120 ms | - |"
        );
    }

    #[test]
    fn only_what_costs_points_is_told() {
        let told: Vec<String> = shortcomings(&[report(0.9, 300.0)]).into_iter().collect();
        assert_eq!(told, ["performance, 0.50: Total Blocking Time 300 ms"]);
    }

    #[test]
    fn a_visit_that_failed_is_no_result() {
        let failed = r#"{"runtimeError": {"message": "no page"}, "categories": {}}"#;
        assert!(
            Report::parse(failed)
                .unwrap_err()
                .to_string()
                .contains("no page")
        );
        assert!(Report::parse("{}").is_err());
    }
}
