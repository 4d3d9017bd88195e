//! The finished site in a real browser. `cargo xtask test` runs this with all it needs.
//!
//! | module | asks |
//! |---|---|
//! | [`journeys`] | does a reader get from the opening to an area's details: by mouse, by touch, by keyboard? |
//! | [`embedding`] | does the map fit into an article: any frame, several, in a sandbox, as high as it should be? |
//! | [`elsewhere`] | is a map of another country and another disease one, in every word? |
//! | [`figures`] | are the figures on screen those of `prepare report`? |
//! | [`finding`] | does a reader find her area, and does the answer say what it should? |
//! | [`exports`] | do the story and the files hold the figures, and can they be read by others? |
//! | [`hover`] | do the words beside the pointer stay as long as they are read? |
//! | [`keyboard`] | is everything reached by keyboard, and does the focus stay? |
//! | [`links`] | does the address mean what it promises, good values and bad, back and forward? |
//! | [`timeline`] | do the dates move as promised? |
//! | [`colour`] | is all that is drawn seen, in every theme and with forced colours? |
//! | [`painting`] | does the map show what is so, sharp, wherever it is moved? |
//! | [`faults`] | does a reader keep what works, is she told, and can she try again? |
//! | [`accessibility`] | does axe-core find anything, in any state? |
//! | [`layout`] | does the page fit its screen? |
//! | [`touch`] | what do fingers and wheels move, and what does the sheet leave in sight? |
//! | [`loading`] | is only what is needed requested? |
//! | [`memory`] | does a long visit leave anything behind? |
//! | [`offline`] | does what was opened once work without a network, whole, of one edition, and without getting in the way? |
//! | [`prerender`] | is there an answer before the program, and without it? |
//! | [`rewriting`] | does a page whose texts a translator or a highlighter has rewritten show what changes? |
//! | [`smoke`] | does the app work at all: one journey that meets every part, in every engine |
//! | [`staleness`] | is the age of the figures said, are stale ones called so, and does a page older than its site renew itself? |
//! | [`welsh`] | does `?lang=cy` speak Welsh: the search, the story, the builder? |
//! | [`within`] | does the view of one authority's neighbourhoods hold what the article needs, in every part of the page? |
//! | [`security`] | does the page forbid what it does not need, and nothing that it does? |

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

/// Those at work at a time: on few processors more of them only wait for each other.
const CHROMIUMS: usize = 2;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    match settings() {
        // One driver of Chromium's drives any number of them.
        Ok(settings) if settings.engine == EngineName::Chromium => {
            arguments.test_threads.get_or_insert(CHROMIUMS);
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
    runner::tell_what_was_special();
    conclusion.exit_code()
}
