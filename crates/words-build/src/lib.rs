//! Makes Rust of texts in [Fluent](https://projectfluent.org) files, one file a language, one
//! function a text.
//!
//! A function that nobody calls is left out of the program, and so are its texts; a text that is
//! missing, misspelt or has other arguments than in English stops the build with a sentence.
//! `crates/words/build.rs` runs it.
//!
//! | module | question it answers |
//! |---|---|
//! | [`text`] | what does a file say, with references put in |
//! | [`agree`] | do the languages say the same things, and of which kind is each argument |
//! | [`rules`] | how does a language count and write numbers (asked of ICU4X, while building) |
//! | [`rust`] | the functions |
//!
//! What is understood of Fluent: messages and terms, references to them, `$arguments`, string
//! literals, selectors, and `NUMBER()` with `type: "ordinal"`, `minimumFractionDigits: 1` and
//! `useGrouping: "false"`. A line break within a text is a space. `LABEL("name", "words")` are
//! words that a data set may have others for: what it does with the names is the business of
//! `crates/words`, which has to know each.

mod agree;
mod problem;
mod rules;
mod rust;
mod text;

pub use problem::Problem;

/// The language that all others are compared with, and the page's unless another is asked for.
pub const FIRST: &str = "en";

/// One language's texts: its tag (`cy`) and the content of its file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    pub tag: &'a str,
    pub content: &'a str,
}

/// The Rust code of all languages' texts. English comes first, the others by tag.
///
/// # Errors
/// If a file cannot be read, or the languages do not agree.
pub fn generate(sources: &[Source<'_>]) -> Result<String, Problem> {
    let mut sources = sources.to_vec();
    sources.sort_by_key(|source| (source.tag != FIRST, source.tag));
    let mut languages = vec![];
    for Source { tag, content } in sources {
        languages.push((text::read(tag, content)?, rules::Rules::of(tag)?));
    }
    let texts: Vec<&text::Texts> = languages.iter().map(|(texts, _)| texts).collect();
    let agreed = agree::agree(&texts)?;
    Ok(rust::write(&languages, &agreed))
}

#[cfg(test)]
mod tests;
