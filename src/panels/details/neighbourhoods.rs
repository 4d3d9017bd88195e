//! The neighbourhoods of an authority, or of the chosen neighbourhood's authority, at the date nearest to the one
//! shown that has figures for them.

use leptos::prelude::*;
use rising_model::area::{AreaIndex, Level};
use rising_model::words::{neighbourhood_date, plain_name};

use super::ranked::{Ranked, RankedList};
use crate::language::language;
use crate::reactive::Derived;
use crate::state::State;

/// Nothing for an area that has none.
#[component]
pub fn Neighbourhoods() -> impl IntoView {
    let state = expect_context::<State>();
    let (shown, selected, finer) = (state.shown(), state.selected(), state.shown_at(Level::Msoa));
    let ranked = Derived::new(move || {
        let (shown, finer, index) = (shown.read(), finer.read(), selected.get()?);
        let (shown, finer) = (shown.as_ref()?, finer.as_ref()?);
        let area = shown.table.get(index)?;
        let authority = area.parent.as_ref().unwrap_or(&area.code);
        let all: Vec<AreaIndex> = finer.table.children_of(authority).collect();
        if all.is_empty() {
            return None;
        }
        let name = state.authority_name(authority).unwrap_or_default();
        let dates = state.neighbourhood_dates()?;
        let note = neighbourhood_date(shown.snapshot.date(), finer.snapshot.date(), dates, language());
        let title = language().neighbourhoods_title(plain_name(&name));
        Some(Ranked::new(authority.clone(), finer, all, |area| area.name_in(language()).to_owned()).titled(title, note))
    });
    view! { <RankedList id="neighbourhoods" ranked /> }
}
