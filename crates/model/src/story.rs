//! Writes a story: sentences about a nation or an area that an article can quote.
//!
//! The page and `prepare report --prose` both use this module, so their texts are the same.

use rising_words::{Language, labels};

use crate::area::{AreaCode, AreaIndex, AreaTable, Level, Nation};
use crate::clearness::Grade;
use crate::day::Day;
use crate::manifest::Source;
use crate::rate::Rate;
use crate::scale::Breaks;
use crate::scope::Scope;
use crate::sentences::{self, clearness_sentence, percentage_text, plain_name};
use crate::series::{Figure, WEEK};
use crate::snapshot::{ClearTotals, DirectionTotals, Snapshot, areas_in};
use crate::trend::{Comparison, Direction, PUBLISHED_FROM, cases_text, count_text};

/// The number of highest rates with a sentence each.
const HIGHEST: usize = 3;

/// The most rising areas that are listed in full, which is more than there are authorities. Of a
/// larger number, [`LISTED`] are listed.
const MAX_LISTED_IN_FULL: usize = 400;

/// The number of areas listed of more than [`MAX_LISTED_IN_FULL`], and the most names in a
/// sentence.
const LISTED: usize = 50;

/// The areas of one level at one date.
#[derive(Clone, Copy)]
pub struct LevelSnapshot<'a> {
    /// The level.
    pub level: Level,
    /// The level's areas.
    pub table: &'a AreaTable,
    /// Their figures at the date.
    pub snapshot: &'a Snapshot,
}

/// The data of an area's story besides the area's own figures.
#[derive(Clone, Copy)]
pub struct StoryContext<'a> {
    /// All authorities, at the same date or the nearest one with figures.
    pub authorities: Option<LevelSnapshot<'a>>,
    /// All neighbourhoods, at the same date or the nearest one with figures.
    pub neighbourhoods: Option<LevelSnapshot<'a>>,
    /// The first and last date with figures of neighbourhoods.
    pub neighbourhood_dates: Option<(Day, Day)>,
    /// The least rate of a hotspot, in cases per 100,000. `None` for the lower bound of the class
    /// of the highest neighbourhood.
    pub threshold: Option<u32>,
    /// The lower bounds of the colour classes.
    pub breaks: &'a Breaks,
}

/// A block of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoryBlock {
    /// A heading of the paragraphs and lists below it.
    Heading(String),
    /// Sentences in one paragraph.
    Paragraph(String),
    /// The items of a list.
    List(Vec<String>),
}

/// Sentences to quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The title.
    pub title: String,
    /// The text below the title, in order.
    pub blocks: Vec<StoryBlock>,
}

impl Story {
    /// Formats the story as plain text: blocks separated by empty lines, list items after hyphens.
    pub fn to_plain_text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for block in &self.blocks {
            text.push('\n');
            match block {
                StoryBlock::Heading(words) | StoryBlock::Paragraph(words) => {
                    text += words;
                    text.push('\n');
                }
                StoryBlock::List(items) => {
                    for item in items {
                        text += "- ";
                        text += item;
                        text.push('\n');
                    }
                }
            }
        }
        text
    }

    fn add_paragraph(&mut self, sentence: impl Into<String>) {
        self.blocks.push(StoryBlock::Paragraph(sentence.into()));
    }

    fn add_heading(&mut self, words: impl Into<String>) {
        self.blocks.push(StoryBlock::Heading(words.into()));
    }
}

/// Writes the story of a nation's areas. `authorities` names the authorities of neighbourhoods.
pub fn nation_story(
    figures: LevelSnapshot,
    nation: Nation,
    authorities: Option<&AreaTable>,
    sources: &[Source],
    language: Language,
) -> Story {
    let LevelSnapshot {
        level,
        table,
        snapshot,
    } = figures;
    let date = snapshot.date();
    let totals = snapshot.totals(table, nation);
    let title = language.story_title_nation(
        totals.areas,
        &date.in_words(language),
        level.into(),
        nation.into(),
    );
    let mut story = Story {
        title,
        blocks: vec![],
    };
    let all = language.all_areas(totals.areas, level.into(), nation.into());
    story.add_paragraph(directions_sentence(&totals, &all, date, language));
    if let Some(sentence) = nation_sentence(figures, nation, language) {
        story.add_paragraph(sentence);
    }
    let name = |area: AreaIndex| full_name(table, area, authorities, language);
    let ranking = snapshot.ranking(table, nation);
    let with_rate: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| snapshot.rate(table, area).is_some())
        .collect();
    if !with_rate.is_empty() {
        story.add_heading(language.story_highest_rates());
        let highest = with_rate.iter().take(HIGHEST).filter_map(|&area| {
            let rank = snapshot.rank(table, nation, area)?;
            let own = snapshot.rate(table, area);
            let shared = with_rate
                .iter()
                .filter(|&&other| snapshot.rate(table, other) == own)
                .count()
                > 1;
            let (name, week) = (name(area), week_in_full(figures, area, language)?);
            Some(match shared {
                true => language.story_highest_joint(&name, rank.place, &week),
                false => language.story_highest(&name, rank.place, &week),
            })
        });
        story.blocks.push(StoryBlock::List(highest.collect()));
    }
    add_rises(&mut story, figures, &ranking, &name, language);
    let estimates = estimate_names(&[(figures, areas_in(table, nation).collect())], language);
    let subject = StorySubject {
        level,
        nation: Some(nation),
        has_nations: table.has_nations(),
        has_grades: totals.clear.is_some(),
    };
    add_explanations(&mut story, subject, &estimates, sources, language);
    story
}

