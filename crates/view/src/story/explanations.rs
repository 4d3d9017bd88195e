//! Explains the terms of a story, and names its sources.

use rising_model::dataset::manifest::Source;
use rising_model::domain::area::{AreaIndex, Level, Nation};
use rising_model::domain::series::WEEK;
use rising_model::domain::trend::PUBLISHED_FROM;
use rising_words::Texts;

use super::{Story, StoryBlock};
use crate::LevelView;
use crate::names::join_list;
use crate::people::vintage_name;

/// The properties of a story that its explanations depend on.
#[derive(Clone, Copy)]
pub struct StorySubject {
    pub level: Level,
    pub nation: Option<Nation>,
    /// Whether the figures are those of the United Kingdom.
    pub has_nations: bool,
    /// Whether the story gives the grades of changes.
    pub has_grades: bool,
}

/// Returns the names of the population estimates behind the rates of both weeks, each once.
pub fn estimate_names(used: &[(&LevelView, Vec<AreaIndex>)], texts: &Texts) -> Vec<String> {
    let mut names = vec![];
    for (
        LevelView {
            table, snapshot, ..
        },
        areas,
    ) in used
    {
        for area in areas.iter().filter_map(|&area| table.get(area)) {
            for date in [snapshot.date() - WEEK, snapshot.date()] {
                let name = table
                    .vintage_of(area, date)
                    .and_then(|vintage| vintage_name(vintage, texts));
                names.extend(name.filter(|name| !names.contains(name)));
            }
        }
    }
    names
}

/// Adds explanations of the terms, and the sources.
pub fn add_explanations(
    story: &mut Story,
    subject: StorySubject,
    estimates: &[String],
    sources: &[Source],
    texts: &Texts,
) {
    story.add_heading(texts.story_how_to_read());
    let days = match texts.has_labels() {
        false => texts.story_method_cases().to_owned(),
        true => texts.story_method_days(),
    };
    let mut items = vec![days, texts.story_method_rate()];
    if !estimates.is_empty() {
        items.push(texts.story_method_population(&join_list(estimates.to_vec(), texts)));
    }
    items.push(texts.story_method_rise());
    if subject.has_grades {
        items.push(texts.story_method_clear());
    }
    if subject.has_nations && subject.level == Level::Msoa {
        items.push(texts.story_method_neighbourhoods(PUBLISHED_FROM));
    }
    if subject.has_nations && subject.nation == Some(Nation::Uk) {
        items.push(texts.story_method_nations().to_owned());
    }
    story.blocks.push(StoryBlock::List(items));
    if !sources.is_empty() {
        story.add_heading(texts.sources());
        let lines = sources
            .iter()
            .map(|source| format!("{}. {}. {}.", source.name, source.publisher, source.licence));
        story.blocks.push(StoryBlock::List(lines.collect()));
    }
}
