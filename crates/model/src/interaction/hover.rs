//! Tells whether the pointer is moving towards a tooltip or lies on it. The tooltip then stays, so
//! that users who enlarge the screen can move the pointer to it and read it: [WCAG
//! 1.4.13](https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus).

/// Milliseconds without a move after which the next move may aim at the tooltip. A pointer that
/// moves without a rest is looking for an area, and the tooltip follows it.
const REST: f64 = 250.0;
/// Allowed deviation from the straight path, at its end, to either side, in CSS pixels.
const DEVIATION: f64 = 30.0;

/// A point in CSS pixels, x to the right, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CssPoint {
    /// Pixels to the right.
    pub x: f64,
    /// Pixels downwards.
    pub y: f64,
}

/// A rectangle in the same pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// The x of its left side.
    pub left: f64,
    /// The y of its upper side.
    pub top: f64,
    /// The x of its right side.
    pub right: f64,
    /// The y of its lower side.
    pub bottom: f64,
}

/// The pointer's relation to the tooltip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoverIntent {
    /// The pointer moves somewhere else: the tooltip follows it.
    Elsewhere,
    /// The pointer moves towards the tooltip, which stays.
    Approaching,
    /// The pointer is over the tooltip, which stays.
    Inside,
}

impl Rect {
    fn contains(&self, at: CssPoint) -> bool {
        (self.left..=self.right).contains(&at.x) && (self.top..=self.bottom).contains(&at.y)
    }

    /// Whether a pointer that has moved from `from` to `at` is moving towards the rectangle.
    fn is_approached(&self, from: CssPoint, at: CssPoint) -> bool {
        let middle = from.x.clamp(self.left, self.right);
        let left = self.left.max(middle - DEVIATION);
        let right = self.right.min(middle + DEVIATION);
        // `at` is on a path to the rectangle if it is `from + part * (target - from)` for a target
        // in the rectangle and a part from 0 to 1. Each of the four sides limits the part.
        let sides = [
            (left - from.x, at.x - from.x),
            (from.x - right, from.x - at.x),
            (self.top - from.y, at.y - from.y),
            (from.y - self.bottom, from.y - at.y),
        ];
        let (mut least, mut most) = (0.0_f64, 1.0_f64);
        for (whole, moved) in sides {
            // part * whole <= moved
            if whole > 0.0 {
                most = most.min(moved / whole);
            } else if whole < 0.0 {
                least = least.max(moved / whole);
            } else if moved < 0.0 {
                return false;
            }
        }
        least <= most
    }
}

/// The pointer's moves over the map, as far as the next decision depends on them.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoverTracker {
    /// Time of the last move, in milliseconds.
    moved: f64,
    stayed: bool,
}

impl HoverTracker {
    /// Records that the pointer is at `at` at a time in milliseconds, and returns its relation to
    /// the tooltip. `from` is where the pointer was when the tooltip appeared. `tooltip` measures
    /// the tooltip, and is called only when the answer depends on it; `None` if no tooltip is
    /// shown.
    pub fn follow(
        &mut self,
        time: f64,
        from: CssPoint,
        at: CssPoint,
        tooltip: impl FnOnce() -> Option<Rect>,
    ) -> HoverIntent {
        let has_rested = time - self.moved >= REST;
        self.moved = time;
        let intent = match (self.stayed || has_rested).then(tooltip).flatten() {
            Some(rect) if rect.contains(at) => HoverIntent::Inside,
            Some(rect) if rect.is_approached(from, at) => HoverIntent::Approaching,
            _ => HoverIntent::Elsewhere,
        };
        self.stayed = intent != HoverIntent::Elsewhere;
        intent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tooltip above a pointer at (200, 300), as the style sheet places it.
    const TOOLTIP: Rect = Rect {
        left: 120.0,
        top: 230.0,
        right: 280.0,
        bottom: 286.0,
    };
    const FROM: CssPoint = CssPoint { x: 200.0, y: 300.0 };

    fn point(x: f64, y: f64) -> CssPoint {
        CssPoint { x, y }
    }

    /// Returns the intent at the end of a path that begins after `rest` milliseconds, with a move
    /// each 16 ms.
    fn intent_after(rest: f64, path: &[(f64, f64)]) -> HoverIntent {
        let mut hover = HoverTracker {
            moved: 1000.0,
            stayed: false,
        };
        let mut time = 1000.0 + rest;
        let mut intent = HoverIntent::Elsewhere;
        for &(x, y) in path {
            intent = hover.follow(time, FROM, point(x, y), || Some(TOOLTIP));
            time += 16.0;
        }
        intent
    }

    #[test]
    fn intent_on_the_way_is_approaching_then_inside() {
        assert_eq!(
            intent_after(400.0, &[(200.0, 297.0)]),
            HoverIntent::Approaching
        );
        assert_eq!(
            intent_after(
                400.0,
                &[
                    (204.0, 292.0),
                    (210.0, 284.0),
                    (260.0, 240.0),
                    (121.0, 231.0)
                ]
            ),
            HoverIntent::Inside
        );
    }

    #[test]
    fn intent_beyond_the_tooltip_is_elsewhere_even_on_return() {
        assert_eq!(
            intent_after(400.0, &[(200.0, 292.0), (200.0, 250.0), (200.0, 229.0)]),
            HoverIntent::Elsewhere
        );
        assert_eq!(
            intent_after(400.0, &[(200.0, 292.0), (200.0, 229.0), (200.0, 250.0)]),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn intent_away_from_the_tooltip_is_elsewhere() {
        for aside in [
            (203.0, 300.0),
            (190.0, 299.0),
            (200.0, 301.0),
            (160.0, 290.0),
        ] {
            assert_eq!(
                intent_after(400.0, &[aside]),
                HoverIntent::Elsewhere,
                "{aside:?}"
            );
        }
    }

    #[test]
    fn intent_without_a_rest_is_elsewhere() {
        assert_eq!(
            intent_after(20.0, &[(200.0, 292.0), (200.0, 280.0)]),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn rect_to_the_side_is_approached_sideways() {
        // At the map's left edge the tooltip lies to the right of the pointer.
        let rect = Rect {
            left: 300.0,
            right: 400.0,
            ..TOOLTIP
        };
        assert!(rect.is_approached(FROM, point(250.0, 293.0)));
        assert!(!rect.is_approached(FROM, point(150.0, 293.0)));
    }

    #[test]
    fn intent_without_a_tooltip_is_elsewhere() {
        assert_eq!(
            HoverTracker::default().follow(1000.0, FROM, FROM, || None),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn rect_over_the_start_is_approached_until_the_pointer_leaves_it() {
        let rect = Rect {
            top: 250.0,
            bottom: 310.0,
            ..TOOLTIP
        };
        assert!(rect.is_approached(FROM, FROM));
        assert!(!rect.is_approached(FROM, point(200.0, 320.0)));
    }
}
