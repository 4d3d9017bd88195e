//! Lists areas related to the selected one, highest rate first, each with a link.

use leptos::prelude::*;
use rising_model::domain::area::AreaCode;
use rising_model::domain::trend::Direction;
use rising_view::area_figures::FigureState;
use rising_view::details::{RankedArea, RankedAreas};

use crate::panels::area_link;
use crate::platform::focus;
use crate::platform::reactive::{Derived, Text};
use crate::state::State;

/// Number of areas listed at first. Except for large cities, every authority has fewer
/// neighbourhoods.
const LISTED: usize = 40;

/// The list; nothing while `ranked` is `None`. `id` is its `data-testid`.
#[component]
pub fn RankedList(id: &'static str, ranked: Derived<Option<RankedAreas>>) -> impl IntoView {
    let state = expect_context::<State>();
    // "Show all" applies to the list of one area only.
    let unfolded = RwSignal::new(None::<AreaCode>);
    let row = move |area: &RankedArea, is_current: bool| {
        let RankedArea {
            link, direction, ..
        } = area;
        let address = area_link::address(state, link);
        let go = area_link::on_click(state, link);
        view! {
            <li data-code=link.code.to_string()>
                <a href=address aria-current=is_current.then_some("true") on:click=go>
                    <span class="name">{Text(link.text.clone())}</span>
                    " "
                    <span class="direction" data-direction=direction.word()>
                        <span>{Text(direction.arrow().to_owned())}</span> " "
                        <span class:visually-hidden=*direction != Direction::Rising>
                            {Text(area.direction_text.clone())}
                        </span>
                    </span>
                    " "
                    <span class="figure" class:none=area.state != FigureState::Known>
                        {Text(area.figure.clone())}
                    </span>
                </a>
            </li>
        }
    };
    let title_id = format!("{id}-title");
    move || {
        let ranked = ranked.read();
        let ranked = ranked.as_ref()?;
        let all = ranked.areas.len();
        let folded = all > LISTED && unfolded.get().as_ref() != Some(&ranked.of);
        let listed = if folded { LISTED } else { all };
        let of = ranked.of.clone();
        let date = ranked.date;
        let authority = ranked.of.clone();
        let open = state.request().read_untracked().area.clone();
        let rows = ranked.areas[..listed]
            .iter()
            .map(|area| row(area, open.as_ref() == Some(&area.link.code)));
        Some(view! {
            <section class="ranked" aria-labelledby=title_id.clone() data-testid=id>
                <h3 id=title_id.clone()>{Text(ranked.title.clone())}</h3>
                <p>{Text(ranked.about.clone())}</p>
                {ranked.on_map.clone().map(|name| {
                    let show = move |_| state.navigator().select_within(authority.clone(), date);
                    view! {
                        <button
                            type="button"
                            class="on-map"
                            data-testid="show-within"
                            on:click=show
                        >
                            {Text(name)}
                        </button>
                    }
                })}
                <ol>{rows.collect_view()}</ol>
                {folded.then(|| view! {
                    <button
                        type="button"
                        class="show-all"
                        on:click=move |_| {
                            unfolded.set(Some(of.clone()));
                            // The button disappears: focus the first area that it has added.
                            focus::move_to_soon(format!(
                                "[data-testid={id}] li:nth-child({}) a",
                                LISTED + 1
                            ));
                        }
                    >
                        {Text(state.texts().show_all(all as u32))}
                    </button>
                })}
            </section>
        })
    }
}
