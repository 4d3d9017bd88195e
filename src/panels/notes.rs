//! What the words mean and where the figures come from.

use leptos::prelude::*;

use crate::lazy::Parts;
use crate::state::State;

/// Definitions and sources; inside an article the sources alone, which their licences ask for.
#[component]
pub fn Notes() -> impl IntoView {
    let state = expect_context::<State>();
    // Nobody comes to the foot of the page without a sign of life.
    let part = expect_context::<Parts>().closer;
    let embedded = state.request().with_untracked(|request| request.embed);
    let sources = move || {
        let manifest = state.manifest()?;
        let lines = manifest.sources.iter().map(|source| {
            view! {
                <li>
                    {source.name.clone()} ". " {source.publisher.clone()} ". "
                    <span class="licence">{source.licence.clone()}</span>
                </li>
            }
        });
        Some(lines.collect_view())
    };
    view! {
        <footer class="notes" data-testid="notes">
            <h2>"Sources"</h2>
            <ul class="sources">{sources}</ul>
            {move || (!embedded).then(|| Some((part.ready()?.definitions)()))}
        </footer>
    }
}

/// A part of the program of its own: text, and much of it.
pub fn definitions() -> AnyView {
    view! {
        <h2>"What the words mean"</h2>
        <dl>
            <dt>"Seven days to a date"</dt>
            <dd>
                "Cases by the day the test was taken, on the seven days ending on the date, that day included.
                The week before is the seven days before those."
            </dd>
            <dt>"Rate"</dt>
            <dd>
                "Cases of the seven days for every 100,000 people living in the area, by the mid-2019 estimate of its population.
                Colours go by the exact rate; what is written is rounded to one decimal."
            </dd>
            <dt>"Rising, falling, unchanged"</dt>
            <dd>"More, fewer or as many cases as in the week before. It goes by the counts, however small the difference."</dd>
            <dt>"Clear"</dt>
            <dd>
                "The change is larger than chance explains: an exact conditional binomial test of the two counts, p below 0.05.
                Any other change is within the usual week-to-week variation. The test takes cases as independent events; an
                outbreak in one place breaks that assumption."
            </dd>
            <dt>"Fewer than 3 cases"</dt>
            <dd>
                "For neighbourhoods, counts of 0, 1 or 2 are not published. They are neither zero nor missing: three or more after
                them is a rise, and between two such weeks the direction is unknown."
            </dd>
            <dt>"No figure"</dt>
            <dd>"Nothing was published for that area and date. That is not zero."</dd>
            <dt>"Nations"</dt>
            <dd>
                "England, Wales, Scotland and Northern Ireland counted cases in different ways and stopped at different dates.
                Totals and ranks are therefore each nation's own; compare areas across a border with care."
            </dd>
        </dl>
    }
    .into_any()
}
