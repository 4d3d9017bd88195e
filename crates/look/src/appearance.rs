//! Turns figures into the appearance of each area.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::figure::Figure;
use rising_model::domain::scale::Breaks;
use rising_model::domain::scope::Scope;
use rising_model::domain::snapshot::Snapshot;
use rising_model::domain::trend::Direction;

/// The meaning of an area's surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// A class of the rate, in its plain colour.
    Class(u8),
    /// A suppressed count, dotted.
    Suppressed,
    /// No figure, hatched.
    Missing,
    /// Outside the scope, in a muted colour.
    Elsewhere,
}

impl Appearance {
    /// Returns what the surface of an area within the scope says.
    fn of(area: AreaIndex, table: &AreaTable, snapshot: &Snapshot, breaks: &Breaks) -> Appearance {
        match (snapshot.rate(table, area), snapshot.comparison(area).now) {
            (Some(rate), _) => Appearance::Class(breaks.class(rate)),
            (None, Figure::Suppressed) => Appearance::Suppressed,
            _ => Appearance::Missing,
        }
    }
}

/// An area's surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// The meaning of its surface.
    pub appearance: Appearance,
    /// Whether it is drawn faintly, because other areas are looked for.
    pub muted: bool,
}

impl Face {
    /// The surface of areas outside the scope.
    pub const ELSEWHERE: Face = Face {
        appearance: Appearance::Elsewhere,
        muted: false,
    };
}

/// The appearance of all areas at one date, at any zoom and in any theme.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearances {
    /// By area.
    pub faces: Vec<Face>,
    /// By area, whether it is marked as rising.
    pub rising: Vec<bool>,
    /// Whether the scope is one authority, so that only its own areas decide whether borders and
    /// outlines have room.
    pub one_authority: bool,
    /// The area that a small map locates. Such a map has no other lines and no marks.
    pub located: Option<AreaIndex>,
}

impl Appearances {
    /// Returns the appearance of each area of the table. `rising_only` mutes those not rising.
    pub fn new(
        table: &AreaTable,
        snapshot: &Snapshot,
        breaks: &Breaks,
        scope: &Scope,
        rising_only: bool,
    ) -> Appearances {
        let mut faces = vec![];
        let mut rising = vec![];
        for (index, area) in (0..).zip(table.areas()) {
            let here = scope.contains(area);
            let rises = here && snapshot.comparison(index).direction() == Direction::Rising;
            let appearance = match here {
                true => Appearance::of(index, table, snapshot, breaks),
                false => Appearance::Elsewhere,
            };
            faces.push(Face {
                appearance,
                muted: rising_only && !rises,
            });
            rising.push(rises);
        }
        Appearances {
            faces,
            rising,
            one_authority: scope.authority().is_some(),
            located: None,
        }
    }

    /// Returns the appearance of a small map that only tells where one area is.
    pub fn locating(
        area: AreaIndex,
        table: &AreaTable,
        snapshot: &Snapshot,
        breaks: &Breaks,
    ) -> Appearances {
        let mut faces = vec![Face::ELSEWHERE; table.len()];
        if let Some(face) = faces.get_mut(usize::from(area)) {
            face.appearance = Appearance::of(area, table, snapshot, breaks);
        }
        Appearances {
            rising: vec![false; faces.len()],
            faces,
            one_authority: false,
            located: Some(area),
        }
    }

    /// Whether the area is within the scope.
    pub fn is_here(&self, area: AreaIndex) -> bool {
        self.faces
            .get(usize::from(area))
            .is_some_and(|face| face.appearance != Appearance::Elsewhere)
    }

    /// Whether the area is marked as rising.
    pub fn is_rising(&self, area: AreaIndex) -> bool {
        self.rising.get(usize::from(area)) == Some(&true)
    }
}
