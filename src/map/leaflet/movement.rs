//! Queues the movements that the program makes: Leaflet drops one that begins while it zooms.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Object;
use leaflet::{LatLng, Map};
use rising_model::domain::area::AreaIndex;
use rising_model::shapes::geometry::{Bounds, unproject};

use super::{Inner, MapHandle, in_degrees, set};

/// CSS pixels left free around a box that is fitted.
const EDGE: f64 = 10.0;

/// Milliseconds between the end of a movement and the next one. Leaflet ends a zoom by a timer
/// besides the style sheet's transition, and a late timer would end the next zoom.
const NEXT_AFTER: u32 = 40;

/// Options of a movement that fits a box.
#[derive(Clone, Copy)]
pub struct MoveOptions {
    /// The largest zoom to fit at.
    pub max_zoom: f64,
    pub animate: bool,
}

/// The movement under way and those that wait for it.
#[derive(Default)]
pub struct Movements {
    state: Cell<MovementState>,
    /// Movements requested while the map moved, in order.
    waiting: RefCell<Vec<Movement>>,
    /// The box fitted last.
    fitted: Cell<Option<FittedBox>>,
}

/// The state of the movement under way.
#[derive(Clone, Copy, Default, PartialEq)]
enum MovementState {
    #[default]
    Still,
    Moving,
    /// The movement has ended, and the next waits for [`NEXT_AFTER`].
    Ended,
}

/// A function that moves the map once it stands still; the flag says whether to animate.
type Movement = Box<dyn FnOnce(&Rc<Inner>, bool)>;

/// A fitted box, and the map's view after fitting it.
#[derive(Clone, Copy)]
struct FittedBox {
    bounds: Bounds,
    unit_zoom: u8,
    max_zoom: f64,
    /// The zoom, and the map's middle in CSS pixels of the world at that zoom; `None` during the
    /// movement.
    end_view: Option<(f64, (f64, f64))>,
}

impl MapHandle {
    /// Fits the box, in units of a topology with this `unit_zoom`, into the visible map.
    pub fn fit(&self, bounds: Bounds, unit_zoom: u8, how: MoveOptions) {
        self.inner.once_still(Box::new(move |inner, smooth| {
            inner.fit(
                bounds,
                unit_zoom,
                MoveOptions {
                    animate: how.animate && smooth,
                    ..how
                },
            );
        }));
    }

    /// Moves the box into view with the least change.
    ///
    /// `boxes` are the box itself and a wider one with its neighbours. The map stays if the box is
    /// wholly visible and at least `smallest` CSS pixels wide or high. It pans if the box fits at
    /// this zoom. It zooms only to a box that is too large or smaller than `smallest`, to the
    /// latter with its neighbours.
    pub fn reveal(&self, boxes: [Bounds; 2], unit_zoom: u8, smallest: f64, animate: bool) {
        self.inner.once_still(Box::new(move |inner, smooth| {
            inner.reveal(boxes, unit_zoom, smallest, animate && smooth);
        }));
    }

    /// Centres the map on the first box without animation, unless it is visible. If it does not fit
    /// at this zoom, fits the second, wider box instead.
    pub fn follow(&self, boxes: [Bounds; 2], unit_zoom: u8) {
        self.inner
            .once_still(Box::new(move |inner, _| inner.follow(boxes, unit_zoom)));
    }

    /// Zooms in or out by `levels` around an area's mark or, without an area, around the middle of
    /// the map.
    pub fn zoom_by(&self, levels: f64, about: Option<AreaIndex>) {
        self.inner.once_still(Box::new(move |inner, smooth| {
            inner.zoom_by(levels, about, smooth);
        }));
    }

    /// Adapts to the map's new size on the page. A box that was fitted is fitted again, unless the
    /// reader has moved the map since.
    pub fn resized(&self) {
        self.inner.once_still(Box::new(|inner, _| inner.resized()));
    }
}

