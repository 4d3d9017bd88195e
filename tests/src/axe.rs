//! axe-core, which finds what of accessibility a program can find.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::page::Page;
use crate::settings::settings;

/// The rules: WCAG 2.2 AA and what comes before it, and good practice besides.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

impl Page<'_> {
    /// Checks what is on the page now.
    ///
    /// # Errors
    /// If it breaks a rule; the message says which and where.
    pub async fn check_accessibility(&self, state: &str) -> Result<()> {
        let path = &settings().map_err(anyhow::Error::msg)?.axe;
        let axe = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        self.execute(&axe, vec![]).await?;
        let script = "const [rules, done] = arguments;\
            axe.run(document, { runOnly: rules, resultTypes: ['violations'] }).then(done, (e) => done(String(e)))";
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
        let told: Vec<String> = violations.iter().map(tell).collect();
        bail!("axe-core on {state}:\n{}", told.join("\n"))
    }
}

fn tell(violation: &Value) -> String {
    let places: Vec<String> = violation["nodes"]
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
    let word = |field: &str| violation[field].as_str().unwrap_or_default();
    format!(
        "  {} ({}): {}{}",
        word("id"),
        word("impact"),
        word("help"),
        places.concat()
    )
}
