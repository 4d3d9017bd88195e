//! Maps keys on the map to actions.

use rising_model::interaction::spatial_navigation::CompassDirection;

/// The action of a key on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Moves the cursor to the next area in a direction.
    MoveCursor(CompassDirection),
    /// Zooms in by this many levels, or out if negative.
    Zoom(f64),
    /// Fits the whole scope.
    FitScope,
    /// Opens the area at the cursor.
    Open,
    /// Hides the tooltip or, without one, closes the selected area.
    Close,
}

impl Action {
    /// Returns the action of a key, given as `KeyboardEvent.key`.
    pub fn of(key: &str) -> Option<Action> {
        Some(match key {
            "ArrowLeft" => Action::MoveCursor(CompassDirection::WEST),
            "ArrowRight" => Action::MoveCursor(CompassDirection::EAST),
            "ArrowUp" => Action::MoveCursor(CompassDirection::NORTH),
            "ArrowDown" => Action::MoveCursor(CompassDirection::SOUTH),
            "+" | "=" => Action::Zoom(1.0),
            "-" | "_" => Action::Zoom(-1.0),
            "Home" => Action::FitScope,
            "Enter" | " " => Action::Open,
            "Escape" => Action::Close,
            _ => return None,
        })
    }
}
