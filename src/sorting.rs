//! Sorting, compiled once: what is sorted is positions in a list, as many as areas can have.
//!
//! The standard library's sort is 3 to 6 KB for each type and comparison.

use std::cmp::Ordering;

use rising_model::area::AreaIndex;

/// The first `limit` of the positions in that order; equal ones in the order of the list.
pub fn first(
    mut positions: Vec<AreaIndex>,
    limit: usize,
    compare: &dyn Fn(AreaIndex, AreaIndex) -> Ordering,
) -> Vec<AreaIndex> {
    let compare = |a: &AreaIndex, b: &AreaIndex| compare(*a, *b).then(a.cmp(b));
    // Sorts fully only what is kept.
    if limit < positions.len() {
        positions.select_nth_unstable_by(limit, compare);
        positions.truncate(limit);
    }
    positions.sort_unstable_by(compare);
    positions
}

/// Every position of a list in that order.
pub fn all(length: usize, compare: &dyn Fn(AreaIndex, AreaIndex) -> Ordering) -> Vec<AreaIndex> {
    first((0..length as AreaIndex).collect(), usize::MAX, compare)
}
