//! Lists areas in a table, the text equivalent of the map, always at the same date.

mod order;
mod pager;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rising_model::area::{AreaCode, AreaIndex, Level};
use rising_model::clearness::Grade;
use rising_model::day::Day;
use rising_model::scope::Scope;
use rising_model::snapshot::areas_in;
use rising_model::trend::Direction;
use rising_view::LevelView;
use rising_view::captions::{list_caption, no_rise_sentence};
use rising_view::figures::{count_text, rate_or_reason};
use rising_view::names::plain_name;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::verdict_text::VerdictContext;
use crate::area_link;
use crate::focus;
use crate::language::language;
use crate::lazy::Chunks;
use crate::reactive::{Derived, Text, attribute, flag, text};
use crate::state::State;
use order::{Column, Sorting, arrange};
pub use pager::TablePager;

/// Number of rows at first, before the reader asks for more.
const FIRST_ROWS: usize = 20;

/// Number of rows of a page. A slow phone writes these without a noticeable delay: it takes 0.7 s
/// for 315 of them.
const PAGE: usize = 50;

/// The content and order of the table. A page number applies to one subject only.
#[derive(Clone, Debug, PartialEq)]
struct TableSubject {
    level: Level,
    scope: Scope,
    every_area: bool,
    sorting: Sorting,
}

/// The range of rows built, and the number of all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct PageExtent {
    from: usize,
    built: usize,
    all: usize,
}

/// The table's sorting and filters, which its export uses too.
#[derive(Clone, Copy)]
pub struct TableOptions {
    sorting: RwSignal<Sorting>,
    every_area: RwSignal<bool>,
    /// Part of a name.
    filter: RwSignal<String>,
}

impl TableOptions {
    /// Options for the rising areas, highest rate first.
    pub fn new() -> TableOptions {
        TableOptions {
            sorting: RwSignal::new(Sorting::default()),
            every_area: RwSignal::new(false),
            filter: RwSignal::new(String::new()),
        }
    }

    /// Returns the areas on all pages of the table, in its order.
    pub fn areas(self, shown: &LevelView, scope: &Scope, state: State) -> Vec<AreaIndex> {
        let every_area = self.every_area.get_untracked();
        let part = self.filter.get_untracked();
        let areas = untrack(|| listed(shown, scope, every_area, &part, state));
        arrange(
            areas,
            shown.table.len(),
            self.sorting.get_untracked(),
            shown,
        )
    }
}

/// Returns the table's areas in the order of their codes: the rising ones or all, whose name or
/// authority's name contains `part`.
fn listed(
    shown: &LevelView,
    scope: &Scope,
    every_area: bool,
    part: &str,
    state: State,
) -> Vec<AreaIndex> {
    let part = part.trim();
    let named = |area: &AreaIndex| {
        shown.table.get(*area).is_some_and(|area| {
            let authority = || {
                area.parent
                    .as_ref()
                    .and_then(|code| state.authority_name(code))
            };
            contains(&area.name, part)
                || contains(area.name_in(language().tag()), part)
                || authority().is_some_and(|name| contains(&name, part))
        })
    };
    let wanted = |area: &AreaIndex| {
        every_area || shown.snapshot.comparison(*area).direction() == Direction::Rising
    };
    areas_in(&shown.table, scope)
        .filter(wanted)
        .filter(|area| part.is_empty() || named(area))
        .collect()
}

/// The reader's position in the table.
#[derive(Clone, Copy)]
pub struct TablePosition {
    subject: Derived<Option<TableSubject>>,
    /// Part of a name.
    filter: RwSignal<String>,
    /// The page, and the subject that it applies to; another subject is shown from its first page.
    page: RwSignal<Option<(TableSubject, usize)>>,
    extent: Derived<PageExtent>,
}

impl TablePosition {
    fn turn(self, by: isize) {
        let page = self.extent.get_untracked().from / PAGE;
        self.page.set(
            self.subject
                .get_untracked()
                .map(|subject| (subject, page.saturating_add_signed(by))),
        );
    }

    fn look_for(self, part: String) {
        self.page.set(None);
        self.filter.set(part);
    }
}

/// Whether the text contains the part, ignoring ASCII case.
fn contains(text: &str, part: &str) -> bool {
    part.is_empty()
        || text
            .as_bytes()
            .windows(part.len())
            .any(|some| some.eq_ignore_ascii_case(part.as_bytes()))
}

/// A row of the table as text.
#[derive(Clone, PartialEq)]
struct TableRow {
    code: AreaCode,
    name: String,
    authority: Option<String>,
    rate: String,
    rate_before: String,
    count: String,
    count_before: String,
    direction: Direction,
    grade: Option<Grade>,
}

