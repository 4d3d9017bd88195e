//! Parses any text as a manifest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::{Level, Nation};
use rising_prepare::parse_manifest;

fuzz_target!(|text: &str| {
    let Ok(manifest) = parse_manifest(text.as_bytes()) else {
        return;
    };
    let written = serde_json::to_string(&manifest).expect("a manifest can be written");
    assert_eq!(
        parse_manifest(written.as_bytes()).expect("a written manifest can be read"),
        manifest
    );
    for files in Level::ALL
        .into_iter()
        .filter_map(|level| manifest.levels.get(level))
    {
        let _ = Nation::ALL.map(|nation| files.dates_of(nation));
    }
    if let Some(postcodes) = &manifest.postcodes {
        postcodes.files().for_each(drop);
    }
});
