//! Represents a count as far as it is published.

/// A count as far as it is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// No figure, which is not zero: the date is before the series starts or after it ends.
    Missing,
    /// Published as blank because it is 0, 1 or 2: an interval, not a number.
    Suppressed,
    /// A number of cases.
    Count(u32),
}

impl Figure {
    /// The largest count that a publisher suppresses.
    pub const SUPPRESSED_MAX: u32 = 2;

    /// The count, if it is a number.
    pub fn count(self) -> Option<u32> {
        match self {
            Figure::Count(n) => Some(n),
            Figure::Missing | Figure::Suppressed => None,
        }
    }

    /// The smallest and largest possible count; `None` if the figure is missing.
    pub fn bounds(self) -> Option<(u32, u32)> {
        match self {
            Figure::Missing => None,
            Figure::Suppressed => Some((0, Figure::SUPPRESSED_MAX)),
            Figure::Count(n) => Some((n, n)),
        }
    }

    /// Encodes the figure: 0 missing, 1 suppressed, n + 2 for n cases.
    pub(crate) fn to_wire(self) -> u32 {
        match self {
            Figure::Missing => 0,
            Figure::Suppressed => 1,
            Figure::Count(n) => n.saturating_add(2),
        }
    }

    pub(crate) fn from_wire(value: u32) -> Figure {
        match value {
            0 => Figure::Missing,
            1 => Figure::Suppressed,
            n => Figure::Count(n - 2),
        }
    }
}
