//! Finding an area by postcode, by name, or by where the reader stands: a combobox, and a button beside it.

mod names;
mod near_me;
mod postcodes;
mod ranking;
mod suggestion;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use rising_model::area::Level;
use rising_model::postcode::Typed;
use rising_words::labels;

use crate::language::language;
use crate::lazy::Parts;
use crate::reactive::{Derived, attribute, effect, flag, text};
use crate::state::State;
use names::Names;
use near_me::{NearMe, Nearby};
use ranking::normalised;
use suggestion::{Answers, Areas};

/// Suggestions shown at once: most counties have no more districts. More is answered by typing on.
const SHOWN: usize = 12;

/// What finds areas: a part of the program of its own.
pub struct Finder {
    /// What was typed, answered from what has come so far. The last signal says that the reader has turned to the box.
    answers: fn(State, RwSignal<String>, RwSignal<bool>) -> Derived<Answers>,
    /// How it stands with finding where the reader is, from the first press of the button on.
    near_me: fn(State, RwSignal<u32>) -> Derived<Nearby>,
}

impl Finder {
    /// Where this is called, the part has come.
    pub fn here() -> Finder {
        Finder { answers, near_me: near_me::attempts }
    }
}

fn answers(state: State, query: RwSignal<String>, looking: RwSignal<bool>) -> Derived<Answers> {
    effect(move || {
        // The host learns the postcode's area, such as HX, and no more.
        if state.manifest().is_some_and(|manifest| manifest.postcodes.is_some())
            && let Some(typed) = Typed::parse(&query.read())
        {
            state.want_postcodes(typed.area());
        }
    });
    let areas = Derived::new(move || Areas::of(state));
    let names = Derived::new(move || Names::new(areas.get(), state.gazetteer()));
    // Made of all names before the first letter, which would wait for it.
    effect(move || {
        if looking.get() && !state.names_are_coming() {
            names.read();
        }
    });
    Derived::new(move || {
        let query = query.read();
        if normalised(&query).is_empty() {
            return Answers::default();
        }
        let waiting = state.names_are_coming();
        let mut answers = Answers { waiting, ..Answers::default() };
        let as_of = state.manifest().and_then(|manifest| Some(manifest.postcodes.as_ref()?.as_of));
        // Elsewhere "W5" may be the beginning of a name.
        if let Some(typed) = Typed::parse(&query).filter(|_| as_of.is_some()) {
            let level = state.view().read().as_ref().map_or(Level::Ltla, |view| view.level);
            answers = postcodes::answers(&typed, state.postcodes(typed.area()), &areas.read(), level, as_of);
            answers.waiting |= waiting;
        }
        if answers.listed.is_empty() {
            answers.listed = names.read().best(&query, SHOWN);
        }
        answers.listed.truncate(SHOWN);
        answers.asked = true;
        answers
    })
}

