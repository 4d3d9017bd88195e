//! Selects the date by a slider, by steps, and by playback.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_model::domain::day::Day;
use rising_view::InWords;
use rising_words::choice::Step;
use rising_words::{Texts, args};

use super::Playing;
use crate::platform::media;
use crate::platform::reactive::{Derived, attribute, effect, flag, text, value};
use crate::state::{State, View};

/// Milliseconds between two dates during playback; the second value for readers who prefer reduced
/// motion.
const PACE: [u64; 2] = [250, 1_000];

/// The dates of a level as positions of the slider, 0 the first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dates {
    level: Level,
    first: Day,
    last: Day,
    /// Days from one date to the next.
    step: i32,
    date: Day,
}

impl Dates {
    fn of(view: &View) -> Dates {
        let (first, last) = view.dates;
        Dates {
            level: view.level,
            first,
            last,
            step: view.step.max(1),
            date: view.date,
        }
    }

    /// The position of the last date.
    fn end(self) -> i32 {
        (self.last - self.first) / self.step
    }

    /// The date at a position. Steps count back from the last date, which is always offered.
    fn at(self, position: i32) -> Day {
        (self.last - (self.end() - position.clamp(0, self.end())) * self.step).max(self.first)
    }

    fn position(self) -> i32 {
        self.end() - (self.last - self.date) / self.step
    }

    fn step_name(self) -> Step {
        if self.step == 7 {
            Step::Week
        } else {
            Step::Day
        }
    }

    /// The number of positions in this many days, at least one.
    fn steps(self, days: i32) -> i32 {
        (days / self.step).max(1)
    }

    /// Positions that a page key moves.
    fn page(self) -> i32 {
        self.steps(match self.step_name() {
            Step::Day => 7,
            Step::Week => 28,
        })
    }

    /// Positions between two dates of the playback: a week, because a day changes too little to
    /// see.
    fn stride(self) -> i32 {
        self.steps(7)
    }
}

/// The slider, the step buttons and the play button. They show the requested date, even while its
/// figures load.
#[component]
pub fn Timeline() -> impl IntoView {
    let state = expect_context::<State>();
    let Playing(playing) = expect_context::<Playing>();
    let view = state.view();
    let shown = state.shown();
    let dates = Derived::new(move || view.read().as_ref().map(Dates::of));

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

    let of = move |what: fn(Dates, &Texts) -> String| {
        text(move || {
            let say = |dates| what(dates, &state.texts());
            dates.get().map(say).unwrap_or_default()
        })
    };
    let unless = move |no: fn(Dates) -> bool| flag(move || dates.get().is_none_or(no));
    // `disabled` would drop the keyboard focus at the last date.
    let unavailable = move |no: fn(Dates) -> bool| {
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
            .map(|dates| dates.date.in_words(&state.texts()))
            .unwrap_or_default()
    };
    let position = move || dates.get().map_or(0, Dates::position).to_string();

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
                    <strong>{of(|dates, texts| dates.date.in_words(texts))}</strong>
                </label>
                <input
                    id="timeline"
                    type="range"
                    data-testid="timeline"
                    min="0"
                    max=attribute(move || Some(dates.get().map_or(0, Dates::end).to_string()))
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
                    <span>{of(|dates, texts| month(dates.first, texts))}</span>
                    <span>{of(|dates, texts| month(dates.last, texts))}</span>
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
                    {of(|dates, texts| texts.step_back(dates.step_name()).to_owned())}
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
                    {of(|dates, texts| texts.step_forward(dates.step_name()).to_owned())}
                </span>
            </button>
        </section>
    }
}

/// Formats a month as in "Feb 2021".
fn month(day: Day, texts: &Texts) -> String {
    texts.month_of_year_short(args::MonthOfYearShort {
        month: day.month().into(),
        year: day.year() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn weeks(date: &str) -> Dates {
        Dates {
            level: Level::Msoa,
            first: day("2020-03-21"),
            last: day("2020-11-28"),
            step: 7,
            date: day(date),
        }
    }

    #[test]
    fn dates_convert_between_positions_and_days() {
        let dates = weeks("2020-11-21");
        assert_eq!((dates.end(), dates.position()), (36, 35));
        assert_eq!(dates.at(36), day("2020-11-28"));
        assert_eq!(dates.at(0), day("2020-03-21"));
        assert_eq!((dates.at(-5), dates.at(99)), (dates.first, dates.last));
        assert_eq!((dates.page(), dates.stride()), (4, 1));
        let days = Dates {
            level: Level::Ltla,
            step: 1,
            ..dates
        };
        assert_eq!((days.page(), days.stride()), (7, 7));
        assert_eq!(days.at(days.position()), days.date);
    }

    #[test]
    fn dates_whose_first_is_between_two_steps_begin_at_the_next_step() {
        let dates = Dates {
            first: day("2020-03-19"),
            ..weeks("2020-11-28")
        };
        assert_eq!(dates.end(), 36);
        assert_eq!(dates.at(0), day("2020-03-21"));
        assert_eq!(dates.position(), 36);
    }
}
