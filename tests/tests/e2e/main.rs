//! Tests the finished site in a real browser. `cargo xtask test` runs this with all it needs.
//!
//! | module | tests |
//! |---|---|
//! | [`journeys`] | the way to the details of an area, by mouse, touch and keyboard |
//! | [`embedding`] | the map in articles: frames, sandboxes, heights, the embed builder |
//! | [`elsewhere`] | a data set of another country and another disease |
//! | [`figures`] | that the figures on the page are those of `prepare report` |
//! | [`finding`] | the search for an area, and the verdict about it |
//! | [`exports`] | the story, the downloads, and copied tables |
//! | [`hover`] | the tooltip beside the pointer |
//! | [`keyboard`] | use by keyboard alone, and the focus |
//! | [`links`] | the URL parameters, good and bad values, Back and Forward |
//! | [`timeline`] | the slider of dates and its buttons |
//! | [`colour`] | contrast and colours in every theme and with forced colours |
//! | [`painting`] | the painted map: colours, marks, sharpness, zooming |
//! | [`faults`] | missing, damaged and slow files, and trying again |
//! | [`accessibility`] | two sets of accessibility rules, in every state |
//! | [`layout`] | that the page fits its screen |
//! | [`touch`] | fingers and wheels, and the sheet of details on a phone |
//! | [`loading`] | that only what is needed is requested |
//! | [`memory`] | that a long visit leaves no memory, nodes or listeners behind |
//! | [`offline`] | the offline copy: without a network, with new editions, in articles |
//! | [`prerender`] | the prerendered view, before the program and without it |
//! | [`rewriting`] | pages whose texts a translator or highlighter rewrites |
//! | [`smoke`] | one journey through all of the app, for every engine |
//! | [`staleness`] | the age of the figures, stale figures, and pages older than their site |
//! | [`welsh`] | the page in Welsh |
//! | [`within`] | the neighbourhoods of one authority |
//! | [`security`] | the Content Security Policy, and hostile names |

mod accessibility;
mod colour;
mod elsewhere;
mod embedding;
mod exports;
mod faults;
mod figures;
mod finding;
mod hover;
mod journeys;
mod keyboard;
mod layout;
mod links;
mod loading;
mod memory;
mod offline;
mod painting;
mod prerender;
mod rewriting;
mod runner;
mod security;
mod smoke;
mod staleness;
mod timeline;
mod touch;
mod welsh;
mod within;

use std::process::ExitCode;

use libtest_mimic::Arguments;
use rising_tests::browser::EngineName;
use rising_tests::settings::settings;

/// The number of browsers at a time. On few processors more of them only wait for each other.
const BROWSERS: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    match settings() {
        // One driver of Chromium's controls any number of browsers.
        Ok(settings) if settings.engine == EngineName::Chromium => {
            arguments.test_threads.get_or_insert(BROWSERS);
        }
        Ok(settings) => arguments.test_threads = Some(settings.webdrivers.len()),
        Err(_) if arguments.list => {}
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    }
    let trials = [
        faults::trials(),
        painting::trials(),
        embedding::trials(),
        elsewhere::trials(),
        figures::trials(),
        finding::trials(),
        hover::trials(),
        journeys::trials(),
        keyboard::trials(),
        links::trials(),
        exports::trials(),
        timeline::trials(),
        accessibility::trials(),
        layout::trials(),
        colour::trials(),
        touch::trials(),
        loading::trials(),
        memory::trials(),
        offline::trials(),
        prerender::trials(),
        rewriting::trials(),
        welsh::trials(),
        within::trials(),
        security::trials(),
        staleness::trials(),
        smoke::trials(),
    ];
    let conclusion = libtest_mimic::run(&arguments, trials.into_iter().flatten().collect());
    runner::close_browsers();
    runner::print_skipped_and_crashed();
    conclusion.exit_code()
}
