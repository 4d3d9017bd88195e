//! What the search box does once there is something to answer with: the list, the keys, and what is
//! said.

use std::sync::Arc;

use gloo_timers::callback::Timeout;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use rising_model::area::Level;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::names::Names;
use super::query::{Postcode, cleaned};
use super::results::{Sources, answer};
use super::suggestion::{Areas, SearchResults, Target};
use super::{Combobox, ComboboxState, SearchBox, option_id};
use crate::focus;
use crate::reactive::{Derived, Text, attribute, effect};
use crate::url::Request;

/// Milliseconds after which the reader has left the box: what is said then moves the page, and must
/// not move what she presses meanwhile from under her finger.
const LEFT_AFTER: u32 = 300;

/// SearchResults what is typed into the box.
pub(super) fn attach(typing: SearchBox) -> Combobox {
    let answers = answers(typing);
    let left = left(typing);
    send_when_due(typing, answers);
    effect(move || {
        if let Some(position) = typing.active.get() {
            reveal(position);
        }
    });
    let shown = Derived::new(move || {
        let answers = answers.read();
        let to_do = left.get() && !answers.left.is_empty();
        let is_listed = is_open(typing) && !answers.listed.is_empty();
        ComboboxState {
            said: if to_do { &answers.left } else { &answers.said }.clone(),
            is_heard_only: !to_do && !answers.shows,
            is_listed,
            active: typing.active.get().filter(|_| is_listed),
        }
    });
    Combobox {
        shown,
        options: Arc::new(move || options(typing, answers)),
        on_key: Arc::new(move |event: &KeyboardEvent| on_key(typing, answers, event)),
        send: Arc::new(move || {
            if answers.read_untracked().waiting {
                typing.sent.set(Some(typing.query.get_untracked()));
            } else {
                send(typing, &answers.read_untracked());
            }
        }),
    }
}

fn is_open(typing: SearchBox) -> bool {
    typing.is_inside.get() && !typing.is_closed.get()
}

fn answers(
    SearchBox {
        state,
        query,
        looking,
        ..
    }: SearchBox,
) -> Derived<SearchResults> {
    let has_postcodes = move || {
        state
            .manifest()
            .is_some_and(|manifest| manifest.postcodes.is_some())
    };
    effect(move || {
        // The host learns the postcode's area, such as HX, and no more.
        if has_postcodes()
            && let Some(postcode) = Postcode::find(&cleaned(&query.read()))
        {
            state.load_postcodes(postcode.typed().area());
        }
    });
    let areas = Derived::new(move || Areas::of(state));
    let names = Derived::new(move || Names::new(areas.get(), state.gazetteer()));
    // Made of all names before the first letter, which would wait for it.
    effect(move || {
        if looking.get() && !state.names_are_loading() {
            names.read();
        }
    });
    Derived::new(move || {
        let entry = query.read();
        if entry.is_empty() {
            return SearchResults::default();
        }
        let sources = Sources {
            names: &names.read(),
            areas: &areas.read(),
            level: state
                .view()
                .read()
                .as_ref()
                .map_or(Level::Ltla, |view| view.level),
            as_of: state
                .manifest()
                .and_then(|manifest| Some(manifest.postcodes.as_ref()?.as_of)),
            lookup: &|typed| state.postcodes(typed.area()),
            waiting: state.names_are_loading(),
        };
        answer(&entry, &sources)
    })
}

/// Whether the reader has left the box without choosing, and done nothing else since.
fn left(
    SearchBox {
        state, is_inside, ..
    }: SearchBox,
) -> Derived<bool> {
    // What was shown then.
    let left = RwSignal::new(None::<Request>);
    let leaving = StoredValue::new_local(None::<Timeout>);
    effect(move || {
        let wait = || {
            Timeout::new(LEFT_AFTER, move || {
                left.set(Some(state.request().get_untracked()))
            })
        };
        leaving.set_value((!is_inside.get()).then(wait));
        left.set(None);
    });
    Derived::new(move || {
        left.read()
            .as_ref()
            .is_some_and(|request| *request == *state.request().read())
    })
}

