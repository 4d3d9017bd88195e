//! Models Rising's domain: areas, their case counts, the rates and directions that follow from
//! these, and the files that hold them.
//!
//! The crate does no I/O and needs no browser. The app and the native tool `prepare` both use it,
//! so the same code computes a figure on the page and in a terminal.
//!
//! | module | what it does |
//! |---|---|
//! | [`area`] | defines areas, nations and levels, and maps old codes to areas |
//! | [`day`] | represents a calendar day |
//! | [`series`] | holds case counts by area and date, suppressed and missing ones apart |
//! | [`population`] | gives the people of an area by estimate and date |
//! | [`rate`] | computes cases per 100,000 people and formats them |
//! | [`trend`] | compares two weeks: rising, falling or unchanged |
//! | [`clearness`] | grades whether a change is larger than chance explains |
//! | [`scale`] | maps a rate to a class |
//! | [`scope`] | selects the areas that are counted and ranked together |
//! | [`snapshot`] | compares all areas at one date: totals, ranks, grades |
//! | [`geometry`] | stores borders as arcs that neighbours share |
//! | [`polygons`] | builds valid polygons from an area's rings |
//! | [`sorting`] | sorts positions in a list of areas |
//! | [`csv`] | escapes text for a CSV file |
//! | [`point_location`] | finds the area at a longitude and latitude |
//! | [`spatial_navigation`] | finds the next area to the north, east, south or west |
//! | [`hover`] | tells whether the pointer is moving towards a tooltip |
//! | [`gazetteer`] | maps names of towns, counties and former authorities to areas |
//! | [`postcode`] | locates postcodes |
//! | [`places`] | holds the town labels of the map |
//! | [`labels`] | holds the words of a data set of another country or disease |
//! | [`manifest`] | describes the files of a data set |
//! | [`freshness`] | tells whether figures are out of date |
//! | [`format`] | frames files with magic number, version and checksum |

pub mod area;
pub mod clearness;
pub mod csv;
pub mod day;
pub mod format;
pub mod freshness;
pub mod gazetteer;
pub mod geometry;
pub mod hover;
pub mod labels;
pub mod manifest;
pub mod places;
pub mod point_location;
pub mod polygons;
pub mod population;
pub mod postcode;
pub mod rate;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod scale;
pub mod scope;
pub mod series;
pub mod snapshot;
pub mod sorting;
pub mod spatial_navigation;
pub mod trend;
mod wire;
