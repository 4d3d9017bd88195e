//! Derives the verdict in words, for the panel, shared links and exports.

use rising_model::domain::area::Level;
use rising_model::domain::snapshot::DirectionTotals;
use rising_model::domain::trend::Direction;
use rising_view::verdict::{AreaVerdict, scope_verdict};

use super::table_options::TableOptions;
use crate::platform::reactive::Derived;
use crate::state::State;

/// The verdict's sentences.
#[derive(Clone, PartialEq)]
pub struct VerdictText {
    /// The location of the place that the reader searched for, if that led to the area. It is in
    /// the live region with the sentence, so that both are announced once.
    pub found: String,
    pub sentence: String,
    /// Rate and clearness of the selected area.
    pub support: String,
    /// The direction of the selected area.
    pub direction: Option<Direction>,
}

/// The verdict, computed once for all panels, and the table's options. The page provides it as
/// context.
#[derive(Clone, Copy)]
pub struct VerdictContext {
    /// The verdict for the selected area or, without one, for the scope.
    pub answer: Derived<Option<VerdictText>>,
    /// The number of the scope's areas in each direction.
    pub totals: Derived<Option<DirectionTotals>>,
    /// The table's sorting and filters.
    pub listing: TableOptions,
}

impl VerdictContext {
    /// Derives the verdict from the figures shown.
    pub fn new(state: State) -> VerdictContext {
        let totals = totals(state);
        VerdictContext {
            answer: answer(state, totals),
            totals,
            listing: TableOptions::new(),
        }
    }
}

fn totals(state: State) -> Derived<Option<DirectionTotals>> {
    let scope = state.scope();
    let shown = state.shown();
    Derived::new(move || {
        let shown = shown.read();
        let scope = scope.read();
        let shown = shown.as_ref()?;
        Some(shown.snapshot.totals(&shown.table, scope.as_ref()?))
    })
}

fn answer(state: State, totals: Derived<Option<DirectionTotals>>) -> Derived<Option<VerdictText>> {
    let shown = state.shown();
    let selected = state.selected();
    let found = state.found();
    let around = state.shown_at(Level::Ltla);
    Derived::new(move || {
        let texts = state.texts();
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let Some(index) = selected.get() else {
            let name = state.scope_name()?;
            let date = shown.snapshot.date();
            let sentence = scope_verdict(&totals.get()?, &name, shown.level, date, &texts);
            let nothing = String::new;
            return Some(VerdictText {
                found: nothing(),
                sentence,
                support: nothing(),
                direction: None,
            });
        };
        let around = around.read();
        let authorities = state.table(Level::Ltla);
        let AreaVerdict {
            sentence,
            support,
            direction,
        } = AreaVerdict::new(
            shown,
            index,
            authorities.as_deref(),
            around.as_ref(),
            &texts,
        )?;
        Some(VerdictText {
            found: found
                .read()
                .as_ref()
                .map(|found| found.sentence.clone())
                .unwrap_or_default(),
            sentence,
            support,
            direction: Some(direction),
        })
    })
}
