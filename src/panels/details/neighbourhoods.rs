//! Lists the neighbourhoods of an authority, or of the selected neighbourhood's authority, at the
//! nearest date with figures for them.

use leptos::prelude::*;
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::scope::Scope;
use rising_view::dates::neighbourhood_date;
use rising_view::names::{ScopeName, plain_name};

use super::ranked::{Ranked, RankedList};
use crate::platform::reactive::Derived;
use crate::state::State;

/// The list; nothing for an area without neighbourhoods.
#[component]
pub fn Neighbourhoods() -> impl IntoView {
    let state = expect_context::<State>();
    let shown = state.shown();
    let selected = state.selected();
    let finer = state.shown_at(Level::Msoa);
    let scope = state.scope();
    let ranked = Derived::new(move || {
        let shown = shown.read();
        let finer = finer.read();
        let index = selected.get()?;
        let shown = shown.as_ref()?;
        let finer = finer.as_ref()?;
        let area = shown.table.get(index)?;
        let authority = area.parent.as_ref().unwrap_or(&area.code);
        let all: Vec<AreaIndex> = finer.table.children_of(authority).collect();
        if all.is_empty() {
            return None;
        }
        let name = state.authority_name(authority).unwrap_or_default();
        let dates = state.neighbourhood_dates()?;
        let note = neighbourhood_date(
            shown.snapshot.date(),
            finer.snapshot.date(),
            dates,
            &state.texts(),
        );
        let name = plain_name(&name);
        let title = state.texts().neighbourhoods_title(name);
        let number = all.len() as u32;
        let on_map = match area.parent {
            None => state.texts().show_its_neighbourhoods(number),
            Some(_) => {
                let authority = ScopeName::Authority(name.to_owned());
                state.texts().show_neighbourhoods(&authority.all_areas(
                    number,
                    Level::Msoa,
                    &state.texts(),
                ))
            }
        };
        let is_shown = scope.read().as_ref().and_then(Scope::authority) == Some(authority);
        Some(
            Ranked::new(authority.clone(), finer, all, |area| {
                area.name_in(state.texts().tag()).to_owned()
            })
            .titled(title, note)
            .on_map((!is_shown).then_some(on_map)),
        )
    });
    view! { <RankedList id="neighbourhoods" ranked /> }
}
