//! `prepare`: its commands and their names.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use rising_prepare::{
    cards, compile, gazetteer, geography, init, postcodes, prerender, refresh, report, rollback, verify,
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
    Refresh(refresh::Args),
    Compile(Box<compile::Args>),
    Cards(cards::Args),
    Names(gazetteer::Args),
    Postcodes(postcodes::Args),
    Prerender(prerender::Args),
    Report(report::Args),
    Rollback(rollback::Args),
    Verify(verify::Args),
    /// Make the boundaries, towns and names of `data/` from the publishers' releases (for maintainers; `cargo xtask data`)
    Geography(geography::Args),
}

/// A refresh was stopped by its checks.
const STOPPED: u8 = 3;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            if let Some(stopped) = error.downcast_ref::<refresh::Stopped>() {
                eprintln!("Error: {stopped}");
                return ExitCode::from(STOPPED);
            }
            // The form in which Rust's own programs say it, with all reasons.
            eprintln!("Error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Init(args) => print(&init::run(&args)?),
        Command::Refresh(args) => print(&refresh::run(&args)?),
        Command::Compile(args) => print(&compile::run(&args)?),
        Command::Cards(args) => print(&cards::run(&args)?),
        Command::Names(args) => print(&gazetteer::run(&args)?),
        Command::Postcodes(args) => print(&postcodes::run(&args)?),
        Command::Prerender(args) => print(&prerender::run(&args)?),
        Command::Report(args) => print(&report::run(&args)?),
        Command::Rollback(args) => print(&rollback::run(&args)?),
        Command::Verify(args) => {
            let (text, all_is_well) = verify::run(&args)?;
            print(&text)?;
            return Ok(if all_is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Command::Geography(args) => geography::run(&args),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a text. A reader that has seen enough and closed the pipe, such as `head`, is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot print the result"),
        _ => Ok(()),
    }
}
