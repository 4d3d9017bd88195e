//! Runs the search box's suggestions, keys and messages once the search chunk has loaded.

use std::sync::Arc;

use gloo_timers::callback::Timeout;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use rising_address::Request;
use rising_model::domain::area::Level;
use rising_search::query::{Postcode, cleaned};
use rising_search::{Names, SearchResults, Sources, Target, answer};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Combobox, ComboboxState, SearchBox, areas, option_id};
use crate::platform::focus;
use crate::platform::reactive::{Derived, Text, attribute, effect};

/// Milliseconds without focus after which the reader has left the box. The message shown then moves
/// the page, and must not move an element that is just being pressed.
const LEFT_AFTER: u32 = 300;

/// Starts answering what is typed into the box.
pub(super) fn attach(search_box: SearchBox) -> Combobox {
    let answers = answers(search_box);
    let left = left(search_box);
    submit_when_complete(search_box, answers);
    effect(move || {
        if let Some(position) = search_box.active.get() {
            reveal(position);
        }
    });
    let shown = Derived::new(move || {
        let answers = answers.read();
        let to_do = left.get() && !answers.left_message.is_empty();
        let is_expanded = is_open(search_box) && !answers.listed.is_empty();
        ComboboxState {
            message: if to_do {
                &answers.left_message
            } else {
                &answers.message
            }
            .clone(),
            is_hidden: !to_do && !answers.is_message_visible,
            is_expanded,
            active: search_box.active.get().filter(|_| is_expanded),
        }
    });
    Combobox {
        shown,
        options: Arc::new(move || options(search_box, answers)),
        on_key: Arc::new(move |event: &KeyboardEvent| on_key(search_box, answers, event)),
        submit: Arc::new(move || {
            if answers.read_untracked().waiting {
                search_box
                    .submitted
                    .set(Some(search_box.query.get_untracked()));
            } else {
                submit(search_box, &answers.read_untracked());
            }
        }),
    }
}

fn is_open(search_box: SearchBox) -> bool {
    search_box.has_focus.get() && !search_box.is_closed.get()
}

fn answers(
    SearchBox {
        state,
        query,
        is_used,
        ..
    }: SearchBox,
) -> Derived<SearchResults> {
    let has_postcodes = move || {
        state
            .manifest()
            .is_some_and(|manifest| manifest.postcodes.is_some())
    };
    effect(move || {
        // The server learns the postcode area only, such as HX.
        if has_postcodes()
            && let Some(postcode) = Postcode::find(&cleaned(&query.read()))
        {
            state.load_postcodes(postcode.typed().area());
        }
    });
    let names = Derived::new(move || Names::new(areas(state), state.gazetteer()));
    // Builds the index before the first letter is typed, so that the letter need not wait.
    effect(move || {
        if is_used.get() && !state.names_are_loading() {
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

/// Whether the reader has left the box without choosing, and has not navigated since.
fn left(
    SearchBox {
        state, has_focus, ..
    }: SearchBox,
) -> Derived<bool> {
    // The view when the reader left the box.
    let left = RwSignal::new(None::<Request>);
    let leaving = StoredValue::new_local(None::<Timeout>);
    effect(move || {
        let wait = || {
            Timeout::new(LEFT_AFTER, move || {
                left.set(Some(state.request().get_untracked()));
            })
        };
        leaving.set_value((!has_focus.get()).then(wait));
        left.set(None);
    });
    Derived::new(move || {
        left.read()
            .as_ref()
            .is_some_and(|request| *request == *state.request().read())
    })
}

/// Submits a query, once its results are complete, that was submitted before.
fn submit_when_complete(search_box: SearchBox, answers: Derived<SearchResults>) {
    let SearchBox {
        query, submitted, ..
    } = search_box;
    effect(move || {
        let answers = answers.read();
        let due = submitted.read().as_ref() == Some(&*query.read()) && !answers.waiting;
        // Stays submitted without results: a retry may still load what is missing.
        if due && !answers.listed.is_empty() {
            untrack(|| {
                submitted.set(None);
                submit(search_box, &answers);
            });
        }
    });
}

/// Opens the best result, or shows the results that the reader has to choose from.
fn submit(search_box: SearchBox, answers: &SearchResults) {
    match search_box.active.get_untracked() {
        None if answers.must_choose || answers.listed.is_empty() => {
            search_box
                .active
                .set((!answers.listed.is_empty()).then_some(0));
            search_box.is_closed.set(false);
            search_box.focus();
        }
        at => choose(search_box, answers, at.unwrap_or_default()),
    }
}

/// Opens a suggestion.
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
            // The map shows the nation, and its label names it.
            focus::move_to_map();
        }
    }
}

fn on_key(search_box: SearchBox, answers: Derived<SearchResults>, event: &KeyboardEvent) {
    let SearchBox {
        query,
        is_closed,
        active,
        ..
    } = search_box;
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

fn options(search_box: SearchBox, answers: Derived<SearchResults>) -> AnyView {
    let listed = if is_open(search_box) {
        answers.read().listed.clone()
    } else {
        vec![]
    };
    let options = listed
        .into_iter()
        .enumerate()
        .map(|(position, suggestion)| {
            view! {
                <li
                    id=option_id(position)
                    role="option"
                    aria-selected=attribute(move || {
                        Some((search_box.active.get() == Some(position)).to_string())
                    })
                    // Keeps the focus in the input, because its blur closes the list.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| choose(search_box, &answers.read_untracked(), position)
                >
                    <span>{Text(suggestion.name)}</span>
                    {suggestion.within.map(|within| view! { " " <small>{Text(within)}</small> })}
                </li>
            }
        });
    options.collect_view().into_any()
}

/// Scrolls the list to a suggestion.
fn reveal(position: usize) {
    // At the next frame, because the list may just be opening.
    request_animation_frame(move || {
        let option = document().get_element_by_id(&option_id(position));
        let Some(option) = option.and_then(|option| option.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        let Some(list) = option.offset_parent() else {
            return;
        };
        let top = option.offset_top();
        let height = option.offset_height();
        let first = top + height - list.client_height();
        list.set_scroll_top(list.scroll_top().max(first).min(top));
    });
}
