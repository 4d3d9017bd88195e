//! Checks a page by the rules of axe-core.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::page::Page;
use crate::settings::settings;

/// WCAG 2.0 to 2.2, A and AA, and good practice.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

impl Page<'_> {
    /// Checks the page as it is now. `state` names it in the message.
    ///
    /// # Errors
    /// If the page breaks a rule; the message holds the rule, the elements and what to do.
    pub async fn check_accessibility(&self, state: &str) -> Result<()> {
        let path = &settings().map_err(anyhow::Error::msg)?.axe;
        let axe = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        self.execute(&axe, vec![]).await?;
        let script = "const [rules, done] = arguments;
            axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
                .then(done, (error) => done(String(error)))";
        let results = self
            .browser()
            .client()
            .execute_async(script, vec![json!(RULES)])
            .await?;
        let violations = results["violations"]
            .as_array()
            .with_context(|| format!("axe-core failed: {results}"))?;
        if violations.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = violations.iter().map(describe).collect();
        bail!("axe-core on {state}:\n{}", lines.join("\n"))
    }
}

fn describe(violation: &Value) -> String {
    let elements: Vec<String> = violation["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .take(5)
        .map(|node| {
            format!(
                "\n    {} {}",
                node["target"],
                node["failureSummary"].as_str().unwrap_or_default()
            )
        })
        .collect();
    let text = |field: &str| violation[field].as_str().unwrap_or_default();
    format!(
        "  {} ({}): {}{}",
        text("id"),
        text("impact"),
        text("help"),
        elements.concat()
    )
}
