//! Keys on the map.

use rising_model::spatial_navigation::CompassDirection;

/// What a key on the map does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// To the next area on that side.
    Go(CompassDirection),
    Zoom(f64),
    /// Back to the whole scope.
    Whole,
    Open,
    Leave,
}

impl Action {
    /// The action of a key, by its DOM name.
    pub fn of(key: &str) -> Option<Action> {
        Some(match key {
            "ArrowLeft" => Action::Go(CompassDirection::WEST),
            "ArrowRight" => Action::Go(CompassDirection::EAST),
            "ArrowUp" => Action::Go(CompassDirection::NORTH),
            "ArrowDown" => Action::Go(CompassDirection::SOUTH),
            "+" | "=" => Action::Zoom(1.0),
            "-" | "_" => Action::Zoom(-1.0),
            "Home" => Action::Whole,
            "Enter" | " " => Action::Open,
            "Escape" => Action::Leave,
            _ => return None,
        })
    }
}
