//! Lists areas related to the selected one, highest rate first, each with a link.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use rising_model::domain::area::{Area, AreaCode, AreaIndex, Level};
use rising_model::domain::clearness::Grade;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::sorting;
use rising_model::domain::trend::{Comparison, Direction};
use rising_view::figures::rate_or_reason;
use rising_view::{InWords, LevelView};
use rising_words::{Texts, args};

use crate::panels::area_link;
use crate::platform::focus;
use crate::platform::reactive::{Derived, Text};
use crate::state::State;

/// Number of areas listed at first. Except for large cities, every authority has fewer
/// neighbourhoods.
const LISTED: usize = 40;

#[derive(Clone, PartialEq)]
struct RankedRow {
    code: AreaCode,
    name: String,
    rate: Option<Rate>,
    comparison: Comparison,
    grade: Option<Grade>,
}

/// Areas of one level at one date, related to another area.
#[derive(Clone, PartialEq)]
pub struct Ranked {
    /// The area that they are related to. "Show all" applies to its list only.
    of: AreaCode,
    level: Level,
    date: Day,
    title: String,
    note: String,
    /// The label of a button that shows only them on the map, as the neighbourhoods of `of`.
    on_map: Option<String>,
    rows: Vec<RankedRow>,
}

impl Ranked {
    /// Ranks the areas, highest rate first; `name` formats an area's name.
    pub fn new(
        of: AreaCode,
        shown: &LevelView,
        areas: Vec<AreaIndex>,
        name: impl Fn(&Area) -> String,
    ) -> Ranked {
        let row = |index: AreaIndex| {
            let area = shown.table.get(index)?;
            let comparison = shown.snapshot.comparison(index);
            let rate = shown.snapshot.rate(&shown.table, index);
            let grade = shown.snapshot.grade(&shown.table, index);
            Some(RankedRow {
                code: area.code.clone(),
                name: name(area),
                rate,
                comparison,
                grade,
            })
        };
        let rows: Vec<RankedRow> = areas.into_iter().filter_map(row).collect();
        // Suppressed counts rank below rates and above missing ones.
        let key = |position: AreaIndex| {
            let row = &rows[usize::from(position)];
            (row.rate, row.comparison.now == Figure::Suppressed)
        };
        let order = sorting::all(rows.len(), &|a, b| key(b).cmp(&key(a)));
        let rows = order
            .into_iter()
            .map(|position| rows[usize::from(position)].clone())
            .collect();
        let date = shown.snapshot.date();
        Ranked {
            of,
            level: shown.level,
            date,
            title: String::new(),
            note: String::new(),
            on_map: None,
            rows,
        }
    }

    /// Adds a heading, and a note to show before the list.
    pub fn titled(self, title: String, note: String) -> Ranked {
        Ranked {
            title,
            note,
            ..self
        }
    }

    /// Adds a button of this name that shows only these areas on the map.
    pub fn on_map(self, name: Option<String>) -> Ranked {
        Ranked {
            on_map: name,
            ..self
        }
    }

    /// Returns a sentence such as "23 neighbourhoods, 5 rising."
    fn summary(&self, texts: &Texts) -> String {
        let rising = self
            .rows
            .iter()
            .filter(|row| row.comparison.direction() == Direction::Rising)
            .count();
        texts.listed_areas(args::ListedAreas {
            areas: self.rows.len() as u32,
            level: self.level,
            rising: rising as u32,
        })
    }
}

/// The list; nothing while `ranked` is `None`. `id` is its `data-testid`.
#[component]
pub fn RankedList(id: &'static str, ranked: Derived<Option<Ranked>>) -> impl IntoView {
    let state = expect_context::<State>();
    let unfolded = RwSignal::new(None::<AreaCode>);
    let row = move |row: &RankedRow, level: Level, date: Day, current: bool| {
        let code = row.code.clone();
        let link = state.link_to(level, &row.code, date);
        let go = move |event: MouseEvent| {
            area_link::follow(&event, || {
                state.navigator().select_area_at(level, code.clone(), date);
            });
        };
        let direction = row.comparison.direction();
        let grade = row
            .grade
            .map(|grade| format!(", {}", state.texts().grade_word(grade)))
            .unwrap_or_default();
        let words = state.texts().direction_word(direction).to_owned() + &grade;
        let figure = rate_or_reason(row.rate, row.comparison.now, &state.texts());
        view! {
            <li data-code=row.code.to_string()>
                <a href=link aria-current=current.then_some("true") on:click=go>
                    <span class="name">{Text(row.name.clone())}</span>
                    " "
                    <span class="direction" data-direction=direction.word()>
                        <span>{Text(direction.arrow().to_owned())}</span> " "
                        <span class:visually-hidden=direction != Direction::Rising>
                            {Text(words)}
                        </span>
                    </span>
                    " "
                    <span class="figure" class:none=row.rate.is_none()>{Text(figure)}</span>
                </a>
            </li>
        }
    };
    let title_id = format!("{id}-title");
    move || {
        let ranked = ranked.read();
        let ranked = ranked.as_ref()?;
        let all = ranked.rows.len();
        let folded = all > LISTED && unfolded.get().as_ref() != Some(&ranked.of);
        let listed = if folded { LISTED } else { all };
        let of = ranked.of.clone();
        let level = ranked.level;
        let date = ranked.date;
        let authority = ranked.of.clone();
        let open = state.request().read_untracked().area.clone();
        let rows = ranked.rows[..listed]
            .iter()
            .map(|one| row(one, level, date, open.as_ref() == Some(&one.code)));
        let texts = state.texts();
        let rates = texts.listed_rates(&date.in_words(&texts));
        let about = format!("{} {} {rates}", ranked.summary(&texts), ranked.note);
        Some(view! {
            <section class="ranked" aria-labelledby=title_id.clone() data-testid=id>
                <h3 id=title_id.clone()>{Text(ranked.title.clone())}</h3>
                <p>{Text(about)}</p>
                {ranked.on_map.clone().map(|name| {
                    let show = move |_| state.navigator().select_within(authority.clone(), date);
                    view! {
                        <button
                            type="button"
                            class="on-map"
                            data-testid="show-within"
                            on:click=show
                        >
                            {Text(name)}
                        </button>
                    }
                })}
                <ol>{rows.collect_view()}</ol>
                {folded.then(|| view! {
                    <button
                        type="button"
                        class="show-all"
                        on:click=move |_| {
                            unfolded.set(Some(of.clone()));
                            // The button disappears: focus the first area that it has added.
                            focus::move_to_soon(format!(
                                "[data-testid={id}] li:nth-child({}) a",
                                LISTED + 1
                            ));
                        }
                    >
                        {Text(state.texts().show_all(all as u32))}
                    </button>
                })}
            </section>
        })
    }
}
