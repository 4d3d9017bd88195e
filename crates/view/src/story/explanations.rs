//! Explains the terms of a story, and names its sources.

use rising_model::area::{AreaIndex, Level, Nation};
use rising_model::manifest::Source;
use rising_model::series::WEEK;
use rising_model::trend::PUBLISHED_FROM;
use rising_words::{Language, labels};

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
pub fn estimate_names(used: &[(&LevelView, Vec<AreaIndex>)], language: Language) -> Vec<String> {
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
                    .and_then(|vintage| vintage_name(vintage, language));
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
