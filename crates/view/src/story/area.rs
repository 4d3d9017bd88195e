//! Writes the story of an area.

use rising_model::dataset::manifest::Source;
use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::day::Day;
use rising_model::domain::rate::Rate;
use rising_model::domain::scale::Breaks;
use rising_model::domain::scope::Scope;
use rising_model::domain::snapshot::areas_in;
use rising_words::Texts;
use rising_words::args;

use super::explanations::{StorySubject, add_explanations, estimate_names};
use super::rises::add_rises;
use super::week::{area_week_sentence, directions_sentence, week_in_short};
use super::{Story, StoryBlock, StoryContext};
use crate::clearness::clearness_sentence;
use crate::dates::neighbourhood_date;
use crate::figures::share;
use crate::names::{authority_name, full_name, plain_name};
use crate::verdict::{parent_rates, rate_sentence};
use crate::{InWords, LevelView};

/// Writes the story of one area: an authority with its neighbourhoods, or a neighbourhood with
/// those of its authority. `None` if the table does not have the area.
pub fn area_story(
    figures: &LevelView,
    area: AreaIndex,
    around: StoryContext,
    sources: &[Source],
    texts: &Texts,
) -> Option<Story> {
    let LevelView {
        level,
        table,
        snapshot,
        ..
    } = figures;
    let level = *level;
    let (own, date) = (table.get(area)?, snapshot.date());
    let comparison = snapshot.comparison(area);
    let place = full_name(
        table,
        area,
        around.authorities.map(|authorities| &*authorities.table),
        texts,
    );
    let title = texts.story_title_area(args::StoryTitleArea {
        date: &date.in_words(texts),
        place: &place,
    });
    let mut story = Story {
        title,
        blocks: vec![],
    };
    let rate = snapshot.rate(table, area);
    let parents = around
        .authorities
        .map(|figures| {
            parent_rates(
                &own.code,
                own.parent.as_ref(),
                &figures.table,
                &figures.snapshot,
                texts,
            )
        })
        .unwrap_or_default();
    let mut sentences = vec![area_week_sentence(&place, comparison, date, texts)];
    sentences.extend(rate_sentence(rate, &parents, texts));
    sentences.extend(clearness_sentence(snapshot, table, area, texts));
    story.add_paragraph(sentences.join(" "));
    let nation = own.code.nation().unwrap_or(Nation::Uk);
    if let Some(rank) = snapshot.rank(table, nation, area) {
        let areas = areas_in(table, nation).count() as u32;
        let (level, nation) = (level, nation);
        story.add_paragraph(match rank.of == areas {
            true => texts.story_rank(args::StoryRank {
                areas,
                level,
                nation,
                place: rank.place,
            }),
            false => texts.story_rank_of_some(args::StoryRankOfSome {
                areas,
                level,
                nation,
                of: rank.of,
                place: rank.place,
            }),
        });
    }
    let authority = own.parent.as_ref().unwrap_or(&own.code);
    let neighbourhoods = around
        .neighbourhoods
        .filter(|level| level.table.children_of(authority).next().is_some());
    if let Some(neighbourhoods) = neighbourhoods {
        let name = match (&own.parent, around.authorities) {
            (None, _) => plain_name(own.name_in(texts.tag())).to_owned(),
            (Some(code), Some(authorities)) => authority_name(&authorities.table, code, texts)
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
            texts,
        );
    }
    let inside = neighbourhoods.map(|level| (level, level.table.children_of(authority).collect()));
    let used: Vec<(&LevelView, Vec<AreaIndex>)> =
        [(figures, vec![area])].into_iter().chain(inside).collect();
    let estimates = estimate_names(&used, texts);
    let level = if neighbourhoods.is_some() {
        Level::Msoa
    } else {
        level
    };
    let has_grades = |(figures, areas): &(&LevelView, Vec<AreaIndex>)| {
        areas
            .iter()
            .any(|&area| figures.snapshot.grade(&figures.table, area).is_some())
    };
    let subject = StorySubject {
        level,
        nation: None,
        has_nations: table.has_nations(),
        has_grades: used.iter().any(has_grades),
    };
    add_explanations(&mut story, subject, &estimates, sources, texts);
    Some(story)
}

/// Adds the hotspots and rises of one authority's neighbourhoods.
fn add_neighbourhoods(
    story: &mut Story,
    figures: &LevelView,
    authority: &AreaCode,
    place: &str,
    wanted: Day,
    around: StoryContext,
    texts: &Texts,
) {
    let LevelView {
        table, snapshot, ..
    } = figures;
    let date = snapshot.date();
    let scope = Scope::Within(authority.clone());
    let ranking = snapshot.ranking(table, &scope);
    story.add_heading(texts.neighbourhoods_of(place));
    if let Some(dates) = around.neighbourhood_dates.filter(|_| wanted != date) {
        story.add_paragraph(neighbourhood_date(wanted, date, dates, texts));
    }
    let totals = snapshot.totals(table, &scope);
    let all = texts.all_neighbourhoods(args::AllNeighbourhoods {
        areas: totals.areas,
        place,
    });
    story.add_paragraph(directions_sentence(&totals, &all, date, texts));

    let name = |area: AreaIndex| {
        table
            .get(area)
            .map(|area| area.name_in(texts.tag()).to_owned())
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
    story.add_heading(texts.story_hotspots());
    let week = date.in_words(texts);
    story.add_paragraph(match hot.len() as u32 {
        0 => texts.story_hot_none(args::StoryHotNone {
            all: &all,
            date: &week,
            threshold,
        }),
        number if number == totals.areas => texts.story_hot_all(args::StoryHotAll {
            all: &all,
            areas: number,
            date: &week,
            threshold,
        }),
        number => texts.story_hot(args::StoryHot {
            all: &all,
            areas: number,
            date: &week,
            share: &share(number, totals.areas, texts),
            threshold,
        }),
    });
    if !hot.is_empty() {
        let lines = hot
            .iter()
            .map(|&area| format!("{}: {}", name(area), week_in_short(figures, area, texts)));
        story.blocks.push(StoryBlock::List(lines.collect()));
    }
    add_rises(story, figures, &ranking, &name, texts);
}

/// Returns the largest class bound that a rate reaches, or else the smallest bound.
fn lower_bound(breaks: &Breaks, rate: Option<Rate>) -> u32 {
    let class = rate.map_or(0, |rate| breaks.class(rate));
    breaks.bounds(class.max(1)).0
}
