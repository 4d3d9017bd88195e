//! `cargo xtask`: the everyday commands of the project. `cargo xtask --help` lists them.

use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use pico_args::Arguments;
use xtask::checks::Selection;
use xtask::context::Context;
use xtask::fuzz::{self, RunLimit};
use xtask::setup::Engine;
use xtask::{
    bench, checks, data, dependencies, documents, hosting, licences, lighthouse, load, serve, site,
};

const HELP: &str = "\
The everyday commands of Rising. Each does its own set-up and says what it does.

USAGE: cargo xtask COMMAND

COMMANDS
  serve [--port 8080] [--host 127.0.0.1] [--site DIR]
                                           build the site and serve it, or serve the one in DIR; a taken port gives the
                                           next free one
  build [--base URL] [--out DIR]           build the site into dist/, for any static server, under any path; with the
                                           address it will have, for search engines and social networks
  test [--quick] [--browser NAMES]         every check: in Chromium in full, and a smoke journey in Firefox and WebKitGTK;
                                           --quick leaves out the site and the browsers; --browser chromium,firefox,webkit
                                           (or some of them) runs the end-to-end tests in full in these
  test --trial TEXT [--browser NAMES]      build the site and run nothing but the end-to-end tests with TEXT in their names,
                                           in Chromium or in these browsers
  hosting                                  serve the site in dist/ with nginx (and Caddy, where it is) as hosting/ says, and compare
                                           every header with the rules; for who edits these files
  documents                                run every command of the publisher's documents as it is written, in a fresh folder
  load [--seconds 20] [--connections 64] [--without-figures]
                                           serve the site with nginx under the requests of many readers, publish an edition in
                                           the middle of it, and print requests a second, times, bytes; any error fails;
                                           --without-figures leaves room for other work, as tests do
  data                                     make the boundaries in data/ and the data set in public/data/ anew
  bench [-- ARGUMENTS]                     measure dist/ beside other map pages, with ../shared/peers
  lighthouse [--runs 3] [--without-performance]
                                           what Google's Lighthouse says of the site on a phone; fails below our aims
  fuzz [--seconds 8 | --runs N] [TARGET…]  throw bytes at all that reads bytes from others, or at these targets of fuzz/
  fuzz --pack                              pack what runs have found into fuzz/corpus.tar.gz, for others to begin with
  dependencies                             whether the libraries may be used: licences, sources, advisories
  licences                                 write docs/LICENCES.md: the libraries in the site and in `prepare`

EXAMPLES
  cargo xtask serve --port 3000
  cargo xtask test --browser firefox
  cargo xtask bench -- --level ltla --runs 3

ENVIRONMENT
  RISING_NO_RUSTUP=1     do not ask rustup for the browser's standard library
  RISING_CHROMIUM=FILE   the Chromium to test in
  RISING_FIREFOX=FILE    the Firefox to test in
  RISING_WEBKIT=FILE     WebKitGTK's MiniBrowser to test in
  XDG_CACHE_HOME         where a toolchain built for this project is kept (~/.cache)
";

