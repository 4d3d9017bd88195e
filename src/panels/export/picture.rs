//! Exports the visible map with title, legend and source, as PNG and as SVG.

use std::sync::Arc;

use leptos::prelude::*;
use rising_look::labels::{Label, LabelledArea, place_labels};
use rising_look::svg::{SvgMap, names};
use rising_look::towns::towns_on_land;
use rising_look::{Appearances, Colours, Look, Scene, Shapes, Theme, Viewport, group_by_parent};
use rising_model::domain::area::Level;
use rising_model::domain::scope::Scope;
use rising_model::domain::snapshot::areas_in;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_view::LevelView;
use rising_view::captions::{picture_measure, picture_source};
use rising_view::names::ScopeName;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

use super::page_canvas::{draw_item, draw_label};
use super::page_layout::{PageLayout, PageTexts};
use super::save;
use super::shapes::finest_shapes;
use crate::map::{MapRef, bounds_of, paint};
use crate::state::{State, View};

/// CSS pixels of margin around an authority that fills its picture.
const MARGIN: f64 = 14.0;

/// Least and largest number of pixels per CSS pixel: texts are sharp in print from the least, and a
/// phone has memory for the largest.
const SCALE: (f64, f64) = (2.0, 3.0);

/// The view to export.
pub struct PictureSubject<'a> {
    pub state: State,
    pub view: &'a View,
    pub shown: &'a LevelView,
    /// The scope whose areas are counted.
    pub scope: &'a Scope,
    pub name: &'a ScopeName,
    pub theme: Theme,
    /// The verdict's sentence.
    pub title: String,
}

