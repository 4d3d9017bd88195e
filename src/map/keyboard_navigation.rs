//! Carries out the keys on the map, and decides when the tooltip stays.
//!
//! It belongs to the details chunk, which loads at the first key pressed anywhere and at the
//! pointer's first move. The map is never the first focusable element, so no key is lost.

use std::mem;

use gloo_timers::callback::Timeout;
use leptos::ev;
use leptos::prelude::*;
use rising_model::domain::area::AreaIndex;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::scope::Scope;
use rising_model::interaction::hover::HoverTracker;
use rising_model::interaction::spatial_navigation::{CompassDirection, SpatialNavigation};
use rising_view::area_summary::AreaSummary;

use super::keyboard::Action;
use super::leaflet::MapHandle;
use super::tooltip::Tooltip;
use super::{MapRef, areas_in, fit_scope, widened};
use crate::platform::media;
use crate::platform::reactive::effect;
use crate::state::State;

/// Milliseconds without a key after which the area reached is announced: a held key passes many
/// areas.
const ANNOUNCED_AFTER: u32 = 350;

/// The state that the keys act on.
#[derive(Clone, Copy)]
pub struct KeyboardContext {
    /// Actions not carried out yet, in order.
    pub queue: RwSignal<Vec<Action>>,
    /// The area that the arrow keys reached, kept while the map has no focus.
    pub cursor: RwSignal<Option<AreaIndex>>,
    pub tooltip: Tooltip,
    /// The text of the map's live region.
    pub announced: RwSignal<String>,
}

/// The function that carries out queued actions.
#[derive(Clone, Copy)]
pub struct KeyboardNavigation(pub fn(KeyboardContext));

impl KeyboardNavigation {
    /// The function of this chunk: code that calls `new` has the chunk loaded.
    pub fn new() -> KeyboardNavigation {
        KeyboardNavigation(run)
    }
}

/// Returns the area that the first arrow key reaches: the one in the map's middle or, if that is
/// outside the scope, the scope's area nearest to it.
fn first_area(handle: &MapHandle, table: &AreaTable, scope: &Scope) -> Option<AreaIndex> {
    let middle = handle.area_in_the_middle()?;
    if table.get(middle).is_some_and(|area| scope.contains(area)) {
        return Some(middle);
    }
    let from = handle.anchor(middle)?;
    let distance = |area: AreaIndex| {
        let to = handle.anchor(area)?;
        let dx = i64::from(to.x) - i64::from(from.x);
        let dy = i64::from(to.y) - i64::from(from.y);
        Some((dx * dx + dy * dy, area))
    };
    areas_in(table, scope)
        .filter_map(distance)
        .min()
        .map(|(_, area)| area)
}

fn run(context: KeyboardContext) {
    let KeyboardContext {
        queue,
        cursor,
        tooltip,
        announced,
    } = context;
    let hovered = tooltip.hovered;
    let state = expect_context::<State>();
    let map_ref = expect_context::<MapRef>();
    let scope = state.scope();
    let shown = state.shown();
    let selected = state.selected();
    let shapes = state.shapes();
    let steering = StoredValue::new(SpatialNavigation::default());
    let announcement = StoredValue::new_local(None::<Timeout>);
    let animate = || !media::matches("(prefers-reduced-motion: reduce)");
    let announce = move |sentence: String| {
        // Cleared meanwhile, so that a screen reader announces the same sentence again.
        announced.set(String::new());
        announcement.set_value(Some(Timeout::new(ANNOUNCED_AFTER, move || {
            announced.set(sentence);
        })));
    };
    let move_cursor = move |towards: CompassDirection| {
        let (Some(shown), Some(scope)) = (shown.get_untracked(), scope.get_untracked()) else {
            return;
        };
        let Some(topology) = shapes.get_untracked() else {
            return;
        };
        let from = hovered.get_untracked().map(|hovered| hovered.area);
        if cursor.get_untracked().is_none() {
            // The direction kept so far was for another table's areas.
            steering.set_value(SpatialNavigation::default());
        }
        let from = from.or(cursor.get_untracked()).or(selected.get_untracked());
        map_ref.with(&|handle| {
            let next = match from {
                Some(from) => {
                    let areas = areas_in(&shown.table, &scope);
                    steering
                        .try_update_value(|way| {
                            way.step(from, towards, areas, |area| handle.anchor(area))
                        })
                        .flatten()
                }
                None => first_area(handle, &shown.table, &scope),
            };
            let Some(area) = next else {
                announce(state.texts().no_area_further().to_owned());
                return;
            };
            if let Some(bounds) = topology.bounds(area) {
                handle.follow([bounds, widened(bounds)], topology.unit_zoom());
            }
            cursor.set(Some(area));
            hovered.set(handle.hovered_at(area));
            let texts = state.texts();
            if let Some(summary) = AreaSummary::new(&shown, area, &texts) {
                announce(summary.spoken(&texts));
            }
        });
    };
    let act = move |action: Action| {
        let at = hovered.get_untracked().map(|hovered| hovered.area);
        let choose = |area: Option<AreaIndex>| {
            let code = area.and_then(|area| {
                shown
                    .read_untracked()
                    .as_ref()?
                    .table
                    .get(area)
                    .map(|area| area.code.clone())
            });
            state.navigator().select_area(code);
        };
        match action {
            Action::MoveCursor(towards) => move_cursor(towards),
            Action::Zoom(levels) => map_ref.with(&|handle| handle.zoom_by(levels, at)),
            Action::FitScope => {
                if let (Some(topology), Some(shown), Some(scope)) = (
                    shapes.get_untracked(),
                    shown.get_untracked(),
                    scope.get_untracked(),
                ) {
                    fit_scope(map_ref, &topology, &shown.table, &scope, animate());
                }
            }
            Action::Open => choose(at.or(selected.get_untracked())),
            Action::Close if at.is_some() => hovered.set(None),
            Action::Close => choose(None),
        }
    };
    let mut hover = HoverTracker::default();
    tooltip.set_stay_rule(Box::new(move |at| {
        let from = hovered.get_untracked().map_or(at, |hovered| hovered.at);
        #[expect(
            clippy::disallowed_types,
            reason = "measures milliseconds between moves"
        )]
        let now = js_sys::Date::now();
        hover.follow(now, from, at, || tooltip.rect())
    }));
    // WCAG 1.4.13: Escape hides the tooltip wherever the focus is.
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" {
            tooltip.hide();
        }
    });
    on_cleanup(move || escape.remove());
    effect(move || {
        queue.track();
        for action in queue.try_update_untracked(mem::take).unwrap_or_default() {
            untrack(|| act(action));
        }
    });
}
