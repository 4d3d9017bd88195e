//! `prepare` compiles published figures and boundaries into the small files that the map loads,
//! publishes each edition whole or not at all, and prints figures from it.
//!
//! Each command is a module with its arguments and a `run` that returns the text to print. The
//! parsers of publishers' files are public too, because `fuzz/` runs them on arbitrary bytes.

// The commands.
pub mod cards;
pub mod compile;
pub mod gazetteer;
pub mod geography;
pub mod init;
pub mod install;
pub mod postcodes;
pub mod prerender;
pub mod refresh;
pub mod report;
pub mod rollback;
pub mod verify;

// Cleaning text of other people for the terminal and for the page.
pub mod display_text;
pub mod printable;

// The parsers of publishers' files.
pub mod aliases;
pub mod area_names;
pub mod boundaries;
pub mod cases;
pub mod places;
pub mod population;
pub mod problem;
pub mod source;
pub use self::publish::parse_manifest;

mod check;
mod chunks;
mod clearness;
mod content_encoding;
mod input;
mod join;
mod labels;
mod level_figures;
mod lookup;
mod period;
mod publish;
mod published_rates;
mod timestamp;
