//! The edition that is published in the middle of the load: the figures of the one that is there,
//! as the publisher's files would have them, with one late case more.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rising_model::area::{AreaIndex, AreaTable};
use rising_model::day::Day;
use rising_model::manifest::Manifest;
use rising_model::series::CountsChunk;
use tempfile::TempDir;

use super::Aim;
use crate::command::{run, run_quietly};
use crate::context::Context;
use crate::setup::Toolchain;

/// Beside a load each step may take longer than the quarter of a minute that it takes alone.
const LIMIT: Duration = Duration::from_secs(300);

/// What is needed to publish it.
#[derive(Debug)]
pub(super) struct NextEdition {
    root: PathBuf,
    inputs: TempDir,
    opens_on: String,
    profile: &'static str,
}

impl NextEdition {
    /// Writes the inputs from the data set in that folder, and builds `prepare`.
    ///
    /// # Errors
    /// If the data set cannot be read, or `prepare` does not compile.
    pub(super) fn from(context: &Context, data: &Path, aim: Aim) -> Result<Self> {
        let profile = if aim == Aim::Errors { "dev" } else { "release" };
        let next = Self {
            root: context.root.clone(),
            inputs: tempfile::tempdir()?,
            opens_on: String::new(),
            profile,
        };
        println!(
            "• the next edition: its inputs, and the tool that compiles them (up to three minutes the first time)"
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
        let opens_on = manifest
            .default
            .date
            .or_else(|| files.counts.last().map(|counts| counts.last));
        let opens_on = opens_on.context("the data set has no figures")?;
        let mut cases = "areaCode,areaName,areaType,date,newCasesBySpecimenDate\n".to_owned();
        for counts in &files.counts {
            add_cases(
                &mut cases,
                &table,
                &CountsChunk::decode(&read(&counts.file.file)?)?,
                opens_on,
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
            opens_on: opens_on.to_string(),
            ..next
        })
    }

    /// Publishes it as a publisher does, into the site that is being served.
    ///
    /// # Errors
    /// If `prepare` fails.
    pub(super) fn publish(&self, site: &Path) -> Result<()> {
        let data = self.root.join("data");
        let inputs = self.inputs.path();
        let config = format!(
            "site = {site:?}
[default]
level = \"ltla\"
nation = \"england\"
date = \"{}\"
[levels.ltla]
boundaries = {:?}
population = [\"population.csv\"]
aliases = {:?}
welsh = {:?}
final = true
known_gaps = [\"2020-01-31\", \"2020-10-01..2020-10-31\"]
[[levels.ltla.cases]]
kind = \"files\"
paths = [\"cases.csv\"]
",
            self.opens_on,
            data.join("ltla.topo.json"),
            data.join("lookup.csv"),
            data.join("names_cy.csv"),
        );
        self.write("rising.toml", &config)?;
        let mut refresh = self.cargo("run");
        refresh
            .args(["--quiet", "--", "refresh", "--config"])
            .arg(inputs.join("rising.toml"));
        run_quietly(&mut refresh, LIMIT)
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

/// A line for each figure, and the late case in the first area that has figures on that day.
fn add_cases(cases: &mut String, table: &AreaTable, chunk: &CountsChunk, late: Day) {
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
