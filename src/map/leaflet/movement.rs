//! What moves the map besides the reader's hand: one movement after another. Leaflet loses one that
//! is begun while it zooms.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Object;
use leaflet::{LatLng, Map};
use rising_model::area::AreaIndex;
use rising_model::geometry::{Bounds, unproject};

use super::{Inner, MapHandle, in_degrees, set};

/// Room that is left beside what is brought into view, in CSS pixels.
const EDGE: f64 = 10.0;

/// Milliseconds between a movement and the next that waits for its end. Leaflet ends a zoom by a
/// timer besides the style sheet's transition, and the late timer would end the next zoom.
const NEXT_AFTER: u32 = 40;

/// How far and whether smoothly to move.
#[derive(Clone, Copy)]
pub struct MoveOptions {
    /// Not nearer than this zoom.
    pub max_zoom: f64,
    pub animate: bool,
}

/// The movements that this module has in hand.
#[derive(Default)]
pub struct Movements {
    going: Cell<MovementState>,
    /// What was asked for while the map did not stand still, in order.
    waiting: RefCell<Vec<Movement>>,
    /// What was last brought into view.
    fitted: Cell<Option<FittedBox>>,
}

/// What of a movement is under way.
#[derive(Clone, Copy, Default, PartialEq)]
enum MovementState {
    #[default]
    Still,
    Moving,
    /// It has arrived, and the next waits for Leaflet to be through with it.
    Arrived,
}

/// What moves the map, once it stands still: smoothly, or at once because others wait for it.
type Movement = Box<dyn FnOnce(&Rc<Inner>, bool)>;

/// A box brought into view, and where in the world that left the map's middle.
#[derive(Clone, Copy)]
struct FittedBox {
    bounds: Bounds,
    unit_zoom: u8,
    max_zoom: f64,
    /// Zoom, and CSS pixels at that zoom; nothing while the map is on its way.
    came_to: Option<(f64, (f64, f64))>,
}

impl MapHandle {
    /// Brings the box, in units of a topology with that `unit_zoom`, into view.
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

    /// Brings the box into view with as little change as may be: nothing, if it shows and is
    /// `smallest` CSS pixels wide or high; else it moves; and zooms only to a smaller or larger
    /// box, to a smaller one with its neighbours as in `wide`.
    pub fn reveal(&self, boxes: [Bounds; 2], unit_zoom: u8, smallest: f64, animate: bool) {
        self.inner.once_still(Box::new(move |inner, smooth| {
            inner.reveal(boxes, unit_zoom, smallest, animate && smooth);
        }));
    }

    /// Brings the box into the map's middle at once, unless it shows: at the zoom that the map has
    /// or, if the map has no room for it, as in `wide`.
    pub fn follow(&self, boxes: [Bounds; 2], unit_zoom: u8) {
        self.inner
            .once_still(Box::new(move |inner, _| inner.follow(boxes, unit_zoom)));
    }

    /// Zooms in or out by whole levels: about that area's mark or, without one, about the middle of
    /// the map.
    pub fn zoom_by(&self, levels: f64, about: Option<AreaIndex>) {
        self.inner.once_still(Box::new(move |inner, smooth| {
            inner.zoom_by(levels, about, smooth)
        }));
    }

    /// The map's box on the page has another size. What was brought into view is so again, unless
    /// the reader has moved since.
    pub fn resized(&self) {
        self.inner.once_still(Box::new(|inner, _| inner.resized()));
    }
}

impl Inner {
    /// A movement has begun, whoever asked for it.
    pub fn set_out(&self) {
        self.movements.going.set(MovementState::Moving);
    }

    /// It has come to its end, and the next can begin.
    pub fn arrive(self: &Rc<Inner>) {
        let Movements {
            going,
            waiting,
            fitted,
        } = &self.movements;
        if let Some(last @ FittedBox { came_to: None, .. }) = fitted.get() {
            fitted.set(Some(FittedBox {
                came_to: Some(self.middle()),
                ..last
            }));
        }
        if waiting.borrow().is_empty() {
            going.set(MovementState::Still);
            return;
        }
        going.set(MovementState::Arrived);
        let inner = Rc::downgrade(self);
        let go_on = move || {
            let Some(inner) = inner.upgrade() else { return };
            // The reader may have begun to zoom meanwhile: then that comes first.
            if inner.movements.going.get() == MovementState::Arrived {
                inner.movements.going.set(MovementState::Still);
                inner.catch_up();
            }
        };
        Timeout::new(NEXT_AFTER, go_on).forget();
    }