/// The search box.
#[component]
pub fn Search() -> impl IntoView {
    let state = expect_context::<State>();
    let query = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    // None until an arrow key goes there; sent as it is, an entry means the first.
    let active = RwSignal::new(None::<usize>);
    // An entry that was sent before its answer had come.
    let sent = RwSignal::new(None::<String>);
    // The reader has turned to the box.
    let looking = RwSignal::new(false);
    let finder = expect_context::<Parts>().finder;
    // Made once, when the part has come.
    let answered = Derived::from_last(move |_| Some((finder.ready()?.answers)(state, query, looking)), |_, _| false);
    let answers = Derived::new(move || match &*answered.read() {
        Some(answers) => answers.get(),
        None => {
            let asked = !query.read().trim().is_empty();
            let failed = finder.file().has_failed();
            let said = if asked && failed { language().search_failed() } else { "" };
            Answers { asked, waiting: asked && !failed, said: said.to_owned(), listed: vec![] }
        }
    });
    let listed = move || open.get() && !answers.read().listed.is_empty();

    effect(move || {
        if !query.read().is_empty() && state.manifest().is_some() {
            finder.want();
            state.want_names();
        }
    });

    let choose_at = move |position: usize| {
        let chosen = answers.read_untracked().listed.get(position).cloned();
        if let Some(chosen) = chosen {
            open.set(false);
            query.set(String::new());
            if chosen.neighbourhoods {
                state.show_within(chosen.found.authority);
            } else {
                state.lead_to(chosen.found, chosen.level);
            }
        }
    };
    effect(move || {
        let due = sent.read().as_ref() == Some(&*query.read()) && !answers.read().waiting;
        if due {
            untrack(|| choose_at(0));
        }
    });
    let move_to = move |next: fn(Option<usize>, usize) -> usize| {
        let number = answers.read_untracked().listed.len();
        if number > 0 {
            active.set(Some(next(active.get_untracked().filter(|at| *at < number), number)));
            open.set(true);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => move_to(|at, number| at.map_or(0, |at| (at + 1) % number)),
            "ArrowUp" => move_to(|at, number| (at.unwrap_or(number) + number - 1) % number),
            "Escape" if open.get_untracked() || !query.with_untracked(String::is_empty) => {
                if open.get_untracked() && !answers.read_untracked().listed.is_empty() {
                    open.set(false);
                } else {
                    query.set(String::new());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if answers.read_untracked().waiting {
            sent.set(Some(query.get_untracked()));
        } else {
            choose_at(active.get_untracked().unwrap_or_default());
        }
    };
    let said = move || {
        let (typed, answers) = (query.read(), answers.read());
        match answers.listed.len() {
            _ if !answers.asked => String::new(),
            _ if !answers.said.is_empty() => answers.said.clone(),
            0 if answers.waiting => language().search_waiting().to_owned(),
            0 if finds(state).0 => language().search_nothing(typed.trim()),
            0 => language().search_nothing_named(typed.trim()),
            SHOWN => language().search_best().to_owned(),
            number => language().search_found(number as u32),
        }
    };
    // To the eye the list speaks for itself.
    let heard_only = move || {
        let answers = answers.read();
        query.read().is_empty() || !answers.listed.is_empty() && answers.said.is_empty()
    };
    let options = move || {
        let listed = if open.get() { answers.read().listed.clone() } else { vec![] };
        let options = listed.into_iter().enumerate().map(|(position, suggestion)| {
            view! {
                <li
                    id=option_id(position)
                    role="option"
                    aria-selected=attribute(move || Some((active.get() == Some(position)).to_string()))
                    // The input keeps the focus, so that leaving it can close the list.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| choose_at(position)
                >
                    <span>{suggestion.name}</span>
                    {suggestion.within.map(|within| view! { " " <small>{within}</small> })}
                </li>
            }
        });
        options.collect_view()
    };

    let hint = move || {
        let language = language();
        Some(
            match finds(state) {
                (true, _) => language.search_hint(),
                (_, true) => language.search_hint_town(),
                _ => language.search_hint_name(),
            }
            .to_owned(),
        )
    };

    view! {
        <form class="search" role="search" data-testid="search" on:submit=on_submit>
            <label for="search" class="visually-hidden">{language().search_label()}</label>
            <input
                id="search"
                type="text"
                inputmode="search"
                enterkeyhint="go"
                role="combobox"
                autocomplete="off"
                autocapitalize="words"
                spellcheck="false"
                placeholder=attribute(hint)
                aria-autocomplete="list"
                aria-controls="search-list"
                aria-expanded=attribute(move || Some(listed().to_string()))
                aria-activedescendant=attribute(move || active.get().filter(|_| listed()).map(option_id))
                aria-describedby="search-said"
                prop:value=text(move || query.get())
                // Who taps it will type; who only passes through with the Tab key is not made to download for it.
                on:pointerdown=move |_| {
                    finder.want();
                    state.want_names();
                    looking.set(true);
                }
                on:input:target=move |event| {
                    query.set(event.target().value());
                    active.set(None);
                    open.set(true);
                    sent.set(None);
                    looking.set(true);
                }
                on:keydown=on_key
                on:blur=move |_| open.set(false)
            />
            <NearMe />
            <ul id="search-list" role="listbox" aria-label=language().search_list() hidden=flag(move || !listed())>{options}</ul>
            <p id="search-said" class="said" role="status" class:visually-hidden=flag(heard_only)>{text(said)}</p>
        </form>
    }
}

/// Does the data set have postcodes, and does it have names of places? Until that is known: if it is British.
fn finds(state: State) -> (bool, bool) {
    match state.manifest() {
        Some(manifest) => (manifest.postcodes.is_some(), manifest.names.is_some()),
        None => (!labels::are_given(), false),
    }
}

fn option_id(position: usize) -> String {
    format!("search-option-{position}")
}
