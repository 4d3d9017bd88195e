//! The verdict in words, and the scope's totals under it.

use leptos::prelude::*;
use rising_view::InWords;
use rising_view::dates::freshness_sentence;

use super::Playing;
use super::verdict_text::{VerdictContext, VerdictText};
use crate::language::language;
use crate::reactive::{Text, attribute, text};
use crate::state::State;

/// The sentence at the top: a live region, silent while the timeline plays.
#[component]
pub fn Verdict() -> impl IntoView {
    let state = expect_context::<State>();
    let Playing(playing) = expect_context::<Playing>();
    let shown = state.shown();
    let selected = state.selected();
    let VerdictContext { answer, totals, .. } = expect_context();

    // The scope's own sentence names it; beside an area's sentence the totals need their label.
    let about = move || {
        selected.get()?;
        let level = shown.read().as_ref()?.level;
        Some(language().areas_inside(&state.scope_name()?.inside(language()), level))
    };
    let direction = move || Some(answer.read().as_ref()?.direction?.word().to_owned());
    let said = move |what: fn(&VerdictText) -> String| {
        answer.read().as_ref().map(what).unwrap_or_default()
    };
    // The status line shows the age of stale figures.
    let age = move || {
        let freshness = state.freshness().filter(|_| !state.is_stale());
        freshness
            .map(|(last, freshness)| freshness_sentence(freshness, last, language()))
            .unwrap_or_default()
    };
    let live = move || Some(if playing.get() { "off" } else { "polite" }.to_owned());
    let totals_text = move || {
        let totals = totals.get();
        totals
            .map(|totals| totals.in_words(language()))
            .unwrap_or_default()
    };

    view! {
        <section class="verdict" aria-label=language().the_answer()>
            <div
                aria-live=attribute(live)
                aria-atomic="true"
            >
                <p class="lookup" data-testid="found">
                    {text(move || said(|answer| answer.found.clone()))}
                </p>
                <p class="sentence" data-testid="verdict" data-direction=attribute(direction)>
                    {text(move || said(|answer| answer.sentence.clone()))}
                </p>
            </div>
            // Outside the live region, because it changes when the areas compared with load, and
            // would have the verdict announced again.
            <p class="support" data-testid="support">
                {text(move || said(|answer| answer.support.clone()))}
            </p>
            <p class="totals">
                <span class="totals-label">{text(move || about().unwrap_or_default())}</span>
                <span data-testid="totals">
                    {text(totals_text)}
                </span>
            </p>
            <p class="age" data-testid="age">
                {text(age)}
            </p>
        </section>
    }
}

/// Notices about the link that the reader followed, and about missing dates.
#[component]
pub fn Notices() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <div class="notices" role="status">
            {move || {
                let notices = state.notices().into_iter();
                notices.map(|notice| view! { <p>{Text(notice)}</p> }).collect_view()
            }}
        </div>
    }
}