fn main() -> ExitCode {
    match run(env::args_os().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Vec<OsString>) -> Result<()> {
    let harness_arguments = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => {
            let rest = arguments.split_off(at + 1);
            arguments.truncate(at);
            rest
        }
        None => Vec::new(),
    };
    let mut arguments = Arguments::from_vec(arguments);
    if arguments.contains(["-h", "--help"]) {
        print!("{HELP}");
        return Ok(());
    }
    let Some(command) = arguments.subcommand()? else {
        bail!("say which command\n\n{HELP}");
    };
    ensure!(
        harness_arguments.is_empty() || command == "bench",
        "only bench passes on what comes after --"
    );
    let context = Context::discover()?;
    match command.as_str() {
        "serve" => {
            let port = arguments.opt_value_from_str("--port")?.unwrap_or(8080);
            let host = arguments
                .opt_value_from_str("--host")?
                .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
            let site = arguments.opt_value_from_str("--site")?;
            ensure_all_used(arguments)?;
            serve::run(&context, host, port, site)
        }
        "build" => {
            let base: Option<String> = arguments.opt_value_from_str("--base")?;
            let out: Option<PathBuf> = arguments.opt_value_from_str("--out")?;
            ensure_all_used(arguments)?;
            let base = base.map(parse_base).transpose()?;
            site::build(&context, base.as_deref(), out.as_deref())
        }
        "test" => {
            let browsers: Vec<String> = arguments.values_from_str("--browser")?;
            let quick = arguments.contains("--quick");
            let trial: Option<String> = arguments.opt_value_from_str("--trial")?;
            ensure_all_used(arguments)?;
            ensure!(
                !quick || browsers.is_empty(),
                "--quick runs in no browser, and --browser in some"
            );
            ensure!(
                !quick || trial.is_none(),
                "--quick runs no end-to-end test, and --trial only those"
            );
            let selection = match (trial, browsers.is_empty()) {
                (Some(name), true) => Selection::Trials(vec![Engine::Chromium], name),
                (Some(name), false) => Selection::Trials(parse_engines(&browsers)?, name),
                (None, true) if quick => Selection::Quick,
                (None, true) => Selection::All,
                (None, false) => Selection::Browsers(parse_engines(&browsers)?),
            };
            checks::run(&context, &selection)
        }
        "data" => {
            ensure_all_used(arguments)?;
            data::run(&context.root)
        }
        "hosting" => {
            ensure_all_used(arguments)?;
            hosting::run(&context)
        }
        "documents" => {
            ensure_all_used(arguments)?;
            println!("{}", documents::run(&context)?);
            Ok(())
        }
        "load" => {
            let wanted = if arguments.contains("--without-figures") {
                load::FOR_TESTS
            } else {
                load::FOR_MEASUREMENT
            };
            let seconds = arguments
                .opt_value_from_str("--seconds")?
                .unwrap_or(wanted.seconds);
            let connections = arguments
                .opt_value_from_str("--connections")?
                .unwrap_or(wanted.connections);
            ensure_all_used(arguments)?;
            ensure!(
                (1..=120).contains(&seconds),
                "--seconds is how long the load lasts at least, at most 120"
            );
            ensure!(
                connections.get() <= 1000,
                "--connections may be 1000 at most"
            );
            load::run(
                &context,
                load::LoadOptions {
                    seconds,
                    connections,
                    ..wanted
                },
            )
        }
        "lighthouse" => {
            let runs = arguments.opt_value_from_str("--runs")?.unwrap_or(3);
            ensure!(runs > 0, "--runs is how often each page is visited");
            let without_performance = arguments.contains("--without-performance");
            ensure_all_used(arguments)?;
            lighthouse::run(
                &context,
                lighthouse::LighthouseOptions {
                    runs,
                    without_performance,
                },
            )
        }
        "fuzz" if arguments.contains("--pack") => {
            ensure_all_used(arguments)?;
            fuzz::pack(&context)
        }
        "fuzz" => {
            let seconds = arguments
                .opt_value_from_str("--seconds")?
                .map(RunLimit::Seconds);
            let runs = arguments.opt_value_from_str("--runs")?.map(RunLimit::Runs);
            ensure!(
                seconds.is_none() || runs.is_none(),
                "--seconds and --runs are two ways to say how long; give one"
            );
            let targets = arguments
                .finish()
                .into_iter()
                .map(|name| name.to_string_lossy().into_owned());
            let targets: Vec<String> = targets.collect();
            let reports = fuzz::run(
                &context,
                &targets,
                seconds.or(runs).unwrap_or(RunLimit::SHORT),
            )?;
            let findings = reports
                .iter()
                .filter(|report| report.finding.is_some())
                .count();
            ensure!(
                findings == 0,
                "{findings} of the targets have found something; see above"
            );
            Ok(())
        }
        "dependencies" => {
            ensure_all_used(arguments)?;
            let counts = dependencies::check(&context)?;
            ensure!(
                counts.failed == 0,
                "not all of the libraries may be used as they are; see above"
            );
            println!("{counts}");
            Ok(())
        }
        "licences" => {
            ensure_all_used(arguments)?;
            licences::write_list(&context)
        }
        "bench" => {
            ensure_all_used(arguments)?;
            bench::run(&context, &harness_arguments)
        }
        other => bail!("there is no command {other}\n\n{HELP}"),
    }
}

/// The engines in `chromium,firefox`, each once.
fn parse_engines(lists: &[String]) -> Result<Vec<Engine>> {
    let mut engines = Vec::new();
    for name in lists.iter().flat_map(|list| list.split(',')) {
        let engine = Engine::from_slug(name).with_context(|| {
            format!("there is no browser {name} to test in; there are chromium, firefox and webkit")
        })?;
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    Ok(engines)
}

/// An address of a site, with a slash at its end.
fn parse_base(base: String) -> Result<String> {
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| base.starts_with(scheme));
    ensure!(
        is_address && !base.contains(['?', '#']),
        "--base is the site's address, such as https://example.org/map/"
    );
    Ok(if base.ends_with('/') {
        base
    } else {
        base + "/"
    })
}

fn ensure_all_used(arguments: Arguments) -> Result<()> {
    let left = arguments.finish();
    ensure!(
        left.is_empty(),
        "not understood: {}; see cargo xtask --help",
        left.join(std::ffi::OsStr::new(" ")).display()
    );
    Ok(())
}