    /// Moves the map now or, if a movement is under way, at its end.
    fn once_still(self: &Rc<Inner>, movement: Movement) {
        self.go(movement, true);
    }

    /// The same, at once unless `smooth`.
    fn go(self: &Rc<Inner>, movement: Movement, smooth: bool) {
        if self.movements.going.get() != MovementState::Still {
            self.movements.waiting.borrow_mut().push(movement);
            return;
        }
        // Without animation it is over when this returns: Leaflet has told its end.
        movement(self, smooth);
    }

    /// Does what has waited, and only the last of it smoothly: who asks for several is ahead of the
    /// map already.
    fn catch_up(self: &Rc<Inner>) {
        let waiting = self.movements.waiting.take();
        let last = waiting.len();
        for (place, movement) in (1..).zip(waiting) {
            self.go(movement, place == last);
        }
    }

    /// Has Leaflet move the map, with animation or without.
    fn moving(&self, act: impl FnOnce(&Map)) {
        self.set_out();
        act(&self.map);
    }

    fn fit(&self, bounds: Bounds, unit_zoom: u8, how: MoveOptions) {
        self.movements.fitted.set(Some(FittedBox {
            bounds,
            unit_zoom,
            max_zoom: how.max_zoom,
            came_to: None,
        }));
        let options = animated(how.animate);
        set(&options, "maxZoom", &how.max_zoom.into());
        let (size, [left, top, right, bottom]) = (self.map.get_size(), self.free());
        set(
            &options,
            "paddingTopLeft",
            &leaflet::Point::new(left + EDGE, top + EDGE).into(),
        );
        let last = leaflet::Point::new(size.x() - right + EDGE, size.y() - bottom + EDGE);
        set(&options, "paddingBottomRight", &last.into());
        self.moving(|map| {
            map.fit_bounds_with_options(&in_degrees(bounds, unit_zoom), &options);
        });
    }

    fn reveal(&self, [bounds, wide]: [Bounds; 2], unit_zoom: u8, smallest: f64, animate: bool) {
        if self.shows(bounds, unit_zoom, smallest) {
            return;
        }
        let [west, north, east, south] = self.box_on_screen(bounds, unit_zoom);
        let [left, top, right, bottom] = self.free();
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
        self.moving(|map| {
            map.pan_by_with_options(&leaflet::Point::new(x, y), &animated(animate));
        });
    }

    /// Far out there is less to pan within than a sheet may cover.
    fn can_pan_by(&self, x: f64, y: f64) -> bool {
        let Some((bounds, unit_zoom)) = self.within.get() else {
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
        let middle = |low: i32, high: i32| (f64::from(low) + f64::from(high)) / 2.0;
        let (x, y) = (
            middle(bounds.min.x, bounds.max.x),
            middle(bounds.min.y, bounds.max.y),
        );
        let (longitude, latitude) = unproject(x, y, unit_zoom);
        self.moving(|map| {
            map.pan_to_with_options(&LatLng::new(latitude, longitude), &animated(false));
        });
    }

    fn zoom_by(&self, levels: f64, about: Option<AreaIndex>, smooth: bool) {
        let zoom = self.map.get_zoom() + levels;
        let about = about.and_then(|area| self.mark_on_screen(area));
        // Whether it is smooth is the map's own setting otherwise.
        let options = if smooth {
            Object::new()
        } else {
            animated(false)
        };
        self.moving(|map| {
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
            .filter(|fitted| fitted.came_to == Some(self.middle()));
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

    /// The zoom, and where in the world the map's middle is, in whole CSS pixels at that zoom.
    fn middle(&self) -> (f64, (f64, f64)) {
        let middle = self.map.project(&self.map.get_center()).round();
        (self.map.get_zoom(), (middle.x(), middle.y()))
    }

    /// Is the box wholly in view and at least `smallest` CSS pixels wide or high?
    fn shows(&self, bounds: Bounds, unit_zoom: u8, smallest: f64) -> bool {
        let [west, north, east, south] = self.box_on_screen(bounds, unit_zoom);
        let (large, [left, top, right, bottom]) =
            ((east - west).max(south - north) >= smallest, self.free());
        large && west >= left && north >= top && east <= right && south <= bottom
    }
}

/// Options of a movement with animation or without.
fn animated(animate: bool) -> Object {
    let options = Object::new();
    set(&options, "animate", &animate.into());
    options
}
