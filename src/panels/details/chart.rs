//! Charts the rate over the whole series, with the selected date marked.

mod plot;

use std::sync::Arc;

use leptos::prelude::*;
use rising_model::domain::trend::PUBLISHED_FROM;
use rising_view::InWords;
use rising_view::figures::rate_or_reason;
use rising_words::args;

use super::full_name;
use crate::platform::reactive::{Derived, Text, attribute, text};
use crate::state::State;
use plot::{Plot, date_ticks};

/// The chart's line and axes, and the selected date's value in words.
#[component]
pub fn TrendChart() -> impl IntoView {
    let state = expect_context::<State>();
    let history = state.history();
    let shown = state.shown();
    let selected = state.selected();
    let plot = Derived::new(move || {
        history
            .read()
            .as_ref()
            .map(|history| Arc::new(Plot::of(history)))
    });

    // Apart from the plot, so that a new date moves only the mark.
    let mark = Derived::new(move || {
        let plot = plot.read();
        let shown = shown.read();
        let plot = plot.as_ref()?;
        let shown = shown.as_ref()?;
        let across = plot.across(shown.snapshot.date())?;
        let up = shown
            .snapshot
            .rate(&shown.table, selected.get()?)
            .map(|rate| plot.up(rate.value()));
        Some((across, up))
    });
    let readout = Derived::new(move || {
        let plot = plot.read();
        let shown = shown.read();
        let index = selected.get()?;
        let plot = plot.as_ref()?;
        let shown = shown.as_ref()?;
        let rate = shown.snapshot.rate(&shown.table, index);
        let figure = shown.snapshot.comparison(index).now;
        let texts = state.texts();
        let now = rate_or_reason(rate, figure, &texts);
        let date = shown.snapshot.date().in_words(&texts);
        let mut words = match plot.highest {
            Some((rate, day)) => texts.chart_now_and_highest(args::ChartNowAndHighest {
                date: &date,
                figure: &now,
                highest: &rate.in_words(&texts),
                highest_date: &day.in_words(&texts),
            }),
            None => texts.chart_now(args::ChartNow {
                date: &date,
                figure: &now,
            }),
        };
        if !plot.hidden.is_empty() {
            words.push(' ');
            words += &texts.chart_hidden(PUBLISHED_FROM);
        }
        if !plot.complete {
            words.push(' ');
            words += texts.chart_loading();
        }
        Some(words)
    });
    let label = move || {
        let history = history.read();
        let history = history.as_ref()?;
        let area = history.table.get(history.area)?;
        let name = full_name(
            state,
            area.name_in(state.texts().tag()),
            area.parent.as_ref(),
        );
        let first = history.first.in_words(&state.texts());
        let last = history.last.in_words(&state.texts());
        Some(state.texts().chart_label(args::ChartLabel {
            first: &first,
            last: &last,
            place: &name,
        }))
    };
    let drawing = move || {
        let plot = plot.get()?;
        let levels = plot.levels().map(|(level, up)| {
            view! {
                <span class="gridline" style=("bottom", format!("{up:.2}%"))>
                    <span>{Text(state.texts().number(level.into()))}</span>
                </span>
            }
        });
        let days = date_ticks(plot.first, plot.last, &state.texts())
            .into_iter()
            .filter_map(|(day, text)| {
                let across = plot
                    .across(day)
                    .filter(|across| (4.0..=96.0).contains(across))?;
                Some(view! {
                    <span class="tick" style=("left", format!("{across:.2}%"))>
                        <span>{Text(text)}</span>
                    </span>
                })
            });
        Some(view! {
            <div class="axes" aria-hidden="true">{levels.collect_view()} {days.collect_view()}</div>
            <svg
                viewBox=plot.view_box()
                preserveAspectRatio="none"
                role="img"
                aria-label=attribute(label)
                aria-describedby="chart-readout"
            >
                <path class="hidden-weeks" d=plot.hidden.clone()></path>
                <path class="line" d=plot.line.clone()></path>
            </svg>
        })
    };
    let marked = move || {
        let (across, up) = mark.get()?;
        Some(view! {
            <span class="date-mark" style=("left", format!("{across:.2}%"))></span>
            {up.map(|up| {
                view! {
                    <span
                        class="value-mark"
                        style=("left", format!("{across:.2}%"))
                        style=("bottom", format!("{up:.2}%"))
                    ></span>
                }
            })}
        })
    };

    view! {
        <figure class="chart" data-testid="chart">
            <figcaption>
                <strong>{state.texts().chart_title()}</strong>
                <span id="chart-readout">{text(move || readout.get().unwrap_or_default())}</span>
            </figcaption>
            <div class="plot">{drawing} {marked}</div>
        </figure>
    }
}
