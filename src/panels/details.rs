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
use rising_model::domain::area::{AreaCode, Level, Nation};
use rising_model::domain::day::Day;
use rising_model::domain::snapshot::areas_in;
use rising_model::domain::trend::Comparison;
use rising_view::InWords;
use rising_view::clearness::clearness_sentence;
use rising_view::figures::{count_text, percentage_text, rank_text, rate_or_reason};
use rising_view::names::plain_name;
use rising_view::people::people_here_sentence;
use rising_words::{Texts, args};

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

/// The selected area's figures at the date shown, as text.
#[derive(Clone, PartialEq)]
struct AreaFacts {
    level: Level,
    code: AreaCode,
    name: String,
    parent: Option<AreaCode>,
    date: Day,
    comparison: Comparison,
    clearness: String,
    rate: String,
    rate_before: String,
    rank: Option<String>,
    people: String,
}

fn facts(state: State) -> Derived<Option<AreaFacts>> {
    let shown = state.shown();
    let selected = state.selected();
    Derived::new(move || {
        let index = selected.get()?;
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let table = &shown.table;
        let snapshot = &shown.snapshot;
        let level = shown.level;
        let area = table.get(index)?;
        let comparison = snapshot.comparison(index);
        // An area is ranked within its own nation, whichever scope the map shows.
        let nation = area.code.nation().unwrap_or(Nation::Uk);
        let rank = snapshot.rank(table, nation, index).map(|rank| {
            let areas = areas_in(table, nation).count() as u32;
            rank_text(rank, nation, level, areas, &state.texts())
        });
        Some(AreaFacts {
            level,
            code: area.code.clone(),
            name: area.name_in(state.texts().tag()).to_owned(),
            parent: area.parent.clone(),
            date: snapshot.date(),
            comparison,
            clearness: clearness_sentence(snapshot, table, index, &state.texts())
                .unwrap_or_default(),
            rate: rate_or_reason(snapshot.rate(table, index), comparison.now, &state.texts()),
            rate_before: rate_or_reason(
                snapshot.rate_before(table, index),
                comparison.before,
                &state.texts(),
            ),
            rank,
            people: people_here_sentence(table, area, snapshot.date(), &state.texts()),
        })
    })
}

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
    let facts = facts(state);
    let say = move |what: fn(&AreaFacts, &Texts) -> String| {
        text(move || {
            let facts = facts.read();
            let say = |facts| what(facts, &state.texts());
            facts.as_ref().map(say).unwrap_or_default()
        })
    };

    let authority = move || {
        let (parent, date) = facts
            .read()
            .as_ref()
            .map(|facts| (facts.parent.clone(), facts.date))?;
        let parent = parent?;
        let name = state.authority_name(&parent)?;
        let link = state.link_to(Level::Ltla, &parent, date);
        let go = move |event: ev::MouseEvent| {
            area_link::follow(&event, || {
                state
                    .navigator()
                    .select_area_at(Level::Ltla, parent.clone(), date);
            });
        };
        Some(view! {
            <p class="authority">
                {state.texts().in_authority()} " "
                <a class="link" href=link on:click=go>{Text(name)}</a>
            </p>
        })
    };
    let direction = move || {
        Some(
            facts
                .read()
                .as_ref()?
                .comparison
                .direction()
                .word()
                .to_owned(),
        )
    };
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
            data-code=attribute(move || Some(facts.read().as_ref()?.code.to_string()))
        >
            <header
                on:pointerdown=move |event| height.press(&event)
                on:pointerup=move |event| height.release(&event, close)
            >
                <Handle height />
                <div>
                    <h2 id="details-title" node_ref=heading tabindex="-1">
                        {say(|facts, _| facts.name.clone())}
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
            <p class="change" data-direction=attribute(direction)>{say(change)}</p>
            <p class="clearness">{say(|facts, _| facts.clearness.clone())}</p>
            <OtherLevel />
            <table class="weeks">
                <caption class="visually-hidden">{state.texts().two_weeks_caption()}</caption>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="visually-hidden">{state.texts().two_weeks_figure()}</span>
                        </th>
                        <th scope="col">
                            {say(|facts, texts| {
                                texts.seven_days_to_first(&facts.date.in_words(texts))
                            })}
                        </th>
                        <th scope="col">{state.texts().week_before_first()}</th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">{state.texts().cases_row().to_owned()}</th>
                        <td class="count">
                            {say(|facts, texts| count_text(facts.comparison.now, texts))}
                        </td>
                        <td>{say(|facts, texts| count_text(facts.comparison.before, texts))}</td>
                    </tr>
                    <tr>
                        <th scope="row">{state.texts().rate_per_people()}</th>
                        <td class="rate">{say(|facts, _| facts.rate.clone())}</td>
                        <td>{say(|facts, _| facts.rate_before.clone())}</td>
                    </tr>
                </tbody>
            </table>
            <p class="rank">
                <span>
                    {say(|facts, _| {
                        let rank = facts.rank.as_ref();
                        rank.map(|rank| format!("{rank}. ")).unwrap_or_default()
                    })}
                </span>
                <span class="population">{say(|facts, _| facts.people.clone())}</span>
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

/// Returns a text such as "▲ Rising: 430 cases, up from 366 (up 17%)".
fn change(facts: &AreaFacts, texts: &Texts) -> String {
    let comparison = facts.comparison;
    let direction = comparison.direction();
    let compared = comparison.in_words(texts);
    let words = match percentage_text(comparison, texts) {
        Some(change) => texts.details_change_percent(args::DetailsChangePercent {
            change: &change,
            compared: &compared,
            direction,
        }),
        None => texts.details_change(args::DetailsChange {
            compared: &compared,
            direction,
        }),
    };
    format!("{} {words}", direction.arrow())
}

/// Returns an area's name with its authority's, for a label.
fn full_name(state: State, name: &str, parent: Option<&AreaCode>) -> String {
    match parent.and_then(|code| state.authority_name(code)) {
        Some(authority) => format!("{name}, {}", plain_name(&authority)),
        None => plain_name(name).to_owned(),
    }
}
