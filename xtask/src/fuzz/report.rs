//! Parses the output of libFuzzer.

use std::fmt;

/// The result of a target's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FuzzReport {
    /// The name of the target.
    pub target: String,
    /// Inputs tried.
    pub executions: u64,
    /// Inputs a second.
    pub speed: u64,
    /// Branches reached.
    pub coverage: u64,
    /// The last 40 lines of output if the run failed.
    pub finding: Option<String>,
}

impl FuzzReport {
    /// Heading of the table of reports.
    pub const HEAD: &str = "target             executions    a second   coverage   findings";

    /// Parses the output of a run. `succeeded` is its exit status.
    pub(super) fn read(target: String, printed: &str, succeeded: bool) -> FuzzReport {
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
        FuzzReport {
            target,
            executions: statistic("number_of_executed_units").unwrap_or(0),
            speed: statistic("average_exec_per_sec").unwrap_or(0),
            coverage: coverage.unwrap_or(0),
            finding: (!succeeded).then(|| lines[lines.len().saturating_sub(40)..].join("\n")),
        }
    }
}

/// Writes a line of the table, and a finding below it.
impl fmt::Display for FuzzReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FuzzReport {
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
                 and add a test with it."
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
    fn read_takes_last_figures() {
        let done =
            format!("{PRINTED}#4101\tDONE   cov: 19 ft: 21 corp: 2/3b lim: 43\n{STATISTICS}");
        let report = FuzzReport::read("areas".into(), &done, true);
        let expected = FuzzReport {
            target: "areas".into(),
            executions: 4101,
            speed: 1367,
            coverage: 19,
            finding: None,
        };
        assert_eq!(report, expected);
        assert_eq!(
            report.to_string().split_whitespace().collect::<Vec<_>>(),
            ["areas", "4101", "1367", "19", "0"]
        );
        assert_eq!(report.to_string().len(), FuzzReport::HEAD.len());
    }

    #[test]
    fn display_of_finding_says_what_to_do() {
        let panicked = format!(
            "{PRINTED}thread panicked at crates/model/src/domain/area.rs:9:9\n{STATISTICS}"
        );
        let report = FuzzReport::read("areas".into(), &panicked, false);
        let text = report.to_string();
        for part in [
            "area.rs:9:9",
            "fuzz/artifacts/areas/",
            "cargo fuzz run --sanitizer none areas",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert_eq!(report.coverage, 18);
        assert!(
            FuzzReport::read("areas".into(), "", false)
                .finding
                .is_some(),
            "a target that does not even start"
        );
    }
}
