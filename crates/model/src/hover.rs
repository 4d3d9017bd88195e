//! What is said beside the pointer stays while the pointer goes to it and lies on it, so that who
//! sees the screen enlarged can read it: [WCAG
//! 1.4.13](https://www.w3.org/WAI/WCAG22/Understanding/content-on-hover-or-focus).

/// Milliseconds without a move after which the next one may be towards the words. Who moves on all
/// the time looks for an area, and the words follow.
const RESTS_AFTER: f64 = 250.0;
/// How far to either side of the straight way, at its end, a hand may go astray, in CSS pixels.
const ASTRAY: f64 = 30.0;

/// A place, in CSS pixels to the right and downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CssPoint {
    pub x: f64,
    pub y: f64,
}

/// Where words are, in the same pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// Whether they stay as they are when the pointer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoverIntent {
    Elsewhere,
    /// The pointer is on its way to them.
    Approaching,
    /// They lie under the pointer.
    Inside,
}

impl Rect {
    fn lie_under(&self, at: CssPoint) -> bool {
        (self.left..=self.right).contains(&at.x) && (self.top..=self.bottom).contains(&at.y)
    }

    /// Whether a pointer that comes from there is on its way to them.
    fn lie_ahead(&self, from: CssPoint, at: CssPoint) -> bool {
        let middle = from.x.clamp(self.left, self.right);
        let (left, right) = (
            self.left.max(middle - ASTRAY),
            self.right.min(middle + ASTRAY),
        );
        // The way is all that lies between where it begins and a place on the words: `from + part *
        // (place - from)`. Each side of the words leaves some of the parts from 0 to 1 that can
        // have led here.
        let sides = [
            (left - from.x, at.x - from.x),
            (from.x - right, from.x - at.x),
            (self.top - from.y, at.y - from.y),
            (from.y - self.bottom, from.y - at.y),
        ];
        let (mut least, mut most) = (0.0_f64, 1.0_f64);
        for (whole, gone) in sides {
            // part * whole <= gone
            if whole > 0.0 {
                most = most.min(gone / whole);
            } else if whole < 0.0 {
                least = least.max(gone / whole);
            } else if gone < 0.0 {
                return false;
            }
        }
        least <= most
    }
}

/// The pointer's moves over the map.
#[derive(Clone, Copy, Debug, Default)]
pub struct HoverTracker {
    moved: f64,
    stayed: bool,
}

impl HoverTracker {
    /// The pointer has come there at that time (in milliseconds). `from` is where it was when the
    /// words were said. They are measured only when it matters where they are; if there are none,
    /// nothing stays.
    pub fn follow(
        &mut self,
        time: f64,
        from: CssPoint,
        at: CssPoint,
        words: impl FnOnce() -> Option<Rect>,
    ) -> HoverIntent {
        let rested = time - self.moved >= RESTS_AFTER;
        self.moved = time;
        let stay = match (self.stayed || rested).then(words).flatten() {
            Some(words) if words.lie_under(at) => HoverIntent::Inside,
            Some(words) if words.lie_ahead(from, at) => HoverIntent::Approaching,
            _ => HoverIntent::Elsewhere,
        };
        self.stayed = stay != HoverIntent::Elsewhere;
        stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Above a pointer at (200, 300), as the style sheet places them.
    const WORDS: Rect = Rect {
        left: 120.0,
        top: 230.0,
        right: 280.0,
        bottom: 286.0,
    };
    const FROM: CssPoint = CssPoint { x: 200.0, y: 300.0 };

    fn spot(x: f64, y: f64) -> CssPoint {
        CssPoint { x, y }
    }

    /// Whether the words of [`FROM`] stay at the end of a way whose moves are 16 ms apart, after a
    /// rest of that long.
    fn stay(rest: f64, way: &[(f64, f64)]) -> HoverIntent {
        let mut hover = HoverTracker {
            moved: 1000.0,
            stayed: false,
        };
        let mut time = 1000.0 + rest;
        let mut stay = HoverIntent::Elsewhere;
        for &(x, y) in way {
            stay = hover.follow(time, FROM, spot(x, y), || Some(WORDS));
            time += 16.0;
        }
        stay
    }

    #[test]
    fn they_stay_on_the_way_and_under_the_pointer() {
        assert_eq!(stay(400.0, &[(200.0, 297.0)]), HoverIntent::Approaching);
        assert_eq!(
            stay(
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
    fn they_go_beyond_them_and_do_not_come_back() {
        assert_eq!(
            stay(400.0, &[(200.0, 292.0), (200.0, 250.0), (200.0, 229.0)]),
            HoverIntent::Elsewhere
        );
        assert_eq!(
            stay(400.0, &[(200.0, 292.0), (200.0, 229.0), (200.0, 250.0)]),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn who_goes_elsewhere_is_followed() {
        for aside in [
            (203.0, 300.0),
            (190.0, 299.0),
            (200.0, 301.0),
            (160.0, 290.0),
        ] {
            assert_eq!(stay(400.0, &[aside]), HoverIntent::Elsewhere, "{aside:?}");
        }
    }

    #[test]
    fn who_passes_by_is_followed() {
        assert_eq!(
            stay(20.0, &[(200.0, 292.0), (200.0, 280.0)]),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn at_the_edge_the_way_goes_aside() {
        // The pointer is left of the words, which stay within the map.
        let words = Rect {
            left: 300.0,
            right: 400.0,
            ..WORDS
        };
        assert!(words.lie_ahead(FROM, spot(250.0, 293.0)));
        assert!(!words.lie_ahead(FROM, spot(150.0, 293.0)));
    }

    #[test]
    fn nothing_said_is_nothing_kept() {
        assert_eq!(
            HoverTracker::default().follow(1000.0, FROM, FROM, || None),
            HoverIntent::Elsewhere
        );
    }

    #[test]
    fn words_over_the_pointer_itself_stay_until_it_leaves_them() {
        let words = Rect {
            top: 250.0,
            bottom: 310.0,
            ..WORDS
        };
        assert!(words.lie_ahead(FROM, FROM));
        assert!(!words.lie_ahead(FROM, spot(200.0, 320.0)));
    }
}
