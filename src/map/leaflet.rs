//! Wraps Leaflet: owns the map, moves the painter's picture with it, and turns pointer events into
//! area indices. No other module calls Leaflet.
#![expect(
    clippy::disallowed_types,
    reason = "this module and its children are the wrapper"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the bindings of Leaflet lack some fields"
)]

mod clicks;
mod movement;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Arc;

use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use leaflet::{
    Event, Evented, EventedHandle, LatLng, LatLngBounds, Map, MapOptions, MouseEvent, TileLayer,
};
use leptos::task::spawn_local;
use rising_look::{Appearances, Look, Viewport};
use rising_markup::element::Escaped;
use rising_model::dataset::manifest::Tiles;
use rising_model::domain::area::AreaIndex;
use rising_model::interaction::hover::CssPoint;
use rising_model::shapes::geometry::{Bounds, Point, Topology, unproject};
use rising_model::shapes::places::Place;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlElement};

use super::painter::{MARGIN, Painter};
use crate::platform::scheduler::next_slice;
use clicks::ClickTracker;
pub use movement::MoveOptions;
use movement::Movements;

/// CSS pixels that all areas together measure at the smallest zoom allowed, at least.
const SMALLEST_EXTENT: f64 = 128.0;

/// The smallest zoom is never larger than this, at which a nation fits into a map of 100 pixels.
const MAX_SMALLEST_ZOOM: f64 = 3.0;

/// CSS pixels of uncovered map, from top to bottom, below which the cover is ignored.
const MIN_UNCOVERED: f64 = 40.0;

/// CSS pixels around an area within which a click hits it: an island may be smaller than a finger.
const HIT_TOLERANCE: f64 = 9.0;

/// Milliseconds without a move after which the margin around the view is painted again.
const REPAINT_DELAY: u32 = 300;

/// CSS pixels of travel between press and release above which a press is a drag.
const DRAG_THRESHOLD: f64 = 6.0;

/// An area, and the place where the pointer hovers over it in CSS pixels from the map's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoveredArea {
    pub area: AreaIndex,
    pub at: CssPoint,
}

/// Functions that the map calls.
pub struct MapCallbacks {
    /// The pointer moved to a place over an area, or over none.
    pub pointer_moved: Box<dyn Fn(CssPoint, Option<AreaIndex>)>,
    /// The pointer left the map, or began to drag it.
    pub pointer_left: Box<dyn Fn()>,
    /// An area was clicked or tapped, or the sea. Returns whether that opens an area.
    pub clicked: Box<dyn Fn(Option<AreaIndex>) -> bool>,
    /// The click that opened an area was the first of a double click, which zooms instead.
    pub click_undone: Box<dyn Fn()>,
    /// The picture is in place at this zoom.
    pub settled: Box<dyn Fn(f64)>,
    /// The first picture is painted.
    pub painted: Box<dyn Fn()>,
}

/// The gestures that move the map besides the buttons and two fingers.
#[derive(Clone, Copy)]
pub struct InteractionOptions {
    /// One finger, or the mouse with its button pressed.
    pub one_finger: bool,
    /// The mouse's wheel, without Ctrl or ⌘, while this media query matches or once the map was
    /// dragged. `None` for never.
    pub wheel: Option<&'static str>,
    /// Whether movements are animated.
    pub smoothly: bool,
}

/// The covered strips at the map's upper and lower edge, in CSS pixels.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct MapInsets {
    pub top: f64,
    pub bottom: f64,
}

/// The map. Dropping it removes every listener, and the map from the page.
pub struct MapHandle {
    inner: Rc<Inner>,
    _listeners: (Vec<EventedHandle<Event>>, Vec<EventedHandle<MouseEvent>>),
}

struct Inner {
    map: Map,
    painter: RefCell<Painter>,
    callbacks: MapCallbacks,
    /// Whether a drag is under way, during which the pointer hovers over no area.
    is_dragging: Cell<bool>,
    /// The delayed repaint after a pan.
    repaint_timer: Cell<Option<Timeout>>,
    /// The point at which the pointer was pressed, in CSS pixels from the map's corner.
    pressed: Cell<Option<CssPoint>>,
    clicks: ClickTracker,
    movements: Movements,
    covered: Cell<MapInsets>,
    /// The box that the map can be panned within, and its `unit_zoom`.
    pan_bounds: Cell<Option<(Bounds, u8)>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.map.remove();
    }
}

