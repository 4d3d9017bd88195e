//! The manifest from JSON that the browser has parsed.
//!
//! By hand, because serde's way here (`serde-wasm-bindgen`) would make the app 10 KB larger to
//! load.
#![expect(
    clippy::disallowed_methods,
    reason = "no other module parses JSON; its values have no types"
)]

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use js_sys::{JSON, Reflect};
use rising_model::dataset::manifest::{
    CountsFile, DataFile, Defaults, LevelFiles, Levels, MANIFEST_VERSION, Manifest, NationDates,
    PostcodeFiles, Source, Tiles,
};
use rising_model::domain::area::Level;
use rising_words::{Language, Texts};
use wasm_bindgen::{JsCast, JsValue};

use super::FetchError;

/// A manifest and the texts with its labels.
pub struct ManifestFile {
    pub manifest: Arc<Manifest>,
    /// In the default language; [`Texts::in_language`] gives the others.
    pub texts: Texts,
}

/// Parses a manifest.
///
/// # Errors
/// If the manifest is malformed or of another version, with the name of the wrong value.
pub fn read(json: &str) -> Result<ManifestFile, FetchError> {
    let parsed = JSON::parse(json).map_err(|error| {
        let message = error
            .dyn_ref::<js_sys::Error>()
            .map(|error| String::from(error.message()));
        FetchError::Manifest(message.unwrap_or_else(|| "not JSON".into()))
    })?;
    let root = Value {
        name: "manifest",
        value: parsed,
    };
    match root.number("version") {
        Ok(version) if version == u64::from(MANIFEST_VERSION) => {}
        Ok(version) => return Err(FetchError::ManifestVersion(clamped(version))),
        Err(_) => return Err(FetchError::Manifest("it names no version".into())),
    }
    let texts = match root.optional("labels") {
        Some(labels) => labels
            .get("said")
            .and_then(|said| texts(&said))
            .map_err(FetchError::Manifest)?,
        None => Texts::default(),
    };
    let manifest = manifest(&root).map_err(FetchError::Manifest)?;
    manifest.check_levels().map_err(FetchError::Manifest)?;
    Ok(ManifestFile {
        manifest: Arc::new(manifest),
        texts,
    })
}

/// A value, or what is wrong with it as a clause.
type Read<T> = Result<T, String>;

/// A JSON value and its name in the object around it.
struct Value {
    name: &'static str,
    value: JsValue,
}

impl Value {
    fn optional(&self, name: &'static str) -> Option<Value> {
        let value = Reflect::get(&self.value, &JsValue::from_str(name)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(Value { name, value })
    }

    fn get(&self, name: &'static str) -> Read<Value> {
        self.optional(name)
            .ok_or_else(|| format!("{} has no {name}", self.name))
    }

    fn as_text(&self) -> Read<String> {
        self.value
            .as_string()
            .ok_or_else(|| format!("{} is not a text", self.name))
    }

    /// A whole number that a JSON number can hold exactly.
    fn as_number(&self) -> Read<u64> {
        let number = self
            .value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && (0.0..9e15).contains(number));
        number
            .map(|number| number as u64)
            .ok_or_else(|| format!("{} is not a whole number", self.name))
    }

    fn as_list<T>(&self, item: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
        let items = js_sys::try_iter(&self.value)
            .ok()
            .flatten()
            .ok_or_else(|| format!("{} is not a list", self.name))?;
        items
            .map(|value| {
                item(&Value {
                    name: self.name,
                    value: value.unwrap_or_default(),
                })
            })
            .collect()
    }

    fn as_parsed<T: FromStr<Err: Display>>(&self) -> Read<T> {
        self.as_text()?
            .parse()
            .map_err(|error| format!("{}: {error}", self.name))
    }

    fn text(&self, name: &'static str) -> Read<String> {
        self.get(name)?.as_text()
    }

    fn number(&self, name: &'static str) -> Read<u64> {
        self.get(name)?.as_number()
    }

    fn parsed<T: FromStr<Err: Display>>(&self, name: &'static str) -> Read<T> {
        self.get(name)?.as_parsed()
    }

    fn list<T>(&self, name: &'static str, item: fn(&Value) -> Read<T>) -> Read<Vec<T>> {
        self.get(name)?.as_list(item)
    }
}

