//! Writes the story of a nation.

use rising_model::dataset::manifest::Source;
use rising_model::domain::area::{AreaIndex, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::series::WEEK;
use rising_model::domain::snapshot::areas_in;
use rising_model::domain::trend::Comparison;
use rising_words::Texts;
use rising_words::args;

use super::explanations::{StorySubject, add_explanations, estimate_names};
use super::rises::add_rises;
use super::week::{change_in_brackets, directions_sentence, week_in_full};
use super::{Story, StoryBlock};
use crate::figures::{cases_text, count_text};
use crate::names::full_name;
use crate::{InWords, LevelView};

/// The number of highest rates with a sentence each.
const HIGHEST: usize = 3;

/// Writes the story of a nation's areas. `authorities` names the authorities of neighbourhoods.
pub fn nation_story(
    figures: &LevelView,
    nation: Nation,
    authorities: Option<&AreaTable>,
    sources: &[Source],
    texts: &Texts,
) -> Story {
    let LevelView {
        level,
        table,
        snapshot,
        ..
    } = figures;
    let level = *level;
    let date = snapshot.date();
    let totals = snapshot.totals(table, nation);
    let title = texts.story_title_nation(args::StoryTitleNation {
        areas: totals.areas,
        date: &date.in_words(texts),
        level,
        nation,
    });
    let mut story = Story {
        title,
        blocks: vec![],
    };
    let all = texts.all_areas(args::AllAreas {
        areas: totals.areas,
        level,
        nation,
    });
    story.add_paragraph(directions_sentence(&totals, &all, date, texts));
    if let Some(sentence) = nation_sentence(figures, nation, texts) {
        story.add_paragraph(sentence);
    }
    let name = |area: AreaIndex| full_name(table, area, authorities, texts);
    let ranking = snapshot.ranking(table, nation);
    let with_rate: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| snapshot.rate(table, area).is_some())
        .collect();
    if !with_rate.is_empty() {
        story.add_heading(texts.story_highest_rates());
        let highest = with_rate.iter().take(HIGHEST).filter_map(|&area| {
            let rank = snapshot.rank(table, nation, area)?;
            let own = snapshot.rate(table, area);
            let shared = with_rate
                .iter()
                .filter(|&&other| snapshot.rate(table, other) == own)
                .count()
                > 1;
            let (name, week) = (name(area), week_in_full(figures, area, texts)?);
            Some(match shared {
                true => texts.story_highest_joint(args::StoryHighestJoint {
                    area: &name,
                    place: rank.place,
                    week: &week,
                }),
                false => texts.story_highest(args::StoryHighest {
                    area: &name,
                    place: rank.place,
                    week: &week,
                }),
            })
        });
        story.blocks.push(StoryBlock::List(highest.collect()));
    }
    add_rises(&mut story, figures, &ranking, &name, texts);
    let estimates = estimate_names(&[(figures, areas_in(table, nation).collect())], texts);
    let subject = StorySubject {
        level,
        nation: Some(nation),
        has_nations: table.has_nations(),
        has_grades: totals.clear.is_some(),
    };
    add_explanations(&mut story, subject, &estimates, sources, texts);
    story
}

/// Writes the nation's cases and rate in both weeks; `None` unless every area's counts are numbers.
fn nation_sentence(figures: &LevelView, nation: Nation, texts: &Texts) -> Option<String> {
    let LevelView {
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
        cases_text(comparison.now, texts),
        count_text(comparison.before, texts),
    );
    Some(texts.story_whole(args::StoryWhole {
        before: &before,
        before_rate: &rate_before.in_words(texts),
        change: &change_in_brackets(comparison, texts),
        direction: comparison.direction(),
        nation,
        now: &now,
        rate: &rate.in_words(texts),
    }))
}
