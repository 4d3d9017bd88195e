//! The sources of a refresh, against servers on loopback that answer as the publishers' do, faults
//! included.

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

use rising_model::area::Level;
use rising_prepare::cases::Cases;
use rising_prepare::problem::Problems;
use rising_prepare::source::{Clock, Fetched, Source};

/// A source as a publisher writes it.
fn source(settings: &str) -> Source {
    toml::from_str(settings).unwrap()
}

/// What was fetched, as the readers of cases see it.
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

/// The text of the error that a fetch must end with.
fn refused(source: &Source, cache: &Path, clock: &dyn Clock) -> String {
    source.fetch(cache, clock).unwrap_err().to_string()
}

/// Checks that a text has each of these in it.
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "\"{part}\" is not in: {text}");
    }
}
