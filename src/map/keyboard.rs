//! Keys on the map.

use rising_model::steering::Towards;

/// What a key on the map does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// To the next area on that side.
    Go(Towards),
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
            "ArrowLeft" => Action::Go(Towards::WEST),
            "ArrowRight" => Action::Go(Towards::EAST),
            "ArrowUp" => Action::Go(Towards::NORTH),
            "ArrowDown" => Action::Go(Towards::SOUTH),
            "+" | "=" => Action::Zoom(1.0),
            "-" | "_" => Action::Zoom(-1.0),
            "Home" => Action::Whole,
            "Enter" | " " => Action::Open,
            "Escape" => Action::Leave,
            _ => return None,
        })
    }
}