impl TableRow {
    /// Builds an area's row, with or without the name of its authority.
    fn of(
        shown: &LevelView,
        area: AreaIndex,
        with_authority: bool,
        state: State,
    ) -> Option<TableRow> {
        let table = &shown.table;
        let snapshot = &shown.snapshot;
        let named = table.get(area)?;
        let comparison = snapshot.comparison(area);
        let authority = named
            .parent
            .as_ref()
            .filter(|_| with_authority)
            .and_then(|code| state.authority_name(code));
        Some(TableRow {
            code: named.code.clone(),
            name: plain_name(named.name_in(language().tag())).to_owned(),
            authority: authority.map(|name| plain_name(&name).to_owned()),
            rate: rate_or_reason(snapshot.rate(table, area), comparison.now, language()),
            rate_before: rate_or_reason(
                snapshot.rate_before(table, area),
                comparison.before,
                language(),
            ),
            count: count_text(comparison.now, language()),
            count_before: count_text(comparison.before, language()),
            direction: comparison.direction(),
            grade: snapshot.grade(table, area),
        })
    }

    /// Renders the row. It has no event listeners, because at another date it shows another area.
    fn view(
        &self,
        position: usize,
        chosen: Option<&AreaCode>,
        link: String,
    ) -> impl IntoView + use<> {
        let authority = self
            .authority
            .clone()
            .map(|name| view! { " " <small>{Text(name)}</small> });
        view! {
            <tr
                aria-rowindex=(position + HEADER_ROWS + 1).to_string()
                data-code=self.code.to_string()
                data-direction=self.direction.word()
                aria-current=(chosen == Some(&self.code)).then_some("true")
            >
                <th scope="row">
                    <a href=link>{Text(self.name.clone())}</a>
                    {authority}
                </th>
                <td class="rate">{Text(self.rate.clone())}</td>
                <td>{Text(self.rate_before.clone())}</td>
                <td class="count">{Text(self.count.clone())}</td>
                <td>{Text(self.count_before.clone())}</td>
                <td class=direction_class(self.grade)>
                    <span>{Text(self.direction.arrow().to_owned())}</span> " "
                    <span class="word">{Text(language().direction_word(self.direction).to_owned())}</span>
                    {self.grade.map(|grade| {
                        let grade = language().grade_word(grade).to_owned();
                        view! { " " <small>{Text(grade)}</small> }
                    })}
                </td>
            </tr>
        }
    }
}

/// Returns the CSS classes of a direction: in a narrow column the style sheet shows the word for
/// clear changes only.
fn direction_class(grade: Option<Grade>) -> &'static str {
    if matches!(grade, None | Some(Grade::Clear)) {
        "direction"
    } else {
        "direction uncertain"
    }
}

/// Returns the area in whose row a link was clicked.
fn area_of(event: &MouseEvent) -> Option<AreaCode> {
    let pressed = event.target()?.dyn_into::<Element>().ok()?;
    pressed
        .closest("a")
        .ok()??
        .closest("tr")
        .ok()??
        .get_attribute("data-code")?
        .parse()
        .ok()
}

/// Number of header rows, which `aria-rowindex` and `aria-rowcount` count too.
const HEADER_ROWS: usize = 1;

/// The rows of a page in order, with their level and date.
#[derive(Clone, PartialEq)]
struct TablePage {
    level: Level,
    date: Day,
    built: Vec<TableRow>,
    extent: PageExtent,
}

