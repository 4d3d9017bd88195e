//! A place that the reader searched for, and the areas that it lies in.

use rising_model::domain::area::{AreaCode, Level};

/// A place that a search found: a postcode, a town, or the device's position.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPlace {
    /// A sentence such as "HX1 1UB is in Calderdale, in the neighbourhood Halifax Central."
    pub sentence: String,
    /// The authority that the place lies in.
    pub authority: AreaCode,
    /// The neighbourhood that the place lies in, if its nation has neighbourhoods.
    pub neighbourhood: Option<AreaCode>,
}

impl FoundPlace {
    /// The place's area at a level, with its level. The authority where the place has no
    /// neighbourhood.
    pub fn area_at(&self, level: Level) -> (Level, &AreaCode) {
        match (level, &self.neighbourhood) {
            (Level::Msoa, Some(neighbourhood)) => (Level::Msoa, neighbourhood),
            _ => (Level::Ltla, &self.authority),
        }
    }

    /// Whether the place lies in the area.
    pub fn is_in(&self, area: &AreaCode) -> bool {
        self.authority == *area || self.neighbourhood.as_ref() == Some(area)
    }
}
