//! A population file as a publisher names it: with the first date from which it counts.

use std::path::PathBuf;
use std::str::FromStr;

use rising_model::day::Day;
use serde::Deserialize;

/// A file of populations and the vintage that they are of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "ConfigEntry")]
pub struct PopulationFile {
    /// The CSV file.
    pub path: PathBuf,
    /// The first date whose rates are of it; `None` from the beginning.
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

/// As the configuration has it: `"people.csv"` or
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
    fn from(written: ConfigEntry) -> PopulationFile {
        match written {
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

/// Why a text names no population file.
#[derive(Debug, thiserror::Error)]
pub enum NotAPopulationFile {
    /// The date is none.
    #[error("from={0} is not a date; write FILE,from=YYYY-MM-DD")]
    Date(String),
    /// There is no file.
    #[error("there is no file before the first comma; write FILE,from=YYYY-MM-DD,estimate=NAME")]
    NoFile,
}

/// `people.csv`, or `people.csv,from=2021-08-01,estimate=mid-2020`: as the command line has it.
impl FromStr for PopulationFile {
    type Err = NotAPopulationFile;
    fn from_str(text: &str) -> Result<PopulationFile, NotAPopulationFile> {
        let (mut path, mut from, mut estimate) = (text, None, None);
        // From the end, so that a comma within the file's name stays there.
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
    fn command_line_names_file_date_and_estimate() {
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
    fn configuration_names_a_path_or_a_table() {
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