/// The table: rising areas by rate at first, with other sorting and all areas on request.
#[component]
pub fn RisingList() -> impl IntoView {
    let state = expect_context::<State>();
    let chunk = expect_context::<Chunks>().details;
    let view = state.view();
    let scope = state.scope();
    let shown = state.shown();
    let VerdictContext {
        listing:
            TableOptions {
                sorting,
                every_area,
                filter,
            },
        ..
    } = expect_context();
    // Whether the reader has asked for more than the first rows.
    let unfolded = RwSignal::new(false);
    let page = RwSignal::new(None::<(TableSubject, usize)>);

    let subject = Derived::new(move || {
        let level = shown.read().as_ref()?.level;
        let scope = scope.get()?;
        Some(TableSubject {
            level,
            scope,
            every_area: every_area.get(),
            sorting: sorting.get(),
        })
    });
    let rows = Derived::new(move || {
        let subject = subject.get()?;
        let shown = shown.read();
        let part = filter.read();
        let shown = shown.as_ref()?;
        let areas = listed(shown, &subject.scope, subject.every_area, &part, state);
        let all = areas.len();
        let from = match page.get() {
            Some((of, page)) if of == subject => page.min(all.saturating_sub(1) / PAGE) * PAGE,
            _ => 0,
        };
        // Within one authority its name would repeat in every row.
        let with_authority = subject.scope.authority().is_none();
        let to = from + if unfolded.get() { PAGE } else { FIRST_ROWS };
        let built = arrange(areas, to, subject.sorting, shown)
            .into_iter()
            .skip(from);
        let built: Vec<TableRow> = built
            .filter_map(|area| TableRow::of(shown, area, with_authority, state))
            .collect();
        let extent = PageExtent {
            from,
            built: built.len(),
            all,
        };
        Some(TablePage {
            level: shown.level,
            date: shown.snapshot.date(),
            built,
            extent,
        })
    });
    let extent = Derived::new(move || {
        rows.read()
            .as_ref()
            .map_or(PageExtent::default(), |rows| rows.extent)
    });
    let pages = TablePosition {
        subject,
        filter,
        page,
        extent,
    };
    let chosen = Derived::new(move || view.read().as_ref()?.area.clone());

    let caption = move || {
        let subject = subject.read();
        let shown = shown.read();
        let name = state.scope_name()?;
        let subject = subject.as_ref()?;
        let date = shown.as_ref()?.snapshot.date();
        Some(list_caption(
            subject.every_area,
            subject.level,
            &name,
            date,
            language(),
        ))
    };
    let title = move || {
        let language = language();
        if every_area.get() {
            language.all_areas_title()
        } else {
            language.rising_areas()
        }
        .to_owned()
    };
    let empty = Derived::new(move || extent.get().all == 0);
    let nothing = move || {
        let subject = subject
            .get()
            .filter(|_| empty.get() && filter.read().is_empty())?;
        let shown = shown.read();
        let name = state.scope_name()?;
        let sentence = no_rise_sentence(
            subject.level,
            &name,
            shown.as_ref()?.snapshot.date(),
            language(),
        );
        Some(view! { <p class="no-areas">{Text(sentence)}</p> })
    };
    // The button may disappear when it is pressed, so the focus moves to the first new row.
    let focus_row = move |position: usize| {
        focus::move_to_soon(format!(
            "[data-testid=rising-list] tbody tr:nth-child({}) a",
            position + 1
        ));
    };
    let more = move || {
        let PageExtent { from, built, all } = extent.get();
        let on = move |_| {
            if unfolded.get_untracked() {
                pages.turn(1);
                focus_row(0);
            } else {
                chunk.load();
                unfolded.set(true);
                focus_row(built);
            }
        };
        (from + built < all).then(|| {
            let name = match unfolded.get() {
                true => language().next_some_rows((all - from - built).min(PAGE) as u32),
                false => language().browse_all(all as u32),
            };
            view! { <button type="button" class="show-all" on:click=on>{Text(name)}</button> }
        })
    };
    let tools =
        move || (unfolded.get() || every_area.get()).then(|| Some((chunk.ready()?.pager.0)(pages)));

    // A new date changes the rows' content and keeps the elements.
    let written = move || {
        let rows = rows.read();
        let chosen = chosen.read();
        let rows = rows.as_ref()?;
        let link = |row: &TableRow| state.link_to(rows.level, &row.code, rows.date);
        let placed = (rows.extent.from..).zip(&rows.built);
        Some(
            placed
                .map(|(position, row)| row.view(position, chosen.as_ref(), link(row)))
                .collect_view(),
        )
    };
    let open = move |event: MouseEvent| {
        if let Some(code) = area_of(&event) {
            area_link::follow(&event, || state.navigator().select_area(Some(code)));
        }
    };

    view! {
        <section class="list" id="table" aria-labelledby="list-title">
            <div class="list-header">
                <h2 id="list-title">{text(title)}</h2>
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="all-areas"
                        prop:checked=flag(move || every_area.get())
                        on:change:target=move |event| {
                            chunk.load();
                            every_area.set(event.target().checked());
                        }
                    />
                    <span>{language().all_areas_title()}</span>
                </label>
            </div>
            <p id="sorted-by" class="description-only">{language().direction_sorted_by()}</p>
            {tools}
            {nothing}
            <div class="scroller" hidden=flag(move || empty.get())>
                <table
                    data-testid="rising-list"
                    aria-rowcount=attribute(move || {
                        Some((extent.get().all + HEADER_ROWS).to_string())
                    })
                >
                    <caption>{text(move || caption().unwrap_or_default())}</caption>
                    // Fixed widths: measuring every row at every date would cost more than writing
                    // it.
                    <colgroup>
                        {Column::ALL
                            .map(|column| view! { <col class=column.class() /> })
                            .collect_view()}
                    </colgroup>
                    <thead>
                        <tr aria-rowindex="1">
                            {Column::ALL
                                .map(|column| view! { <Head column sorting /> })
                                .collect_view()}
                        </tr>
                    </thead>
                    <tbody on:click=open>
                        {written}
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
        (by == column).then(|| {
            if descending {
                "descending"
            } else {
                "ascending"
            }
            .to_owned()
        })
    };
    let (title, sub) = column.title();
    view! {
        <th scope="col" aria-sort=attribute(order) class=column.class()>
            <button
                type="button"
                aria-describedby=column.rule()
                on:click=move |_| sorting.update(|sorting| *sorting = sorting.after(column))
            >
                <span>{title}</span>
                {sub.map(|sub| view! { " " <small>{sub}</small> })}
            </button>
        </th>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_ignores_case() {
        assert!(
            contains("Kingston upon Hull, City of", "HULL")
                && contains("Bath", "")
                && contains("Bath", "bath")
        );
        assert!(!contains("Bath", "baths") && !contains("", "b"));
    }
}
