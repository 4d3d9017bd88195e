//! Runs every command of the publisher's documents as it is written, in order, in a fresh folder,
//! as an ordinary user. After each block, `prepare verify` looks at the site with a reader's eyes.
//!
//! [`place`] states the substitutes for the machine's folders and programs; [`story`] has the
//! events between the commands, such as new figures. A block that cannot run says so in its first
//! line: `# Not run by our tests: ` and the reason.

mod blocks;
mod place;
mod story;

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::checks::Tally;
use crate::command::find;
use crate::context::Context;
use crate::hosting::Nginx;
use crate::setup::{self, NotHere};
use blocks::Block;
use place::Place;
use story::{STORY, When};

/// The documents, in the order in which a publisher meets them: each begins where the one before
/// has led.
const DOCUMENTS: [&str; 6] = [
    "README.md",
    "docs/publish/install.md",
    "docs/publish/daily.md",
    "docs/publish/hosting.md",
    "docs/data/sources.md",
    "docs/data/another-country.md",
];

/// The address that the documents give the site.
const ADDRESS: &str = "https://rising.example.org/";

/// Runs the commands of all documents. The tally counts blocks.
///
/// # Errors
/// If a block cannot be read or fails; the message has its line and its output.
pub fn run(context: &Context) -> Result<Tally> {
    let place = Place::make(context)?;
    // Its folder does not exist yet: the documents make it.
    let nginx = nginx(context, &place)?;
    let mut passed = 0;
    let mut told = vec![false; STORY.len()];
    for name in DOCUMENTS {
        let file = context.root.join(name);
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let blocks = blocks::read(&text).with_context(|| format!("in {name}"))?;
        for (at, block) in blocks.iter().enumerate() {
            let is_of_others =
                |other: Option<&Block>| other.is_none_or(|other| other.heading != block.heading);
            let mut tell = |when: When| -> Result<()> {
                for (number, chapter) in STORY.iter().enumerate() {
                    if chapter.when == when
                        && (chapter.document, chapter.heading) == (name, &*block.heading)
                    {
                        let what = format!("beside \"{}\" in {name}", block.heading);
                        (chapter.happens)(&place).context(what)?;
                        told[number] = true;
                    }
                }
                Ok(())
            };
            if is_of_others(at.checked_sub(1).map(|before| &blocks[before])) {
                tell(When::Before)?;
            }
            passed += usize::from(run_block(&place, name, block, nginx.as_ref())?);
            if is_of_others(blocks.get(at + 1)) {
                tell(When::After)?;
            }
        }
    }
    for (chapter, told) in STORY.iter().zip(told) {
        ensure!(
            told,
            "{} has no commands under \"{}\"",
            chapter.document,
            chapter.heading
        );
    }
    Ok(Tally { passed, failed: 0 })
}

/// Runs a block and verifies the site. Returns whether the block could run here.
fn run_block(place: &Place, document: &str, block: &Block, nginx: Option<&Nginx>) -> Result<bool> {
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
        let Some(nginx) = nginx.filter(|_| !script.contains("curl") || find("curl").is_some())
        else {
            println!("• {at}: left out, this machine lacks nginx or curl");
            return Ok(false);
        };
        script = script.replace(ADDRESS, &nginx.address());
    }
    let shown = block.script.trim_end();
    println!("• {at}\n    {}", shown.replace('\n', "\n    "));
    place
        .run(&script)
        .and_then(|_| place.verify())
        .with_context(|| format!("{at}:\n{shown}\n"))?;
    Ok(true)
}

/// Starts nginx with the configuration that publishers get, if it can run here.
fn nginx(context: &Context, place: &Place) -> Result<Option<Nginx>> {
    match setup::nginx() {
        Err(error) if error.is::<NotHere>() => Ok(None),
        program => Nginx::start(context, &program?, &place.machine(story::SITE), false).map(Some),
    }
}