/// Writes the story of one area: an authority with its neighbourhoods, or a neighbourhood with
/// those of its authority. `None` if the table does not have the area.
pub fn area_story(
    figures: LevelSnapshot,
    area: AreaIndex,
    around: StoryContext,
    sources: &[Source],
    language: Language,
) -> Option<Story> {
    let LevelSnapshot {
        level,
        table,
        snapshot,
    } = figures;
    let (own, date) = (table.get(area)?, snapshot.date());
    let comparison = snapshot.comparison(area);
    let place = full_name(
        table,
        area,
        around.authorities.map(|authorities| authorities.table),
        language,
    );
    let title = language.story_title_area(&date.in_words(language), &place);
    let mut story = Story {
        title,
        blocks: vec![],
    };
    let rate = snapshot.rate(table, area);
    let parents = around
        .authorities
        .map(|figures| {
            sentences::parent_rates(
                &own.code,
                own.parent.as_ref(),
                figures.table,
                figures.snapshot,
                language,
            )
        })
        .unwrap_or_default();
    let mut sentences = vec![area_week_sentence(&place, comparison, date, language)];
    sentences.extend(sentences::rate_sentence(rate, &parents, language));
    sentences.extend(clearness_sentence(snapshot, table, area, language));
    story.add_paragraph(sentences.join(" "));
    let nation = own.code.nation().unwrap_or(Nation::Uk);
    if let Some(rank) = snapshot.rank(table, nation, area) {
        let areas = areas_in(table, nation).count() as u32;
        let (level, nation) = (level.into(), nation.into());
        story.add_paragraph(match rank.of == areas {
            true => language.story_rank(areas, level, nation, rank.place),
            false => language.story_rank_of_some(areas, level, nation, rank.of, rank.place),
        });
    }
    let authority = own.parent.as_ref().unwrap_or(&own.code);
    let neighbourhoods = around
        .neighbourhoods
        .filter(|level| level.table.children_of(authority).next().is_some());
    if let Some(neighbourhoods) = neighbourhoods {
        let name = match (&own.parent, around.authorities) {
            (None, _) => plain_name(own.name_in(language)).to_owned(),
            (Some(code), Some(authorities)) => authority_name(authorities.table, code, language)
                .unwrap_or(code.as_str())
                .to_owned(),
            (Some(code), None) => code.to_string(),
        };
        add_neighbourhoods(
            &mut story,
            neighbourhoods,
            authority,
            &name,
            date,
            around,
            language,
        );
    }
    let inside = neighbourhoods.map(|level| (level, level.table.children_of(authority).collect()));
    let used: Vec<(LevelSnapshot, Vec<AreaIndex>)> =
        [(figures, vec![area])].into_iter().chain(inside).collect();
    let estimates = estimate_names(&used, language);
    let level = if neighbourhoods.is_some() {
        Level::Msoa
    } else {
        level
    };
    let has_grades = |(figures, areas): &(LevelSnapshot, Vec<AreaIndex>)| {
        areas
            .iter()
            .any(|&area| figures.snapshot.grade(figures.table, area).is_some())
    };
    let subject = StorySubject {
        level,
        nation: None,
        has_nations: table.has_nations(),
        has_grades: used.iter().any(has_grades),
    };
    add_explanations(&mut story, subject, &estimates, sources, language);
    Some(story)
}

/// Adds the hotspots and rises of one authority's neighbourhoods.
fn add_neighbourhoods(
    story: &mut Story,
    figures: LevelSnapshot,
    authority: &AreaCode,
    place: &str,
    wanted: Day,
    around: StoryContext,
    language: Language,
) {
    let LevelSnapshot {
        table, snapshot, ..
    } = figures;
    let date = snapshot.date();
    let scope = Scope::Within(authority.clone());
    let ranking = snapshot.ranking(table, &scope);
    story.add_heading(language.neighbourhoods_of(place));
    if let Some(dates) = around.neighbourhood_dates.filter(|_| wanted != date) {
        story.add_paragraph(sentences::neighbourhood_date(wanted, date, dates, language));
    }
    let totals = snapshot.totals(table, &scope);
    let all = language.all_neighbourhoods(totals.areas, place);
    story.add_paragraph(directions_sentence(&totals, &all, date, language));

    let name = |area: AreaIndex| {
        table
            .get(area)
            .map(|area| area.name_in(language).to_owned())
            .unwrap_or_default()
    };
    let highest = ranking.first().and_then(|&area| snapshot.rate(table, area));
    let threshold = around
        .threshold
        .unwrap_or_else(|| lower_bound(around.breaks, highest));
    let hot: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| {
            snapshot
                .rate(table, area)
                .is_some_and(|rate| rate.value() >= f64::from(threshold))
        })
        .collect();
    story.add_heading(language.story_hotspots());
    let week = date.in_words(language);
    story.add_paragraph(match hot.len() as u32 {
        0 => language.story_hot_none(&all, &week, threshold),
        number if number == totals.areas => language.story_hot_all(&all, number, &week, threshold),
        number => language.story_hot(
            &all,
            number,
            &week,
            &share(number, totals.areas, language),
            threshold,
        ),
    });
    if !hot.is_empty() {
        let lines = hot
            .iter()
            .map(|&area| format!("{}: {}", name(area), week_in_short(figures, area, language)));
        story.blocks.push(StoryBlock::List(lines.collect()));
    }
    add_rises(story, figures, &ranking, &name, language);
}

