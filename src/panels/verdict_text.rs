//! Computes the verdict in words, for the panel, shared links and exports.

use rising_model::domain::area::{AreaCode, AreaIndex, Level};
use rising_model::domain::day::Day;
use rising_model::domain::snapshot::DirectionTotals;
use rising_model::domain::trend::Direction;
use rising_view::names::plain_name;
use rising_view::{LevelView, clearness, verdict};
use rising_words::Texts;

use super::list::TableOptions;
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
    /// The verdict for the other level, if it has one.
    pub other: Option<OtherLevelVerdict>,
}

/// The verdict for the selected area's authority, or for the neighbourhood that was searched for.
#[derive(Clone, PartialEq)]
pub struct OtherLevelVerdict {
    pub level: Level,
    pub code: AreaCode,
    pub name: String,
    pub sentence: String,
    pub direction: Direction,
    pub date: Day,
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
    let authorities = state.shown_at(Level::Ltla);
    let finer = state.shown_at(Level::Msoa);
    Derived::new(move || {
        let texts = state.texts();
        let shown = shown.read();
        let shown = shown.as_ref()?;
        let Some(index) = selected.get() else {
            let name = state.scope_name()?;
            let date = shown.snapshot.date();
            let sentence = verdict::scope_verdict(&totals.get()?, &name, shown.level, date, &texts);
            let nothing = String::new;
            return Some(VerdictText {
                found: nothing(),
                sentence,
                support: nothing(),
                direction: None,
                other: None,
            });
        };
        let area = shown.table.get(index)?;
        let comparison = shown.snapshot.comparison(index);
        let authorities = authorities.read();
        let finer = finer.read();
        let around = authorities.as_ref().map_or(vec![], |shown| {
            verdict::parent_rates(
                &area.code,
                area.parent.as_ref(),
                &shown.table,
                &shown.snapshot,
                &texts,
            )
        });
        let rate =
            verdict::rate_sentence(shown.snapshot.rate(&shown.table, index), &around, &texts);
        let other = match shown.level {
            Level::Ltla => {
                let neighbourhood = found
                    .read()
                    .as_ref()
                    .and_then(|found| found.neighbourhood.clone());
                other(finer.as_ref(), neighbourhood.as_ref(), &texts)
            }
            Level::Msoa => other(authorities.as_ref(), area.parent.as_ref(), &texts),
        };
        let mut place = plain_name(area.name_in(texts.tag())).to_owned();
        if let Some(authority) = area
            .parent
            .as_ref()
            .and_then(|code| state.authority_name(code))
        {
            place += &format!(", {}", plain_name(&authority));
        }
        Some(VerdictText {
            found: found
                .read()
                .as_ref()
                .map(|found| found.sentence.clone())
                .unwrap_or_default(),
            sentence: verdict::area_verdict(&place, comparison, shown.snapshot.date(), &texts),
            support: [
                rate,
                clearness::grade_sentence(&shown.snapshot, &shown.table, index, &texts),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
            direction: Some(comparison.direction()),
            other,
        })
    })
}

fn other(
    shown: Option<&LevelView>,
    code: Option<&AreaCode>,
    texts: &Texts,
) -> Option<OtherLevelVerdict> {
    let shown = shown?;
    let code = code?;
    let index: AreaIndex = shown.table.index_of(code)?;
    let name = plain_name(shown.table.get(index)?.name_in(texts.tag())).to_owned();
    let comparison = shown.snapshot.comparison(index);
    let date = shown.snapshot.date();
    let sentence = verdict::area_verdict(&name, comparison, date, texts);
    Some(OtherLevelVerdict {
        level: shown.level,
        code: code.clone(),
        name,
        sentence,
        direction: comparison.direction(),
        date,
    })
}
