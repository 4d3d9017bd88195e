//! Creates and publishes the new edition: the figures of the current one as a publisher's files,
//! with one more late case.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::AreaIndex;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::series::CountsChunk;
use tempfile::TempDir;

use super::LoadPurpose;
use crate::command::{run, run_quietly};
use crate::context::Context;
use crate::setup::Toolchain;

/// Time limit for a refresh under load; it takes 15 seconds on an idle machine.
const REFRESH_TIMEOUT: Duration = Duration::from_mins(5);

/// The inputs of the new edition.
#[derive(Debug)]
pub(super) struct NextEdition {
    root: PathBuf,
    inputs: TempDir,
    default_date: String,
    profile: &'static str,
}

impl NextEdition {
    /// Writes the inputs from the data set in a folder, and builds `prepare`.
    ///
    /// # Errors
    /// If the data set cannot be read, or `prepare` does not compile.
    pub(super) fn prepare(context: &Context, data: &Path, purpose: LoadPurpose) -> Result<Self> {
        let profile = if purpose == LoadPurpose::FindErrors {
            "dev"
        } else {
            "release"
        };
        let next = Self {
            root: context.root.clone(),
            inputs: tempfile::tempdir()?,
            default_date: String::new(),
            profile,
        };
        println!(
            "• preparing the next edition and building `prepare` (up to three minutes the first \
             time)"
        );
        run(next.cargo("build").arg("--quiet"))?;
        let read = |name: &str| {
            fs::read(data.join(name)).with_context(|| format!("cannot read data/{name}"))
        };
        let manifest: Manifest =
            serde_json::from_slice(&read("manifest.json")?).context("data/manifest.json")?;
        let files = manifest
            .levels
            .ltla
            .as_ref()
            .context("the data set has no authorities")?;
        let table = AreaTable::decode(&read(&files.areas.file)?)?;
        let default_date = manifest
            .default
            .date
            .or_else(|| files.counts.last().map(|counts| counts.last));
        let default_date = default_date.context("the data set has no figures")?;
        let mut cases = "areaCode,areaName,areaType,date,newCasesBySpecimenDate\n".to_owned();
        for counts in &files.counts {
            append_cases(
                &mut cases,
                &table,
                &CountsChunk::decode(&read(&counts.file.file)?)?,
                default_date,
            );
        }
        next.write("cases.csv", &cases)?;
        let mut population = "areaCode,areaName,population\n".to_owned();
        for area in table.areas() {
            let _ = writeln!(
                population,
                "{},\"{}\",{}",
                area.code.as_str(),
                area.name,
                area.population.latest()
            );
        }
        next.write("population.csv", &population)?;
        Ok(Self {
            default_date: default_date.to_string(),
            ..next
        })
    }

    /// Publishes the edition into the served site by `prepare refresh`.
    ///
    /// # Errors
    /// If `prepare` fails.
    pub(super) fn publish(&self, site: &Path) -> Result<()> {
        let data = self.root.join("data");
        let inputs = self.inputs.path();
        let quoted = |path: &Path| format!("{:?}", path.display().to_string());
        let config = format!(
            "site = {}
[default]
level = \"ltla\"
nation = \"england\"
date = \"{}\"
[levels.ltla]
boundaries = {}
population = [\"population.csv\"]
aliases = {}
welsh = {}
final = true
known_gaps = [\"2020-01-31\", \"2020-10-01..2020-10-31\"]
[[levels.ltla.cases]]
kind = \"files\"
paths = [\"cases.csv\"]
",
            quoted(site),
            self.default_date,
            quoted(&data.join("ltla.topo.json")),
            quoted(&data.join("lookup.csv")),
            quoted(&data.join("names_cy.csv")),
        );
        self.write("rising.toml", &config)?;
        let mut refresh = self.cargo("run");
        refresh
            .args(["--quiet", "--", "refresh", "--config"])
            .arg(inputs.join("rising.toml"));
        run_quietly(&mut refresh, REFRESH_TIMEOUT)
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Toolchain::Host.cargo();
        cargo.current_dir(&self.root).args([
            command,
            "--package",
            "rising-prepare",
            "--profile",
            self.profile,
        ]);
        cargo
    }

    fn write(&self, name: &str, content: &str) -> Result<()> {
        fs::write(self.inputs.path().join(name), content)
            .with_context(|| format!("cannot write {name}"))
    }
}

/// Appends a line for each figure, and adds the late case to the first area with a figure on that
/// day.
fn append_cases(cases: &mut String, table: &AreaTable, chunk: &CountsChunk, late: Day) {
    let mut is_late = true;
    for (index, area) in table.areas().iter().enumerate() {
        for day in 0..=(chunk.last() - chunk.first()) {
            let date = chunk.first() + day;
            let Some(count) = chunk.figure(index as AreaIndex, date).count() else {
                continue;
            };
            let more = u32::from(date == late && std::mem::take(&mut is_late));
            let _ = writeln!(
                cases,
                "{},\"{}\",ltla,{date},{}",
                area.code.as_str(),
                area.name,
                count + more
            );
        }
    }
}
