//! Counts the responses in the server's access log.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use anyhow::{Context as _, Result};

/// Responses and bytes by status.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StatusCounts(BTreeMap<u16, (u64, u64)>);

impl StatusCounts {
    /// Counts the log lines of a user agent.
    ///
    /// # Errors
    /// If a line has another format.
    pub(super) fn parse(log: &str, name: &str) -> Result<Self> {
        let mut counts = Self::default();
        for line in log.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [who, status, bytes] = fields[..] else {
                anyhow::bail!("the server's log has the line {line:?}")
            };
            if who == name {
                let read = |text: &str| {
                    text.parse::<u64>()
                        .with_context(|| format!("in the server's log: {line:?}"))
                };
                let entry = counts
                    .0
                    .entry(status.parse().unwrap_or_default())
                    .or_default();
                *entry = (entry.0 + 1, entry.1 + read(bytes)?);
            }
        }
        Ok(counts)
    }

    /// Returns responses with a status that no reader should get. The server's 499, a connection
    /// that the client closed, is none: when the load ends, some requests are open.
    pub(super) fn errors(&self) -> Vec<String> {
        let wrong = self
            .0
            .iter()
            .filter(|(status, _)| !matches!(status, 200 | 304 | 499));
        wrong
            .map(|(status, (answers, _))| format!("{answers} responses with status {status}"))
            .collect()
    }
}

impl Display for StatusCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (status, (answers, bytes)) in &self.0 {
            writeln!(
                f,
                "{answers:>12}  responses with status {status}, {:.1} MB by the server's log",
                *bytes as f64 / 1e6
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_counts_responses_of_agent_by_status() {
        let log = "load\t200\t1000\nother\t404\t9\nload\t304\t300\nload\t200\t500\n";
        let counts = StatusCounts::parse(log, "load").unwrap();
        assert_eq!(
            counts.0,
            BTreeMap::from([(200, (2, 1500)), (304, (1, 300))])
        );
        assert!(counts.errors().is_empty());
        assert_eq!(
            StatusCounts::parse(log, "other").unwrap().errors(),
            ["1 responses with status 404"]
        );
        StatusCounts::parse("half", "load").unwrap_err();
    }
}
