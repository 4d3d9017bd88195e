//! An authority's neighbourhoods, at the date nearest to the one shown that has figures for them.

use leptos::prelude::*;
use rising_model::area::{AreaCode, AreaIndex, Level};
use rising_model::day::Day;
use rising_model::rate::Rate;
use rising_model::series::Figure;
use rising_model::trend::{Comparison, Direction};

use crate::order;
use crate::panels::words::rate_or_why;
use crate::reactive::Derived;
use crate::state::State;

/// As many as are listed without asking: every authority but the large cities has fewer.
const LISTED: usize = 40;

#[derive(Clone, PartialEq)]
struct Neighbourhood {
    code: AreaCode,
    name: String,
    rate: Option<Rate>,
    comparison: Comparison,
}

/// The neighbourhoods, highest rate first.
#[derive(Clone, PartialEq)]
struct Within {
    authority: AreaCode,
    date: Day,
    /// Why the date is not the authority's; empty where it is.
    note: String,
    all: Vec<Neighbourhood>,
}

impl Within {
    fn rising(&self) -> usize {
        self.all.iter().filter(|one| one.comparison.direction() == Direction::Rising).count()
    }
}

/// Nothing for an area that has none.
#[component]
pub fn Neighbourhoods() -> impl IntoView {
    let state = expect_context::<State>();
    let (shown, selected, finer) = (state.shown(), state.selected(), state.neighbourhoods());
    let unfolded = RwSignal::new(None::<AreaCode>);

    let within = Derived::new(move || {
        let (shown, finer, index) = (shown.read(), finer.read(), selected.get()?);
        let (shown, finer) = (shown.as_ref()?, finer.as_ref()?);
        if shown.level != Level::Ltla {
            return None;
        }
        let authority = shown.table.get(index)?.code.clone();
        let all: Vec<Neighbourhood> = finer
            .table
            .children_of(&authority)
            .filter_map(|child| {
                let area = finer.table.get(child)?;
                let comparison = finer.snapshot.comparison(child);
                let rate = finer.snapshot.rate(&finer.table, child);
                Some(Neighbourhood { code: area.code.clone(), name: area.name.clone(), rate, comparison })
            })
            .collect();
        // A suppressed count is a small one; a missing one is none.
        let key = |position: AreaIndex| {
            let one = &all[usize::from(position)];
            (one.rate, one.comparison.now == Figure::Suppressed)
        };
        let order = order::all(all.len(), &|a, b| key(b).cmp(&key(a)));
        let all: Vec<Neighbourhood> = order.into_iter().map(|position| all[usize::from(position)].clone()).collect();
        let date = finer.snapshot.date();
        let note =
            state.neighbourhood_dates().map(|dates| note(shown.snapshot.date(), date, dates)).unwrap_or_default();
        (!all.is_empty()).then_some(Within { authority, date, note, all })
    });

    let row = move |one: &Neighbourhood, date: Day| {
        let code = one.code.clone();
        let rising = one.comparison.direction() == Direction::Rising;
        let figure = rate_or_why(one.rate, one.comparison.now);
        view! {
            <li data-code=one.code.to_string()>
                <button type="button" on:click=move |_| state.navigate().select_area_at(Level::Msoa, code.clone(), date)>
                    <span class="name">{one.name.clone()}</span>
                    " "
                    {rising.then(|| view! { <span class="rising">"▲ rising"</span> })}
                    " "
                    <span class="figure" class:none=one.rate.is_none()>{figure}</span>
                </button>
            </li>
        }
    };
    move || {
        let within = within.read();
        let within = within.as_ref()?;
        let all = within.all.len();
        let folded = all > LISTED && unfolded.get().as_ref() != Some(&within.authority);
        let listed = if folded { LISTED } else { all };
        let authority = within.authority.clone();
        let noun = if all == 1 { "neighbourhood" } else { "neighbourhoods" };
        let summary = match within.rising() {
            0 => format!("{all} {noun}, none rising"),
            rising => format!("{all} {noun}, {rising} rising"),
        };
        Some(view! {
            <section class="neighbourhoods" aria-labelledby="neighbourhoods-title" data-testid="neighbourhoods">
                <h3 id="neighbourhoods-title">{summary}</h3>
                <p>
                    {within.note.clone()} " " {format!("Rates per 100,000 in the seven days to {}.", within.date.in_words())}
                </p>
                <ol>{within.all[..listed].iter().map(|one| row(one, within.date)).collect_view()}</ol>
                {folded.then(|| view! {
                    <button type="button" class="more" on:click=move |_| unfolded.set(Some(authority.clone()))>
                        {format!("Show all {all}")}
                    </button>
                })}
            </section>
        })
    }
}

/// Says why the neighbourhoods are those of another date.
fn note(wanted: Day, shown: Day, (first, last): (Day, Day)) -> String {
    if wanted == shown {
        String::new()
    } else if wanted < first || wanted > last {
        let (first, last) = (first.in_words(), last.in_words());
        format!("Neighbourhood figures run from {first} to {last}; these are of the nearest date.")
    } else {
        "Neighbourhood figures are weekly; these are of the nearest date.".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_date_is_explained() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let dates = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(note(dates.1, dates.1, dates), "");
        assert!(note(day("2021-10-27"), dates.1, dates).contains("21 March 2020 to 28 November 2020"));
        assert!(note(day("2020-11-25"), dates.1, dates).contains("weekly"));
    }
}
