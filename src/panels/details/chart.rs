//! Charts the rate over the whole series, with the selected date marked.

use std::sync::Arc;

use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::details::{AreaHistory, Chart};

use crate::platform::reactive::{Derived, Text, attribute, text};
use crate::state::State;

/// The chart's line and axes, and the selected date's value in words.
#[component]
pub fn TrendChart() -> impl IntoView {
    let state = expect_context::<State>();
    let history = state.history();
    let shown = state.shown();
    let selected = state.selected();
    let chart = Derived::new(move || {
        let history = history.read();
        history
            .as_ref()
            .map(|history| Arc::new(Chart::new(history)))
    });

    // Apart from the drawing, so that a new date moves only the mark.
    let mark = Derived::new(move || {
        let chart = chart.read();
        let shown = shown.read();
        chart.as_ref()?.mark(shown.as_ref()?, selected.get()?)
    });
    let readout = Derived::new(move || {
        let chart = chart.read();
        let shown = shown.read();
        let (chart, shown) = (chart.as_ref()?, shown.as_ref()?);
        Some(chart.readout(shown, selected.get()?, &state.texts()))
    });
    let label = move || {
        let history = history.read();
        let authorities = state.table(Level::Ltla);
        let say = |history: &AreaHistory| history.label(authorities.as_deref(), &state.texts());
        history.as_ref().map(say)
    };
    let drawing = move || {
        let chart = chart.get()?;
        let texts = state.texts();
        let rates = chart.rate_ticks(&texts).into_iter().map(|tick| {
            view! {
                <span class="gridline" style=("bottom", format!("{:.2}%", tick.at))>
                    <span>{Text(tick.text)}</span>
                </span>
            }
        });
        let dates = chart.date_ticks(&texts).into_iter().map(|tick| {
            view! {
                <span class="tick" style=("left", format!("{:.2}%", tick.at))>
                    <span>{Text(tick.text)}</span>
                </span>
            }
        });
        Some(view! {
            <div class="axes" aria-hidden="true">{rates.collect_view()} {dates.collect_view()}</div>
            <svg
                viewBox=chart.view_box()
                preserveAspectRatio="none"
                role="img"
                aria-label=attribute(label)
                aria-describedby="chart-readout"
            >
                <path class="hidden-weeks" d=chart.hidden.clone()></path>
                <path class="line" d=chart.line.clone()></path>
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