impl PictureSubject<'_> {
    fn words(&self) -> PageTexts {
        let texts = untrack(|| self.state.texts());
        let date = self.shown.snapshot.date();
        let level = self.shown.level;
        let manifest = untrack(|| self.state.manifest());
        let sources = manifest
            .as_ref()
            .map_or(&[][..], |manifest| &manifest.sources);
        let nations = self.shown.table.has_nations();
        PageTexts {
            title: self.title.clone(),
            measure: picture_measure(level, self.name, date, &texts),
            source: picture_source(sources, &self.state.navigator().link(), &texts),
            suppressed: level == Level::Msoa && nations,
            elsewhere: match self.name {
                ScopeName::Authority(name) => Some(texts.outside_place(name)),
                ScopeName::Nation(_) => nations.then(|| texts.picture_elsewhere().to_owned()),
            },
        }
    }

    fn page(&self, size: (f64, f64)) -> Option<PageLayout> {
        Some(PageLayout::new(
            &self.words(),
            &self.look()?,
            &untrack(|| self.state.texts()),
            size,
        ))
    }

    /// Returns the shapes and the viewport to draw: the visible map or, for the neighbourhoods of
    /// one authority, the whole authority.
    async fn drawn(&self, map: MapRef) -> Option<(Arc<Topology>, Viewport)> {
        let viewport = map.viewport()?;
        if self.scope.authority().is_none() {
            return Some((self.state.shapes().get_untracked()?, viewport));
        }
        let topology = finest_shapes(self.state, self.shown.level).await?;
        let bounds = bounds_of(&topology, areas_in(&self.shown.table, self.scope))?;
        let viewport = fit_viewport(bounds, topology.unit_zoom(), viewport);
        Some((topology, viewport))
    }

    fn look(&self) -> Option<Look> {
        let manifest = untrack(|| self.state.manifest())?;
        Some(Look::new(self.theme, &manifest.breaks))
    }

    fn appearances(&self) -> Option<Appearances> {
        let manifest = untrack(|| self.state.manifest())?;
        Some(Appearances::new(
            &self.shown.table,
            &self.shown.snapshot,
            &manifest.breaks,
            self.scope,
            self.view.rising_only,
        ))
    }

    /// Returns the names of an authority's neighbourhoods that fit into them.
    fn labels(
        &self,
        topology: &Topology,
        appearances: &Appearances,
        viewport: &Viewport,
    ) -> Vec<Label> {
        let tag = untrack(|| self.state.texts()).tag();
        let table = &self.shown.table;
        let areas = areas_in(table, self.scope).filter(|_| self.scope.authority().is_some());
        let named = areas.filter_map(|area| {
            Some(LabelledArea {
                area,
                name: table.get(area)?.name_in(tag),
                rising: appearances.is_rising(area),
            })
        });
        place_labels(topology, named, viewport)
    }

    /// Returns the picture as SVG, drawn from the finest shapes that have loaded.
    pub async fn svg(&self, map: MapRef) -> Option<Blob> {
        let (topology, viewport) = self.drawn(map).await?;
        if topology.len() != self.shown.table.len() {
            return None;
        }
        let (appearances, look) = (self.appearances()?, self.look()?);
        let shapes = Shapes::new(topology, group_by_parent(&self.shown.table));
        let topology = &shapes.topology;
        let tag = untrack(|| self.state.texts()).tag();
        let named = |area| {
            let area = self.shown.table.get(area)?;
            Some((area.code.as_str(), area.name_in(tag)))
        };
        let drawing = SvgMap {
            scene: &Scene::new(&shapes, &appearances, viewport.scale(topology)),
            look: &look,
            viewport,
            selected: self.state.selected().get_untracked(),
            named: &named,
        };
        let size = (viewport.width, viewport.height);
        // Town names as on the map, except in a picture of an authority, which names its
        // neighbourhoods.
        let towns = untrack(|| self.state.places()).filter(|_| self.scope.authority().is_none());
        let towns = towns
            .as_ref()
            .map(|towns| towns_on_land(topology, towns, &viewport))
            .unwrap_or_default();
        let names = names(
            &look,
            &self.labels(topology, &appearances, &viewport),
            &towns,
        );
        save::file_of(
            &self
                .page(size)?
                .svg(&(drawing.svg() + &names), size, &self.title),
            "image/svg+xml",
        )
    }

    /// Returns the picture as PNG: a copy of the painted map or, for an authority, painted anew.
    pub async fn png(&self, map: MapRef) -> Option<Blob> {
        let (topology, viewport) = self.drawn(map).await?;
        let page = self.page((viewport.width, viewport.height))?;
        let scale = viewport.density.clamp(SCALE.0, SCALE.1);
        let canvas = document()
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        canvas.set_width((page.width * scale).ceil() as u32);
        canvas.set_height((page.height * scale).ceil() as u32);
        let context = canvas
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        context.set_fill_style_str(&page.paper);
        context.fill_rect(
            0.0,
            0.0,
            f64::from(canvas.width()),
            f64::from(canvas.height()),
        );
        let (left, top) = (page.map.0 * scale, page.map.1 * scale);
        let (width, height) = (viewport.width * scale, viewport.height * scale);
        context.set_fill_style_str(&page.sea);
        context.fill_rect(left, top, width, height);
        context.save();
        context.begin_path();
        context.rect(left, top, width, height);
        context.clip();
        let mut written = vec![];
        if self.scope.authority().is_none() {
            map.draw_on(&context, (left, top), scale);
        } else {
            let appearances = self.appearances()?;
            let groups = group_by_parent(&self.shown.table);
            written = self.labels(&topology, &appearances, &viewport);
            let chosen = self.state.selected().get_untracked();
            let painter = paint(
                topology,
                groups,
                appearances,
                self.look()?,
                Viewport {
                    density: scale,
                    ..viewport
                },
                chosen,
            )?;
            painter.draw_on(&context, (0.0, 0.0), (left, top), scale);
        }
        context.restore();
        let _ = context.scale(scale, scale);
        let colours = Colours::of(self.theme);
        for label in &written {
            draw_label(&context, label, page.map, &colours);
        }
        page.items
            .iter()
            .for_each(|item| draw_item(&context, item, &page.ink));
        encode_png(&canvas).await
    }
}

/// Returns the viewport, of the size of the given one, that shows a box as large as possible. The
/// box is in units of a topology with this `unit_zoom`.
fn fit_viewport(bounds: Bounds, unit_zoom: u8, viewport: Viewport) -> Viewport {
    let (width, height) = bounds.size();
    let room = |pixels: f64| (pixels - 2.0 * MARGIN).max(1.0);
    let scale = (room(viewport.width) / f64::from(width.max(1)))
        .min(room(viewport.height) / f64::from(height.max(1)));
    let middle = |min: i32, max: i32| f64::midpoint(f64::from(min), f64::from(max)) * scale;
    Viewport {
        zoom: f64::from(unit_zoom) + scale.log2(),
        x: middle(bounds.min.x, bounds.max.x) - viewport.width / 2.0,
        y: middle(bounds.min.y, bounds.max.y) - viewport.height / 2.0,
        ..viewport
    }
}

/// Encodes the canvas as PNG; `None` where the browser has too little memory.
pub async fn encode_png(canvas: &HtmlCanvasElement) -> Option<Blob> {
    #[expect(
        clippy::disallowed_types,
        reason = "wraps a method that takes a callback"
    )]
    let promise = js_sys::Promise::new(&mut |done, _| {
        if canvas.to_blob(&done).is_err() {
            let _ = done.call1(&JsValue::UNDEFINED, &JsValue::NULL);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into::<Blob>().ok()
}
