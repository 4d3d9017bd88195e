//! The verdict in words, and the scope's totals under it.

use leptos::prelude::*;
use rising_markup::verdict::Verdict;
use rising_view::InWords;
use rising_view::captions::totals_label;
use rising_view::dates::freshness_sentence;
use web_sys::Element;

use super::Playing;
use super::verdict_text::VerdictContext;
use crate::platform::dom;
use crate::state::State;

/// Keeps the verdict up to date. It is announced, but not while the timeline plays.
pub fn verdict(place: Element) {
    let state = expect_context::<State>();
    let Playing(playing) = expect_context::<Playing>();
    let shown = state.shown();
    let selected = state.selected();
    let VerdictContext { answer, totals, .. } = expect_context();
    // The scope's own sentence names it; beside an area's sentence the totals need their label.
    let about = move || {
        selected.get()?;
        let level = shown.read().as_ref()?.level;
        Some(totals_label(level, &state.scope_name()?, &state.texts()))
    };
    // The status line shows the age of stale figures.
    let age = move || {
        let (last, freshness) = state.freshness().filter(|_| !state.is_stale())?;
        Some(freshness_sentence(freshness, last, &state.texts()))
    };
    dom::follow(place, move || {
        let is_silent = playing.get();
        let answer = answer.read();
        let answer = answer.as_ref()?;
        let verdict = Verdict {
            found: answer.found.clone(),
            sentence: answer.sentence.clone(),
            support: answer.support.clone(),
            direction: answer
                .direction
                .map(rising_model::domain::trend::Direction::word),
            about: about().unwrap_or_default(),
            totals: totals.get()?.in_words(&state.texts()),
            age: age().unwrap_or_default(),
            is_silent,
        };
        Some(verdict.render(&state.texts()))
    });
}

/// Keeps the notices up to date: about the link that the reader followed, and about missing dates.
pub fn notices(place: Element) {
    let state = expect_context::<State>();
    dom::follow(place, move || {
        Some(rising_markup::verdict::notices(state.notices()))
    });
}
