//! Parses the publisher's name for a population file, with the first date that uses it.

use std::path::PathBuf;
use std::str::FromStr;

use rising_model::domain::day::Day;
use serde::Deserialize;

/// A population file and its vintage.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "ConfigEntry")]
pub struct PopulationFile {
    /// The CSV file.
    pub path: PathBuf,
    /// The first date that uses it; `None` for all dates.
    pub from: Option<Day>,
    /// The name of the estimates, such as "mid-2020".
    pub estimate: Option<String>,
}

impl From<PathBuf> for PopulationFile {
    fn from(path: PathBuf) -> PopulationFile {
        PopulationFile {
            path,
            from: None,
            estimate: None,
        }
    }
}

/// The form in the configuration: `"people.csv"` or
/// `{ file = "people.csv", from = "2021-08-01", estimate = "mid-2020" }`.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a file, or a table with `file` and, if wanted, `from` (YYYY-MM-DD) and `estimate`"
)]
enum ConfigEntry {
    Path(PathBuf),
    DatedFile(DatedFile),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatedFile {
    file: PathBuf,
    from: Option<Day>,
    estimate: Option<String>,
}

impl From<ConfigEntry> for PopulationFile {
    fn from(entry: ConfigEntry) -> PopulationFile {
        match entry {
            ConfigEntry::Path(path) => path.into(),
            ConfigEntry::DatedFile(DatedFile {
                file,
                from,
                estimate,
            }) => PopulationFile {
                path: file,
                from,
                estimate,
            },
        }
    }
}

/// An error in the publisher's name for a population file.
#[derive(Debug, thiserror::Error)]
pub enum NotAPopulationFile {
    /// The date is invalid.
    #[error("from={0} is not a date; write FILE,from=YYYY-MM-DD")]
    Date(String),
    /// The file is missing.
    #[error("the file before the first comma is missing; write FILE,from=YYYY-MM-DD,estimate=NAME")]
    NoFile,
}

/// Parses the form on the command line: `people.csv`, or
/// `people.csv,from=2021-08-01,estimate=mid-2020`.
impl FromStr for PopulationFile {
    type Err = NotAPopulationFile;
    fn from_str(text: &str) -> Result<PopulationFile, NotAPopulationFile> {
        let mut path = text;
        let mut from = None;
        let mut estimate = None;
        // Parsed from the end, because the file name may have commas.
        while let Some((before, last)) = path.rsplit_once(',') {
            match last.split_once('=') {
                Some(("from", date)) => {
                    from = Some(
                        date.parse()
                            .map_err(|_| NotAPopulationFile::Date(date.to_owned()))?,
                    );
                }
                Some(("estimate", name)) => estimate = Some(name.to_owned()),
                _ => break,
            }
            path = before;
        }
        if path.is_empty() {
            return Err(NotAPopulationFile::NoFile);
        }
        Ok(PopulationFile {
            path: path.into(),
            from,
            estimate,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_str_reads_file_date_and_estimate() {
        let read = |text: &str| text.parse::<PopulationFile>();
        assert_eq!(
            read("people, 2019.csv").unwrap(),
            PathBuf::from("people, 2019.csv").into()
        );
        let dated = PopulationFile {
            path: "a,b.csv".into(),
            from: "2021-08-01".parse().ok(),
            estimate: Some("mid-2020".into()),
        };
        assert_eq!(
            read("a,b.csv,from=2021-08-01,estimate=mid-2020").unwrap(),
            dated
        );
        assert_eq!(
            read("a,b.csv,estimate=mid-2020,from=2021-08-01").unwrap(),
            dated
        );
        assert!(
            read("a.csv,from=August")
                .unwrap_err()
                .to_string()
                .contains("from=August is not a date")
        );
        assert!(read(",from=2021-08-01").is_err());
    }

    #[test]
    fn deserialize_reads_path_or_table() {
        #[derive(Debug, Deserialize)]
        struct Table {
            population: Vec<PopulationFile>,
        }
        let read = |text: &str| toml::from_str::<Table>(text).map(|table| table.population);
        let files = read(
            "population = [\"a.csv\", { file = \"b.csv\", from = \"2021-08-01\", estimate = \"mid-2020\" }]",
        );
        let expected =
            ["a.csv", "b.csv,from=2021-08-01,estimate=mid-2020"].map(|text| text.parse().unwrap());
        assert_eq!(files.unwrap(), expected);
        let error = read("population = [{ file = \"b.csv\", form = \"2021-08-01\" }]")
            .unwrap_err()
            .to_string();
        assert!(error.contains("`from` (YYYY-MM-DD)"), "{error}");
    }
}