/// Adds the rising areas of a ranking with rates and counts, and names the clear and probable
/// rises.
fn add_rises(
    story: &mut Story,
    figures: LevelSnapshot,
    ranking: &[AreaIndex],
    name: &dyn Fn(AreaIndex) -> String,
    language: Language,
) {
    let snapshot = figures.snapshot;
    let rising: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| snapshot.comparison(area).direction() == Direction::Rising)
        .collect();
    if rising.is_empty() {
        return;
    }
    story.add_heading(language.story_rising());
    let listed = if rising.len() > MAX_LISTED_IN_FULL {
        LISTED
    } else {
        rising.len()
    };
    story.add_paragraph(match (rising.len(), listed) {
        (1, _) => language.story_one_rose().clone(),
        (all, listed) if listed < all => language.story_rose_listed(all as u32, listed as u32),
        (all, _) => language.story_rose(all as u32),
    });
    let lines = rising[..listed]
        .iter()
        .map(|&area| format!("{}: {}", name(area), week_in_short(figures, area, language)));
    story.blocks.push(StoryBlock::List(lines.collect()));

    let of_grade = |grade: Grade| -> Vec<AreaIndex> {
        rising
            .iter()
            .copied()
            .filter(|&area| snapshot.grade(figures.table, area) == Some(grade))
            .collect()
    };
    let [clear, probable, chance] =
        [Grade::Clear, Grade::Probable, Grade::CouldBeChance].map(of_grade);
    if clear.len() + probable.len() + chance.len() == 0 {
        return;
    }
    if rising.len() == 1 {
        return story.add_paragraph(match (clear.len(), probable.len()) {
            (1, _) => language.story_only_clear().to_owned(),
            (_, 1) => language.story_only_probable().to_owned(),
            _ => language.story_only_chance(),
        });
    }
    let names =
        |areas: &[AreaIndex]| join_list(areas.iter().map(|&area| name(area)).collect(), language);
    let mut sentences = vec![match clear.len() {
        0 => language.story_none_clear().to_owned(),
        number @ 1..=LISTED => language.story_clear_named(number as u32, &names(&clear)),
        // A sentence with more names would only repeat the list.
        number => language.story_clear(number as u32),
    }];
    match probable.len() {
        0 => {}
        number @ 1..=LISTED => {
            sentences.push(language.story_probable_named(number as u32, &names(&probable)));
        }
        number => sentences.push(language.story_probable(number as u32)),
    }
    match chance.len() {
        0 => {}
        all if all == rising.len() => sentences.push(language.story_all_chance().to_owned()),
        others => sentences.push(language.story_others_chance(others as u32)),
    }
    story.add_paragraph(sentences.join(" "));
}

/// Writes "12 of England's 315 local authorities (4%) saw a rise in …; 302 (96%) saw a fall and 1
/// (less than 1%) was unchanged. 1 rise and 195 falls are clear."
fn directions_sentence(
    totals: &DirectionTotals,
    all: &str,
    date: Day,
    language: Language,
) -> String {
    let DirectionTotals {
        areas,
        rising,
        falling,
        unchanged,
        unknown,
        clear,
    } = *totals;
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    if unknown == areas {
        return language.story_nothing(all, &week, &last);
    }
    let share = |number| share(number, areas, language);
    let mut sentence = match rising {
        0 => language.story_none_rose(all, &week, &last),
        _ if rising == areas => language.story_all_rose(all, &week, &last),
        _ => language.story_some_rose(all, rising, &week, &last, &share(rising)),
    };
    let mut others = vec![];
    if falling > 0 {
        others.push(language.story_fell(falling, &share(falling)));
    }
    if unchanged > 0 {
        others.push(language.story_unchanged(unchanged, &share(unchanged)));
    }
    if unknown > 0 {
        others.push(language.story_unknown(unknown, &share(unknown)));
    }
    if !others.is_empty() {
        sentence += "; ";
        sentence += &join_list(others, language);
    }
    sentence.push('.');
    match clear {
        None => sentence,
        Some(ClearTotals { rises: 0, falls: 0 }) => format!("{sentence} {}", language.none_clear()),
        Some(ClearTotals { rises, falls }) => {
            format!("{sentence} {}", language.totals_clear(falls, rises))
        }
    }
}

