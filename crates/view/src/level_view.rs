//! Holds one level at one date: what every panel, page and report is written from.

use std::sync::Arc;

use rising_model::domain::area::Level;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::snapshot::Snapshot;

/// The areas of one level with their figures at one date. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelView {
    /// The level.
    pub level: Level,
    /// The level's areas.
    pub table: Arc<AreaTable>,
    /// Their figures, all of one date.
    pub snapshot: Arc<Snapshot>,
    /// The number of days from one date to the next: 1 or 7.
    pub step: i32,
}
