//! Tests the sources of a refresh against servers on loopback that respond like the publishers',
//! faults included.

mod api;
mod archive;
#[path = "../common/clock.rs"]
mod clock;
#[path = "../common/dashboard.rs"]
mod dashboard;
mod england;
#[path = "../common/server.rs"]
mod server;

use std::path::Path;

use rising_model::domain::area::Level;
use rising_prepare::cases::Cases;
use rising_prepare::problem::Problems;
use rising_prepare::source::{Clock, Fetched, Source};

/// Parses a source from a configuration.
fn source(settings: &str) -> Source {
    toml::from_str(settings).unwrap()
}

/// Reads the fetched files as cases.
fn read(source: &Source, fetched: &Fetched) -> (Cases, Problems) {
    let mut problems = Problems::default();
    let mut cases = Cases::default();
    cases
        .add_files(
            &fetched.files,
            Level::Ltla,
            &source.api_filter(),
            &mut problems,
        )
        .unwrap();
    (cases, problems)
}

/// Returns the text of the error that a fetch must end with.
fn refused(source: &Source, cache: &Path, clock: &dyn Clock) -> String {
    source.fetch(cache, clock).unwrap_err().to_string()
}

/// Asserts that a text contains each of the parts.
fn assert_contains_all(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
}
