//! `<Map>`: passes the state to the painter, and turns clicks and keys into navigations.

mod keyboard;
mod keyboard_navigation;
mod leaflet;
mod painter;
mod tooltip;

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;
use rising_look::{Appearances, Look, Theme, Viewport, group_by_parent};
use rising_model::domain::area::{AreaCode, AreaIndex, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::scope::Scope;
use rising_model::domain::snapshot::areas_in;
use rising_model::shapes::geometry::{Bounds, Topology};
use rising_view::area_summary::AreaSummary;
use rising_view::captions::map_description;
use rising_words::Texts;
use wasm_bindgen::JsCast as _;
use web_sys::CanvasRenderingContext2d;

use crate::platform::first_paint::is_map_painted;
use crate::platform::frame::is_framed;
use crate::platform::media;
use crate::platform::page_scripts::{self, Failure};
use crate::platform::prerendered;
use crate::platform::reactive::{Derived, Text, effect, same_arc, text, value};
use crate::platform::resize::on_resize;
use crate::state::theme::use_theme;
use crate::state::{Member, State};
use keyboard_navigation::KeyboardContext;
pub use keyboard_navigation::KeyboardNavigation;
pub use leaflet::MapInsets;
use leaflet::{InteractionOptions, MapCallbacks, MapHandle, MoveOptions};
use painter::paint_samples;
pub use painter::{Painter, name_font, set_name_colours, write_name};
use tooltip::Tooltip;

/// The map of this page, for exports and for what covers it. The page provides it as context.
#[derive(Clone, Copy)]
pub struct MapRef(
    StoredValue<Option<MapHandle>, LocalStorage>,
    RwSignal<MapInsets>,
);

impl MapRef {
    /// A reference to a map that is not created yet.
    pub fn new() -> MapRef {
        MapRef(
            StoredValue::new_local(None),
            RwSignal::new(MapInsets::default()),
        )
    }

    /// Sets how much of the map is covered, so that the selected area moves to the visible part.
    pub fn cover(&self, covered: MapInsets) {
        if self.1.get_untracked() != covered {
            self.1.set(covered);
        }
    }

    fn with(&self, act: &dyn Fn(&MapHandle)) {
        self.0.with_value(|handle| handle.as_ref().map(act));
    }

    /// Returns the part of the world in view.
    pub fn viewport(&self) -> Option<Viewport> {
        self.0
            .with_value(|handle| handle.as_ref().map(MapHandle::in_view))
    }

    /// Draws the visible map onto a canvas, its corner at `at`, with `scale` pixels per CSS pixel.
    pub fn draw_on(&self, context: &CanvasRenderingContext2d, at: (f64, f64), scale: f64) {
        self.0.with_value(|handle| {
            handle
                .as_ref()
                .map(|handle| handle.draw_on(context, at, scale))
        });
    }
}

/// The choropleth map. Fills its parent.
#[component]
pub fn Map() -> impl IntoView {
    let state = expect_context::<State>();
    let theme = use_theme();
    let high_contrast = media::watch("(prefers-contrast: more), (forced-colors: active)");
    let animated = || !media::matches("(prefers-reduced-motion: reduce)");
    let element = NodeRef::<html::Div>::new();
    let map_ref = expect_context::<MapRef>();
    let MapRef(handle, covered) = map_ref;
    // In an article one finger and the wheel scroll the article past the map.
    let shared = state.request().with_untracked(|request| request.embed) || is_framed();
    let finger = media::matches("(pointer: coarse)");
    let hint = if finger {
        state.texts().map_by_fingers()
    } else {
        state.texts().map_by_wheel()
    };
    let is_created = RwSignal::new(false);
    // A hidden frame, such as one behind a tab, has no size to fit a view to.
    let has_room = RwSignal::new(false);
    let tooltip_element = NodeRef::<html::Div>::new();
    let tooltip = Tooltip::new(tooltip_element);
    let hovered = tooltip.hovered;
    let shown = state.shown();
    let scope = state.scope();
    let selected = state.selected();
    let shapes = state.shapes();
    let rising_only = state.rising_only();
    // The area that the arrow keys reached, kept while the map has no focus.
    let cursor = RwSignal::new(None::<AreaIndex>);
    let announced = RwSignal::new(String::new());
    let with_handle = move |act: &dyn Fn(&MapHandle)| map_ref.with(act);

    let choose = move |area: Option<AreaIndex>| {
        let opens = area.is_some() && selected.get_untracked() != area;
        let code = area.and_then(|area| {
            shown
                .read()
                .as_ref()?
                .table
                .get(area)
                .map(|area| area.code.clone())
        });
        state.navigator().select_area(code);
        opens
    };
    // Goes back, because a navigation would leave two entries in the history. A frame adds no
    // entries, so it has none to go back to.
    let undo_select = move || {
        if is_framed() {
            state.navigator().select_area(None);
        } else if let Ok(history) = window().history() {
            let _ = history.back();
        }
    };

    let point_at =
        move |area: AreaIndex| with_handle(&|handle| hovered.set(handle.hovered_at(area)));

    // Waits for the manifest: a publisher's tiles have to be set when the map is created.
    effect(move || {
        let (Some(element), Some(manifest)) = (element.get(), state.manifest()) else {
            return;
        };
        if is_created.get_untracked() {
            return;
        }
        let callbacks = MapCallbacks {
            pointer_moved: Box::new(move |at, area| tooltip.follow(at, area)),
            pointer_left: Box::new(move || tooltip.hide()),
            clicked: Box::new(move |area| untrack(|| choose(tooltip.hit_area(area)))),
            click_undone: Box::new(undo_select),
            settled: Box::new(move |zoom| {
                let density = window().device_pixel_ratio().min(2.0);
                state.set_close_up(zoom + density.log2() / 2.0 >= state.close_up_from());
                // The tooltip of an area reached by key moves with that area.
                let hovered = hovered.get_untracked().map(|hovered| hovered.area);
                if let Some(area) = cursor.get_untracked().filter(|&area| hovered == Some(area)) {
                    point_at(area);
                }
            }),
            painted: Box::new(prerendered::show_map),
        };
        // Below this width the page is one column, which the wheel scrolls.
        let wheel = (!shared).then_some("(min-width: 900px)");
        let interaction = InteractionOptions {
            one_finger: !shared || !finger,
            wheel,
            smoothly: animated(),
        };
        match MapHandle::new(&element, manifest.tiles.as_ref(), interaction, callbacks) {
            Some(map) => {
                handle.set_value(Some(map));
                has_room.set(has_size(&element));
                is_created.set(true);
            }
            // Leaflet's script may be damaged. The table and the panels work without it.
            None => {
                page_scripts::announce_failure(Failure::Start);
                prerendered::complete();
            }
        }
    });
    on_cleanup(move || {
        handle.try_update_value(Option::take);
    });

    // Limits panning and zooming to the level's areas.
    effect(move || {
        let Some(topology) = shapes.get().filter(|_| is_created.get() && has_room.get()) else {
            return;
        };
        if let Some(bounds) = bounds_of(&topology, 0..topology.len() as AreaIndex) {
            with_handle(&|handle| handle.set_extent(bounds, widened(bounds), topology.unit_zoom()));
        }
    });
    // Fits the scope when it changes, and before the first picture is painted.
    let mut last = None::<(Scope, Option<AreaCode>)>;
    let mut fit_requests = 0;
    effect(move || {
        let requests_before = std::mem::replace(&mut fit_requests, state.whole_nation_requests());
        let (Some(topology), Some(view), Some(shown)) =
            (shapes.get(), state.view().get(), shown.get())
        else {
            return;
        };
        if !is_created.get()
            || !has_room.get()
            || view.level != shown.level
            || topology.len() != shown.table.len()
        {
            return;
        }
        let scope = view.scope();
        let area = view.area;
        let stays = match &last {
            Some((Scope::Within(_), before)) if matches!(scope, Scope::Nation(_)) => {
                // Opening an area outside the authority must not move the map away from it.
                area.is_some() && *before != area
            }
            Some((before, _)) => *before == scope && requests_before == fit_requests,
            None => false,
        };
        if !stays {
            fit_scope(
                map_ref,
                &topology,
                &shown.table,
                &scope,
                last.is_some() && animated(),
            );
        }
        last = Some((scope, area));
    });
    // Grouped once per table, not per date, because grouping sorts all areas.
    let table = Derived::from_last(
        move |_| shown.read().as_ref().map(|shown| shown.table.clone()),
        same_arc,
    );
    let groups = Derived::new(move || table.read().as_deref().map(group_by_parent));
    // An index means another area in another table.
    effect(move || {
        table.track();
        cursor.set(None);
        tooltip.hide();
    });
    // The theme and level that the legend's samples were painted for.
    let mut sampled = None::<(Theme, Level)>;
    effect(move || {
        let (Some(topology), Some(shown)) = (shapes.get(), shown.get()) else {
            return;
        };
        let (Some(groups), Some(manifest), Some(scope)) =
            (groups.get(), state.manifest(), scope.get())
        else {
            return;
        };
        // Shapes and figures must be of one level.
        if !is_created.get() || topology.len() != shown.table.len() {
            return;
        }
        let appearances = Appearances::new(
            &shown.table,
            &shown.snapshot,
            &manifest.breaks,
            &scope,
            rising_only.get(),
        );
        let look = Look {
            high_contrast: high_contrast.get(),
            ..Look::new(theme.get(), &manifest.breaks)
        };
        let samples = (look.theme, shown.level);
        if sampled.replace(samples) != Some(samples) {
            paint_samples(manifest, samples.0);
        }
        handle.with_value(|handle| {
            handle
                .as_ref()
                .map(|handle| handle.show(topology, groups, appearances, look))
        });
    });
    effect(move || {
        if let (true, Some(towns)) = (is_created.get(), state.places()) {
            with_handle(&|handle| handle.set_towns(towns.clone()));
        }
    });
    effect(move || {
        let chosen = selected.get();
        let hovered = hovered.get().map(|hovered| hovered.area);
        if is_created.get() {
            with_handle(&|handle| handle.set_focus(chosen, hovered));
        }
    });

    // Moves the selected area into view when it cannot be seen.
    effect(move || {
        let area = selected.get();
        let topology = shapes.get();
        let covered = covered.get();
        if !is_created.get() || !has_room.get() {
            return;
        }
        with_handle(&|handle| handle.set_covered(covered));
        let (Some(area), Some(topology)) = (area, topology) else {
            return;
        };
        let Some(bounds) = topology.bounds(area) else {
            return;
        };
        let animate = animated() && is_map_painted();
        with_handle(&|handle| {
            handle.reveal(
                [bounds, widened(bounds)],
                topology.unit_zoom(),
                SMALLEST_CHOSEN,
                animate,
            );
        });
    });
    on_resize(element, move || {
        let Some(element) = element.get_untracked() else {
            return;
        };
        if !has_size(&element) {
            return;
        }
        with_handle(&|handle| handle.resized());
        if !has_room.get_untracked() {
            has_room.set(true);
        }
        // The print style sheet shows the canvas as it is on screen, at this size.
        let frame = element.closest(".map-frame").ok().flatten();
        if let Some(frame) = frame.and_then(|frame| frame.dyn_into::<web_sys::HtmlElement>().ok()) {
            for (name, pixels) in [
                ("--map-width", element.offset_width()),
                ("--map-height", element.offset_height()),
            ] {
                let _ = frame.style().set_property(name, &format!("{pixels}px"));
            }
        }
    });

    let queue = RwSignal::new(Vec::<keyboard::Action>::new());
    let context = KeyboardContext {
        queue,
        cursor,
        tooltip,
        announced,
    };
    let chunk = expect_context::<Member<KeyboardNavigation>>();
    // Actions queued before the chunk has loaded run when it has.
    effect(move || {
        if let Some(chunk) = chunk.ready() {
            (chunk.0)(context);
        }
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let Some(action) = keyboard::Action::of(&event.key()) else {
            return;
        };
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        event.prevent_default();
        // A held key would queue more zooms than the map has finished when the key is released.
        if event.repeat() && matches!(action, keyboard::Action::Zoom(_)) {
            return;
        }
        queue.update(|queue| queue.push(action));
    };
    // A keyboard user who returns to the map gets the cursor's tooltip back.
    let on_focus = move |event: web_sys::FocusEvent| {
        let by_keyboard = event_target::<web_sys::Element>(&event)
            .matches(":focus-visible")
            .unwrap_or_default();
        if let Some(area) = cursor.get_untracked().filter(|_| by_keyboard) {
            point_at(area);
        }
    };

    let described = move || {
        let hovered = hovered.get()?;
        let shown = shown.get()?;
        let summary = AreaSummary::new(&shown, hovered.area, &state.texts())?;
        Some((hovered, summary))
    };
    effect(move || tooltip.place(described().map(|(hovered, _)| hovered.at)));
    let about = move || {
        let shown = shown.read();
        let name = state.scope_name()?;
        let shown = shown.as_ref()?;
        let date = shown.snapshot.date();
        Some(map_description(shown.level, &name, date, &state.texts()))
    };
    view! {
        <div class="map-box" class:shares-gestures=shared>
            <div
                class="map"
                node_ref=element
                tabindex="0"
                role="application"
                aria-label=value(state.label(Texts::map_name))
                aria-describedby="map-about map-help"
                on:keydown=on_key
                on:focus=on_focus
                on:blur=move |_| tooltip.hide()
            ></div>
            <p id="map-about" class="visually-hidden">
                {text(move || about().unwrap_or_default())}
            </p>
            <p id="map-help" class="visually-hidden">
                {state.texts().map_help()}
            </p>
            <p class="visually-hidden" role="status" data-testid="announced">
                {text(move || announced.get())}
            </p>
            // The hint is only for touch and mouse.
            <p class="hint" aria-hidden="true">{hint}</p>
            <div class="zoom">
                <button
                    type="button"
                    aria-label=state.texts().zoom_in()
                    on:click=move |_| with_handle(&|handle| handle.zoom_by(1.0, None))
                >
                    "+"
                </button>
                <button
                    type="button"
                    aria-label=state.texts().zoom_out()
                    on:click=move |_| with_handle(&|handle| handle.zoom_by(-1.0, None))
                >
                    "−"
                </button>
            </div>
            // Hidden from screen readers: the live region above announces the same text.
            <div class="tooltip" aria-hidden="true" data-testid="tooltip" node_ref=tooltip_element>
                {move || described().map(|(_, summary)| {
                    let figures = summary.figures();
                    view! { <strong>{Text(summary.name)}</strong> <span>{Text(figures)}</span> }
                })}
            </div>
        </div>
    }
}

/// Whether the map has a usable size: a frame behind a tab has none, or one of a pixel.
fn has_size(element: &web_sys::HtmlElement) -> bool {
    element.offset_width().min(element.offset_height()) >= 16
}

/// The map zooms to a selected area that is smaller than this many CSS pixels.
const SMALLEST_CHOSEN: f64 = 14.0;

/// Paints a part of the world off screen, as the map shows it but without town names. `None` where
/// the browser provides no canvas.
pub fn paint(
    topology: Arc<Topology>,
    groups: Arc<[u32]>,
    appearances: Appearances,
    look: Look,
    viewport: Viewport,
    chosen: Option<AreaIndex>,
) -> Option<Painter> {
    let root = document()
        .create_element("div")
        .ok()?
        .dyn_into::<web_sys::HtmlElement>()
        .ok()?;
    let mut painter = Painter::new(root)?;
    painter.show(topology, groups, appearances, look);
    painter.set_focus(chosen, None);
    painter.set_viewport(viewport);
    Painter::STEPS
        .into_iter()
        .for_each(|step| step(&mut painter));
    Some(painter)
}

/// Fits the map to all areas of a scope.
fn fit_scope(
    map_ref: MapRef,
    topology: &Topology,
    table: &AreaTable,
    scope: &Scope,
    animate: bool,
) {
    if let Some(bounds) = bounds_of(topology, areas_in(table, scope)) {
        map_ref.with(&|handle| {
            handle.fit(
                bounds,
                topology.unit_zoom(),
                MoveOptions {
                    max_zoom: 12.0,
                    animate,
                },
            );
        });
    }
}

/// Returns the bounding box of the areas.
pub fn bounds_of(topology: &Topology, areas: impl Iterator<Item = AreaIndex>) -> Option<Bounds> {
    areas
        .filter_map(|area| topology.bounds(area))
        .reduce(Bounds::union)
}

/// The box extended by its own width and height on each side, so that the neighbours show.
fn widened(bounds: Bounds) -> Bounds {
    let (width, height) = bounds.size();
    let mut wide = bounds;
    (wide.min.x, wide.max.x) = (bounds.min.x - width, bounds.max.x + width);
    (wide.min.y, wide.max.y) = (bounds.min.y - height, bounds.max.y + height);
    wide
}