impl Inner {
    /// Records that a movement has begun, by the reader or the program.
    pub fn begin_movement(&self) {
        self.movements.state.set(MovementState::Moving);
    }

    /// Records that a movement has ended, and schedules those that wait.
    pub fn end_movement(self: &Rc<Inner>) {
        let Movements {
            state,
            waiting,
            fitted,
        } = &self.movements;
        if let Some(last @ FittedBox { end_view: None, .. }) = fitted.get() {
            fitted.set(Some(FittedBox {
                end_view: Some(self.middle()),
                ..last
            }));
        }
        if waiting.borrow().is_empty() {
            state.set(MovementState::Still);
            return;
        }
        state.set(MovementState::Ended);
        let inner = Rc::downgrade(self);
        let resume = move || {
            let Some(inner) = inner.upgrade() else { return };
            // If the reader has begun to zoom meanwhile, the queue waits for the end of that.
            if inner.movements.state.get() == MovementState::Ended {
                inner.movements.state.set(MovementState::Still);
                inner.run_waiting();
            }
        };
        Timeout::new(NEXT_AFTER, resume).forget();
    }

    /// Moves the map now or, if a movement is under way, at its end.
    fn once_still(self: &Rc<Inner>, movement: Movement) {
        self.run_or_queue(movement, true);
    }

    fn run_or_queue(self: &Rc<Inner>, movement: Movement, smooth: bool) {
        if self.movements.state.get() != MovementState::Still {
            self.movements.waiting.borrow_mut().push(movement);
            return;
        }
        // A movement without animation has ended when this returns.
        movement(self, smooth);
    }

    /// Runs queued movements. Only the last is animated: a user who queued several is waiting for
    /// the final view.
    fn run_waiting(self: &Rc<Inner>) {
        let waiting = self.movements.waiting.take();
        let last = waiting.len();
        for (place, movement) in (1..).zip(waiting) {
            self.run_or_queue(movement, place == last);
        }
    }

    /// Calls Leaflet to move the map.
    fn start(&self, act: impl FnOnce(&Map)) {
        self.begin_movement();
        act(&self.map);
    }

    fn fit(&self, bounds: Bounds, unit_zoom: u8, how: MoveOptions) {
        self.movements.fitted.set(Some(FittedBox {
            bounds,
            unit_zoom,
            max_zoom: how.max_zoom,
            end_view: None,
        }));
        let options = animated(how.animate);
        set(&options, "maxZoom", &how.max_zoom.into());
        let (size, [left, top, right, bottom]) = (self.map.get_size(), self.uncovered());
        set(
            &options,
            "paddingTopLeft",
            &leaflet::Point::new(left + EDGE, top + EDGE).into(),
        );
        let last = leaflet::Point::new(size.x() - right + EDGE, size.y() - bottom + EDGE);
        set(&options, "paddingBottomRight", &last.into());
        self.start(|map| {
            map.fit_bounds_with_options(&in_degrees(bounds, unit_zoom), &options);
        });
    }

    fn reveal(&self, [bounds, wide]: [Bounds; 2], unit_zoom: u8, smallest: f64, animate: bool) {
        if self.shows(bounds, unit_zoom, smallest) {
            return;
        }
        let [west, north, east, south] = self.box_on_screen(bounds, unit_zoom);
        let [left, top, right, bottom] = self.uncovered();
        let how = MoveOptions {
            max_zoom: 11.0,
            animate,
        };
        if (east - west).max(south - north) < smallest {
            return self.fit(wide, unit_zoom, how);
        }
        if east - west + 2.0 * EDGE > right - left || south - north + 2.0 * EDGE > bottom - top {
            return self.fit(bounds, unit_zoom, how);
        }
        let shift = |low: f64, high: f64, from: f64, to: f64| {
            (low - from - EDGE).min(0.0) + (high - to + EDGE).max(0.0)
        };
        let (x, y) = (
            shift(west, east, left, right).round(),
            shift(north, south, top, bottom).round(),
        );
        if !self.can_pan_by(x, y) {
            return self.fit(wide, unit_zoom, how);
        }
        self.start(|map| {
            map.pan_by_with_options(&leaflet::Point::new(x, y), &animated(animate));
        });
    }

