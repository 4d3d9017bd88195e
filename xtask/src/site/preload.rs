//! Reads which data files the first view needs, so that the page requests them before the app runs.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use rising_prerender::preload;
use serde_json::Value;

use super::assets::Files;

/// The path of the data set's manifest in the site.
pub const MANIFEST: &str = "data/manifest.json";

/// The data files of each level's first view.
#[derive(Debug, PartialEq, Eq)]
pub struct Preloads {
    default_level: String,
    /// File names relative to `data/`, by level.
    by_level: BTreeMap<String, Vec<String>>,
}

impl Preloads {
    /// Reads the manifest from the site's files; `None` without a data set.
    ///
    /// # Errors
    /// If the manifest lacks a field or names a missing file.
    pub fn read(files: &Files) -> Result<Option<Self>> {
        let Some(manifest) = files.get(MANIFEST) else {
            return Ok(None);
        };
        let preloads = Self::parse(manifest).with_context(|| format!("in public/{MANIFEST}"))?;
        for name in preloads.by_level.values().flatten() {
            if !files.contains_key(&format!("data/{name}")) {
                bail!(
                    "public/{MANIFEST} names {name}, which is missing; compile the data set again"
                );
            }
        }
        Ok(Some(preloads))
    }

    fn parse(manifest: &[u8]) -> Result<Self> {
        let manifest: Value = serde_json::from_slice(manifest).context("it is not JSON")?;
        let default_level = manifest["default"]["level"]
            .as_str()
            .context("default.level is missing")?
            .to_owned();
        let levels = manifest["levels"]
            .as_object()
            .context("levels is missing")?;
        let by_level = levels
            .iter()
            .map(|(level, value)| {
                let names = value["preload"]
                    .as_array()
                    .with_context(|| format!("levels.{level} has no preload"))?;
                let names: Option<Vec<String>> = names
                    .iter()
                    .map(|name| name.as_str().map(str::to_owned))
                    .collect();
                Ok((
                    level.clone(),
                    names.with_context(|| {
                        format!("levels.{level}.preload is not a list of names")
                    })?,
                ))
            })
            .collect::<Result<BTreeMap<_, _>>>()?;
        if !by_level.contains_key(&default_level) {
            bail!("default.level is {default_level}, which is not among the levels");
        }
        Ok(Self {
            default_level,
            by_level,
        })
    }

    /// Returns the element with the file names, relative to `data/`.
    pub fn element(&self) -> String {
        let levels = self
            .by_level
            .iter()
            .map(|(level, names)| (level.as_str(), &names[..]));
        preload::element(&self.default_level, levels)
    }

    /// Returns the paths of each level's first view in the site, including the manifest.
    pub fn first_views(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        self.by_level.iter().map(|(level, names)| {
            let files = names.iter().map(|name| format!("data/{name}"));
            (
                level.as_str(),
                std::iter::once(MANIFEST.to_owned()).chain(files).collect(),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"default": {"level": "ltla"}, "levels": {
        "ltla": {"preload": ["a-1.bin", "b-</script>.bin"]}, "msoa": {"preload": []}}}"#;

    #[test]
    fn element_lists_files_by_level() {
        let element = Preloads::parse(GOOD.as_bytes()).unwrap().element();
        let expected =
            r#"{"default":"ltla","levels":{"ltla":["a-1.bin","b-\u003c/script>.bin"],"msoa":[]}}"#;
        assert!(element.contains(expected), "{element}");
    }

    #[test]
    fn read_refuses_damaged_data_set() {
        let mut files = Files::new();
        assert_eq!(Preloads::read(&files).unwrap(), None);
        files.insert(MANIFEST.to_owned(), GOOD.as_bytes().to_vec());
        assert!(
            Preloads::read(&files)
                .unwrap_err()
                .to_string()
                .contains("a-1.bin")
        );
        for bad in [
            "[",
            "{}",
            r#"{"default":{"level":"x"},"levels":{}}"#,
            r#"{"default":{"level":"x"},"levels":{"x":{}}}"#,
        ] {
            Preloads::parse(bad.as_bytes()).unwrap_err();
        }
    }
}
