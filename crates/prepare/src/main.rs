//! Parses the command line of `prepare` and runs its commands.

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use rising_prepare::{
    cards, compile, gazetteer, geography, init, install, postcodes, prerender, printable, refresh,
    report, rollback, verify,
};

/// Turns published figures and boundaries into the small files that the map loads.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Install(install::Args),
    Refresh(refresh::Args),
    Compile(Box<compile::Args>),
    Cards(cards::Args),
    Names(gazetteer::Args),
    Postcodes(postcodes::Args),
    Prerender(prerender::Args),
    Report(report::Args),
    Rollback(rollback::Args),
    Verify(verify::Args),
    /// Make the boundaries, towns and names of `data/` from the publishers' releases (for
    /// maintainers; `cargo xtask data`)
    Geography(geography::Args),
}

/// Exit status of a refresh that its checks stopped.
const STOPPED_BY_CHECKS: u8 = 3;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            if let Some(stopped) = error.downcast_ref::<refresh::StoppedByChecks>() {
                printable::print_error(&format!("Error: {stopped}\n"));
                return ExitCode::from(STOPPED_BY_CHECKS);
            }
            // `{error:?}` prints the error with its causes, as `main` of a Rust program does.
            printable::print_error(&format!("Error: {error:?}\n"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    // The exit status says whether the command did its work, even if the text cannot be printed.
    let summary = match command {
        Command::Init(args) => init::run(&args)?,
        Command::Install(args) => install::run(&args)?,
        Command::Refresh(args) => refresh::run(&args)?,
        Command::Compile(args) => compile::run(&args)?,
        Command::Cards(args) => cards::run(&args)?,
        Command::Names(args) => gazetteer::run(&args)?,
        Command::Postcodes(args) => postcodes::run(&args)?,
        Command::Prerender(args) => prerender::run(&args)?,
        Command::Rollback(args) => rollback::run(&args)?,
        Command::Geography(args) => {
            geography::run(&args)?;
            String::new()
        }
        // The report's text is its only result, so a failure to print it is a failure.
        Command::Report(args) => {
            printable::print(&report::run(&args)?).context("cannot print the result")?;
            String::new()
        }
        Command::Verify(args) => {
            let (text, all_passed) = verify::run(&args)?;
            if let Err(error) = printable::print(&text) {
                printable::print_error(&format!("cannot print the result: {error}\n"));
            }
            return Ok(if all_passed {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
    };
    if let Err(error) = printable::print(&summary) {
        printable::print_error(&format!("cannot print the summary: {error}\n"));
    }
    Ok(ExitCode::SUCCESS)
}