/// Writes the nation's cases and rate in both weeks; `None` unless every area's counts are numbers.
fn nation_sentence(figures: LevelSnapshot, nation: Nation, language: Language) -> Option<String> {
    let LevelSnapshot {
        table, snapshot, ..
    } = figures;
    let date = snapshot.date();
    let (mut now, mut before) = (0u64, 0u64);
    let (mut people, mut people_before) = (0u64, 0u64);
    for area in areas_in(table, nation) {
        let comparison = snapshot.comparison(area);
        now += u64::from(comparison.now.count()?);
        before += u64::from(comparison.before.count()?);
        let population = &table.get(area)?.population;
        people += u64::from(population.at(date));
        people_before += u64::from(population.at(date - WEEK));
    }
    let (rate, rate_before) = (Rate::new(now, people)?, Rate::new(before, people_before)?);
    let comparison = Comparison {
        now: Figure::Count(u32::try_from(now).ok()?),
        before: Figure::Count(u32::try_from(before).ok()?),
    };
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    Some(language.story_whole(
        &before,
        &rate_before.in_words(language),
        &change_in_brackets(comparison, language),
        comparison.direction().into(),
        nation.into(),
        &now,
        &rate.in_words(language),
    ))
}

/// Formats " (up 17%)"; empty without a percentage.
fn change_in_brackets(comparison: Comparison, language: Language) -> String {
    percentage_text(comparison, language)
        .map(|change| format!(" ({change})"))
        .unwrap_or_default()
}

/// Writes "Herefordshire had 863 cases in the seven days to …, down from 921 in the seven days to …
/// (down 6%)."
fn area_week_sentence(
    place: &str,
    comparison: Comparison,
    date: Day,
    language: Language,
) -> String {
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    if comparison.now == Figure::Missing {
        return language.story_area_nothing(&week, place);
    }
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    match comparison.direction() {
        direction @ (Direction::Rising | Direction::Falling) => {
            let change = change_in_brackets(comparison, language);
            language.story_area_changed(
                &before,
                &change,
                &week,
                direction.into(),
                &last,
                &now,
                place,
            )
        }
        Direction::Unchanged => language.story_area_same(&week, &last, &now, place),
        Direction::Unknown => language.story_area_unknown(
            &week,
            &now,
            place,
            &unknown_reason(comparison.before, language),
        ),
    }
}

/// Writes "194 cases in the seven days to 7 February 2021, 485.9 per 100,000 people, up from 237.9
/// in the seven days to 31 January 2021 (95 cases)"; `None` without a rate.
fn week_in_full(figures: LevelSnapshot, area: AreaIndex, language: Language) -> Option<String> {
    let LevelSnapshot {
        table, snapshot, ..
    } = figures;
    let (comparison, date) = (snapshot.comparison(area), snapshot.date());
    let (week, last) = (date.in_words(language), (date - WEEK).in_words(language));
    let (now, before) = (
        cases_text(comparison.now, language),
        cases_text(comparison.before, language),
    );
    let rate = snapshot.rate(table, area)?.in_words(language);
    Some(
        match (comparison.direction(), snapshot.rate_before(table, area)) {
            (direction @ (Direction::Rising | Direction::Falling), Some(earlier)) => {
                let earlier = earlier.in_words(language);
                language.week_changed(
                    &before,
                    &earlier,
                    &week,
                    direction.into(),
                    &last,
                    &now,
                    &rate,
                )
            }
            (direction @ (Direction::Rising | Direction::Falling), None) => language
                .week_changed_without_rate(&before, &week, direction.into(), &last, &now, &rate),
            (Direction::Unchanged, _) => language.week_same(&week, &last, &now, &rate),
            (Direction::Unknown, _) => language.week_unknown(
                &week,
                &now,
                &rate,
                &unknown_reason(comparison.before, language),
            ),
        },
    )
}

/// Formats "485.9, up from 237.9 (194 cases, up from 95)"; without rates that are not published.
fn week_in_short(figures: LevelSnapshot, area: AreaIndex, language: Language) -> String {
    let LevelSnapshot {
        table, snapshot, ..
    } = figures;
    let comparison = snapshot.comparison(area);
    let formatted = |rate: Option<Rate>| rate.map(|rate| rate.in_words(language));
    let (rate, rate_before) = (
        formatted(snapshot.rate(table, area)),
        formatted(snapshot.rate_before(table, area)),
    );
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    let with_rate = |rate: Option<String>, counts: String| match rate {
        Some(rate) => format!("{rate} ({counts})"),
        None => counts,
    };
    match comparison.direction() {
        Direction::Unchanged => language.short_same(&with_rate(rate, now)),
        Direction::Unknown => with_rate(
            rate,
            format!("{now}, {}", unknown_reason(comparison.before, language)),
        ),
        direction @ (Direction::Rising | Direction::Falling) => {
            let direction = direction.into();
            let rates = match (rate, rate_before) {
                (Some(rate), Some(earlier)) => Some(language.compared(&earlier, direction, &rate)),
                (rate, _) => rate,
            };
            with_rate(rates, language.compared(&before, direction, &now))
        }
    }
}

