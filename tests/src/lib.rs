//! The library of the end-to-end tests: browsers, a server for the site, and access to the page.
//!
//! | module | holds |
//! |---|---|
//! | [`settings`] | the settings from `cargo xtask test`: driver, browser and site |
//! | [`browser`] | a browser of one of three engines: commands, logs, emulation |
//! | [`controls`] | finding a control by its role and name |
//! | [`page`] | a page in a browser: opening, waiting, pointer and keys |
//! | [`page_state`] | the visible and accessible content of the page |
//! | [`map`] | conversion between positions on the map and on the screen |
//! | [`screenshot`] | the colours on the screen |
//! | [`site`] | the served site, with faults, and its decoded data set |
//! | [`report`] | the figures of `prepare report` |
//! | [`axe`], [`ibm`] | two accessibility checkers |

pub mod axe;
pub mod browser;
mod controls;
pub mod ibm;
pub mod map;
pub mod page;
pub mod page_state;
pub mod report;
pub mod screenshot;
pub mod settings;
pub mod site;
