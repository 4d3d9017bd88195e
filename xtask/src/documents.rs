//! `cargo xtask documents`: runs every command of the publisher's documents as it is written, in
//! order, in a fresh folder, as an ordinary user. After each block, `prepare verify` checks the
//! site.
//!
//! [`sandbox`] lists the substitutes for the machine's folders and programs; [`events`] simulates
//! what happens between the commands, such as new figures. A block that cannot run says so in its
//! first line: `# Not run by our tests: ` and the reason.

mod blocks;
mod events;
mod sandbox;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::check_counts::CheckCounts;
use crate::command::find_program;
use crate::context::Context;
use crate::hosting::Nginx;
use crate::setup::{self, CannotInstall};
use blocks::Block;
use events::{EVENTS, When};
use sandbox::{ADDRESS, Sandbox};

/// The documents, in the order in which a publisher reads them: each continues in the state that
/// the previous one leaves.
const DOCUMENTS: [&str; 6] = [
    "README.md",
    "docs/publish/install.md",
    "docs/publish/daily.md",
    "docs/publish/hosting.md",
    "docs/data/sources.md",
    "docs/data/another-country.md",
];

/// Runs the commands of all documents and counts blocks.
///
/// # Errors
/// If a block cannot be read or fails. The message has its line and its output.
pub fn run(context: &Context) -> Result<CheckCounts> {
    let sandbox = Sandbox::make(context)?;
    // The site's folder does not exist yet: the documents create it.
    let nginx = nginx(context, &sandbox)?;
    let mut passed = 0;
    let mut has_run = vec![false; EVENTS.len()];
    for name in DOCUMENTS {
        let file = context.root.join(name);
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let blocks = blocks::read(&text).with_context(|| format!("in {name}"))?;
        for (at, block) in blocks.iter().enumerate() {
            let is_of_others =
                |other: Option<&Block>| other.is_none_or(|other| other.heading != block.heading);
            let mut run_events = |when: When| -> Result<()> {
                for (number, event) in EVENTS.iter().enumerate() {
                    if event.when == when
                        && (event.document, event.heading) == (name, &*block.heading)
                    {
                        let what = format!("beside \"{}\" in {name}", block.heading);
                        (event.run)(&sandbox).context(what)?;
                        has_run[number] = true;
                    }
                }
                Ok(())
            };
            if is_of_others(at.checked_sub(1).map(|before| &blocks[before])) {
                run_events(When::Before)?;
            }
            passed += usize::from(run_block(&sandbox, name, block, nginx.as_ref())?);
            if is_of_others(blocks.get(at + 1)) {
                run_events(When::After)?;
            }
        }
    }
    for (event, has_run) in EVENTS.iter().zip(has_run) {
        ensure!(
            has_run,
            "{} has no commands under \"{}\"",
            event.document,
            event.heading
        );
    }
    Ok(CheckCounts { passed, failed: 0 })
}

/// Runs a block and verifies the site. Returns whether the block could run on this machine.
fn run_block(
    sandbox: &Sandbox,
    document: &str,
    block: &Block,
    nginx: Option<&Nginx>,
) -> Result<bool> {
    let at = format!("{document}, line {}", block.line);
    if let Some(reason) = &block.not_run {
        println!("• {at}: not run, {reason}");
        return Ok(false);
    }
    let mut script = block.script.clone();
    let asks = script
        .lines()
        .any(|line| line.contains(ADDRESS) && !line.contains("--base"));
    if asks {
        let Some(nginx) =
            nginx.filter(|_| !script.contains("curl") || find_program("curl").is_some())
        else {
            println!("• {at}: left out, this machine lacks nginx or curl");
            return Ok(false);
        };
        script = script.replace(ADDRESS, &nginx.address());
    }
    let shown = block.script.trim_end();
    println!("• {at}\n    {}", shown.replace('\n', "\n    "));
    sandbox
        .run(&script)
        .and_then(|_| sandbox.verify())
        .with_context(|| format!("{at}:\n{shown}\n"))?;
    Ok(true)
}

/// Starts nginx with the published configuration, if it can run on this machine.
fn nginx(context: &Context, sandbox: &Sandbox) -> Result<Option<Nginx>> {
    match setup::nginx() {
        Err(error) if error.is::<CannotInstall>() => Ok(None),
        program => {
            Nginx::start(context, &program?, &sandbox.machine(sandbox::SITE), false).map(Some)
        }
    }
}
