//! Nothing else talks to Leaflet. This owns the map, moves the painter's picture with it, and turns
//! pointer events into area numbers.
#![allow(clippy::disallowed_types)]

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
use rising_model::area::AreaIndex;
use rising_model::geometry::{Bounds, Point, Topology, unproject};
use rising_model::hover::CssPoint;
use rising_model::manifest::Tiles;
use rising_model::places::Place;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlElement};

use super::painter::{MARGIN, Painter, Scene, Viewport};
use crate::slices::another;
use clicks::ClickTracker;
pub use movement::MoveOptions;
use movement::Movements;

/// The smallest zoom at which all there is is no smaller than this, in CSS pixels, is as far out as
/// the map goes.
const SMALLEST: f64 = 128.0;

/// The map goes out to this zoom in any case: a nation fits into a map of 100 pixels.
const FAR_OUT: f64 = 3.0;

/// Less of the map than this, in CSS pixels, is not worth bringing anything into.
const LEAST_FREE: f64 = 40.0;

/// A click this many CSS pixels beside an area still means it: an island may be smaller than a
/// finger.
const REACH: f64 = 9.0;

/// Milliseconds without a move after which a reader is taken to have stopped.
const AT_REST_AFTER: u32 = 300;

/// A pointer that travels further than this many CSS pixels between down and up has dragged.
const STILL: f64 = 6.0;

/// An area, and where it is hovered at in CSS pixels from the map's corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HoveredArea {
    pub area: AreaIndex,
    pub at: CssPoint,
}

/// What the map tells its owner.
pub struct MapCallbacks {
    /// The pointer is there, over an area or over none.
    pub moved: Box<dyn Fn(CssPoint, Option<AreaIndex>)>,
    /// The pointer has left the map, or drags it.
    pub gone: Box<dyn Fn()>,
    /// An area was clicked or tapped, or the sea. Whether that opens an area.
    pub chosen: Box<dyn Fn(Option<AreaIndex>) -> bool>,
    /// The click that opened it was the first of a double click, by which the map zooms.
    pub taken_back: Box<dyn Fn()>,
    /// The map came to rest at that zoom.
    pub rested: Box<dyn Fn(f64)>,
    /// The first picture is painted.
    pub painted: Box<dyn Fn()>,
}

/// What moves the map besides the buttons and two fingers.
#[derive(Clone, Copy)]
pub struct InteractionOptions {
    /// One finger, or the mouse with its button pressed.
    pub one_finger: bool,
    /// The mouse's wheel, without Ctrl or ⌘, while this media query matches or once the map was
    /// dragged. If none, never.
    pub wheel: Option<&'static str>,
    /// With animations, not at once.
    pub smoothly: bool,
}

/// How much of the map's box cannot be seen, in CSS pixels from its upper and from its lower edge.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct MapInsets {
    pub top: f64,
    pub bottom: f64,
}

/// The map. Dropping it takes every listener off and removes it from the page.
pub struct MapHandle {
    inner: Rc<Inner>,
    _listeners: (Vec<EventedHandle<Event>>, Vec<EventedHandle<MouseEvent>>),
}

struct Inner {
    map: Map,
    painter: RefCell<Painter>,
    callbacks: MapCallbacks,
    /// The map follows the pointer: what lies under it is no question now.
    dragged: Cell<bool>,
    /// The repaint that follows a pan.
    soon: Cell<Option<Timeout>>,
    /// Where the pointer went down, in CSS pixels from the map's corner.
    pressed: Cell<Option<CssPoint>>,
    clicks: ClickTracker,
    movements: Movements,
    covered: Cell<MapInsets>,
    /// What the map can be panned within, and its `unit_zoom`.
    within: Cell<Option<(Bounds, u8)>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.map.remove();
    }
}

