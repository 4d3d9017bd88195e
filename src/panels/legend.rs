//! Explains the map's colours and marks.

use leptos::prelude::*;
use rising_look::class_css;
use rising_model::area::Level;
use rising_model::trend::PUBLISHED_FROM;
use rising_view::figures::class_label;
use rising_view::names::ScopeName;
use rising_words::Language;

use crate::language::language;
use crate::reactive::{Derived, Text, attribute, flag, text};
use crate::state::State;

/// The classes as one strip with their bounds, then the marks and patterns.
#[component]
pub fn Legend() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let breaks = Derived::new(move || state.manifest().map(|manifest| manifest.breaks.clone()));
    let level = Derived::new(move || shown.read().as_ref().map(|shown| shown.level));
    let chosen = Derived::new(move || {
        let shown = shown.read();
        let shown = shown.as_ref()?;
        Some(
            breaks
                .read()
                .as_ref()?
                .class(shown.snapshot.rate(&shown.table, selected.get()?)?),
        )
    });

    let authority = Derived::new(move || match state.scope_name()? {
        ScopeName::Nation(_) => None,
        ScopeName::Authority(name) => Some(name),
    });
    let elsewhere = move || match &*authority.read() {
        Some(name) => language().outside_place(name),
        None => language().legend_elsewhere().to_owned(),
    };

    // A scope that is the whole data set has no areas outside it.
    let has_no_elsewhere =
        move || level.get().is_some() && !state.has_nations() && authority.read().is_none();

    let classes = move || {
        let breaks = breaks.get()?;
        let classes = (0..breaks.classes() as u8).map(|class| {
            let colours = class_css(&breaks, class);
            let current = move || (chosen.get() == Some(class)).then(|| "true".to_owned());
            let (lower, upper) = breaks.bounds(class);
            let bound = language().number(lower.into()) + if upper.is_none() { "+" } else { "" };
            view! {
                <li
                    style=("--class", colours)
                    aria-current=attribute(current)
                >
                    <span class="swatch"></span>
                    <span class="bound" aria-hidden="true">{Text(bound)}</span>
                    <span class="visually-hidden">{Text(class_label(&breaks, class, language()))}</span>
                </li>
            }
        });
        Some(classes.collect_view())
    };

    view! {
        <section class="legend" aria-labelledby="legend-title" data-testid="legend">
            <h2 id="legend-title">{state.label_text(Language::legend_title)}</h2>
            <ol class="classes">{classes}</ol>
            <ul class="marks">
                <li>
                    <span class="mark rising" aria-hidden="true">"▲"</span>
                    {language().legend_rising()}
                </li>
                {move || {
                    (level.get() == Some(Level::Msoa) && state.has_nations())
                        .then(|| {
                            let text = language().legend_suppressed(PUBLISHED_FROM);
                            view! {
                                <li>
                                    <span class="mark suppressed"></span>
                                    <span>{Text(text)}</span>
                                </li>
                            }
                        })
                }}
                <li><span class="mark missing"></span>{language().no_figure()}</li>
                <li hidden=flag(has_no_elsewhere)>
                    <span class="mark quiet"></span><span>{text(elsewhere)}</span>
                </li>
            </ul>
        </section>
    }
}
