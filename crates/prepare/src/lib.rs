//! `prepare` turns published figures and boundaries into the small files that the map loads,
//! publishes them whole or not at all, and prints figures from them.
//!
//! Each command is a module with its arguments and a `run` that gives the text to print. What reads
//! a publisher's files is open as well: those readers meet bytes from anywhere, and `fuzz/` throws
//! some at them.

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

// Printing what others have written, and showing it to readers.
pub mod display_text;
pub mod printable;

// The readers of others' files.
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
mod timestamp;
