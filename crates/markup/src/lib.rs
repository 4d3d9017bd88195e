//! Writes the markup of each panel that the build puts into the page, once for all: the build
//! renders it as HTML (`crates/prerender`), and the app keeps the same elements up to date
//! (`src/platform/dom.rs`).
//!
//! | module | what it renders |
//! |---|---|
//! | [`element`] | elements as data, and as HTML |
//! | [`masthead`] | the head of the page |
//! | [`verdict`] | the verdict, and notices |
//! | [`legend`] | the legend |
//! | [`table`] | the table of areas and its controls |
//! | [`sources`] | the credit line and the notes |

pub mod element;
pub mod legend;
pub mod masthead;
pub mod sources;
pub mod table;
pub mod verdict;