    /// Whether the pan bounds allow panning by this many CSS pixels. At a small zoom they may leave
    /// less room than a sheet covers.
    fn can_pan_by(&self, x: f64, y: f64) -> bool {
        let Some((bounds, unit_zoom)) = self.pan_bounds.get() else {
            return true;
        };
        let ([west, north, east, south], size) =
            (self.box_on_screen(bounds, unit_zoom), self.map.get_size());
        let inside =
            |by: f64, low: f64, high: f64, size: f64| by == 0.0 || (low <= by && size + by <= high);
        inside(x, west, east, size.x()) && inside(y, north, south, size.y())
    }

    fn follow(&self, [bounds, wide]: [Bounds; 2], unit_zoom: u8) {
        if self.shows(bounds, unit_zoom, 0.0) {
            return;
        }
        let ([west, north, east, south], size) =
            (self.box_on_screen(bounds, unit_zoom), self.map.get_size());
        if east - west > size.x() || south - north > size.y() {
            return self.fit(
                wide,
                unit_zoom,
                MoveOptions {
                    max_zoom: 11.0,
                    animate: false,
                },
            );
        }
        let middle = |low: i32, high: i32| f64::midpoint(f64::from(low), f64::from(high));
        let (x, y) = (
            middle(bounds.min.x, bounds.max.x),
            middle(bounds.min.y, bounds.max.y),
        );
        let (longitude, latitude) = unproject(x, y, unit_zoom);
        self.start(|map| {
            map.pan_to_with_options(&LatLng::new(latitude, longitude), &animated(false));
        });
    }

    fn zoom_by(&self, levels: f64, about: Option<AreaIndex>, smooth: bool) {
        let zoom = self.map.get_zoom() + levels;
        let about = about.and_then(|area| self.mark_on_screen(area));
        // Without the option the map's own setting decides whether to animate.
        let options = if smooth {
            Object::new()
        } else {
            animated(false)
        };
        self.start(|map| {
            match about {
                Some((x, y)) => map.set_zoom_around_point_with_options(
                    &leaflet::Point::new(x, y),
                    zoom,
                    &options,
                ),
                None => map.set_zoom_with_options(zoom, &options),
            };
        });
    }

    fn resized(self: &Rc<Inner>) {
        let fitted = self
            .movements
            .fitted
            .get()
            .filter(|fitted| fitted.end_view == Some(self.middle()));
        self.map.invalidate_size(false);
        if let Some(FittedBox {
            bounds,
            unit_zoom,
            max_zoom,
            ..
        }) = fitted
        {
            self.fit(
                bounds,
                unit_zoom,
                MoveOptions {
                    max_zoom,
                    animate: false,
                },
            );
        }
        self.settle();
    }

    /// The zoom, and the map's middle in whole CSS pixels of the world at that zoom.
    fn middle(&self) -> (f64, (f64, f64)) {
        let middle = self.map.project(&self.map.get_center()).round();
        (self.map.get_zoom(), (middle.x(), middle.y()))
    }

    /// Whether the box is wholly visible and at least `smallest` CSS pixels wide or high.
    fn shows(&self, bounds: Bounds, unit_zoom: u8, smallest: f64) -> bool {
        let [west, north, east, south] = self.box_on_screen(bounds, unit_zoom);
        let is_large = (east - west).max(south - north) >= smallest;
        let [left, top, right, bottom] = self.uncovered();
        is_large && west >= left && north >= top && east <= right && south <= bottom
    }
}

/// Leaflet's options for a movement with animation or without.
fn animated(animate: bool) -> Object {
    let options = Object::new();
    set(&options, "animate", &animate.into());
    options
}
