//! Writes a story: sentences about a nation or an area that an article can quote.
//!
//! The page and `prepare report --prose` both use this module, so their texts are the same.

mod area;
mod explanations;
mod nation;
mod rises;
mod week;

#[cfg(test)]
mod tests;

use rising_model::domain::day::Day;
use rising_model::domain::scale::Breaks;

use crate::LevelView;
pub use area::area_story;
pub use nation::nation_story;

/// The data of an area's story besides the area's own figures.
#[derive(Clone, Copy)]
pub struct StoryContext<'a> {
    /// All authorities, at the same date or the nearest one with figures.
    pub authorities: Option<&'a LevelView>,
    /// All neighbourhoods, at the same date or the nearest one with figures.
    pub neighbourhoods: Option<&'a LevelView>,
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
