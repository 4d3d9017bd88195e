//! Checks a page by IBM's Equal Access rules, a second opinion beside axe-core's.

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::page::Page;
use crate::settings::settings;

/// WCAG 2.0 to 2.2, A and AA, and IBM's own requirements.
const RULE_SETS: [&str; 2] = ["WCAG_2_2", "IBM_Accessibility"];

/// The accepted violations: the rule, and a part of the XPath or the HTML of the element. A comment
/// gives the reason for each.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// Fewer results mean that the checker did not run its rules: a page has hundreds.
const MIN_RESULTS: usize = 50;

/// The results of a check.
#[derive(Debug, Deserialize)]
struct Results {
    /// The number of results of all levels, including passed rules.
    total: usize,
    violations: Vec<Violation>,
}

/// A failed rule of the level "violation".
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Violation {
    rule: String,
    message: String,
    /// The XPath of the element.
    path: String,
    /// The beginning of the element's HTML.
    html: String,
}

impl Violation {
    fn is_accepted(&self) -> bool {
        EXCEPTIONS.iter().any(|(rule, element)| {
            self.rule == *rule && (self.path.contains(element) || self.html.contains(element))
        })
    }
}

impl Page<'_> {
    /// Checks the page as it is now. `state` names it in the message.
    ///
    /// # Errors
    /// If a rule reports a violation that `EXCEPTIONS` does not list; the message holds the rule,
    /// the element and what the rule says.
    pub async fn check_ibm_rules(&self, state: &str) -> Result<()> {
        let path = &settings().map_err(anyhow::Error::msg)?.ibm;
        let engine = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        self.execute(&engine, vec![]).await?;
        let script = "
            const [ruleSets, done] = arguments;
            const isViolation = ({ value }) => value[0] === 'VIOLATION' && value[1] === 'FAIL';
            const describe = ({ ruleId, message, path, snippet }) =>
                ({ rule: ruleId, message, path: path.dom, html: snippet ?? '' });
            new ace_ibma.Checker().check(document, ruleSets).then(
                ({ results }) => done({
                    total: results.length,
                    violations: results.filter(isViolation).map(describe),
                }),
                (error) => done(String(error)))";
        let answer = self
            .browser()
            .client()
            .execute_async(script, vec![json!(RULE_SETS)])
            .await?;
        let mut results: Results = serde_json::from_value(answer.clone())
            .with_context(|| format!("IBM's checker failed on {state}: {answer}"))?;
        ensure!(
            results.total >= MIN_RESULTS,
            "IBM's checker gave only {} results on {state}",
            results.total
        );
        results
            .violations
            .retain(|violation| !violation.is_accepted());
        if results.violations.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = results.violations.iter().map(describe).collect();
        bail!(
            "IBM's accessibility rules on {state}:\n{}",
            lines.join("\n")
        )
    }
}

fn describe(violation: &Violation) -> String {
    let Violation {
        rule,
        message,
        path,
        html,
    } = violation;
    format!("  {rule}: {message}\n    {path}\n    {html}")
}
