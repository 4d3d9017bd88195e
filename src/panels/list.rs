//! Lists areas in a table, the text equivalent of the map, always at the same date.

mod pager;

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rising_markup::table::{Column, FIRST_ROWS, List, Row, Sorting, Table, arrange};
use rising_model::domain::area::{AreaCode, Level};
use rising_model::domain::scope::Scope;
use rising_view::captions::{list_caption, no_rise_sentence};
use rising_view::names::plain_name;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::table_options::{TableOptions, listed};
use super::verdict_text::VerdictContext;
use crate::panels::area_link;
use crate::platform::dom;
use crate::platform::focus;
use crate::platform::page::append;
use crate::platform::reactive::Derived;
use crate::state::{Member, State};
pub use pager::TablePager;

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

/// The rows of a page in order.
#[derive(Clone, PartialEq)]
struct TablePage {
    rows: Vec<Row>,
    extent: PageExtent,
}

/// Keeps the table up to date: rising areas by rate at first, with other sorting and all areas on
/// request. A new date changes the content of rows and keeps the elements.
pub fn list(place: Element) {
    let state = expect_context::<State>();
    let chunk = expect_context::<Member<TablePager>>();
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
    let chosen = Derived::new(move || view.read().as_ref()?.area.clone());
    let rows = Derived::new(move || {
        let subject = subject.get()?;
        let shown = shown.read();
        let part = filter.read();
        let chosen = chosen.read();
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
        let (table, snapshot) = (&shown.table, &shown.snapshot);
        let texts = state.texts();
        let areas = arrange(areas, to, subject.sorting, shown, &texts);
        let row = |area| {
            let row = Row::new(shown, area, &texts)?;
            let parent = || table.get(area)?.parent.as_ref();
            let authority = || Some(plain_name(&state.authority_name(parent()?)?).to_owned());
            Some(Row {
                authority: with_authority.then(authority).flatten(),
                link: Some(state.link_to(shown.level, &row.code, snapshot.date())),
                is_current: chosen.as_ref() == Some(&row.code),
                ..row
            })
        };
        let rows: Vec<Row> = areas.into_iter().skip(from).filter_map(row).collect();
        let built = rows.len();
        let extent = PageExtent { from, built, all };
        Some(TablePage { rows, extent })
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

    let markup = move || {
        let TableSubject {
            level,
            every_area,
            sorting,
            ..
        } = subject.get()?;
        let rows = rows.get()?;
        let name = state.scope_name()?;
        let date = shown.read().as_ref()?.snapshot.date();
        let texts = state.texts();
        let PageExtent { from, built, all } = rows.extent;
        let empty = all == 0 && filter.read().is_empty();
        let more = || match unfolded.get() {
            true => texts.next_some_rows((all - from - built).min(PAGE) as u32),
            false => texts.browse_all(all as u32),
        };
        let list = List {
            title: match every_area {
                true => texts.all_areas_title(),
                false => texts.rising_areas(),
            },
            empty: empty.then(|| no_rise_sentence(level, &name, date, &texts)),
            table: Table {
                caption: list_caption(every_area, level, &name, date, &texts),
                rows: rows.rows,
                extent: Some((from, all)),
                sorting: Some(sorting),
                can_sort: true,
            },
            has_controls: true,
            more: (from + built < all).then(more),
        };
        Some(list.render(&texts))
    };
    dom::listen(&place, "click", move |event| {
        let event: MouseEvent = event.unchecked_into();
        let pressed = |selector: &str| pressed(&event, selector);
        if let Some(code) = pressed("tbody a").and_then(|link| area_of(&link)) {
            area_link::follow(&event, || state.navigator().select_area(Some(code)));
        } else if let Some(button) = pressed("[data-column]") {
            let column = button.get_attribute("data-column");
            if let Some(column) = column.and_then(|id| Column::of_id(&id)) {
                sorting.update(|sorting| *sorting = sorting.after(column));
            }
        } else if pressed(".show-all").is_some() {
            // The button may disappear when it is pressed, so the focus moves to the first new row.
            let built = extent.get_untracked().built;
            let first_new = if unfolded.get_untracked() {
                pages.turn(1);
                0
            } else {
                chunk.load();
                unfolded.set(true);
                built
            };
            focus::move_to_soon(format!(
                "[data-testid=rising-list] tbody tr:nth-child({}) a",
                first_new + 1
            ));
        }
    });
    dom::listen(&place, "change", move |event| {
        let input = event.target().and_then(|input| input.dyn_into().ok());
        if let Some(input) = input.filter(|input: &HtmlInputElement| input.type_() == "checkbox") {
            chunk.load();
            every_area.set(input.checked());
        }
    });
    dom::follow_then(place, markup, move |list| {
        let Some(place) = list.query_selector(".pager-place").ok().flatten() else {
            return;
        };
        append(&place, move || {
            move || {
                let is_long = unfolded.get() || every_area.get();
                is_long.then(|| Some((chunk.ready()?.0)(pages)))
            }
        });
    });
}

/// Returns the pressed element or its ancestor that the selector matches.
fn pressed(event: &MouseEvent, selector: &str) -> Option<Element> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(selector).ok()?
}

/// Returns the area in whose row a link is.
fn area_of(link: &Element) -> Option<AreaCode> {
    let row = link.closest("tr").ok()??;
    row.get_attribute("data-code")?.parse().ok()
}
