//! Lists the rising areas of a ranking, and says which rises are clear.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::clearness::Grade;
use rising_model::domain::trend::Direction;
use rising_words::Texts;
use rising_words::args;

use super::week::week_in_short;
use super::{Story, StoryBlock};
use crate::LevelView;
use crate::names::join_list;

/// The most rising areas that are listed in full, which is more than there are authorities. Of a
/// larger number, [`LISTED`] are listed.
const MAX_LISTED_IN_FULL: usize = 400;

/// The number of areas listed of more than [`MAX_LISTED_IN_FULL`], and the most names in a
/// sentence.
const LISTED: usize = 50;

/// Adds the rising areas of a ranking with rates and counts, and names the clear and probable
/// rises.
pub fn add_rises(
    story: &mut Story,
    figures: &LevelView,
    ranking: &[AreaIndex],
    name: &dyn Fn(AreaIndex) -> String,
    texts: &Texts,
) {
    let snapshot = &figures.snapshot;
    let rising: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| snapshot.comparison(area).direction() == Direction::Rising)
        .collect();
    if rising.is_empty() {
        return;
    }
    story.add_heading(texts.story_rising());
    let listed = if rising.len() > MAX_LISTED_IN_FULL {
        LISTED
    } else {
        rising.len()
    };
    story.add_paragraph(match (rising.len(), listed) {
        (1, _) => texts.story_one_rose().clone(),
        (all, listed) if listed < all => texts.story_rose_listed(args::StoryRoseListed {
            areas: all as u32,
            listed: listed as u32,
        }),
        (all, _) => texts.story_rose(all as u32),
    });
    let lines = rising[..listed]
        .iter()
        .map(|&area| format!("{}: {}", name(area), week_in_short(figures, area, texts)));
    story.blocks.push(StoryBlock::List(lines.collect()));

    let of_grade = |grade: Grade| -> Vec<AreaIndex> {
        rising
            .iter()
            .copied()
            .filter(|&area| snapshot.grade(&figures.table, area) == Some(grade))
            .collect()
    };
    let [clear, probable, chance] =
        [Grade::Clear, Grade::Probable, Grade::CouldBeChance].map(of_grade);
    if clear.len() + probable.len() + chance.len() == 0 {
        return;
    }
    if rising.len() == 1 {
        return story.add_paragraph(match (clear.len(), probable.len()) {
            (1, _) => texts.story_only_clear().to_owned(),
            (_, 1) => texts.story_only_probable().to_owned(),
            _ => texts.story_only_chance(),
        });
    }
    let names =
        |areas: &[AreaIndex]| join_list(areas.iter().map(|&area| name(area)).collect(), texts);
    let mut sentences = vec![match clear.len() {
        0 => texts.story_none_clear().to_owned(),
        number @ 1..=LISTED => texts.story_clear_named(args::StoryClearNamed {
            areas: number as u32,
            names: &names(&clear),
        }),
        // A sentence with more names would only repeat the list.
        number => texts.story_clear(number as u32),
    }];
    match probable.len() {
        0 => {}
        number @ 1..=LISTED => {
            sentences.push(texts.story_probable_named(args::StoryProbableNamed {
                areas: number as u32,
                names: &names(&probable),
            }));
        }
        number => sentences.push(texts.story_probable(number as u32)),
    }
    match chance.len() {
        0 => {}
        all if all == rising.len() => sentences.push(texts.story_all_chance().to_owned()),
        others => sentences.push(texts.story_others_chance(others as u32)),
    }
    story.add_paragraph(sentences.join(" "));
}