impl MapHandle {
    /// Creates a map in the element. `None` without Leaflet or a canvas.
    pub fn new(
        element: &HtmlElement,
        tiles: Option<&Tiles>,
        interaction: InteractionOptions,
        callbacks: MapCallbacks,
    ) -> Option<MapHandle> {
        // Leaflet's script may be damaged, which only some of its constructors report.
        if !Reflect::get(&js_sys::global(), &"L".into()).is_ok_and(|leaflet| leaflet.is_object()) {
            return None;
        }
        let options = MapOptions::new();
        options.set_zoom_control(false);
        options.set_attribution_control(tiles.is_some());
        // The arrow keys move from area to area instead, see `super::keyboard`.
        options.set_keyboard(false);
        options.set_zoom_snap(0.25);
        options.set_dragging(interaction.one_finger);
        // Read by web/leaflet.js.
        set(&options, "wheelAlone", &interaction.wheel.into());
        options.set_min_zoom(MAX_SMALLEST_ZOOM);
        options.set_max_zoom(13.0);
        // Replaced by `set_extent` when the areas are known.
        options.set_max_bounds(LatLngBounds::new(
            &LatLng::new(-85.0, -540.0),
            &LatLng::new(85.0, 540.0),
        ));
        // Dragged beyond its bounds, the map springs back, which is an animation. The style sheet
        // disables those of zooming.
        options.set_max_bounds_viscosity(if interaction.smoothly { 0.8 } else { 1.0 });
        options.set_inertia(interaction.smoothly);
        let map = Map::new_with_element(element, &options).ok()?;
        map.set_view(&LatLng::new(54.5, -3.0), 5.0);
        if let Some(tiles) = tiles {
            let options = leaflet::TileLayerOptions::new();
            // Leaflet reads markup here, so the manifest's text is escaped.
            set(
                &options,
                "attribution",
                &Escaped(&tiles.attribution).to_string().into(),
            );
            TileLayer::new_options(&tiles.url, &options).add_to(&map);
        }
        let root = element
            .owner_document()?
            .create_element("div")
            .ok()?
            .dyn_into::<HtmlElement>()
            .ok()?;
        let over_tiles = if tiles.is_some() { " over-tiles" } else { "" };
        root.set_class_name(&format!("choropleth leaflet-zoom-animated{over_tiles}"));
        map.get_pane_by_name("overlayPane")
            .append_child(&root)
            .ok()?;
        let painter = RefCell::new(Painter::new(root)?);
        let inner = Rc::new(Inner {
            map,
            painter,
            callbacks,
            is_dragging: Cell::new(false),
            repaint_timer: Cell::new(None),
            pressed: Cell::new(None),
            clicks: ClickTracker::default(),
            movements: Movements::default(),
            covered: Cell::default(),
            pan_bounds: Cell::default(),
        });
        let listeners = inner.listen();
        Some(MapHandle {
            inner,
            _listeners: listeners,
        })
    }

    /// Limits zoom and panning, with boxes in units of a topology of this `unit_zoom`.
    ///
    /// All areas lie in `bounds`, which sets the smallest zoom. The map can be panned within
    /// `wide`, so that an area at the edge can be moved into the part of the map above a sheet.
    pub fn set_extent(&self, bounds: Bounds, wide: Bounds, unit_zoom: u8) {
        let (width, height) = bounds.size();
        let size = f64::from(width.max(height)).max(1.0);
        let smallest_zoom = (f64::from(unit_zoom) + (SMALLEST_EXTENT / size).log2())
            .floor()
            .clamp(0.0, MAX_SMALLEST_ZOOM);
        self.inner.map.set_min_zoom(smallest_zoom);
        self.inner.pan_bounds.set(Some((wide, unit_zoom)));
        // Leaflet reads the option at the end of its next move. `setMaxBounds` would begin a move
        // of its own during the one that fits a nation.
        if let Ok(options) = Reflect::get(&self.inner.map, &"options".into()) {
            set(&options, "maxBounds", &in_degrees(wide, unit_zoom).into());
        }
    }

    /// Shows areas; see [`Painter::show`]. The first picture is painted in slices.
    pub fn show(
        &self,
        topology: Arc<Topology>,
        groups: Arc<[u32]>,
        appearances: Appearances,
        look: Look,
    ) {
        let mut painter = self.inner.painter.borrow_mut();
        let first = painter.topology().is_none();
        painter.show(topology, groups, appearances, look);
        if first {
            spawn_local(Inner::paint_first(Rc::downgrade(&self.inner)));
        }
    }

    /// Sets town names; see [`Painter::set_towns`].
    pub fn set_towns(&self, towns: Arc<Vec<Place>>) {
        self.inner.painter.borrow_mut().set_towns(towns);
    }

