//! Publishes editions of a small data set, and reads them like the page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use rising_model::domain::area_table::AreaTable;
use rising_model::domain::series::CountsChunk;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

/// The inputs of editions that differ in their populations and counts.
pub struct Inputs(TempDir);

impl Inputs {
    pub fn new() -> Inputs {
        Inputs(tempfile::tempdir().unwrap())
    }

    /// Returns the arguments that publish the edition of a number.
    pub fn publish(&self, number: u32, out: &Path, more: &[&str]) -> Vec<String> {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let input = |name: &str, from: &str, to: String| {
            let path = self.0.path().join(format!("{number}-{name}"));
            let text = fs::read_to_string(fixtures.join(name)).unwrap();
            assert!(text.contains(from), "{name}");
            fs::write(&path, text.replace(from, &to)).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let cases = input(
            "cases.csv",
            "ltla,2021-01-21,1\n",
            format!("ltla,2021-01-21,{}\n", 1 + number),
        );
        let population = input("population.csv", "39927", (39927 + number).to_string());
        let out = out.to_str().unwrap();
        let fixed = "compile --level ltla --boundaries authorities.geojson --aliases aliases.csv --places places.csv \
            --sources sources.json --final --default-date 2021-02-06";
        let given = ["--cases", &cases, "--population", &population, "--out", out];
        fixed
            .split_whitespace()
            .chain(given)
            .chain(more.iter().copied())
            .map(str::to_owned)
            .collect()
    }
}

/// Returns a command that runs in the folder of fixtures.
pub fn prepare_command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"));
    command
}

/// Runs `prepare`.
pub fn run(args: &[String]) -> Output {
    prepare_command(env!("CARGO_BIN_EXE_prepare"))
        .args(args)
        .output()
        .unwrap()
}

/// Returns the bytes of each file of a folder.
pub fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// Copies a folder with its subfolders and the times of its files.
pub fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let file = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&file).unwrap();
            copy_into(&entry.path(), &file);
            continue;
        }
        fs::copy(entry.path(), &file).unwrap();
        set_modified(&file, entry.metadata().unwrap().modified().unwrap());
    }
}

/// Sets the modification time of a file to a number of hours ago.
pub fn age(file: &Path, hours: u64) {
    set_modified(file, SystemTime::now() - Duration::from_secs(hours * 3600));
}

fn set_modified(file: &Path, time: SystemTime) {
    fs::File::options()
        .write(true)
        .open(file)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

/// Returns the names of the data files in a manifest.
pub fn named(manifest: &[u8]) -> Result<Vec<String>, String> {
    fn gather(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                names.extend(
                    fields
                        .get("file")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                fields.values().for_each(|field| gather(field, names));
            }
            Value::Array(items) => items.iter().for_each(|item| gather(item, names)),
            _ => {}
        }
    }
    let mut names = vec![];
    gather(
        &serde_json::from_slice(manifest).map_err(|error| format!("manifest: {error}"))?,
        &mut names,
    );
    Ok(names)
}

/// Reads a folder like a browser, uncompressed and with Brotli: the manifest, and then every file
/// in it. Returns the manifest.
pub fn read(folder: &Path) -> Result<Vec<u8>, String> {
    let manifest = fs::read(folder.join("manifest.json"))
        .map_err(|error| format!("manifest.json: {error}"))?;
    files_of(folder, &manifest)?;
    Ok(manifest)
}

/// Reads every file in a manifest.
pub fn files_of(folder: &Path, manifest: &[u8]) -> Result<(), String> {
    let names = named(manifest)?;
    if names.len() < 5 {
        return Err(format!("the manifest names only {names:?}"));
    }
    for name in names {
        let bytes = fs::read(folder.join(&name)).map_err(|error| format!("{name}: {error}"))?;
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if !name.contains(&format!(".{}.", &hash[..10])) {
            return Err(format!("{name} has other content"));
        }
        let mut kind = name.split('.').rev().skip(2);
        let decoded = match kind.next() {
            Some("areas") => AreaTable::decode(&bytes).err(),
            Some("shapes" | "detail") => Topology::decode(&bytes).err(),
            Some("counts") => CountsChunk::decode(&bytes).err(),
            Some("places") => places::decode(&bytes).err(),
            other => return Err(format!("{name}: a file of {other:?}")),
        };
        if let Some(error) = decoded {
            return Err(format!("{name}: {error}"));
        }
        if let Ok(copy) = fs::read(folder.join(format!("{name}.br"))) {
            let mut unpacked = vec![];
            brotli::BrotliDecompress(&mut &copy[..], &mut unpacked)
                .map_err(|error| format!("{name}.br: {error}"))?;
            if unpacked != bytes {
                return Err(format!("{name}.br has other content"));
            }
        }
    }
    Ok(())
}
