//! Generates Rust from texts in [Fluent](https://projectfluent.org) files: one file per language,
//! one function per text.
//!
//! The compiler removes functions without a call, and with them their texts. A text that is
//! missing, misspelt or has other arguments than in English stops the build with an error.
//! `crates/words/build.rs` runs this crate.
//!
//! | module | what it does |
//! |---|---|
//! | [`text`] | parses a file and resolves references |
//! | [`signatures`] | compares the languages, and derives the arguments of each text |
//! | [`rules`] | gets a language's plural rules and separators from ICU4X |
//! | [`codegen`] | writes the functions |
//!
//! Supported Fluent: messages and terms, references to them, `$arguments`, string literals,
//! selectors, and `NUMBER()` with `type: "ordinal"`, `minimumFractionDigits: 1` and `useGrouping:
//! "false"`. A line break within a text is a space. `LABEL("name", "words")` marks words that a
//! data set can replace; `crates/words` defines what each name stands for.

mod codegen;
mod error;
mod rules;
mod signatures;
mod text;

pub use error::TextError;

/// The language that the others are compared with, and the default language of the page.
pub const REFERENCE_LANGUAGE: &str = "en";

/// The file of one language: its tag (`cy`) and its content.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The language's tag, such as `cy`.
    pub tag: &'a str,
    /// The file as text.
    pub content: &'a str,
}

/// A choice whose type another crate defines. The texts select by its variants.
#[derive(Clone, Copy, Debug)]
pub struct ForeignChoice<'a> {
    /// The name of the argument in the texts, such as `nation`.
    pub argument: &'a str,
    /// The path of the enum, such as `rising_model::domain::area::Nation`.
    pub path: &'a str,
    /// All keys in the texts, each with the name of its variant.
    pub variants: &'a [(&'a str, &'a str)],
}

/// Generates the Rust code of all languages' texts. English comes first, the others by tag.
/// `foreign` are the choices for which no type is generated.
///
/// # Errors
/// If a file cannot be parsed, or the texts of the languages do not match.
pub fn generate(
    sources: &[Source<'_>],
    foreign: &[ForeignChoice<'_>],
) -> Result<String, TextError> {
    let mut sources = sources.to_vec();
    sources.sort_by_key(|source| (source.tag != REFERENCE_LANGUAGE, source.tag));
    let mut languages = vec![];
    for Source { tag, content } in sources {
        languages.push((text::parse(tag, content)?, rules::Rules::of(tag)?));
    }
    let texts: Vec<&text::Texts> = languages.iter().map(|(texts, _)| texts).collect();
    let signatures = signatures::derive_signatures(&texts, foreign)?;
    Ok(codegen::generate(&languages, &signatures))
}

#[cfg(test)]
mod tests;