    /// Sets the selected area and the hovered one; see [`Painter::set_focus`].
    pub fn set_focus(&self, chosen: Option<AreaIndex>, hovered: Option<AreaIndex>) {
        self.inner.painter.borrow_mut().set_focus(chosen, hovered);
    }

    /// Sets how much of the map is covered.
    pub fn set_covered(&self, covered: MapInsets) {
        self.inner.covered.set(covered);
    }

    /// Returns the part of the world in view.
    pub fn in_view(&self) -> Viewport {
        let (size, (x, y)) = (self.inner.map.get_size(), self.inner.corner());
        Viewport {
            zoom: self.inner.map.get_zoom(),
            x,
            y,
            width: size.x(),
            height: size.y(),
            density: density(),
        }
    }

    /// Draws the visible map onto another canvas, its corner at `at`, with `scale` pixels per CSS
    /// pixel.
    pub fn draw_on(&self, context: &CanvasRenderingContext2d, at: (f64, f64), scale: f64) {
        let (painter, (x, y)) = (self.inner.painter.borrow(), self.inner.corner());
        if let Some(painted) = painter.painted() {
            painter.draw_on(context, (x - painted.x, y - painted.y), at, scale);
        }
    }

    /// Returns the position of an area's mark, in units of the topology shown.
    pub fn anchor(&self, area: AreaIndex) -> Option<Point> {
        self.inner.painter.borrow().anchor(area)
    }

    /// Returns the area as if the pointer hovered over its mark.
    pub fn hovered_at(&self, area: AreaIndex) -> Option<HoveredArea> {
        self.inner.mark_on_screen(area).map(|(x, y)| HoveredArea {
            area,
            at: CssPoint { x, y },
        })
    }

    /// Returns the area at the middle of the map's visible part, or the nearest to it.
    pub fn area_in_the_middle(&self) -> Option<AreaIndex> {
        let size = self.inner.map.get_size();
        let [_, top, _, bottom] = self.inner.uncovered();
        let (x, y) = (MARGIN + size.x() / 2.0, MARGIN + f64::midpoint(top, bottom));
        self.inner
            .painter
            .borrow()
            .area_at(x, y, size.x().min(size.y()) / 2.0)
    }
}

