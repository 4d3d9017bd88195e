//! Explains the map's colours and marks.

use leptos::prelude::*;
use rising_markup::legend::Legend;
use web_sys::Element;

use crate::platform::dom;
use crate::platform::reactive::Derived;
use crate::state::State;

/// Keeps the legend up to date.
pub fn legend(place: Element) {
    let state = expect_context::<State>();
    let shown = state.shown();
    let view = state.view();
    let selected = state.selected();
    let current = Derived::new(move || {
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let rate = shown.snapshot.rate(&shown.table, selected.get()?)?;
        Some(state.manifest()?.breaks.class(rate))
    });
    dom::follow(place, move || {
        let manifest = state.manifest()?;
        let scope = state.scope_name();
        // Before the figures load it has its later height, so that the map keeps its own.
        let level = || view.read().as_ref().map(|view| view.level);
        let shown = shown.read().as_ref().map(|shown| shown.level);
        let legend = Legend {
            breaks: &manifest.breaks,
            level: shown.or_else(level),
            scope: scope.as_ref(),
            has_nations: state.has_nations(),
            current: current.get(),
        };
        // Canvases are the samples of the classes (`src/map/painter/samples.rs`).
        Some(legend.render(&state.texts(), &|_| String::new()))
    });
}
