//! Defines the terms, and names the sources of the figures.

use leptos::prelude::*;
use web_sys::Element;

use crate::platform::dom;
use crate::platform::page::append;
use crate::platform::reactive::{Text, flag};
use crate::state::{Member, State};

/// Keeps the sources up to date. Adds the definitions of the terms; not in an article, which shows
/// the sources only because their licences require it.
pub fn notes(place: Element) {
    let state = expect_context::<State>();
    // Any input loads the chunk, and scrolling to the page's end takes some.
    let chunk = expect_context::<Member<Definitions>>();
    let embedded = state.request().with_untracked(|request| request.embed);
    let markup = move || {
        let manifest = state.manifest()?;
        Some(rising_markup::sources::notes(
            &manifest.sources,
            &state.texts(),
        ))
    };
    dom::follow_then(place, markup, move |notes| {
        let place = notes.query_selector(".definitions").ok().flatten();
        if let Some(place) = place.filter(|_| !embedded) {
            append(&place, move || move || Some((chunk.ready()?.0)()));
        }
    });
}

/// Builds the definitions of terms; a member of the details chunk.
#[derive(Clone, Copy)]
pub struct Definitions(pub fn() -> AnyView);

/// The definitions of terms, in the details chunk because they are long.
pub fn definitions() -> AnyView {
    let state = expect_context::<State>();
    let texts = state.texts();
    // The notes on the UK publishers' figures do not apply to other data sets.
    let (week, rate) = match texts.has_labels() {
        false => (
            texts.meaning_week_is().to_owned(),
            texts.meaning_rate_is().to_owned(),
        ),
        true => (texts.meaning_week_counts(), texts.meaning_rate_counts()),
    };
    let is_not_uk = move || flag(move || !state.has_nations());
    view! {
        <h2>{texts.meanings()}</h2>
        <dl>
            <dt>{texts.meaning_week()}</dt>
            <dd>{Text(week)}</dd>
            <dt>{texts.meaning_rate()}</dt>
            <dd>{Text(rate)}</dd>
            <dt>{texts.meaning_rising()}</dt>
            <dd>{texts.meaning_rising_is()}</dd>
            <dt>{texts.meaning_clearly()}</dt>
            <dd>{texts.meaning_clearly_is()}</dd>
            <dt hidden=is_not_uk()>{texts.meaning_fewer()}</dt>
            <dd hidden=is_not_uk()>{texts.meaning_fewer_is()}</dd>
            <dt>{texts.meaning_none()}</dt>
            <dd>{texts.meaning_none_is()}</dd>
            <dt hidden=is_not_uk()>{texts.meaning_nations()}</dt>
            <dd hidden=is_not_uk()>{texts.meaning_nations_is()}</dd>
        </dl>
        // The build writes this file, in English.
        <p><a href="licences.txt" hreflang="en">{texts.software_licences()}</a></p>
    }
    .into_any()
}