/// Says why the direction is unknown.
fn unknown_reason(before: Figure, language: Language) -> String {
    match before {
        Figure::Missing => language.nothing_before().to_owned(),
        _ => language.unknown_before(&count_text(before, language)),
    }
}

/// Returns the names of the population estimates behind the rates of both weeks, each once.
fn estimate_names(used: &[(LevelSnapshot, Vec<AreaIndex>)], language: Language) -> Vec<String> {
    let mut names = vec![];
    for (
        LevelSnapshot {
            table, snapshot, ..
        },
        areas,
    ) in used
    {
        for area in areas.iter().filter_map(|&area| table.get(area)) {
            for date in [snapshot.date() - WEEK, snapshot.date()] {
                let name = table
                    .vintage_of(area, date)
                    .and_then(|vintage| vintage.in_words(language));
                names.extend(name.filter(|name| !names.contains(name)));
            }
        }
    }
    names
}

/// The properties of a story that its explanations depend on.
#[derive(Clone, Copy)]
struct StorySubject {
    level: Level,
    nation: Option<Nation>,
    /// Whether the figures are those of the United Kingdom.
    has_nations: bool,
    /// Whether the story gives the grades of changes.
    has_grades: bool,
}

/// Adds explanations of the terms, and the sources.
fn add_explanations(
    story: &mut Story,
    subject: StorySubject,
    estimates: &[String],
    sources: &[Source],
    language: Language,
) {
    story.add_heading(language.story_how_to_read());
    let days = match labels::are_set() {
        false => language.story_method_cases().to_owned(),
        true => language.story_method_days(),
    };
    let mut items = vec![days, language.story_method_rate()];
    if !estimates.is_empty() {
        items.push(language.story_method_population(&join_list(estimates.to_vec(), language)));
    }
    items.push(language.story_method_rise());
    if subject.has_grades {
        items.push(language.story_method_clear());
    }
    if subject.has_nations && subject.level == Level::Msoa {
        items.push(language.story_method_neighbourhoods(PUBLISHED_FROM));
    }
    if subject.has_nations && subject.nation == Some(Nation::Uk) {
        items.push(language.story_method_nations().to_owned());
    }
    story.blocks.push(StoryBlock::List(items));
    if !sources.is_empty() {
        story.add_heading(language.sources());
        let lines = sources
            .iter()
            .map(|source| format!("{}. {}. {}.", source.name, source.publisher, source.licence));
        story.blocks.push(StoryBlock::List(lines.collect()));
    }
}

/// Formats a part of a whole in whole per cent, rounded half up; never 0% for some or 100% for not
/// all.
fn share(part: u32, whole: u32, language: Language) -> String {
    let (part, whole) = (u64::from(part), u64::from(whole.max(1)));
    let rounded = (part * 200 + whole) / (whole * 2);
    match rounded {
        0 if part > 0 => language.less_than_a_percent().to_owned(),
        100 if part < whole => language.nearly_all_percent().to_owned(),
        rounded => language.percent(rounded as u32),
    }
}

/// Returns the largest class bound that a rate reaches, or else the smallest bound.
fn lower_bound(breaks: &Breaks, rate: Option<Rate>) -> u32 {
    let class = rate.map_or(0, |rate| breaks.class(rate));
    breaks.bounds(class.max(1)).0
}

fn full_name(
    table: &AreaTable,
    area: AreaIndex,
    authorities: Option<&AreaTable>,
    language: Language,
) -> String {
    let Some(area) = table.get(area) else {
        return String::new();
    };
    match area
        .parent
        .as_ref()
        .and_then(|code| authority_name(authorities?, code, language))
    {
        Some(authority) => format!("{}, {authority}", area.name_in(language)),
        None => plain_name(area.name_in(language)).to_owned(),
    }
}

fn authority_name<'a>(
    table: &'a AreaTable,
    code: &AreaCode,
    language: Language,
) -> Option<&'a str> {
    Some(plain_name(
        table.get(table.index_of(code)?)?.name_in(language),
    ))
}

