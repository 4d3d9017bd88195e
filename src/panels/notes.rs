//! Defines the terms, and names the sources of the figures.

use leptos::prelude::*;
use rising_words::labels;

use crate::language::language;
use crate::lazy::Chunks;
use crate::reactive::{Text, flag};
use crate::state::State;

/// Definitions and sources; in an article only the sources, which their licences require.
#[component]
pub fn Notes() -> impl IntoView {
    let state = expect_context::<State>();
    // Any input loads the chunk, and scrolling to the page's end takes some.
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

/// The definitions of terms, in the details chunk because they are long.
pub fn definitions() -> AnyView {
    let state = expect_context::<State>();
    let language = language();
    // The notes on the UK publishers' figures do not apply to other data sets.
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
    let is_not_uk = move || flag(move || !state.has_nations());
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
            <dt hidden=is_not_uk()>{language.meaning_fewer()}</dt>
            <dd hidden=is_not_uk()>{language.meaning_fewer_is()}</dd>
            <dt>{language.meaning_none()}</dt>
            <dd>{language.meaning_none_is()}</dd>
            <dt hidden=is_not_uk()>{language.meaning_nations()}</dt>
            <dd hidden=is_not_uk()>{language.meaning_nations_is()}</dd>
        </dl>
        // The build writes this file, in English.
        <p><a href="licences.txt" hreflang="en">{language.software_licences()}</a></p>
    }
    .into_any()
}
