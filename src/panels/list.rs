//! The table of areas: the map's equivalent in text, always of the same date.

mod order;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rising_model::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::day::Day;
use rising_model::snapshot::areas_in;
use rising_model::trend::{Direction, bare};
use rising_model::words::{list_caption, nothing_rising, plain_name, rate_or_why};
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::language::language;
use crate::reactive::{Derived, attribute, flag, text};
use crate::state::{Shown, State};
use order::{Column, Sorting, arrange};

/// Rows built before the reader asks for all of them.
const FIRST_ROWS: usize = 20;

/// What the table is of. The reader's wish to see all of it holds for one of these.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Subject {
    level: Level,
    nation: Nation,
    date: Day,
    every_area: bool,
}

/// A row as it is written.
#[derive(Clone, PartialEq)]
struct Row {
    code: AreaCode,
    name: String,
    authority: Option<String>,
    rate: String,
    rate_before: String,
    count: String,
    count_before: String,
    direction: Direction,
    clear: bool,
}

impl Row {
    fn of(shown: &Shown, area: AreaIndex, state: State) -> Option<Row> {
        let (table, snapshot) = (&shown.table, &shown.snapshot);
        let (named, comparison) = (table.get(area)?, snapshot.comparison(area));
        let authority = named.parent.as_ref().and_then(|code| state.authority_name(code));
        Some(Row {
            code: named.code.clone(),
            name: plain_name(&named.name).to_owned(),
            authority: authority.map(|name| plain_name(&name).to_owned()),
            rate: rate_or_why(snapshot.rate(table, area), comparison.now, language()),
            rate_before: rate_or_why(snapshot.rate_before(table, area), comparison.before, language()),
            count: bare(comparison.now, language()),
            count_before: bare(comparison.before, language()),
            direction: comparison.direction(),
            clear: comparison.clear() == Some(true),
        })
    }

    /// Without listeners of its own: at another date the row becomes another area's.
    fn view(&self, chosen: Option<&AreaCode>) -> impl IntoView + use<> {
        let authority = self.authority.clone().map(|name| view! { <small>{name}</small> });
        view! {
            <tr
                data-code=self.code.to_string()
                data-direction=self.direction.word()
                aria-current=(chosen == Some(&self.code)).then_some("true")
            >
                <th scope="row">
                    <button type="button">{self.name.clone()}</button>
                    {authority}
                </th>
                <td class="rate">{self.rate.clone()}</td>
                <td>{self.rate_before.clone()}</td>
                <td class="count">{self.count.clone()}</td>
                <td>{self.count_before.clone()}</td>
                <td class="direction">
                    {self.direction.arrow()} " " <span class="word">{self.direction.word()}</span>
                    {self.clear.then(|| view! { " " <small>"clear"</small> })}
                </td>
            </tr>
        }
    }
}

/// The area in whose row something was pressed.
fn area_of(event: &MouseEvent) -> Option<AreaCode> {
    let pressed = event.target()?.dyn_into::<Element>().ok()?;
    pressed.closest("button").ok()??.closest("tr").ok()??.get_attribute("data-code")?.parse().ok()
}

/// The rows in order, and how many there are beyond those built.
#[derive(Clone, PartialEq)]
struct Rows {
    built: Vec<Row>,
    all: usize,
}

