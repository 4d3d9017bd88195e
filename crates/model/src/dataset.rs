//! A data set as a whole: its files, its words, its age.
//!
//! | module | what it does |
//! |---|---|
//! | [`labels`] | holds the words of a data set of another country or disease |
//! | [`manifest`] | describes the files of a data set |
//! | [`freshness`] | tells whether figures are out of date |

pub mod freshness;
pub mod labels;
pub mod manifest;
