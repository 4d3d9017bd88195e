//! Models Rising's domain: areas, their case counts, the rates and directions that follow from
//! these, and the files that hold them.
//!
//! The crate does no I/O and needs no browser. The app and the native tool `prepare` both use it,
//! so the same code computes a figure on the page and in a terminal.
//!
//! | room | what it holds | uses |
//! |---|---|---|
//! | [`encoding`] | formats below every file: the frame of data files, text in CSV |  |
//! | [`domain`] | areas, days, counts, rates, and what follows from them on a date | encoding |
//! | [`shapes`] | borders of areas and positions on the map | domain, encoding |
//! | [`lookup`] | areas by the names and postcodes that people use | domain, encoding |
//! | [`dataset`] | a data set as a whole: its files, its words, its age | domain |
//! | [`interaction`] | targets of the pointer and of arrow keys | domain, shapes |

pub mod dataset;
pub mod domain;
pub mod encoding;
pub mod interaction;
pub mod lookup;
pub mod shapes;
