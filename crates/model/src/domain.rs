//! Areas, days, counts, rates, and what follows from them on a date.
//!
//! | module | what it does |
//! |---|---|
//! | [`area`] | defines areas, their codes, nations and levels |
//! | [`area_table`] | holds all areas of a level, and maps old codes to areas |
//! | [`day`] | represents a calendar day |
//! | [`figure`] | represents a count as far as it is published |
//! | [`series`] | holds case counts by area and date, suppressed and missing ones apart |
//! | [`population`] | gives the people of an area by estimate and date |
//! | [`rate`] | computes cases per 100,000 people and formats them |
//! | [`trend`] | compares two weeks: rising, falling or unchanged |
//! | [`clearness`] | grades whether a change is larger than chance explains |
//! | [`scale`] | maps a rate to a class |
//! | [`scope`] | selects the areas that are counted and ranked together |
//! | [`snapshot`] | compares all areas at one date: totals, ranks, grades |
//! | [`sorting`] | sorts positions in a list of areas |

pub mod area;
pub(crate) mod area_file;
pub mod area_table;
pub mod clearness;
pub(crate) mod codes;
pub mod day;
pub mod figure;
pub mod population;
pub mod rate;
pub mod scale;
pub mod scope;
pub mod series;
pub mod snapshot;
pub mod sorting;
pub mod trend;