impl Inner {
    fn listen(self: &Rc<Inner>) -> (Vec<EventedHandle<Event>>, Vec<EventedHandle<MouseEvent>>) {
        // Weak, or map and listeners would keep each other alive.
        let on = |name: &'static str, act: fn(&Rc<Inner>, Event)| {
            let inner = Rc::downgrade(self);
            Evented::on_leaflet_event(&&self.map, name, move |event: Event| {
                if let Some(inner) = inner.upgrade() {
                    act(&inner, event);
                }
            })
        };
        let on_pointer = |name: &'static str, act: fn(&Rc<Inner>, MouseEvent)| {
            let inner = Rc::downgrade(self);
            Evented::on_leaflet_event(&&self.map, name, move |event: MouseEvent| {
                if let Some(inner) = inner.upgrade() {
                    act(&inner, event);
                }
            })
        };
        let events = vec![
            on("moveend", Inner::on_move_end),
            // These two events are fired by web/leaflet.js.
            on("density", |inner, _| inner.settle()),
            on("press", |inner, event| {
                let touch = Reflect::get(&event, &"touch".into());
                inner.press(touch.is_ok_and(|touch| touch.is_truthy()));
            }),
            on("move", |inner, _| {
                if inner.shows_an_edge() {
                    inner.repaint();
                }
            }),
            on("zoom", |inner, _| {
                inner.place(&inner.map.get_center(), inner.map.get_zoom());
            }),
            on("dragstart", |inner, _| {
                inner.is_dragging.set(true);
                (inner.callbacks.pointer_left)();
            }),
            on("dragend", |inner, _| inner.is_dragging.set(false)),
            on("zoomanim", |inner, event| {
                inner.begin_movement();
                // Sets the animation's end; the style sheet's transition leads there.
                let center =
                    Reflect::get(&event, &"center".into()).map(JsCast::unchecked_into::<LatLng>);
                let zoom = Reflect::get(&event, &"zoom".into())
                    .ok()
                    .and_then(|zoom| zoom.as_f64());
                if let (Ok(center), Some(zoom)) = (center, zoom) {
                    inner.place(&center, zoom);
                }
            }),
        ];
        let pointer_events = vec![
            on_pointer("mousemove", |inner, event| {
                if inner.is_dragging.get() {
                    return;
                }
                (inner.callbacks.pointer_moved)(spot_of(&event), inner.area_at(&event, 0.0));
            }),
            on_pointer("mouseout", |inner, _| (inner.callbacks.pointer_left)()),
            on_pointer("mousedown", |inner, event| {
                inner.pressed.set(Some(spot_of(&event)));
            }),
            on_pointer("click", |inner, event| {
                // `detail` is the number of clicks at one place, counted by the browser.
                if inner.is_click(&event) && event.original_event().detail() < 2 {
                    inner.click(inner.area_at(&event, HIT_TOLERANCE));
                }
            }),
            on_pointer("dblclick", |inner, _| inner.double_click()),
        ];
        (events, pointer_events)
    }

    /// Returns the uncovered part of the map: left, top, right and bottom edge in CSS pixels from
    /// its corner.
    fn uncovered(&self) -> [f64; 4] {
        let (size, MapInsets { top, bottom }) = (self.map.get_size(), self.covered.get());
        if size.y() - top - bottom < MIN_UNCOVERED {
            return [0.0, 0.0, size.x(), size.y()];
        }
        [0.0, top, size.x(), size.y() - bottom]
    }

    /// Whether the pointer stayed in place since it was pressed. Leaflet ignores a drag that begins
    /// while it zooms, and then reports the click at the end of that drag.
    fn is_click(&self, event: &MouseEvent) -> bool {
        let at = spot_of(event);
        let travelled = |from: CssPoint| (at.x - from.x).abs().max((at.y - from.y).abs());
        self.pressed
            .take()
            .is_none_or(|pressed| travelled(pressed) <= DRAG_THRESHOLD)
    }

    fn area_at(&self, event: &MouseEvent, reach: f64) -> Option<AreaIndex> {
        let painter = self.painter.borrow();
        let painted = painter.painted()?;
        let at = spot_of(event);
        let corner = self.corner();
        painter.area_at(
            corner.0 + at.x - painted.x,
            corner.1 + at.y - painted.y,
            reach,
        )
    }

    /// Converts a point in units of a topology with this `unit_zoom` to CSS pixels from the map's
    /// corner.
    fn on_screen(&self, point: Point, unit_zoom: u8) -> (f64, f64) {
        let scale = (self.map.get_zoom() - f64::from(unit_zoom)).exp2();
        let corner = self.corner();
        (
            f64::from(point.x) * scale - corner.0,
            f64::from(point.y) * scale - corner.1,
        )
    }

    /// Returns a box's left, top, right and bottom edge in CSS pixels from the map's corner.
    fn box_on_screen(&self, bounds: Bounds, unit_zoom: u8) -> [f64; 4] {
        let ((west, north), (east, south)) = (
            self.on_screen(bounds.min, unit_zoom),
            self.on_screen(bounds.max, unit_zoom),
        );
        [west, north, east, south]
    }

    /// Returns the position of an area's mark in CSS pixels from the map's corner.
    fn mark_on_screen(&self, area: AreaIndex) -> Option<(f64, f64)> {
        let painter = self.painter.borrow();
        let point = painter.anchor(area)?;
        let topology = painter.topology()?;
        Some(self.on_screen(point, topology.unit_zoom()))
    }

    /// World position of the map's north-west corner, in CSS pixels at the current zoom.
    fn corner(&self) -> (f64, f64) {
        let origin = self.pixel_origin();
        let pane = self.pane_offset();
        (origin.0 - pane.0, origin.1 - pane.1)
    }

    /// World position of the layers' origin, which Leaflet keeps in whole pixels.
    fn pixel_origin(&self) -> (f64, f64) {
        let center = self.map.get_center();
        let world = self.map.project(&center).round();
        let layer = self.map.lat_lng_to_layer_point(&center);
        (world.x() - layer.x(), world.y() - layer.y())
    }

    /// Offset of the layers from the map's corner, which drags change.
    fn pane_offset(&self) -> (f64, f64) {
        let center = self.map.get_center();
        let on_map = self.map.lat_lng_to_container_point(&center);
        let on_layer = self.map.lat_lng_to_layer_point(&center);
        (on_map.x() - on_layer.x(), on_map.y() - on_layer.y())
    }

    /// The part of the world to paint: the view with a margin around it.
    fn padded_viewport(&self) -> Viewport {
        let size = self.map.get_size();
        let corner = self.corner();
        Viewport {
            zoom: self.map.get_zoom(),
            x: corner.0 - MARGIN,
            y: corner.1 - MARGIN,
            width: size.x() + 2.0 * MARGIN,
            height: size.y() + 2.0 * MARGIN,
            density: density(),
        }
    }

    async fn paint_first(inner: Weak<Inner>) {
        if let Some(inner) = inner.upgrade() {
            let viewport = inner.padded_viewport();
            inner.painter.borrow_mut().set_viewport(viewport);
        }
        for step in Painter::STEPS {
            // The map may be removed between two steps.
            let Some(inner) = inner.upgrade() else { return };
            step(&mut inner.painter.borrow_mut());
            drop(inner);
            next_slice().await;
        }
        if let Some(inner) = inner.upgrade() {
            inner.place_at_rest();
            inner
                .painter
                .borrow()
                .root()
                .class_list()
                .add_1("painted")
                .ok();
            (inner.callbacks.painted)();
        }
    }

    /// Paints the view with a margin around it.
    fn repaint(&self) {
        self.painter
            .borrow_mut()
            .set_viewport(self.padded_viewport());
        self.place_at_rest();
    }

    /// Positions the picture and reports the zoom.
    fn place_at_rest(&self) {
        let zoom = self.map.get_zoom();
        self.place(&self.map.get_center(), zoom);
        (self.callbacks.settled)(zoom);
    }

    /// Handles the end of a movement.
    fn on_move_end(self: &Rc<Inner>, _: Event) {
        self.settle();
        self.end_movement();
    }

    /// Paints the view and its margin where that is needed. While the picture still covers the
    /// view, a new margin waits for a pause, because the next drag often follows at once.
    fn settle(self: &Rc<Inner>) {
        let now = (self.map.get_zoom(), density());
        let other = |painted: Viewport| (painted.zoom, painted.density) != now;
        if self.painter.borrow().painted().is_none_or(other) || self.shows_an_edge() {
            self.repaint();
            return;
        }
        self.place(&self.map.get_center(), now.0);
        let inner = Rc::downgrade(self);
        let repaint = Timeout::new(REPAINT_DELAY, move || {
            let Some(inner) = inner.upgrade() else { return };
            // Most of the margin is left where only the map's size changed by a line of text.
            if inner.is_near_edge(MARGIN / 2.0) {
                inner.repaint();
            } else {
                (inner.callbacks.settled)(inner.map.get_zoom());
            }
        });
        // Dropping the previous timer cancels it.
        self.repaint_timer.set(Some(repaint));
    }

    /// Whether the view reaches beyond the painted picture. A drag may outrun the margin.
    fn shows_an_edge(&self) -> bool {
        self.is_near_edge(0.0)
    }

    /// Whether the view is within this many CSS pixels of the picture's edge, at the picture's
    /// zoom. False at any other zoom.
    fn is_near_edge(&self, pixels: f64) -> bool {
        let Some(painted) = self.painter.borrow().painted() else {
            return false;
        };
        if painted.zoom != self.map.get_zoom() {
            return false;
        }
        let size = self.map.get_size();
        let corner = self.corner();
        let (x, y) = (corner.0 - painted.x, corner.1 - painted.y);
        x < pixels
            || y < pixels
            || x + size.x() + pixels > painted.width
            || y + size.y() + pixels > painted.height
    }

    /// Positions the painted picture for a map at this centre and zoom.
    fn place(&self, center: &LatLng, zoom: f64) {
        let painter = self.painter.borrow();
        let Some(painted) = painter.painted() else {
            return;
        };
        let scale = (zoom - painted.zoom).exp2();
        let origin = if zoom == self.map.get_zoom() {
            self.pixel_origin()
        } else {
            // The origin that the layers will have when the animation has ended.
            let middle = self.map.project_with_zoom(center, zoom);
            let size = self.map.get_size();
            let pane = self.pane_offset();
            (
                (middle.x() - size.x() / 2.0 + pane.0).round(),
                (middle.y() - size.y() / 2.0 + pane.1).round(),
            )
        };
        let (x, y) = (painted.x * scale - origin.0, painted.y * scale - origin.1);
        let transform = format!("translate3d({x}px, {y}px, 0) scale({scale})");
        let _ = painter.root().style().set_property("transform", &transform);
    }
}

/// Device pixels per CSS pixel.
fn density() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio())
}

fn in_degrees(bounds: Bounds, unit_zoom: u8) -> LatLngBounds {
    let corner = |x: i32, y: i32| {
        let (longitude, latitude) = unproject(f64::from(x), f64::from(y), unit_zoom);
        LatLng::new(latitude, longitude)
    };
    LatLngBounds::new(
        &corner(bounds.min.x, bounds.max.y),
        &corner(bounds.max.x, bounds.min.y),
    )
}

fn spot_of(event: &MouseEvent) -> CssPoint {
    let at = event.container_point();
    CssPoint {
        x: at.x(),
        y: at.y(),
    }
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Fails only for frozen objects, and these are not.
    let _ = Reflect::set(object, &name.into(), value);
}
