//! `cargo xtask load`: the site on nginx under the requests of many readers, and a new edition in
//! the middle of it.

mod drive;
mod edition;
mod mix;
mod tally;
mod visitor;

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::context::{Context, seconds};
use crate::hosting::{Nginx, Reader, copy_of_site};
use crate::{setup, site};
use drive::Drive;
use edition::NextEdition;
use mix::Mix;
use tally::Tally;
use visitor::{Seen, Visitor};

/// Beyond the time that was wished, for the new edition to be compiled beside the load and seen by
/// a visitor.
const LONGEST: Duration = Duration::from_secs(600);
/// Of more errors than this the first are enough.
const TOLD: usize = 20;

/// How much load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How long at least. It goes on until the new edition is there, and has been seen whole.
    pub seconds: u64,
    /// Connections that each have a request on its way all the time, or after a rest.
    pub connections: NonZeroU32,
    /// What it is for.
    pub aim: Aim,
}

/// What a load is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// To measure: as fast as can be, beside a tool that is optimised.
    Figures,
    /// To find errors, on a machine with other work: connections rest between requests, and the
    /// tool is as tests build it.
    Errors,
}

/// How long connections rest that are not there to measure.
const REST: Duration = Duration::from_millis(20);

/// A load to measure with.
pub const TO_MEASURE: Wanted = Wanted {
    seconds: 20,
    connections: NonZeroU32::new(64).unwrap(),
    aim: Aim::Figures,
};

/// A load that is part of the tests.
pub const IN_TESTS: Wanted = Wanted {
    seconds: 3,
    connections: NonZeroU32::new(8).unwrap(),
    aim: Aim::Errors,
};

/// Builds the site and does it.
///
/// # Errors
/// As [`look`], or if the site cannot be built.
pub fn run(context: &Context, wanted: Wanted) -> Result<()> {
    site::build(context, None, None)?;
    look(context, wanted)
}

/// Serves a copy of the site that is there, drives the load, publishes an edition in the middle of
/// it, and prints what came of it.
///
/// # Errors
/// If something cannot be had, or if there was a single error: an answer that is none, a status
/// other than 200 and 304, a manifest that is torn, a file of it that is missing or has other
/// content.
pub fn look(context: &Context, wanted: Wanted) -> Result<()> {
    let (server, driver) = (setup::nginx()?, setup::load_driver()?);
    let copy = copy_of_site(context)?;
    let next = NextEdition::from(context, &copy.path().join("data"), wanted.aim)?;
    let nginx = Nginx::start(context, &server, copy.path(), true)?;
    let reader = Reader::new(&nginx.address());
    let mix = Mix::of(copy.path(), &reader)?;
    println!("{mix}");

    println!(
        "• at least {} s of load over {} connections, a new edition in the middle of it (at most {} min)",
        wanted.seconds,
        wanted.connections,
        LONGEST.as_secs() / 60
    );
    let begun = Instant::now();
    let rest = if wanted.aim == Aim::Errors {
        REST
    } else {
        Duration::ZERO
    };
    let drive = Drive::start(
        &driver,
        &nginx.address(),
        &mix,
        wanted.connections,
        rest,
        LONGEST,
    )?;
    let outcome = while_driven(
        &reader,
        &next,
        copy.path(),
        Duration::from_secs(wanted.seconds),
        begun,
    );
    let driven = drive.end()?;
    let log = nginx.end()?;
    let outcome = outcome?;

    println!("\n{driven}\n{}", Tally::of(&log, drive::NAME)?);
    println!("{outcome}");
    let mut errors = outcome.errors;
    errors.extend(driven.errors());
    errors.extend(Tally::of(&log, drive::NAME)?.errors());
    let told = errors
        .iter()
        .take(TOLD)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n  ");
    ensure!(
        errors.is_empty(),
        "{} errors under load:\n  {told}",
        errors.len()
    );
    println!("0 errors");
    Ok(())
}

/// What visitors saw while an edition was published.
struct Outcome {
    published_in: Duration,
    seen: Seen,
    errors: Vec<String>,
}

/// Publishes the edition after a third of the time. Two visitors go on until one has seen it whole:
/// one loads everything each time, the other the manifest and what is new to it, so that it sees as
/// many manifests as can be.
fn while_driven(
    reader: &Reader,
    next: &NextEdition,
    site: &Path,
    at_least: Duration,
    begun: Instant,
) -> Result<Outcome> {
    let enough = AtomicBool::new(false);
    let goes_on = || !enough.load(Ordering::SeqCst) && begun.elapsed() < LONGEST;
    let visitor = Visitor::new(reader);
    thread::scope(|scope| {
        let thorough = scope.spawn(|| visitor.come_again(goes_on, visitor::Memory::None));
        let quick = scope.spawn(|| visitor.come_again(goes_on, visitor::Memory::Files));
        // The edition before is seen whole first, however long that takes.
        while goes_on()
            && !visitor.has_failed()
            && (begun.elapsed() < at_least / 3 || visitor.visits() == 0)
        {
            thread::sleep(Duration::from_millis(20));
        }
        let publishing = Instant::now();
        let published = next.publish(site);
        let published_in = publishing.elapsed();
        let after = visitor.visits();
        // One more that began after the edition was there, and the rest of the time; unless
        // something is wrong already.
        let is_open = || visitor.visits() < after + 2 || begun.elapsed() < at_least;
        while published.is_ok() && goes_on() && !visitor.has_failed() && is_open() {
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
                "visitors saw {} editions, not one before and one after",
                seen.editions.len()
            ));
        }
        // A reader who still has the manifest of the edition before.
        errors.extend(visitor.finds(&seen.files));
        Ok(Outcome {
            published_in,
            seen,
            errors,
        })
    })
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "a new edition in the middle of it, compiled and written in {}",
            seconds(self.published_in)
        )?;
        write!(
            f,
            "  {} manifests seen, of {} editions; {} visits with every file, {} files with the right digest",
            self.seen.manifests,
            self.seen.editions.len(),
            self.seen.whole,
            self.seen.checked
        )
    }
}
