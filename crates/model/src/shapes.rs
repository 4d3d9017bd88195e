//! Borders of areas and positions on the map.
//!
//! | module | what it does |
//! |---|---|
//! | [`geometry`] | stores borders as arcs that neighbours share |
//! | [`polygons`] | builds valid polygons from an area's rings |
//! | [`point_location`] | finds the area at a longitude and latitude |
//! | [`places`] | holds the town labels of the map |

pub mod geometry;
pub mod places;
pub mod point_location;
pub mod polygons;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
