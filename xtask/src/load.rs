//! `cargo xtask load`: serves the site with nginx under load and publishes a new edition meanwhile.

mod access_log;
mod edition;
mod generator;
mod requests;
mod visitor;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::context::{Context, format_duration};
use crate::hosting::{HttpClient, Nginx, copy_site};
use crate::{setup, site};
use access_log::StatusCounts;
use edition::NextEdition;
use generator::LoadGenerator;
use requests::RequestMix;
use visitor::{Observations, Visitor};

/// Limit of the whole load: compiling the new edition and a visitor's full visit may outlast the
/// requested time.
const MAX_DURATION: Duration = Duration::from_mins(10);
/// Number of errors that a message shows.
const MAX_SHOWN: usize = 20;

/// The amount and purpose of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadOptions {
    /// Minimum duration in seconds. The load lasts until a visitor has seen the whole new edition.
    pub seconds: u64,
    /// Number of connections. Each sends its next request after a response, with or without a
    /// pause.
    pub connections: NonZeroU32,
    /// The purpose of the load.
    pub purpose: LoadPurpose,
}

/// The purpose of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadPurpose {
    /// Measures: without pauses, with an optimised `prepare`.
    Measure,
    /// Finds errors on a machine with other work: with pauses, and with a debug build of `prepare`.
    FindErrors,
}

/// The pause between requests of a connection when not measuring.
const PAUSE: Duration = Duration::from_millis(20);

/// The load for measurements.
pub const FOR_MEASUREMENT: LoadOptions = LoadOptions {
    seconds: 20,
    connections: NonZeroU32::new(64).unwrap(),
    purpose: LoadPurpose::Measure,
};

/// The load in `cargo xtask test`.
pub const FOR_TESTS: LoadOptions = LoadOptions {
    seconds: 3,
    connections: NonZeroU32::new(8).unwrap(),
    purpose: LoadPurpose::FindErrors,
};

/// Builds the site and runs the load.
///
/// # Errors
/// As [`run_on_built_site`], or if the site cannot be built.
pub fn run(context: &Context, options: LoadOptions) -> Result<()> {
    site::build(context, None, None)?;
    run_on_built_site(context, options)
}

/// Serves a copy of the built site, generates load, publishes a new edition meanwhile, and prints
/// the results.
///
/// # Errors
/// If a program cannot be installed, or on any error: no response, a status other than 200 and 304,
/// a torn manifest, a file that is missing or has other content.
pub fn run_on_built_site(context: &Context, options: LoadOptions) -> Result<()> {
    let (server, driver) = (setup::nginx()?, setup::load_driver()?);
    let copy = copy_site(context)?;
    let next = NextEdition::prepare(context, &copy.path().join("data"), options.purpose)?;
    let nginx = Nginx::start(context, &server, copy.path(), true)?;
    let client = HttpClient::new(&nginx.address());
    let mix = RequestMix::of(copy.path(), &client)?;
    println!("{mix}");

    println!(
        "• at least {} s of load over {} connections, with a new edition meanwhile (at most {} \
         min)",
        options.seconds,
        options.connections,
        MAX_DURATION.as_secs() / 60
    );
    let begun = Instant::now();
    let pause = if options.purpose == LoadPurpose::FindErrors {
        PAUSE
    } else {
        Duration::ZERO
    };
    let generator = LoadGenerator::start(
        &driver,
        &nginx.address(),
        &mix,
        options.connections,
        pause,
        MAX_DURATION,
    )?;
    let outcome = publish_under_load(
        &client,
        &next,
        copy.path(),
        Duration::from_secs(options.seconds),
        begun,
    );
    let load_result = generator.end()?;
    let log = nginx.end()?;
    let outcome = outcome?;

    println!(
        "\n{load_result}\n{}",
        StatusCounts::parse(&log, generator::NAME)?
    );
    println!("{outcome}");
    let mut errors = outcome.errors;
    errors.extend(load_result.errors());
    errors.extend(StatusCounts::parse(&log, generator::NAME)?.errors());
    let shown = errors
        .iter()
        .take(MAX_SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n  ");
    ensure!(
        errors.is_empty(),
        "{} errors under load:\n  {shown}",
        errors.len()
    );
    println!("0 errors");
    Ok(())
}

/// The observations of visitors while an edition was published.
struct PublicationReport {
    published_in: Duration,
    seen: Observations,
    errors: Vec<String>,
}

/// Publishes the edition after a third of the time. Two visitors visit the site until one has seen
/// the whole new edition: one loads everything each time; the other loads the manifest and new
/// files only, so that it sees as many manifests as possible.
fn publish_under_load(
    client: &HttpClient,
    next: &NextEdition,
    site: &Path,
    at_least: Duration,
    begun: Instant,
) -> Result<PublicationReport> {
    let enough = AtomicBool::new(false);
    let is_running = || !enough.load(Ordering::SeqCst) && begun.elapsed() < MAX_DURATION;
    let visitor = Visitor::new(client);
    thread::scope(|scope| {
        let thorough =
            scope.spawn(|| visitor.visit_repeatedly(is_running, visitor::VisitorCache::None));
        let quick =
            scope.spawn(|| visitor.visit_repeatedly(is_running, visitor::VisitorCache::Files));
        // First a visitor must have seen the whole previous edition.
        while is_running()
            && !visitor.has_failed()
            && (begun.elapsed() < at_least / 3 || visitor.visits() == 0)
        {
            thread::sleep(Duration::from_millis(20));
        }
        let publishing = Instant::now();
        let published = next.publish(site);
        let published_in = publishing.elapsed();
        let after = visitor.visits();
        // Two more visits, so that one began after the publication, and the rest of the time,
        // unless a visit has failed.
        let is_open = || visitor.visits() < after + 2 || begun.elapsed() < at_least;
        while published.is_ok() && is_running() && !visitor.has_failed() && is_open() {
            thread::sleep(Duration::from_millis(20));
        }
        enough.store(true, Ordering::SeqCst);
        let (thorough, quick) = (thorough.join(), quick.join());
        published.context("the new edition could not be published")?;
        let mut seen = thorough.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        seen.add(quick.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        let mut errors = std::mem::take(&mut seen.errors);
        if seen.editions.len() != 2 {
            errors.push(format!(
                "visitors saw {} editions instead of the previous and the new one",
                seen.editions.len()
            ));
        }
        // The files of the previous edition must remain for readers who still have its manifest.
        errors.extend(visitor.find_missing(&seen.files));
        Ok(PublicationReport {
            published_in,
            seen,
            errors,
        })
    })
}

impl std::fmt::Display for PublicationReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "new edition under load, compiled and written in {}",
            format_duration(self.published_in)
        )?;
        write!(
            f,
            "  {} manifests of {} editions; {} visits that loaded every file; {} files with the \
             right digest",
            self.seen.manifests,
            self.seen.editions.len(),
            self.seen.whole,
            self.seen.checked
        )
    }
}
