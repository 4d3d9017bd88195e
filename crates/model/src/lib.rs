//! Rising's domain: which areas there are, how many cases each had, what rate and direction that
//! makes, and the files those facts travel in. No I/O and no browser: the app and the native tool
//! `prepare` both stand on this crate, so a figure on the page and one in a terminal are the same
//! code.
//!
//! | module | question it answers |
//! |---|---|
//! | [`area`] | what is an area, a nation, a level; which old code means which area |
//! | [`day`] | which calendar day |
//! | [`series`] | how many cases, by area and date; suppressed and missing kept apart |
//! | [`population`] | how many people live in an area, by estimate and date |
//! | [`rate`] | cases per 100,000 people, and how a rate is written |
//! | [`trend`] | rising or falling |
//! | [`clearness`] | is a rise or a fall larger than chance explains |
//! | [`scale`] | which class and colour a rate has |
//! | [`colours`] | what the map draws in besides the classes |
//! | [`scope`] | whose areas are counted and ranked together |
//! | [`snapshot`] | all areas at one date: totals, ranks, rising rows |
//! | [`geometry`] | arcs and rings shared between neighbours |
//! | [`polygons`] | which valid polygons an area's rings make |
//! | [`csv`] | how text is written for a spreadsheet |
//! | [`sentences`] | how figures read in a sentence, in the words of `rising-words` |
//! | [`story`] | which sentences make a story of a nation or an area |
//! | [`point_location`] | which area a point of the globe lies in |
//! | [`spatial_navigation`] | which area is next to the north, east, south or west of another |
//! | [`hover`] | is the pointer on its way to what is said beside it |
//! | [`gazetteer`] | which towns, counties and former names lead to which areas |
//! | [`postcode`] | where a postcode lies |
//! | [`manifest`] | what a data set consists of |
//! | [`format`] | magic, version, checksum: how files are framed |

pub mod area;
pub mod clearness;
pub mod colours;
pub mod csv;
pub mod day;
pub mod format;
pub mod freshness;
pub mod gazetteer;
pub mod geometry;
pub mod hover;
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
pub mod sentences;
pub mod series;
pub mod snapshot;
pub mod spatial_navigation;
pub mod story;
pub mod trend;
mod wire;