/// Sends an entry that was sent before its answer had come.
fn send_when_due(typing: SearchBox, answers: Derived<SearchResults>) {
    let SearchBox { query, sent, .. } = typing;
    effect(move || {
        let answers = answers.read();
        let due = sent.read().as_ref() == Some(&*query.read()) && !answers.waiting;
        // What could not be loaded may be, after another try.
        if due && !answers.listed.is_empty() {
            untrack(|| {
                sent.set(None);
                send(typing, &answers);
            });
        }
    });
}

/// Opens what the entry means, or offers the choice that it leaves.
fn send(typing: SearchBox, answers: &SearchResults) {
    match typing.active.get_untracked() {
        None if answers.must_choose || answers.listed.is_empty() => {
            typing.active.set((!answers.listed.is_empty()).then_some(0));
            typing.is_closed.set(false);
            typing.give_focus();
        }
        at => choose(typing, answers, at.unwrap_or_default()),
    }
}

/// Leads the reader to a suggestion.
fn choose(
    SearchBox {
        state,
        query,
        active,
        ..
    }: SearchBox,
    answers: &SearchResults,
    position: usize,
) {
    let Some(chosen) = answers.listed.get(position).cloned() else {
        return;
    };
    query.set(String::new());
    active.set(None);
    match chosen.target {
        Target::Place(found, level) => state.open_found_place(found, level),
        Target::Neighbourhoods(authority) => state.show_within(authority),
        Target::Nation(nation) => {
            state.show_nation(nation);
            // It has what was asked for, and its name says of what.
            focus::move_to_map();
        }
    }
}

fn on_key(typing: SearchBox, answers: Derived<SearchResults>, event: &KeyboardEvent) {
    let SearchBox {
        query,
        is_closed,
        active,
        ..
    } = typing;
    let number = answers.read_untracked().listed.len();
    let move_to = |next: fn(Option<usize>, usize) -> usize| {
        if number > 0 {
            active.set(Some(next(
                active.get_untracked().filter(|at| *at < number),
                number,
            )));
            is_closed.set(false);
        }
    };
    match event.key().as_str() {
        "ArrowDown" => move_to(|at, number| at.map_or(0, |at| (at + 1) % number)),
        "ArrowUp" => move_to(|at, number| (at.unwrap_or(number) + number - 1) % number),
        "Escape" if number > 0 && !is_closed.get_untracked() => is_closed.set(true),
        "Escape" if !query.with_untracked(String::is_empty) => query.set(String::new()),
        _ => return,
    }
    event.prevent_default();
}

fn options(typing: SearchBox, answers: Derived<SearchResults>) -> AnyView {
    let listed = if is_open(typing) {
        answers.read().listed.clone()
    } else {
        vec![]
    };
    let options = listed.into_iter().enumerate().map(|(position, suggestion)| {
        view! {
            <li
                id=option_id(position)
                role="option"
                aria-selected=attribute(move || Some((typing.active.get() == Some(position)).to_string()))
                // The input keeps the focus, so that leaving it can close the list.
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose(typing, &answers.read_untracked(), position)
            >
                <span>{Text(suggestion.name)}</span>
                {suggestion.within.map(|within| view! { " " <small>{Text(within)}</small> })}
            </li>
        }
    });
    options.collect_view().into_any()
}

/// Scrolls the list to the suggestion at that position.
fn reveal(position: usize) {
    // The list may be about to open.
    request_animation_frame(move || {
        let option = document().get_element_by_id(&option_id(position));
        let Some(option) = option.and_then(|option| option.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        let Some(list) = option.offset_parent() else {
            return;
        };
        let (top, height) = (option.offset_top(), option.offset_height());
        let first = top + height - list.client_height();
        list.set_scroll_top(list.scroll_top().max(first).min(top));
    });
}
