//! Switches the level, the scope and `rising=1`.

use leptos::prelude::*;
use rising_model::domain::area::{Level, Nation};

use crate::platform::focus;
use crate::platform::reactive::{Derived, Text, flag, text};
use crate::state::State;

/// The switches for level, nation and `rising=1`.
#[component]
pub fn Switches() -> impl IntoView {
    let state = expect_context::<State>();
    let view = state.view();
    let level = Derived::new(move || view.read().as_ref().map(|view| view.level));
    let nation = Derived::new(move || view.read().as_ref().map(|view| view.nation));
    let within = Derived::new(move || view.read().as_ref().and_then(|view| view.within.clone()));
    let rising_only = state.rising_only();

    // Until the manifest has loaded, both levels are shown, disabled.
    let has_level = move |level| {
        state
            .manifest()
            .is_none_or(|manifest| manifest.levels.get(level).is_some())
    };
    let nations = Derived::new(move || -> Vec<Nation> {
        let offered = || {
            let manifest = state.manifest()?;
            let level = level.get()?;
            let files = manifest.levels.get(level)?;
            let one = files.dates.len() == 1;
            Some(
                Nation::ALL
                    .into_iter()
                    .filter(|n| files.dates_of(*n).is_some() && !(one && *n == Nation::Uk))
                    .collect(),
            )
        };
        offered().unwrap_or_default()
    });
    let choose_nation = move |slug: String| {
        if let Ok(nation) = slug.parse() {
            state.navigator().select_nation(nation);
        }
    };
    // Keeps the authority in view: switches between it and its neighbourhoods, if it has any.
    let choose_level = move |level: Level| {
        let view = view.get_untracked();
        let authority = view.and_then(|view| match view.level {
            Level::Ltla => view
                .area
                .filter(|area| untrack(|| state.may_have_neighbourhoods(area))),
            Level::Msoa => view.within,
        });
        state.navigator().select_level(level, authority);
    };
    let levels = Level::ALL.map(|choice| {
        view! {
            <label class:absent=flag(move || !has_level(choice))>
                <input
                    type="radio"
                    name="level"
                    value=choice.slug()
                    prop:checked=flag(move || level.get() == Some(choice))
                    disabled=flag(move || level.get().is_none())
                    on:change=move |_| choose_level(choice)
                />
                <span>
                    {state.label_text(match choice {
                        Level::Ltla => |texts| {
                            texts.level_first(Level::Ltla).to_owned()
                        },
                        Level::Msoa => |texts| {
                            texts.level_first(Level::Msoa).to_owned()
                        },
                    })}
                </span>
            </label>
        }
    });

    let one_level = move || {
        Level::ALL
            .into_iter()
            .filter(|level| has_level(*level))
            .count()
            < 2
    };
    // A data set of one region offers no choice.
    let one_nation = move || nation.get().is_some() && !state.has_nations();

    view! {
        <section class="switches" aria-label=state.texts().map_choices() data-testid="switches">
            <fieldset class="segmented" hidden=flag(one_level)>
                <legend class="visually-hidden">{state.texts().choose_areas()}</legend>
                {levels.collect_view()}
            </fieldset>
            {move || within.read().is_some().then(|| {
                let leave = move |_| {
                    state.navigator().clear_within();
                    // The button disappears, so the focus moves to the selected level.
                    focus::move_to_soon("[data-testid=switches] input:checked".to_owned());
                };
                view! {
                    <button type="button" data-testid="leave-within" on:click=leave>
                        {text(move || {
                            let nation = nation.get();
                            nation
                                .map(|nation| state.texts().all_of_nation(nation))
                                .unwrap_or_default()
                        })}
                    </button>
                }
            })}
            <label class="nation" hidden=flag(move || one_nation() || within.read().is_some())>
                <span class="visually-hidden">{state.texts().choose_nation()}</span>
                <select
                    disabled=flag(move || nation.get().is_none())
                    on:change:target=move |event| choose_nation(event.target().value())
                >
                    {move || {
                        nations
                            .get()
                            .into_iter()
                            .map(|choice| {
                                view! {
                                    <option
                                        value=choice.slug()
                                        prop:selected=flag(move || nation.get() == Some(choice))
                                    >
                                        {Text(state.texts().nation_choice(choice))}
                                    </option>
                                }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=flag(move || rising_only.get())
                    on:change:target=move |event| {
                        state.navigator().select_rising_only(event.target().checked());
                    }
                />
                <span>{state.texts().only_rising()}</span>
            </label>
        </section>
    }
}
