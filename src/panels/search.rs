//! Finding an area by its name: a combobox over all areas of the level shown.

mod ranking;

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use rising_model::area::{AreaCode, AreaTable, Level};

use crate::reactive::{Derived, attribute, flag, text};
use crate::state::State;
use ranking::{Entry, normalised};

/// Suggestions shown at once; more than that is answered by typing on.
const SHOWN: usize = 8;

/// A level's areas, compared by identity.
#[derive(Clone)]
struct Areas(Level, Arc<AreaTable>);

impl PartialEq for Areas {
    fn eq(&self, other: &Areas) -> bool {
        Arc::ptr_eq(&self.1, &other.1)
    }
}

/// All that can be found: the areas, and old names that lead to them.
fn entries(table: &AreaTable, authority: impl Fn(&AreaCode) -> Option<String>) -> Vec<Entry> {
    let areas = table.areas().iter().map(|area| {
        let within = area.parent.as_ref().and_then(&authority);
        Entry::new(&area.name, within, area.code.clone())
    });
    let old = table.aliases().iter().flat_map(|alias| {
        alias.targets.iter().filter_map(|target| {
            let area = table.get(table.index_of(target)?)?;
            // Where an area has kept its name under a new code, the name is there already.
            (area.name != alias.name)
                .then(|| Entry::new(&alias.name, Some(format!("see {}", area.name)), target.clone()))
        })
    });
    areas.chain(old).collect()
}

/// The search box.
#[component]
pub fn Search() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let query = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let active = RwSignal::new(0usize);

    let areas = Derived::new(move || shown.read().as_ref().map(|shown| Areas(shown.level, shown.table.clone())));
    // Made when the reader first types, not before.
    let index = Derived::new(move || -> Vec<Entry> {
        areas
            .read()
            .as_ref()
            .map(|Areas(_, table)| entries(table, |code| state.authority_name(code)))
            .unwrap_or_default()
    });
    let found = Derived::new(move || -> Vec<Entry> {
        let wanted = normalised(&query.read());
        if wanted.is_empty() { vec![] } else { ranking::best(&index.read(), &wanted, SHOWN) }
    });
    let listed = move || open.get() && !found.read().is_empty();

    let choose = move |entry: &Entry| {
        open.set(false);
        query.set(String::new());
        state.navigate().select_area(Some(entry.code.clone()));
    };
    let choose_at = move |position: usize| {
        let entry = found.read_untracked().get(position).cloned();
        if let Some(entry) = entry {
            choose(&entry);
        }
    };
    let move_by = move |by: usize| {
        let number = found.read_untracked().len();
        if number > 0 {
            let from = active.get_untracked();
            active.set(if open.get_untracked() { (from + by) % number } else { from.min(number - 1) });
            open.set(true);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => move_by(1),
            "ArrowUp" => move_by(found.read_untracked().len().saturating_sub(1)),
            "Escape" if open.get_untracked() || !query.with_untracked(String::is_empty) => {
                if open.get_untracked() && !found.read_untracked().is_empty() {
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
        choose_at(active.get_untracked());
    };
    let placeholder = move || match areas.read().as_ref() {
        Some(Areas(Level::Msoa, _)) => "Neighbourhood or its authority",
        _ => "Local authority",
    };
    let said = move || {
        let (typed, number) = (query.read(), found.read().len());
        match number {
            _ if normalised(&typed).is_empty() => String::new(),
            0 if areas.read().is_none() => "The list of areas is still loading.".into(),
            0 => format!("No area here has the name \"{}\".", typed.trim()),
            1 => "1 area found.".into(),
            SHOWN => "The best matches are listed.".into(),
            _ => format!("{number} areas found."),
        }
    };
    let options = move || {
        let found = if open.get() { found.get() } else { vec![] };
        let options = found.into_iter().enumerate().map(|(position, entry)| {
            view! {
                <li
                    id=option_id(position)
                    role="option"
                    aria-selected=attribute(move || Some((active.get() == position).to_string()))
                    // The input keeps the focus, so that leaving it can close the list.
                    on:mousedown=|event| event.prevent_default()
                    on:click=move |_| choose_at(position)
                >
                    <span>{entry.name}</span>
                    {entry.within.map(|within| view! { " " <small>{within}</small> })}
                </li>
            }
        });
        options.collect_view()
    };

    view! {
        <form class="search" role="search" data-testid="search" on:submit=on_submit>
            <label for="search">"Find an area"</label>
            <input
                id="search"
                type="text"
                inputmode="search"
                enterkeyhint="go"
                role="combobox"
                autocomplete="off"
                autocapitalize="words"
                spellcheck="false"
                placeholder=attribute(move || Some(placeholder().to_owned()))
                aria-autocomplete="list"
                aria-controls="search-list"
                aria-expanded=attribute(move || Some(listed().to_string()))
                aria-activedescendant=attribute(move || listed().then(|| option_id(active.get())))
                aria-describedby="search-said"
                prop:value=text(move || query.get())
                on:input:target=move |event| {
                    query.set(event.target().value());
                    active.set(0);
                    open.set(true);
                }
                on:keydown=on_key
                on:blur=move |_| open.set(false)
            />
            <ul id="search-list" role="listbox" aria-label="Areas found" hidden=flag(move || !listed())>{options}</ul>
            <p
                id="search-said"
                role="status"
                class:visually-hidden=flag(move || !found.read().is_empty() || query.read().is_empty())
            >
                {text(said)}
            </p>
        </form>
    }
}

fn option_id(position: usize) -> String {
    format!("search-option-{position}")
}
