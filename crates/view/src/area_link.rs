//! A link to the details of an area, as data.

use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::day::Day;

/// A link to the details of an area at a date. The page and the prerendered pages each write its
/// address in their own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaLink {
    /// The text of the link.
    pub text: String,
    /// The area's level.
    pub level: Level,
    /// The area's code.
    pub code: AreaCode,
    /// The date.
    pub date: Day,
}
