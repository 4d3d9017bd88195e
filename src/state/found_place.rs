//! What the reader looked for, and the areas it led to.

use rising_model::area::{AreaCode, Level};

/// A place that was found: a postcode, a town, where the reader stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPlace {
    /// For the reader: "HX1 1UB is in Calderdale, in the neighbourhood Halifax Central."
    pub sentence: String,
    /// The authority it is in.
    pub authority: AreaCode,
    /// The neighbourhood it is in, where there are any.
    pub neighbourhood: Option<AreaCode>,
}

impl FoundPlace {
    /// The area of a level that answers, and its level; the authority where the place has no
    /// neighbourhood.
    pub fn area_at(&self, level: Level) -> (Level, &AreaCode) {
        match (level, &self.neighbourhood) {
            (Level::Msoa, Some(neighbourhood)) => (Level::Msoa, neighbourhood),
            _ => (Level::Ltla, &self.authority),
        }
    }

    /// Is it about that area?
    pub fn is_in(&self, area: &AreaCode) -> bool {
        self.authority == *area || self.neighbourhood.as_ref() == Some(area)
    }
}