impl MapHandle {
    /// Makes a map of the element. `None` if Leaflet or a canvas cannot be had.
    pub fn new(
        element: &HtmlElement,
        tiles: Option<&Tiles>,
        interaction: InteractionOptions,
        callbacks: MapCallbacks,
    ) -> Option<MapHandle> {
        // Its script may have come damaged. Only some of its constructors can report that.
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
        // Read by leaflet.js.
        set(&options, "wheelAlone", &interaction.wheel.into());
        options.set_min_zoom(FAR_OUT);
        options.set_max_zoom(13.0);
        // Until the areas are known.
        options.set_max_bounds(LatLngBounds::new(
            &LatLng::new(-85.0, -540.0),
            &LatLng::new(85.0, 540.0),
        ));
        // Beyond its edge the map gives a little and moves back by itself. What zooms is a
        // transition: the style sheet ends it.
        options.set_max_bounds_viscosity(if interaction.smoothly { 0.8 } else { 1.0 });
        options.set_inertia(interaction.smoothly);
        let map = Map::new_with_element(element, &options).ok()?;
        map.set_view(&LatLng::new(54.5, -3.0), 5.0);
        if let Some(tiles) = tiles {
            let options = leaflet::TileLayerOptions::new();
            // Leaflet would take markup here; the manifest's text stays text.
            set(&options, "attribution", &escaped(&tiles.attribution).into());
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
            dragged: Cell::new(false),
            soon: Cell::new(None),
            pressed: Cell::new(None),
            clicks: ClickTracker::default(),
            movements: Movements::default(),
            covered: Cell::default(),
            within: Cell::default(),
        });
        let listeners = inner.listen();
        Some(MapHandle {
            inner,
            _listeners: listeners,
        })
    }

    /// All there is to see lies in the first box, in units of a topology with that `unit_zoom`. The
    /// map can be panned within the second, which is wide enough for what lies at an edge to stand
    /// in what a sheet leaves of the map.
    pub fn keep_to(&self, bounds: Bounds, wide: Bounds, unit_zoom: u8) {
        let (width, height) = bounds.size();
        let size = f64::from(width.max(height)).max(1.0);
        let out = (f64::from(unit_zoom) + (SMALLEST / size).log2())
            .floor()
            .clamp(0.0, FAR_OUT);
        self.inner.map.set_min_zoom(out);
        self.inner.within.set(Some((wide, unit_zoom)));
        // Where it is asked for at the end of the next move. `setMaxBounds` would begin a move of
        // its own, on top of the one that brings a nation into view.
        if let Ok(options) = Reflect::get(&self.inner.map, &"options".into()) {
            set(&options, "maxBounds", &in_degrees(wide, unit_zoom).into());
        }
    }

    /// Shows areas; see [`Painter::show`]. The first picture is painted in slices.
    pub fn show(&self, topology: Arc<Topology>, groups: Arc<[u32]>, scene: Scene) {
        let mut painter = self.inner.painter.borrow_mut();
        let first = painter.topology().is_none();
        painter.show(topology, groups, scene);
        if first {
            spawn_local(Inner::paint_first(Rc::downgrade(&self.inner)));
        }
    }

    /// Town names; see [`Painter::set_towns`].
    pub fn set_towns(&self, towns: Arc<Vec<Place>>) {
        self.inner.painter.borrow_mut().set_towns(towns);
    }

    /// The chosen area and the one hovered at; see [`Painter::set_focus`].
    pub fn set_focus(&self, chosen: Option<AreaIndex>, hovered: Option<AreaIndex>) {
        self.inner.painter.borrow_mut().set_focus(chosen, hovered);
    }

    /// So much of the map's box cannot be seen from now on.
    pub fn set_covered(&self, covered: MapInsets) {
        self.inner.covered.set(covered);
    }

    /// The part of the world in view.
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

    /// Draws what is on screen onto another canvas, with the map's corner there and `scale` pixels
    /// for a CSS pixel.
    pub fn draw_on(&self, context: &CanvasRenderingContext2d, at: (f64, f64), scale: f64) {
        let (painter, (x, y)) = (self.inner.painter.borrow(), self.inner.corner());
        if let Some(painted) = painter.painted() {
            painter.draw_on(context, (x - painted.x, y - painted.y), at, scale);
        }
    }

    /// Where an area's mark stands, in units of the topology shown.
    pub fn anchor(&self, area: AreaIndex) -> Option<Point> {
        self.inner.painter.borrow().anchor(area)
    }

    /// As if the pointer stood at the area's mark.
    pub fn hovered_at(&self, area: AreaIndex) -> Option<HoveredArea> {
        self.inner.mark_on_screen(area).map(|(x, y)| HoveredArea {
            area,
            at: CssPoint { x, y },
        })
    }

    /// The area at the middle of the map, or the nearest to it.
    pub fn area_in_the_middle(&self) -> Option<AreaIndex> {
        let size = self.inner.map.get_size();
        let [_, top, _, bottom] = self.inner.free();
        let (x, y) = (MARGIN + size.x() / 2.0, MARGIN + (top + bottom) / 2.0);
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
            on("moveend", Inner::rest),
            // From leaflet.js.
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
                inner.place(&inner.map.get_center(), inner.map.get_zoom())
            }),
            on("dragstart", |inner, _| {
                inner.dragged.set(true);
                (inner.callbacks.gone)();
            }),
            on("dragend", |inner, _| inner.dragged.set(false)),
            on("zoomanim", |inner, event| {
                inner.set_out();
                // Where the animation leads; the style sheet does the rest.
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
                if inner.dragged.get() {
                    return;
                }
                (inner.callbacks.moved)(spot_of(&event), inner.area_at(&event, 0.0));
            }),
            on_pointer("mouseout", |inner, _| (inner.callbacks.gone)()),
            on_pointer("mousedown", |inner, event| {
                inner.pressed.set(Some(spot_of(&event)))
            }),
            on_pointer("click", |inner, event| {
                // The browser counts the clicks at one place.
                if inner.is_click(&event) && event.original_event().detail() < 2 {
                    inner.click(inner.area_at(&event, REACH));
                }
            }),
            on_pointer("dblclick", |inner, _| inner.double_click()),
        ];
        (events, pointer_events)
    }

    /// What of the map's box can be seen: left, top, right and bottom edge in CSS pixels from its
    /// corner.
    fn free(&self) -> [f64; 4] {
        let (size, MapInsets { top, bottom }) = (self.map.get_size(), self.covered.get());
        if size.y() - top - bottom < LEAST_FREE {
            return [0.0, 0.0, size.x(), size.y()];
        }
        [0.0, top, size.x(), size.y() - bottom]
    }

    /// Leaflet takes no drag that begins while it zooms, and then passes on the click at its end.
    fn is_click(&self, event: &MouseEvent) -> bool {
        let at = spot_of(event);
        let travelled = |from: CssPoint| (at.x - from.x).abs().max((at.y - from.y).abs());
        self.pressed
            .take()
            .is_none_or(|pressed| travelled(pressed) <= STILL)
    }

    fn area_at(&self, event: &MouseEvent, reach: f64) -> Option<AreaIndex> {
        let painter = self.painter.borrow();
        let painted = painter.painted()?;
        let (at, corner) = (spot_of(event), self.corner());
        painter.area_at(
            corner.0 + at.x - painted.x,
            corner.1 + at.y - painted.y,
            reach,
        )
    }

    /// Where a point, in units of a topology with that `unit_zoom`, is in CSS pixels from the map's
    /// corner.
    fn on_screen(&self, point: Point, unit_zoom: u8) -> (f64, f64) {
        let scale = (self.map.get_zoom() - f64::from(unit_zoom)).exp2();
        let corner = self.corner();
        (
            f64::from(point.x) * scale - corner.0,
            f64::from(point.y) * scale - corner.1,
        )
    }

    /// Where a box lies: left, top, right and bottom edge in CSS pixels from the map's corner.
    fn box_on_screen(&self, bounds: Bounds, unit_zoom: u8) -> [f64; 4] {
        let ((west, north), (east, south)) = (
            self.on_screen(bounds.min, unit_zoom),
            self.on_screen(bounds.max, unit_zoom),
        );
        [west, north, east, south]
    }

    /// Where an area's mark stands on screen, in CSS pixels from the map's corner.
    fn mark_on_screen(&self, area: AreaIndex) -> Option<(f64, f64)> {
        let painter = self.painter.borrow();
        let (point, topology) = (painter.anchor(area)?, painter.topology()?);
        Some(self.on_screen(point, topology.unit_zoom()))
    }

    /// World position of the map's north-west corner, in CSS pixels at the current zoom.
    fn corner(&self) -> (f64, f64) {
        let (origin, pane) = (self.pixel_origin(), self.pane_offset());
        (origin.0 - pane.0, origin.1 - pane.1)
    }

    /// World position of the layers' zero point. Leaflet keeps it in whole pixels.
    fn pixel_origin(&self) -> (f64, f64) {
        let center = self.map.get_center();
        let (world, layer) = (
            self.map.project(&center).round(),
            self.map.lat_lng_to_layer_point(&center),
        );
        (world.x() - layer.x(), world.y() - layer.y())
    }

    /// How far a drag has moved the layers.
    fn pane_offset(&self) -> (f64, f64) {
        let center = self.map.get_center();
        let (on_map, on_layer) = (
            self.map.lat_lng_to_container_point(&center),
            self.map.lat_lng_to_layer_point(&center),
        );
        (on_map.x() - on_layer.x(), on_map.y() - on_layer.y())
    }

    /// What is in view and a margin around it.
    fn window(&self) -> Viewport {
        let (size, corner) = (self.map.get_size(), self.corner());
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
            inner.painter.borrow_mut().set_window(inner.window());
        }
        for step in Painter::STEPS {
            // Gone with the page.
            let Some(inner) = inner.upgrade() else { return };
            step(&mut inner.painter.borrow_mut());
            drop(inner);
            another().await;
        }
        if let Some(inner) = inner.upgrade() {
            inner.come_to_rest();
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

    /// Paints what is in view and a margin around it.
    fn repaint(&self) {
        self.painter.borrow_mut().set_window(self.window());
        self.come_to_rest();
    }

    /// Puts the picture where it belongs, and says so.
    fn come_to_rest(&self) {
        let zoom = self.map.get_zoom();
        self.place(&self.map.get_center(), zoom);
        (self.callbacks.rested)(zoom);
    }

    /// The map has come to rest.
    fn rest(self: &Rc<Inner>, _: Event) {
        self.settle();
        self.arrive();
    }

    /// Paints what is in view and its margin, as far and as soon as that is called for. Where the
    /// picture still covers it, a new margin can wait until the reader does: the next drag often
    /// follows at once.
    fn settle(self: &Rc<Inner>) {
        let now = (self.map.get_zoom(), density());
        let other = |painted: Viewport| (painted.zoom, painted.density) != now;
        if self.painter.borrow().painted().is_none_or(other) || self.shows_an_edge() {
            self.repaint();
            return;
        }
        self.place(&self.map.get_center(), now.0);
        let inner = Rc::downgrade(self);
        let repaint = Timeout::new(AT_REST_AFTER, move || {
            let Some(inner) = inner.upgrade() else { return };
            // A box that grew by a line of text while the page loads is no reason to paint all of
            // it again.
            if inner.comes_within(MARGIN / 2.0) {
                inner.repaint();
            } else {
                (inner.callbacks.rested)(inner.map.get_zoom());
            }
        });
        // Dropping the one before cancels it.
        self.soon.set(Some(repaint));
    }

    /// Does the view reach beyond what is painted? A drag may outrun the margin.
    fn shows_an_edge(&self) -> bool {
        self.comes_within(0.0)
    }

    /// Does the view come within so many CSS pixels of the edge of what is painted at its zoom?
    fn comes_within(&self, pixels: f64) -> bool {
        let Some(painted) = self.painter.borrow().painted() else {
            return false;
        };
        if painted.zoom != self.map.get_zoom() {
            return false;
        }
        let (size, corner) = (self.map.get_size(), self.corner());
        let (x, y) = (corner.0 - painted.x, corner.1 - painted.y);
        x < pixels
            || y < pixels
            || x + size.x() + pixels > painted.width
            || y + size.y() + pixels > painted.height
    }

    /// Puts the painted picture where it belongs when the map is at that centre and zoom.
    fn place(&self, center: &LatLng, zoom: f64) {
        let painter = self.painter.borrow();
        let Some(painted) = painter.painted() else {
            return;
        };
        let scale = (zoom - painted.zoom).exp2();
        let origin = if zoom == self.map.get_zoom() {
            self.pixel_origin()
        } else {
            // The zero point the layers will have once the animation has arrived.
            let (middle, size, pane) = (
                self.map.project_with_zoom(center, zoom),
                self.map.get_size(),
                self.pane_offset(),
            );
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
    // Fails only on a frozen object, and these were made here.
    let _ = Reflect::set(object, &name.into(), value);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
