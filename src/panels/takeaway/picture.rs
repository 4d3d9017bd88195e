//! The map as it is seen, with its title, legend and source: as PNG and as SVG.

use leptos::prelude::*;
use rising_model::area::Level;
use rising_model::scale::Theme;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement};

use super::save;
use super::sheet::{Piece, Sheet, Words, corners};
use crate::language::language;
use crate::map::{Drawing, OnScreen, group_by_parent, scene_of};
use crate::state::{Shown, State, View};

/// Pixels for a CSS pixel: at least so many that the texts are sharp in print, at most what a phone has memory for.
const SCALE: (f64, f64) = (2.0, 3.0);

/// What a picture is of.
pub struct Subject<'a> {
    pub state: State,
    pub view: &'a View,
    pub shown: &'a Shown,
    pub theme: Theme,
    /// The answer in words.
    pub title: String,
}

impl Subject<'_> {
    fn words(&self) -> Words {
        let date = self.shown.snapshot.date().in_words(language());
        let manifest = untrack(|| self.state.manifest());
        let sources = manifest.iter().flat_map(|manifest| &manifest.sources);
        let sources = sources.map(|source| format!("{}: {}.", source.publisher, source.licence));
        Words {
            title: self.title.clone(),
            measure: language().figures_measured(&date, self.shown.level.into(), self.view.nation.into()),
            source: language().picture_source(&self.state.navigate().link(), &sources.collect::<Vec<_>>().join(" ")),
            suppressed: self.shown.level == Level::Msoa && self.shown.table.has_nations(),
            elsewhere: self.shown.table.has_nations(),
        }
    }

    fn sheet(&self, size: (f64, f64)) -> Option<Sheet> {
        let manifest = untrack(|| self.state.manifest())?;
        Some(Sheet::new(&self.words(), &manifest.breaks, self.theme, size))
    }

    /// Vectors, from the best shapes that have come.
    pub fn svg(&self, screen: OnScreen) -> Option<Blob> {
        let (window, manifest) = (screen.window()?, untrack(|| self.state.manifest())?);
        let topology = self.state.shapes().get_untracked()?;
        if topology.len() != self.shown.table.len() {
            return None;
        }
        let scene = scene_of(self.shown, &manifest.breaks, self.view.nation, self.view.rising_only, self.theme);
        let groups = group_by_parent(&self.shown.table);
        let chosen = self.state.selected().get_untracked();
        let drawing = Drawing { topology: &topology, groups: &groups, scene: &scene, window, chosen };
        let size = (window.width, window.height);
        save::file_of(&self.sheet(size)?.svg(&drawing.svg(), size, &self.title), "image/svg+xml")
    }

    /// What the painter has painted.
    pub async fn png(&self, screen: OnScreen) -> Option<Blob> {
        let window = screen.window()?;
        let sheet = self.sheet((window.width, window.height))?;
        let scale = window.density.clamp(SCALE.0, SCALE.1);
        let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
        canvas.set_width((sheet.width * scale).ceil() as u32);
        canvas.set_height((sheet.height * scale).ceil() as u32);
        let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
        context.set_fill_style_str(sheet.paper);
        context.fill_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
        let (left, top) = (sheet.map.0 * scale, sheet.map.1 * scale);
        let (width, height) = (window.width * scale, window.height * scale);
        context.set_fill_style_str(&sheet.sea);
        context.fill_rect(left, top, width, height);
        context.save();
        context.begin_path();
        context.rect(left, top, width, height);
        context.clip();
        screen.draw_on(&context, (left, top), scale);
        context.restore();
        let _ = context.scale(scale, scale);
        sheet.pieces.iter().for_each(|piece| draw(&context, piece, sheet.ink));
        encoded(&canvas).await
    }
}

fn draw(context: &CanvasRenderingContext2d, piece: &Piece, ink: &str) {
    context.begin_path();
    match piece {
        Piece::Text { x, y, size, bold, words } => {
            let weight = if *bold { "600 " } else { "" };
            context.set_font(&format!("{weight}{size}px system-ui, sans-serif"));
            context.set_fill_style_str(ink);
            let _ = context.fill_text(words, *x, *y);
        }
        Piece::Box { x, y, width, height, fill } => {
            context.set_fill_style_str(fill);
            context.fill_rect(*x, *y, *width, *height);
            context.set_stroke_style_str(ink);
            context.set_line_width(0.5);
            context.stroke_rect(*x, *y, *width, *height);
        }
        Piece::Line { from, to, colour } => {
            context.move_to(from.0, from.1);
            context.line_to(to.0, to.1);
            context.set_stroke_style_str(colour);
            context.set_line_width(1.0);
            context.stroke();
        }
        Piece::Dot { x, y, colour } => {
            let _ = context.arc(*x, *y, 1.0, 0.0, std::f64::consts::TAU);
            context.set_fill_style_str(colour);
            context.fill();
        }
        Piece::Triangle { x, y, size } => {
            let [a, b, c] = corners(*x, *y, *size);
            context.move_to(a.0, a.1);
            context.line_to(b.0, b.1);
            context.line_to(c.0, c.1);
            context.set_fill_style_str(ink);
            context.fill();
        }
    }
}

/// The canvas as a PNG; nothing where the browser has no memory for it.
async fn encoded(canvas: &HtmlCanvasElement) -> Option<Blob> {
    let promise = js_sys::Promise::new(&mut |done, _| {
        if canvas.to_blob(&done).is_err() {
            let _ = done.call1(&JsValue::UNDEFINED, &JsValue::NULL);
        }
    });
    JsFuture::from(promise).await.ok()?.dyn_into::<Blob>().ok()
}
