//! Checks a page by IBM's Equal Access rules, a second opinion beside axe-core's.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::json;

use crate::page::Page;
use crate::settings::settings;

/// WCAG 2.0 to 2.2, A and AA, and IBM's own requirements.
const RULE_SETS: [&str; 2] = ["WCAG_2_2", "IBM_Accessibility"];

/// The violations that the page has on purpose.
const EXCEPTIONS: [Exception; 0] = [];

/// A violation that is accepted.
struct Exception {
    rule: &'static str,
    /// A part of the element's XPath or of its HTML.
    element: &'static str,
    #[expect(dead_code, reason = "the reason is for readers of the list")]
    reason: &'static str,
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

impl Exception {
    fn covers(&self, violation: &Violation) -> bool {
        violation.rule == self.rule
            && (violation.path.contains(self.element) || violation.html.contains(self.element))
    }
}

impl Page<'_> {
    /// Checks the page as it is now. `state` names it in the message.
    ///
    /// # Errors
    /// If a rule reports a violation that [`EXCEPTIONS`] does not list; the message holds the rule,
    /// the element and what the rule says.
    pub async fn check_ibm_rules(&self, state: &str) -> Result<()> {
        let path = &settings().map_err(anyhow::Error::msg)?.ibm;
        let engine = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        self.execute(&engine, vec![]).await?;
        let script = "
            const [ruleSets, done] = arguments;
            new ace_ibma.Checker().check(document, ruleSets).then(
                ({ results }) => done(results
                    .filter(({ value }) => value[0] === 'VIOLATION' && value[1] === 'FAIL')
                    .map(({ ruleId, message, path, snippet }) =>
                        ({ rule: ruleId, message, path: path.dom, html: snippet ?? '' }))),
                (error) => done(String(error)))";
        let results = self
            .browser()
            .client()
            .execute_async(script, vec![json!(RULE_SETS)])
            .await?;
        let mut violations: Vec<Violation> = serde_json::from_value(results.clone())
            .with_context(|| format!("IBM's checker failed on {state}: {results}"))?;
        violations.retain(|violation| !EXCEPTIONS.iter().any(|one| one.covers(violation)));
        if violations.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = violations.iter().map(describe).collect();
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
