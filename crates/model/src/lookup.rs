//! Areas by the names and postcodes that people use.
//!
//! | module | what it does |
//! |---|---|
//! | [`gazetteer`] | maps names of towns, counties and former authorities to areas |
//! | [`postcode`] | locates postcodes |

pub mod gazetteer;
pub mod postcode;
