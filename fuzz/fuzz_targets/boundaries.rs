//! Parses any bytes as boundaries, TopoJSON or GeoJSON, and compiles valid ones into a file.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use rising_fuzz::to_file;
use rising_prepare::boundaries::Boundaries;

fuzz_target!(|content: &[u8]| {
    if let Ok(boundaries) = Boundaries::parse(Path::new("areas.json"), content) {
        to_file(&boundaries);
    }
});
