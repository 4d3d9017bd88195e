//! What the end-to-end tests are written with: browsers, the site served to them, and what a reader
//! finds on the page.
//!
//! | module | holds |
//! |---|---|
//! | [`settings`] | what `cargo xtask test` says: where the driver, the browser and the site are |
//! | [`browser`] | one browser, of three engines: commands, logs, emulation |
//! | [`controls`] | finding a control by its role and name |
//! | [`page`] | a page in it: opening, waiting, pointer and keys |
//! | [`seen`] | what is on the page, as a reader or a screen reader finds it |
//! | [`map`] | where places are on the map on screen |
//! | [`picture`] | the colours on screen |
//! | [`site`] | the site being served, with faults, and its data set decoded |
//! | [`report`] | the figures as `prepare report` gives them |
//! | [`axe`], [`ibm`] | two accessibility checkers |

pub mod axe;
pub mod browser;
mod controls;
pub mod ibm;
pub mod map;
pub mod page;
pub mod picture;
pub mod report;
pub mod seen;
pub mod settings;
pub mod site;