/// Rising areas by rate; any column, and all areas, on demand.
#[component]
pub fn RisingList() -> impl IntoView {
    let state = expect_context::<State>();
    let (view, shown) = (state.view(), state.shown());
    let sorting = RwSignal::new(Sorting::default());
    let every_area = RwSignal::new(false);
    let unfolded = RwSignal::new(None::<Subject>);

    let subject = Derived::new(move || {
        let (view, shown) = (view.read(), shown.read());
        let (view, shown) = (view.as_ref()?, shown.as_ref()?);
        let (level, date) = (shown.level, shown.snapshot.date());
        Some(Subject { level, nation: view.nation, date, every_area: every_area.get() })
    });
    let rows = Derived::new(move || {
        let (subject, shown) = (subject.get()?, shown.read());
        let shown = shown.as_ref()?;
        let limit = if unfolded.get() == Some(subject) { usize::MAX } else { FIRST_ROWS };
        let wanted =
            |area: &AreaIndex| subject.every_area || shown.snapshot.comparison(*area).direction() == Direction::Rising;
        let areas: Vec<AreaIndex> = areas_in(&shown.table, subject.nation).filter(wanted).collect();
        let all = areas.len();
        let built = arrange(areas, limit, sorting.get(), shown);
        Some(Rows { built: built.into_iter().filter_map(|area| Row::of(shown, area, state)).collect(), all })
    });
    let built = Derived::new(move || rows.read().as_ref().map_or(0, |rows| rows.built.len()));
    let all = Derived::new(move || rows.read().as_ref().map_or(0, |rows| rows.all));
    let chosen = Derived::new(move || view.read().as_ref()?.area.clone());

    let caption = move || {
        let subject = subject.get()?;
        Some(list_caption(subject.every_area, subject.level, subject.nation, subject.date, language()))
    };
    let nothing = move || {
        let subject = subject.get().filter(|_| all.get() == 0)?;
        let sentence = nothing_rising(subject.level, subject.nation, subject.date, language());
        Some(view! { <p class="nothing">{sentence}</p> })
    };
    let more = move || {
        let (built, all) = (built.get(), all.get());
        (built < all).then(|| {
            view! {
                <button type="button" class="more" on:click=move |_| unfolded.set(subject.get_untracked())>
                    {format!("Show all {}", language().number(all as u64))}
                </button>
            }
        })
    };

    // Rows stay where they are; a new date changes what they say.
    let body = move || {
        let (rows, chosen) = (rows.read(), chosen.read());
        rows.as_ref().map(|rows| rows.built.iter().map(|row| row.view(chosen.as_ref())).collect_view())
    };
    let open = move |event: MouseEvent| {
        if let Some(code) = area_of(&event) {
            state.navigate().select_area(Some(code));
        }
    };

    view! {
        <section class="list" aria-labelledby="list-title">
            <div class="list-head">
                <h2 id="list-title">{text(move || if every_area.get() { "All areas" } else { "Rising areas" }.to_owned())}</h2>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="all-areas"
                        prop:checked=flag(move || every_area.get())
                        on:change:target=move |event| every_area.set(event.target().checked())
                    />
                    <span>"All areas"</span>
                </label>
            </div>
            {nothing}
            <div class="scroller" hidden=flag(move || all.get() == 0)>
                <table data-testid="rising-list">
                    <caption>{text(move || caption().unwrap_or_default())}</caption>
                    // The widths come from here: measuring every row at every date would cost more than writing it.
                    <colgroup>{Column::ALL.map(|column| view! { <col class=column.class() /> }).collect_view()}</colgroup>
                    <thead>
                        <tr>{Column::ALL.map(|column| view! { <Head column sorting /> }).collect_view()}</tr>
                    </thead>
                    <tbody on:click=open>
                        {body}
                    </tbody>
                </table>
            </div>
            {more}
        </section>
    }
}

#[component]
fn Head(column: Column, sorting: RwSignal<Sorting>) -> impl IntoView {
    let order = move || {
        let Sorting { by, descending } = sorting.get();
        (by == column).then(|| if descending { "descending" } else { "ascending" }.to_owned())
    };
    let (title, sub) = column.title();
    view! {
        <th scope="col" aria-sort=attribute(order) class=column.class()>
            <button type="button" on:click=move |_| sorting.update(|sorting| *sorting = sorting.after(column))>
                <span>{title}</span>
                {sub.map(|sub| view! { " " <small>{sub}</small> })}
            </button>
        </th>
    }
}
