//! Any bytes as boundaries, TopoJSON or GeoJSON; those that can be read go the whole way to a file.

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
