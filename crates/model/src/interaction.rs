//! Targets of the pointer and of arrow keys.
//!
//! | module | what it does |
//! |---|---|
//! | [`hover`] | tells whether the pointer is moving towards a tooltip |
//! | [`spatial_navigation`] | finds the next area to the north, east, south or west |

pub mod hover;
pub mod spatial_navigation;
