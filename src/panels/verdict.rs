//! The answer in words, and the nation's totals under it.

use leptos::prelude::*;
use rising_model::area::Level;
use rising_model::snapshot::Totals;
use rising_model::trend::Direction;

use super::{Playing, words};
use crate::reactive::{Derived, attribute, text};
use crate::state::State;

/// What is said, and how it is set.
#[derive(Clone, PartialEq)]
struct Answer {
    sentence: String,
    /// Rate and clearness of the chosen area.
    support: String,
    /// Of the chosen area.
    direction: Option<Direction>,
}

/// The sentence at the top. A screen reader hears it when it changes, but not while the dates run.
#[component]
pub fn Verdict() -> impl IntoView {
    let state = expect_context::<State>();
    let Playing(playing) = expect_context::<Playing>();
    let (view, shown, selected) = (state.view(), state.shown(), state.selected());

    let totals = Derived::new(move || -> Option<Totals> {
        let (shown, nation) = (shown.read(), view.read().as_ref()?.nation);
        let shown = shown.as_ref()?;
        Some(shown.snapshot.totals(&shown.table, nation))
    });
    let answer = Derived::new(move || -> Option<Answer> {
        let (shown, totals) = (shown.read(), totals.get()?);
        let shown = shown.as_ref()?;
        let date = shown.snapshot.date();
        let Some(index) = selected.get() else {
            let sentence = words::nation_verdict(&totals, view.read().as_ref()?.nation, shown.level, date);
            return Some(Answer { sentence, support: String::new(), direction: None });
        };
        let area = shown.table.get(index)?;
        let mut place = words::plain_name(&area.name).to_owned();
        if let Some(authority) = area.parent.as_ref().and_then(|code| state.authority_name(code)) {
            place += &format!(", {}", words::plain_name(&authority));
        }
        let comparison = shown.snapshot.comparison(index);
        let support =
            [shown.snapshot.rate(&shown.table, index).map(words::rate_sentence), words::clearness(comparison)];
        Some(Answer {
            sentence: words::area_verdict(&place, comparison, date),
            support: support.into_iter().flatten().collect::<Vec<_>>().join(" "),
            direction: Some(comparison.direction()),
        })
    });
    // Beside an area's sentence it must be said whose totals they are; the nation's own says so.
    let about = move || {
        selected.get()?;
        let (view, shown) = (view.read(), shown.read());
        let (view, shown) = (view.as_ref()?, shown.as_ref()?);
        let what = match shown.level {
            Level::Ltla => "Local authorities",
            Level::Msoa => "Neighbourhoods",
        };
        Some(format!("{what} in {}", view.nation.name()))
    };
    let direction = move || Some(answer.read().as_ref()?.direction?.word().to_owned());
    let said = move |what: fn(&Answer) -> String| answer.read().as_ref().map(what).unwrap_or_default();

    view! {
        <section class="verdict" aria-label="The answer in words">
            <div aria-live=attribute(move || Some(if playing.get() { "off" } else { "polite" }.to_owned())) aria-atomic="true">
                <p class="sentence" data-testid="verdict" data-direction=attribute(direction)>
                    {text(move || said(|answer| answer.sentence.clone()))}
                </p>
                <p class="support">{text(move || said(|answer| answer.support.clone()))}</p>
            </div>
            <p class="totals">
                <span class="about">{text(move || about().unwrap_or_default())}</span>
                <span data-testid="totals">{text(move || totals.get().map(|totals| totals.in_words()).unwrap_or_default())}</span>
            </p>
        </section>
    }
}

/// What the reader should know about the link she followed or the dates there are.
#[component]
pub fn Notices() -> impl IntoView {
    let state = expect_context::<State>();
    view! {
        <div class="notices" role="status">
            {move || state.notices().into_iter().map(|notice| view! { <p>{notice}</p> }).collect_view()}
        </div>
    }
}
