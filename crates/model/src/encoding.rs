//! Formats below every file: the frame of data files, text in CSV.
//!
//! | module | what it does |
//! |---|---|
//! | [`format`] | frames files with magic number, version and checksum |
//! | [`csv`] | escapes text for a CSV file |

pub mod csv;
pub mod format;
