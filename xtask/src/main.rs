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
    bench, checks, data, dependencies, documents, hosting, licences, lighthouse, load, prose,
    serve, site,
};

const HELP: &str = "\
The everyday commands of Rising. Each installs what it needs and says so.

USAGE: cargo xtask COMMAND

COMMANDS
  serve [--port 8080] [--host 127.0.0.1] [--site DIR]
      Build the site and serve it, or serve the site in DIR. If the port is taken, use the next
      free one.

  build [--base URL] [--out DIR]
      Build the site into dist/ or DIR, for any static server and any path. With the site's
      address, pages name it for search engines and social networks.

  test [--quick] [--browser NAMES]
      Run every check: all end-to-end tests in Chromium, and a smoke journey in Firefox and
      WebKitGTK. --quick leaves out the site and the browsers. --browser chromium,firefox,webkit
      (or some of them) runs all end-to-end tests in these.

  test --trial TEXT [--browser NAMES]
      Build the site and run only the end-to-end tests with TEXT in their names, in Chromium or
      in these browsers.

  prose
      Check docstrings, the width of comments and documents, and links between documents.

  hosting
      Serve the site in dist/ with nginx (and Caddy, if installed) as hosting/ configures them,
      and compare every header with the rules. For changes in hosting/.

  documents
      Run every command of the publisher's documents as it is written, in a fresh folder.

  load [--seconds 20] [--connections 64] [--without-figures]
      Serve the site with nginx under load, publish a new edition meanwhile, and print requests
      a second, times and bytes. Any error fails. --without-figures leaves processor time for
      other work, as the tests do.

  data
      Create the boundaries in data/ and the data set in public/data/ again.

  bench [-- ARGUMENTS]
      Compare dist/ with other map pages, with ../shared/peers.

  lighthouse [--runs 3] [--without-performance]
      Audit the site with Google's Lighthouse on an emulated phone. A score below our limit fails.

  fuzz [--seconds 8 | --runs N] [TARGET…]
      Run all fuzz targets, or these.

  fuzz --pack
      Pack the inputs that runs have found into fuzz/corpus.tar.gz.

  dependencies
      Check the licences, sources and security advisories of the libraries.

  licences
      Write docs/LICENCES.md: the libraries in the site and in `prepare`.

EXAMPLES
  cargo xtask serve --port 3000
  cargo xtask test --browser firefox
  cargo xtask bench -- --level ltla --runs 3

ENVIRONMENT
  RISING_NO_RUSTUP=1     do not install the WebAssembly target by rustup
  RISING_CHROMIUM=FILE   the Chromium to test in
  RISING_FIREFOX=FILE    the Firefox to test in
  RISING_WEBKIT=FILE     WebKitGTK's MiniBrowser to test in
  XDG_CACHE_HOME         folder for programs that are installed for this project (~/.cache)
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
        bail!("the command is missing\n\n{HELP}");
    };
    ensure!(
        harness_arguments.is_empty() || command == "bench",
        "only bench takes arguments after --"
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
            site::build(&context, base.as_deref(), out.as_deref()).map(drop)
        }
        "test" => {
            let browsers: Vec<String> = arguments.values_from_str("--browser")?;
            let quick = arguments.contains("--quick");
            let trial: Option<String> = arguments.opt_value_from_str("--trial")?;
            ensure_all_used(arguments)?;
            ensure!(
                !quick || browsers.is_empty(),
                "--quick runs no browser; leave out --quick or --browser"
            );
            ensure!(
                !quick || trial.is_none(),
                "--quick runs no end-to-end test; leave out --quick or --trial"
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
        "prose" => {
            ensure_all_used(arguments)?;
            let counts = prose::run(&context.root)?;
            ensure!(
                counts.failed == 0,
                "comments or documents have faults; see above"
            );
            println!("{counts}");
            Ok(())
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
                "--seconds must be from 1 to 120"
            );
            ensure!(
                connections.get() <= 1000,
                "--connections must be at most 1000"
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
            ensure!(runs > 0, "--runs must be at least 1");
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
                "--seconds and --runs exclude each other; leave one out"
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
            ensure!(findings == 0, "{findings} targets failed; see above");
            Ok(())
        }
        "dependencies" => {
            ensure_all_used(arguments)?;
            let counts = dependencies::check(&context)?;
            ensure!(
                counts.failed == 0,
                "some checks of the libraries failed; see above"
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
        other => bail!("the command {other} is unknown\n\n{HELP}"),
    }
}

/// Parses lists such as `chromium,firefox` into engines without duplicates.
fn parse_engines(lists: &[String]) -> Result<Vec<Engine>> {
    let mut engines = Vec::new();
    for name in lists.iter().flat_map(|list| list.split(',')) {
        let engine = Engine::from_slug(name).with_context(|| {
            format!("--browser {name} is unknown; use chromium, firefox or webkit")
        })?;
        if !engines.contains(&engine) {
            engines.push(engine);
        }
    }
    Ok(engines)
}

/// Returns the address of a site with a slash at its end.
fn parse_base(base: String) -> Result<String> {
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| base.starts_with(scheme));
    ensure!(
        is_address && !base.contains(['?', '#']),
        "--base must be the site's address, such as https://example.org/map/"
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
        "unknown arguments: {}; see cargo xtask --help",
        left.join(std::ffi::OsStr::new(" ")).display()
    );
    Ok(())
}
