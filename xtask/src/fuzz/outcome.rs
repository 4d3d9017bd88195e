//! What libFuzzer says of a run.

use std::fmt;

/// How a target's run went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub target: String,
    /// Inputs tried.
    pub executions: u64,
    /// Inputs a second.
    pub speed: u64,
    /// Branches reached.
    pub coverage: u64,
    /// What is wrong, if anything is: the end of its report.
    pub finding: Option<String>,
}

impl Outcome {
    /// What stands over the lines of a table of outcomes.
    pub const HEAD: &str = "target             executions    a second   coverage   findings";

    /// Reads what a run printed. `succeeded` is what the system says of it.
    pub(super) fn read(target: String, printed: &str, succeeded: bool) -> Outcome {
        let statistic = |name: &str| {
            let line = printed
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
            line.and_then(|value| value.trim_start_matches(':').trim().parse().ok())
        };
        let coverage = printed.lines().rev().find_map(|line| {
            let (_, after) = line.split_once("cov: ")?;
            after.split_whitespace().next()?.parse().ok()
        });
        let lines: Vec<&str> = printed
            .lines()
            .filter(|line| !line.starts_with("stat::"))
            .collect();
        Outcome {
            target,
            executions: statistic("number_of_executed_units").unwrap_or(0),
            speed: statistic("average_exec_per_sec").unwrap_or(0),
            coverage: coverage.unwrap_or(0),
            finding: (!succeeded).then(|| lines[lines.len().saturating_sub(40)..].join("\n")),
        }
    }
}

/// A line of the table, and what was found below it.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            target,
            executions,
            speed,
            coverage,
            finding,
        } = self;
        write!(
            f,
            "{target:<17} {executions:>11} {speed:>11} {coverage:>10} {:>10}",
            u8::from(finding.is_some())
        )?;
        match finding {
            Some(report) => write!(
                f,
                "\n{report}\nThe input is in fuzz/artifacts/{target}/; run it alone with\n    \
                 cargo fuzz run --sanitizer none {target} fuzz/artifacts/{target}/NAME\n\
                 and keep it as a test of what it has found."
            ),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "#2\tINITED cov: 16 ft: 17 corp: 1/1b exec/s: 0 rss: 27Mb\n\
        #4096\tpulse  cov: 18 ft: 20 corp: 2/3b lim: 43 exec/s: 1365 rss: 27Mb\n";
    const STATISTICS: &str =
        "stat::number_of_executed_units: 4101\nstat::average_exec_per_sec:     1367\n";

    #[test]
    fn the_last_figures_count() {
        let done =
            format!("{PRINTED}#4101\tDONE   cov: 19 ft: 21 corp: 2/3b lim: 43\n{STATISTICS}");
        let outcome = Outcome::read("areas".into(), &done, true);
        let expected = Outcome {
            target: "areas".into(),
            executions: 4101,
            speed: 1367,
            coverage: 19,
            finding: None,
        };
        assert_eq!(outcome, expected);
        assert_eq!(
            outcome.to_string().split_whitespace().collect::<Vec<_>>(),
            ["areas", "4101", "1367", "19", "0"]
        );
        assert_eq!(outcome.to_string().len(), Outcome::HEAD.len());
    }

    #[test]
    fn a_finding_is_shown_with_what_to_do() {
        let panicked =
            format!("{PRINTED}thread panicked at crates/model/src/area.rs:9:9\n{STATISTICS}");
        let outcome = Outcome::read("areas".into(), &panicked, false);
        let text = outcome.to_string();
        for part in [
            "area.rs:9:9",
            "fuzz/artifacts/areas/",
            "cargo fuzz run --sanitizer none areas",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(outcome.coverage, 18);
        assert!(
            Outcome::read("areas".into(), "", false).finding.is_some(),
            "a target that does not even start"
        );
    }
}