/// Limits a number to `u32`. Larger numbers have no effect as a class bound or as a number of days.
fn clamped(number: u64) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

fn manifest(root: &Value) -> Read<Manifest> {
    let default = root.get("default")?;
    let default = Defaults {
        level: default.parsed("level")?,
        nation: default.parsed("nation")?,
        date: default
            .optional("date")
            .map(|date| date.as_parsed())
            .transpose()?,
    };
    let breaks: Vec<u32> = root.list("breaks", |value| value.as_number().map(clamped))?;
    let mut levels = Levels::default();
    for (level, name) in [(Level::Ltla, "ltla"), (Level::Msoa, "msoa")] {
        *levels.files_mut(level) = root
            .get("levels")?
            .optional(name)
            .as_ref()
            .map(level_files)
            .transpose()?;
    }
    Ok(Manifest {
        version: MANIFEST_VERSION,
        default,
        stale_after: root
            .optional("stale_after")
            .map(|days| days.as_number())
            .transpose()?
            .map(clamped),
        breaks: breaks.try_into().map_err(|error| format!("{error}"))?,
        levels,
        places: root
            .optional("places")
            .as_ref()
            .map(data_file)
            .transpose()?,
        names: root.optional("names").as_ref().map(data_file).transpose()?,
        postcodes: root
            .optional("postcodes")
            .as_ref()
            .map(postcodes)
            .transpose()?,
        tiles: root.optional("tiles").as_ref().map(tiles).transpose()?,
        labels: None,
        sources: root.list("sources", source)?,
    })
}

/// The texts with the labels that the page holds before its manifest loads:
/// `{"en": {…}, "cy": {…}}`. `None` if they are malformed: the manifest reports errors in its
/// labels when it loads.
pub fn labelled_texts(json: &str) -> Option<Texts> {
    let value = JSON::parse(json).ok()?;
    let said = Value {
        name: "labels",
        value,
    };
    texts(&said).ok()
}

fn texts(said: &Value) -> Read<Texts> {
    let word = |language: Language, name: &'static str| {
        said.optional(language.tag())?
            .optional(name)?
            .as_text()
            .ok()
    };
    Texts::with_words(Language::default(), &word).map_err(|name| {
        format!("it does not say what \"{name}\" is called; compile the data set again")
    })
}

fn level_files(level: &Value) -> Read<LevelFiles> {
    Ok(LevelFiles {
        published: level
            .optional("published")
            .map(|date| date.as_parsed())
            .transpose()?,
        // `check_levels` rejects a larger number as well.
        step: level.number("step")?.try_into().unwrap_or(i32::MAX),
        dates: level.list("dates", nation_dates)?,
        areas: data_file(&level.get("areas")?)?,
        shapes: data_file(&level.get("shapes")?)?,
        detail: data_file(&level.get("detail")?)?,
        counts: level.list("counts", counts_file)?,
        preload: level.list("preload", Value::as_text)?,
    })
}

fn nation_dates(dates: &Value) -> Read<NationDates> {
    Ok(NationDates {
        nation: dates.parsed("nation")?,
        first: dates.parsed("first")?,
        last: dates.parsed("last")?,
    })
}

fn data_file(file: &Value) -> Read<DataFile> {
    Ok(DataFile {
        file: file.text("file")?,
        bytes: file.number("bytes")?,
        records: file.number("records")?,
    })
}

fn postcodes(files: &Value) -> Read<PostcodeFiles> {
    Ok(PostcodeFiles {
        hash: files.text("hash")?,
        as_of: files.parsed("as_of")?,
        areas: files.text("areas")?,
        bytes: files.number("bytes")?,
        records: files.number("records")?,
    })
}

fn counts_file(counts: &Value) -> Read<CountsFile> {
    Ok(CountsFile {
        file: data_file(counts)?,
        first: counts.parsed("first")?,
        last: counts.parsed("last")?,
    })
}

fn tiles(tiles: &Value) -> Read<Tiles> {
    Ok(Tiles {
        url: tiles.text("url")?,
        attribution: tiles.text("attribution")?,
    })
}

fn source(source: &Value) -> Read<Source> {
    Ok(Source {
        name: source.text("name")?,
        publisher: source.text("publisher")?,
        licence: source.text("licence")?,
    })
}
