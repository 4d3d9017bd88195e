//! Shows one area: both weeks, rank, history, neighbourhoods and adjacent areas.

mod adjacent_areas;
mod chart;
mod focus;
mod neighbourhoods;
mod other_level;
mod ranked;
mod remember_area;
mod sheet;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use rising_model::domain::area::Level;
use rising_view::details::AreaDetails;

use super::share::Share;
use crate::panels::area_link;
use crate::platform::reactive::{Derived, Text, attribute, effect, text};
use crate::state::{Member, State};
use adjacent_areas::AdjacentAreas;
use chart::TrendChart;
use neighbourhoods::Neighbourhoods;
use other_level::OtherLevel;
use remember_area::RememberArea;
use sheet::Handle;

/// The details of the selected area; nothing without one.
#[component]
pub fn Details() -> impl IntoView {
    let state = expect_context::<State>();
    let chunk = expect_context::<Member<AreaView>>();
    let selected = state.selected();
    // Loads the chunk by the address, without waiting for figures.
    effect(move || {
        if state.request().read().area.is_some() {
            chunk.load();
        }
    });
    // Loads the chunk earlier, at the first input: a tap on the map is likely to follow and should
    // not wait for it.
    for input in ["pointermove", "pointerdown", "keydown"] {
        let listener = window_event_listener_untyped(input, move |_| chunk.load());
        on_cleanup(move || listener.remove());
    }
    let heading = NodeRef::<html::H2>::new();
    let section = NodeRef::<html::Section>::new();
    focus::follow(state, section, heading);
    let escape = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && !event.default_prevented() {
            state.navigator().select_area(None);
        }
    });
    on_cleanup(move || escape.remove());
    let open = Derived::new(move || selected.get().is_some());
    view! {
        {move || open.get().then(|| Some((chunk.ready()?.0)(section, heading)))}
    }
}

/// The view of one area, in the details chunk.
#[derive(Clone, Copy)]
pub struct AreaView(fn(NodeRef<html::Section>, NodeRef<html::H2>) -> AnyView);

impl AreaView {
    /// The view of this chunk: code that calls `new` has the chunk loaded.
    pub fn new() -> AreaView {
        AreaView(|section, heading| view! { <Area section heading /> }.into_any())
    }
}

#[component]
fn Area(section: NodeRef<html::Section>, heading: NodeRef<html::H2>) -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let details = Derived::new(move || {
        let shown = shown.read();
        let authorities = state.table(Level::Ltla);
        let (shown, index) = (shown.as_ref()?, selected.get()?);
        AreaDetails::new(shown, index, authorities.as_deref(), &state.texts())
    });
    let say = move |what: fn(&AreaDetails) -> &str| {
        text(move || {
            let details = details.read();
            details.as_ref().map_or("", what).to_owned()
        })
    };
    let authority = move || {
        let details = details.read();
        let link = details.as_ref()?.authority.as_ref()?;
        let address = area_link::address(state, link);
        let go = area_link::on_click(state, link);
        Some(view! {
            <p class="authority">
                {state.texts().in_authority()} " "
                <a class="link" href=address on:click=go>{Text(link.text.clone())}</a>
            </p>
        })
    };
    let direction = move || Some(details.read().as_ref()?.direction.word().to_owned());
    let height = sheet::SheetHeight::new();
    sheet::keep_area_in_sight(state, section);
    focus::show_start(state, section, heading);
    let close = move || state.navigator().select_area(None);

    view! {
        <section
            class="details"
            node_ref=section
            aria-labelledby="details-title"
            data-testid="area-detail"
            data-lowered=attribute(move || height.is_low().then(String::new))
            data-code=attribute(move || Some(details.read().as_ref()?.code.to_string()))
        >
            <header
                on:pointerdown=move |event| height.press(&event)
                on:pointerup=move |event| height.release(&event, close)
            >
                <Handle height />
                <div>
                    <h2 id="details-title" node_ref=heading tabindex="-1">
                        {say(|details| &details.heading)}
                    </h2>
                    {authority}
                </div>
                <button
                    type="button"
                    class="close"
                    data-testid="close"
                    on:click=move |_| close()
                >
                    <span aria-hidden="true">"×"</span>
                    <span class="visually-hidden">{state.texts().details_close()}</span>
                </button>
            </header>
            <p class="change" data-direction=attribute(direction)>{say(|details| &details.change)}</p>
            <p class="clearness">{say(|details| &details.clearness)}</p>
            <OtherLevel />
            <table class="weeks">
                <caption class="visually-hidden">{state.texts().two_weeks_caption()}</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="visually-hidden">{state.texts().two_weeks_figure()}</span>
                        </th>
                        <th scope="col">{say(|details| &details.week)}</th>
                        <th scope="col">{state.texts().week_before_first()}</th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">{state.texts().cases_row().to_owned()}</th>
                        <td class="count">{say(|details| &details.figures.count)}</td>
                        <td>{say(|details| &details.figures.count_before)}</td>
                    </tr>
                    <tr>
                        <th scope="row">{state.texts().rate_per_people()}</th>
                        <td class="rate">{say(|details| &details.figures.rate)}</td>
                        <td>{say(|details| &details.figures.rate_before)}</td>
                    </tr>
                </tbody>
            </table>
            <p class="rank">
                <span>{say(|details| &details.rank)}</span>
                <span class="population">{say(|details| &details.people)}</span>
            </p>
            <div class="actions">
                <RememberArea />
                <Share />
            </div>
            <TrendChart />
            <Neighbourhoods />
            <AdjacentAreas />
        </section>
    }
}
