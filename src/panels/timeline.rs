//! Selects the date by a slider, by steps, and by playback.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::timeline::TimelineDates;
use rising_words::Texts;

use super::Playing;
use crate::platform::media;
use crate::platform::reactive::{Derived, attribute, effect, flag, text, value};
use crate::state::State;

/// Milliseconds between two dates during playback; the second value for readers who prefer reduced
/// motion.
const PACE: [u64; 2] = [250, 1_000];

/// The slider, the step buttons and the play button. They show the requested date, even while its
/// figures load.
#[component]
pub fn Timeline() -> impl IntoView {
    let state = expect_context::<State>();
    let Playing(playing) = expect_context::<Playing>();
    let view = state.view();
    let shown = state.shown();
    let dates = Derived::new(move || {
        let view = view.read();
        let view = view.as_ref()?;
        Some(TimelineDates::new(
            view.level, view.dates, view.step, view.date,
        ))
    });

    let go_to = move |position: i32| {
        if let Some(dates) = dates.get_untracked() {
            state.navigator().select_date(dates.at(position));
        }
    };
    let go_by = move |steps: i32| {
        playing.set(false);
        if let Some(dates) = dates.get_untracked() {
            go_to(dates.position() + steps);
        }
    };
    // The browser handles arrow keys, Home and End.
    let page_keys = move |event: KeyboardEvent| {
        let pages = match event.key().as_str() {
            "PageUp" => 1,
            "PageDown" => -1,
            _ => return,
        };
        event.prevent_default();
        if let Some(dates) = dates.get_untracked() {
            go_by(pages * dates.page());
        }
    };

    let tick = move |level: Level| {
        let Some(dates) = dates.get_untracked().filter(|dates| dates.level == level) else {
            return playing.set(false);
        };
        if document().hidden() || dates.position() == dates.end() {
            return playing.set(false);
        }
        // Waits for the figures where they load slower than the pace.
        let caught_up = shown
            .read_untracked()
            .as_ref()
            .is_some_and(|shown| shown.level == level && shown.snapshot.date() == dates.date);
        if caught_up {
            go_to(dates.position() + dates.stride());
        }
    };
    effect(move || {
        let playing = playing.get();
        if let (true, Some(level)) = (playing, dates.get_untracked().map(|dates| dates.level)) {
            let pace = Duration::from_millis(
                PACE[usize::from(media::matches("(prefers-reduced-motion: reduce)"))],
            );
            if let Ok(interval) = set_interval_with_handle(move || tick(level), pace) {
                on_cleanup(move || interval.clear());
            }
        }
    });
    let toggle = move |_| {
        let at_end = dates
            .get_untracked()
            .is_some_and(|dates| dates.position() == dates.end());
        if !playing.get_untracked() && at_end {
            go_to(0);
        }
        playing.update(|playing| *playing = !*playing);
    };

    let of = move |what: fn(TimelineDates, &Texts) -> String| {
        text(move || {
            let say = |dates| what(dates, &state.texts());
            dates.get().map(say).unwrap_or_default()
        })
    };
    let unless = move |no: fn(TimelineDates) -> bool| flag(move || dates.get().is_none_or(no));
    // `disabled` would drop the keyboard focus at the last date.
    let unavailable = move |no: fn(TimelineDates) -> bool| {
        attribute(move || dates.get().is_none_or(no).then(|| "true".to_owned()))
    };
    let play_or_pause = move || {
        let texts = state.texts();
        if playing.get() {
            texts.dates_pause()
        } else {
            texts.dates_play()
        }
        .to_owned()
    };
    let date = move || {
        let dates = dates.get();
        dates
            .map(|dates| dates.date_text(&state.texts()))
            .unwrap_or_default()
    };
    let position = move || dates.get().map_or(0, TimelineDates::position).to_string();

    view! {
        <section class="timeline" aria-label=state.texts().the_date()>
            <button
                type="button"
                class="play"
                disabled=unless(|_| false)
                on:click=toggle
                data-testid="play"
            >
                <span aria-hidden="true">
                    {text(move || if playing.get() { "❚❚" } else { "▶" }.to_owned())}
                </span>
                <span class="visually-hidden">{text(play_or_pause)}</span>
            </button>
            <div class="track">
                <label for="timeline">
                    <span class="prefix">{state.texts().seven_days_lead()} " "</span>
                    <strong>{of(TimelineDates::date_text)}</strong>
                </label>
                <input
                    id="timeline"
                    type="range"
                    data-testid="timeline"
                    min="0"
                    max=attribute(move || Some(dates.get().map_or(0, TimelineDates::end).to_string()))
                    step="1"
                    prop:value=value(position)
                    disabled=unless(|_| false)
                    aria-valuetext=attribute(move || Some(date()))
                    // web/slider.js suppresses the input events of touches that scroll the page.
                    on:input:target=move |event| {
                        playing.set(false);
                        if let Ok(position) = event.target().value().parse() {
                            go_to(position);
                        }
                    }
                    on:keydown=page_keys
                />
                <div class="ends" aria-hidden="true">
                    <span>{of(TimelineDates::first_text)}</span>
                    <span>{of(TimelineDates::last_text)}</span>
                </div>
            </div>
            <button
                type="button"
                class="step"
                aria-disabled=unavailable(|dates| dates.position() == 0)
                on:click=move |_| go_by(-1)
            >
                <span aria-hidden="true">"‹"</span>
                <span class="visually-hidden">
                    {of(|dates, texts| dates.back_text(texts).to_owned())}
                </span>
            </button>
            <button
                type="button"
                class="step"
                aria-disabled=unavailable(|dates| dates.position() == dates.end())
                on:click=move |_| go_by(1)
            >
                <span aria-hidden="true">"›"</span>
                <span class="visually-hidden">
                    {of(|dates, texts| dates.forward_text(texts).to_owned())}
                </span>
            </button>
        </section>
    }
}
