//! Sorts positions in a list of at most as many items as there can be areas.
//!
//! Compiled once for all callers: the standard library's sort takes 3 to 6 KB for each type and
//! comparison.

use std::cmp::Ordering;

use crate::domain::area::AreaIndex;

/// The first `limit` positions in the order of `compare`. Equal items keep the order of the list.
pub fn first(
    mut positions: Vec<AreaIndex>,
    limit: usize,
    compare: &dyn Fn(AreaIndex, AreaIndex) -> Ordering,
) -> Vec<AreaIndex> {
    let compare = |a: &AreaIndex, b: &AreaIndex| compare(*a, *b).then(a.cmp(b));
    // Sorts only the positions that are returned.
    if limit < positions.len() {
        positions.select_nth_unstable_by(limit, compare);
        positions.truncate(limit);
    }
    positions.sort_unstable_by(compare);
    positions
}

/// All positions of a list in the order of `compare`.
pub fn all(length: usize, compare: &dyn Fn(AreaIndex, AreaIndex) -> Ordering) -> Vec<AreaIndex> {
    first((0..length as AreaIndex).collect(), usize::MAX, compare)
}