/// Joins items as "a, b and c", or with semicolons if an item contains a comma.
fn join_list(mut items: Vec<String>, language: Language) -> String {
    let Some(last) = items.pop() else {
        return String::new();
    };
    if items.is_empty() {
        return last;
    }
    let comma = items.iter().chain([&last]).any(|item| item.contains(", "));
    if comma {
        language.list_end_semicolon(&items.join("; "), &last)
    } else {
        language.list_end(&items.join(", "), &last)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::area::Area;
    use crate::clearness::{Dispersion, NationCriteria, fit};
    use crate::series::{Cadence, CountsChunk, Series};
    use Figure::{Count, Missing, Suppressed};

    /// Returns a table of areas, given as code, name and parent, of 10,000 people each.
    fn table(names: &[(&str, &str, Option<&str>)]) -> AreaTable {
        let areas = names.iter().map(|&(code, name, parent)| Area {
            code: code.parse().unwrap(),
            name: name.into(),
            translated: vec![],
            parent: parent.map(|code| code.parse().unwrap()),
            population: 10_000.into(),
        });
        AreaTable::new(areas.collect(), vec![]).unwrap()
    }

    fn snapshot(table: &AreaTable, weeks: &[(Figure, Figure)]) -> Snapshot {
        let date: Day = "2021-02-07".parse().unwrap();
        let figures: Vec<Figure> = weeks
            .iter()
            .flat_map(|&(before, now)| [before, now])
            .collect();
        let chunk = CountsChunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        let nation = table.get(0).unwrap().code.nation().unwrap();
        let changes = weeks
            .iter()
            .map(|&(before, now)| Comparison { now, before });
        let own = fit::criteria(changes, Dispersion::ONE);
        let criteria = NationCriteria {
            nation,
            upper_bound: false,
            by_date: vec![None, Some(own)],
        };
        let chunk = chunk.with_criteria(vec![criteria]).unwrap();
        Snapshot::new(table, &Series::new([Arc::new(chunk)]), date)
    }

    /// Returns a snapshot of an edition without criteria.
    fn ungraded_snapshot(table: &AreaTable, weeks: &[(Figure, Figure)]) -> Snapshot {
        let date: Day = "2021-02-07".parse().unwrap();
        let figures: Vec<Figure> = weeks
            .iter()
            .flat_map(|&(before, now)| [before, now])
            .collect();
        let chunk = CountsChunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        Snapshot::new(table, &Series::new([Arc::new(chunk)]), date)
    }

    fn authorities() -> AreaTable {
        table(&[
            ("E00000001", "Anham", None),
            ("E00000002", "Beeton, City of", None),
            ("E00000003", "Ceeby", None),
            ("E00000004", "Deeham", None),
        ])
    }

    #[test]
    fn nation_story_reports_rises_rates_and_sources() {
        let table = authorities();
        let weeks = [
            (Count(20), Count(60)),
            (Count(10), Count(12)),
            (Count(9), Count(9)),
            (Count(70), Count(60)),
        ];
        let snapshot = snapshot(&table, &weeks);
        let figures = LevelSnapshot {
            level: Level::Ltla,
            table: &table,
            snapshot: &snapshot,
        };
        let source = Source {
            name: "Cases".into(),
            publisher: "An agency".into(),
            licence: "Open".into(),
        };
        let text =
            nation_story(figures, Nation::England, None, &[source], Language::En).to_plain_text();
        for line in [
            "England's 4 local authorities in the seven days to 7 February 2021",
            "2 of England's 4 local authorities (50%) saw a rise in the seven days to 7 February \
            2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and 1 (25%) \
            was unchanged. 1 rise and 0 falls are clear.",
            "England as a whole had 141 cases in the week, 352.5 per 100,000 people, up from 109 \
            and 272.5 in the week before (up 29%).",
            "- Anham has the joint highest rate: 60 cases in the seven days to 7 February 2021, \
            600.0 per 100,000 people, up from 200.0 in the seven days to 31 January 2021 (20 \
            cases).",
            "- Deeham has the joint highest rate: 60 cases in the seven days to 7 February 2021, \
            600.0 per 100,000 people, down from 700.0 in the seven days to 31 January 2021 (70 \
            cases).",
            "- Beeton has the 3rd highest rate: 12 cases in the seven days to 7 February 2021, \
            120.0 per 100,000 people, up from 100.0 in the seven days to 31 January 2021 (10 \
            cases).",
            "2 areas rose. In full, highest rate first, with the rates per 100,000 people and the \
            cases in the two weeks:",
            "- Anham: 600.0, up from 200.0 (60 cases, up from 20)",
            "- Beeton: 120.0, up from 100.0 (12 cases, up from 10)",
            "One of the rises is clear, that is, larger than chance explains: Anham. The other \
            one could be chance: cases rose, by no more than chance may explain.",
            "- Cases. An agency. Open.",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line}\nis not in\n{text}"
            );
        }
    }

    #[test]
    fn nation_story_gives_grades_only_with_criteria() {
        let table = authorities();
        let say = |snapshot: &Snapshot, language| {
            let figures = LevelSnapshot {
                level: Level::Ltla,
                table: &table,
                snapshot,
            };
            nation_story(figures, Nation::England, None, &[], language).to_plain_text()
        };
        let still = (Count(9), Count(9));
        let small = (Count(10), Count(12));
        // 11² / 30 is 4.03: clear for a single area, but among four the score must be 6.2.
        let probable = (Count(9), Count(21));
        for (weeks, words) in [
            (
                [small, still, still, still],
                "The rise could be chance: cases rose, by no more than chance may explain.",
            ),
            (
                [probable, still, still, still],
                "The rise is probable, that is, clear if no other area were looked at.",
            ),
            (
                [(Count(20), Count(60)), still, still, still],
                "The rise is clear, that is, larger than chance explains.",
            ),
            (
                [small, small, still, still],
                "None of the rises is clear, that is, larger than chance explains. All of them \
                could be chance.",
            ),
            (
                [probable, small, still, still],
                "None of the rises is clear, that is, larger than chance explains. One is \
                probable, that is, clear if no other area were looked at: Anham. The other one \
                could be chance: cases rose, by no more than chance may explain.",
            ),
        ] {
            let text = say(&snapshot(&table, &weeks), Language::En);
            assert!(
                text.lines().any(|line| line == words),
                "{words}\nis not in\n{text}"
            );
            assert!(
                text.contains("A rise or fall is clear if it is larger than chance explains"),
                "{text}"
            );
        }
        let none = say(
            &snapshot(&table, &[small, still, still, still]),
            Language::En,
        );
        assert!(
            none.contains("were unchanged. No area's change is larger than chance explains."),
            "{none}"
        );
        let welsh = say(
            &snapshot(&table, &[probable, small, still, still]),
            Language::Cy,
        );
        assert!(
            welsh.contains(
                "Nifer yr ardaloedd â chynnydd tebygol, hynny yw, byddai'n glir pe \
            bai'r ardal yr unig un i gael ei hystyried: 1 (Anham). Gall y llall fod yn siawns: \
            cododd nifer yr achosion, ond heb fod yn fwy nag y gall siawns ei esbonio."
            ),
            "{welsh}"
        );
        for language in Language::ALL {
            let text = say(
                &ungraded_snapshot(&table, &[(Count(20), Count(60)), small, still, still]),
                language,
            );
            for word in ["clear", "chance", "glir", "siawns"] {
                assert!(!text.contains(word), "{word} is in {text}");
            }
        }
    }

    #[test]
    fn nation_story_without_rises_or_figures_says_so() {
        let table = authorities();
        let fall = snapshot(&table, &[(Count(20), Count(10)); 4]);
        let say = |snapshot| {
            let figures = LevelSnapshot {
                level: Level::Ltla,
                table: &table,
                snapshot,
            };
            nation_story(figures, Nation::England, None, &[], Language::En).to_plain_text()
        };
        let text = say(&fall);
        assert!(
            text.contains("None of England's 4 local authorities saw a rise")
                && !text.contains("\nRising\n")
        );
        assert!(text.contains("; 4 (100%) saw a fall."), "{text}");
        let text = say(&snapshot(&table, &[(Missing, Missing); 4]));
        assert!(
            text.contains("There are no figures to compare for England's 4 local authorities"),
            "{text}"
        );
        assert!(
            !text.contains("highest rate") && !text.contains("as a whole"),
            "{text}"
        );
    }

    #[test]
    fn nation_story_in_welsh() {
        let table = table(&[
            ("W00000001", "Caerdydd", None),
            ("W00000002", "Gwynedd", None),
            ("W00000003", "Powys", None),
        ]);
        let snapshot = snapshot(
            &table,
            &[
                (Count(20), Count(60)),
                (Count(12), Count(10)),
                (Count(9), Count(9)),
            ],
        );
        let figures = LevelSnapshot {
            level: Level::Ltla,
            table: &table,
            snapshot: &snapshot,
        };
        let text = nation_story(figures, Nation::Wales, None, &[], Language::Cy).to_plain_text();
        for line in [
            "3 awdurdod lleol yng Nghymru yn y saith diwrnod hyd at 7 Chwefror 2021",
            "Bu cynnydd mewn 1 o'r 3 awdurdod lleol yng Nghymru (33%) yn y saith diwrnod hyd at 7 \
            Chwefror 2021, o gymharu â'r saith diwrnod hyd at 31 Ionawr 2021; bu gostyngiad mewn \
            1 (33%), ni fu newid mewn 1 (33%). Yn glir: 1 yn codi, 0 yn gostwng.",
            "- Caerdydd: y gyfradd uchaf – 60 achos yn y saith diwrnod hyd at 7 Chwefror 2021, \
            600.0 fesul 100,000 o bobl, o gymharu â 200.0 yn y saith diwrnod hyd at 31 Ionawr \
            2021 (20 achos).",
            "Mae'r cynnydd yn glir, hynny yw, yn fwy nag y mae siawns yn ei esbonio.",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line}\nis not in\n{text}"
            );
        }
    }

    fn neighbourhoods() -> AreaTable {
        table(&[
            ("E00000005", "North", Some("E00000001")),
            ("E00000006", "South", Some("E00000001")),
            ("E00000007", "East, West & Middle", Some("E00000001")),
            ("E00000008", "Upper", Some("E00000001")),
            ("E00000009", "Elsewhere", Some("E00000002")),
        ])
    }

    fn anham_story(weeks: &[(Figure, Figure)], threshold: Option<u32>) -> String {
        let (table, finer) = (authorities(), neighbourhoods());
        let snapshot_of_all = snapshot(
            &table,
            &[
                (Count(921), Count(863)),
                (Count(1), Count(1)),
                (Count(9), Count(9)),
                (Count(7), Count(6)),
            ],
        );
        let snapshot = snapshot(&finer, weeks);
        let figures = LevelSnapshot {
            level: Level::Ltla,
            table: &table,
            snapshot: &snapshot_of_all,
        };
        let around = StoryContext {
            authorities: Some(figures),
            neighbourhoods: Some(LevelSnapshot {
                level: Level::Msoa,
                table: &finer,
                snapshot: &snapshot,
            }),
            neighbourhood_dates: None,
            threshold,
            breaks: &Breaks::default(),
        };
        area_story(figures, 0, around, &[], Language::En)
            .unwrap()
            .to_plain_text()
    }

    #[test]
    fn area_story_of_authority_has_hotspots_and_rises_of_neighbourhoods() {
        let weeks = [
            (Count(20), Count(12)),
            (Suppressed, Count(9)),
            (Suppressed, Suppressed),
            (Count(4), Count(25)),
            (Count(1), Count(99)),
        ];
        let text = anham_story(&weeks, Some(100));
        for line in [
            "Anham in the seven days to 7 February 2021",
            "Anham had 863 cases in the seven days to 7 February 2021, down from 921 in the seven \
            days to 31 January 2021 (down 6%). That is 8,630.0 per 100,000 people; England as a \
            whole is at 2,197.5. Cases fell, by no more than chance may explain: between 15 per \
            cent fewer and 3 per cent more than the week before.",
            "By rate: highest of England's 4 local authorities.",
            "2 of the 4 neighbourhoods in Anham (50%) saw a rise in the seven days to 7 February \
            2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and for 1 \
            (25%) the direction is not known. 1 rise and 0 falls are clear.",
            "2 of the 4 neighbourhoods in Anham (50%) had 100 or more cases per 100,000 people in \
            the seven days to 7 February 2021, highest first, with the rates and the cases in the \
            two weeks:",
            "- Upper: 250.0, up from 40.0 (25 cases, up from 4)",
            "- North: 120.0, down from 200.0 (12 cases, down from 20)",
            "- South: 90.0 (9 cases, up from fewer than 3)",
            "One of the rises is clear, that is, larger than chance explains: Upper. The other \
            one could be chance: cases rose, by no more than chance may explain.",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line}\nis not in\n{text}"
            );
        }
        assert!(!text.contains("Elsewhere"), "{text}");
        // The bound below 250 is 200.
        assert!(
            anham_story(&weeks, None)
                .contains("1 of the 4 neighbourhoods in Anham (25%) had 200 or more")
        );
        let quiet = anham_story(&[(Suppressed, Suppressed); 5], None);
        assert!(
            quiet.contains("None of the 4 neighbourhoods in Anham had 10 or more cases"),
            "{quiet}"
        );
    }

    #[test]
    fn area_story_of_neighbourhood_names_its_authority() {
        let (table, finer) = (authorities(), neighbourhoods());
        let above = snapshot(&table, &[(Count(50), Count(60)); 4]);
        let own = snapshot(&finer, &[(Count(12), Suppressed); 5]);
        let figures = LevelSnapshot {
            level: Level::Msoa,
            table: &finer,
            snapshot: &own,
        };
        let around = StoryContext {
            authorities: Some(LevelSnapshot {
                level: Level::Ltla,
                table: &table,
                snapshot: &above,
            }),
            neighbourhoods: Some(figures),
            neighbourhood_dates: None,
            threshold: None,
            breaks: &Breaks::default(),
        };
        let text = area_story(figures, 0, around, &[], Language::En)
            .unwrap()
            .to_plain_text();
        assert!(
            text.contains(
                "North, Anham had fewer than 3 cases in the seven days to 7 \
            February 2021, down from 12 in the seven days to 31 January 2021. Anham as a whole is \
            at 600.0"
            ),
            "{text}"
        );
        assert!(text.contains("0, 1 or 2 are not published"), "{text}");
        assert!(area_story(figures, 5, around, &[], Language::En).is_none());
    }

    #[test]
    fn share_is_rounded_half_up_but_never_to_all_or_nothing() {
        assert_eq!(
            (share(12, 315, Language::En), share(302, 315, Language::En)),
            ("4%".into(), "96%".into())
        );
        assert_eq!(
            (share(1, 315, Language::En), share(314, 315, Language::En)),
            ("less than 1%".into(), "more than 99%".into())
        );
        assert_eq!(
            (
                share(1, 8, Language::En),
                share(0, 9, Language::En),
                share(9, 9, Language::En)
            ),
            ("13%".into(), "0%".into(), "100%".into())
        );
    }

    #[test]
    fn join_list_uses_semicolons_if_an_item_has_a_comma() {
        let list = |items: &[&str]| {
            join_list(
                items.iter().map(|&item| item.to_owned()).collect(),
                Language::En,
            )
        };
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a, b", "c"]), "a, b; and c");
    }
}
