//! What the words mean and where the figures come from.

use leptos::prelude::*;
use rising_words::labels;

use crate::language::language;
use crate::lazy::Chunks;
use crate::reactive::{Text, flag};
use crate::state::State;

/// Definitions and sources; inside an article the sources alone, which their licences ask for.
#[component]
pub fn Notes() -> impl IntoView {
    let state = expect_context::<State>();
    // Nobody comes to the foot of the page without a sign of life.
    let chunk = expect_context::<Chunks>().details;
    let embedded = state.request().with_untracked(|request| request.embed);
    let sources = move || {
        let manifest = state.manifest()?;
        let lines = manifest.sources.iter().map(|source| {
            view! {
                <li>
                    <span>{Text(format!("{}. {}.", source.name, source.publisher))}</span> " "
                    <span class="licence">{Text(source.licence.clone())}</span>
                </li>
            }
        });
        Some(lines.collect_view())
    };
    view! {
        <footer class="notes" data-testid="notes">
            <h2>{language().sources()}</h2>
            <ul class="sources">{sources}</ul>
            {move || (!embedded).then(|| Some((chunk.ready()?.definitions)()))}
        </footer>
    }
}

/// A part of the program of its own: text, and much of it.
pub fn definitions() -> AnyView {
    let (state, language) = (expect_context::<State>(), language());
    // What the publishers of the United Kingdom say of their figures is not said of others'.
    let (week, rate) = match labels::are_set() {
        false => (
            language.meaning_week_is().to_owned(),
            language.meaning_rate_is().to_owned(),
        ),
        true => (
            language.meaning_week_counts(),
            language.meaning_rate_counts(),
        ),
    };
    let of_others = move || flag(move || !state.has_nations());
    view! {
        <h2>{language.meanings()}</h2>
        <dl>
            <dt>{language.meaning_week()}</dt>
            <dd>{Text(week)}</dd>
            <dt>{language.meaning_rate()}</dt>
            <dd>{Text(rate)}</dd>
            <dt>{language.meaning_rising()}</dt>
            <dd>{language.meaning_rising_is()}</dd>
            <dt>{language.meaning_clearly()}</dt>
            <dd>{language.meaning_clearly_is()}</dd>
            <dt hidden=of_others()>{language.meaning_fewer()}</dt>
            <dd hidden=of_others()>{language.meaning_fewer_is()}</dd>
            <dt>{language.meaning_none()}</dt>
            <dd>{language.meaning_none_is()}</dd>
            <dt hidden=of_others()>{language.meaning_nations()}</dt>
            <dd hidden=of_others()>{language.meaning_nations_is()}</dd>
        </dl>
        // Written by the build, in English.
        <p><a href="licences.txt" hreflang="en">{language.software_licences()}</a></p>
    }
    .into_any()
}
