//! Keys on the map: from area to area by geography.

use rising_model::area::AreaIndex;
use rising_model::geometry::Point;

/// A compass direction on screen: x east, y south.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Towards(i32, i32);

/// What a key on the map does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    Go(Towards),
    Zoom(f64),
    Open,
    Leave,
}

impl Action {
    /// The action of a key, by its DOM name.
    pub fn of(key: &str) -> Option<Action> {
        Some(match key {
            "ArrowLeft" => Action::Go(Towards(-1, 0)),
            "ArrowRight" => Action::Go(Towards(1, 0)),
            "ArrowUp" => Action::Go(Towards(0, -1)),
            "ArrowDown" => Action::Go(Towards(0, 1)),
            "+" | "=" => Action::Zoom(1.0),
            "-" | "_" => Action::Zoom(-1.0),
            "Enter" | " " => Action::Open,
            "Escape" => Action::Leave,
            _ => return None,
        })
    }
}

/// The nearest area whose place lies more towards that side than across it; one straight ahead
/// counts as nearer than one aslant.
pub fn next(
    from: AreaIndex,
    Towards(east, south): Towards,
    areas: impl Iterator<Item = AreaIndex>,
    place: impl Fn(AreaIndex) -> Option<Point>,
) -> Option<AreaIndex> {
    let origin = place(from)?;
    areas
        .filter(|&area| area != from)
        .filter_map(|area| {
            let point = place(area)?;
            let (dx, dy) = (f64::from(point.x) - f64::from(origin.x), f64::from(point.y) - f64::from(origin.y));
            let ahead = dx * f64::from(east) + dy * f64::from(south);
            let aside = (dx * f64::from(south) + dy * f64::from(east)).abs();
            (ahead > 0.0 && aside <= ahead).then_some((area, ahead + 2.0 * aside))
        })
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(area, _)| area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_arrow_goes_its_way() {
        // 0 in the middle, then east, south-south-west, north far, north-east near.
        let places = [(0, 0), (10, 1), (-3, 12), (0, -40), (9, -10)];
        let go = |key| match Action::of(key) {
            Some(Action::Go(towards)) => {
                next(0, towards, 0..5, |area| places.get(usize::from(area)).map(|&(x, y)| Point { x, y }))
            }
            _ => None,
        };
        assert_eq!(go("ArrowRight"), Some(1));
        assert_eq!(go("ArrowDown"), Some(2));
        assert_eq!(go("ArrowUp"), Some(4), "aslant but far nearer");
        assert_eq!(go("ArrowLeft"), None);
    }
}
