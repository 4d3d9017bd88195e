//! Finds areas by what a reader types (a name, a code or a postcode) or by the device's position.
//!
//! The crate does no I/O and needs no browser: the app passes the files that it has loaded.
//!
//! | module | what it does |
//! |---|---|
//! | [`query`] | cleans what was typed, and finds postcodes and area codes in it |
//! | [`ranking`] | ranks names by how well they match a query |
//! | `names` | answers names of areas, nations and places |
//! | `postcodes` | answers postcodes |
//! | `results` | chooses between those answers, and adds a message |
//! | `suggestion` | describes the answers |
//! | [`position`] | finds the area at the device's position |

mod found_place;
mod names;
pub mod position;
mod postcodes;
pub mod query;
pub mod ranking;
mod results;
mod suggestion;

pub use found_place::FoundPlace;
pub use names::Names;
pub use postcodes::PostcodeLookup;
pub use results::{Sources, answer};
pub use suggestion::{Areas, MAX_SUGGESTIONS, SearchResults, Suggestion, Target};
