//! What the server says of the load: its log, counted.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use anyhow::{Context as _, Result};

/// Answers and bytes by status.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<u16, (u64, u64)>);

impl Tally {
    /// Counts the lines of the one who asked under that name.
    ///
    /// # Errors
    /// If a line is none.
    pub(super) fn of(log: &str, name: &str) -> Result<Self> {
        let mut tally = Self::default();
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
                let entry = tally
                    .0
                    .entry(status.parse().unwrap_or_default())
                    .or_default();
                *entry = (entry.0 + 1, entry.1 + read(bytes)?);
            }
        }
        Ok(tally)
    }

    /// Answers that no reader should get. Where a reader ended before all had come, the server's
    /// 499, there is nothing wrong with the server: when the load ends, some requests are on their
    /// way.
    pub(super) fn errors(&self) -> Vec<String> {
        let wrong = self
            .0
            .iter()
            .filter(|(status, _)| !matches!(status, 200 | 304 | 499));
        wrong
            .map(|(status, (answers, _))| format!("{answers} answers with status {status}"))
            .collect()
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (status, (answers, bytes)) in &self.0 {
            writeln!(
                f,
                "{answers:>12}  answers with status {status}, {:.1} MB by the server's own count",
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
    fn lines_of_the_load_are_counted_by_status() {
        let log = "load\t200\t1000\nother\t404\t9\nload\t304\t300\nload\t200\t500\n";
        let tally = Tally::of(log, "load").unwrap();
        assert_eq!(tally.0, BTreeMap::from([(200, (2, 1500)), (304, (1, 300))]));
        assert!(tally.errors().is_empty());
        assert_eq!(
            Tally::of(log, "other").unwrap().errors(),
            ["1 answers with status 404"]
        );
        Tally::of("half", "load").unwrap_err();
    }
}
