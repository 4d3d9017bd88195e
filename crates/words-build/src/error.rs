//! Defines the errors in text files.

/// A fault in a text file, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum TextError {
    #[error(
        "texts/{}.ftl is missing; it defines which texts exist",
        crate::REFERENCE_LANGUAGE
    )]
    NoEnglish,
    #[error("texts/{tag}.ftl: {content:?} is not Fluent; write a text as `name = words`")]
    NotFluent { tag: String, content: String },
    #[error("texts/{tag}.ftl: {id} is defined twice; remove one definition")]
    Duplicate { tag: String, id: String },
    #[error("texts/{tag}.ftl: {id} is empty; write its words after the equals sign")]
    Empty { tag: String, id: String },
    #[error(
        "texts/{tag}.ftl: {id} uses {what}, which is not supported; \
         crates/words-build/src/lib.rs lists what is"
    )]
    Unsupported {
        tag: String,
        id: String,
        what: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} refers to {to}, which is not in the file; add it or correct the name"
    )]
    UnknownReference { tag: String, id: String, to: String },
    #[error("texts/{tag}.ftl: {id} contains itself through {to}; remove the circular reference")]
    CircularReference { tag: String, id: String, to: String },
    #[error("texts/{tag}.ftl has no {id}; translate \"{english}\"")]
    MissingText {
        tag: String,
        id: String,
        english: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} is not in texts/{}.ftl; remove it or correct its name",
        crate::REFERENCE_LANGUAGE
    )]
    UnknownText { tag: String, id: String },
    #[error(
        "texts/{tag}.ftl: {id} has ${argument}, but the English text does not; correct its name or \
         remove it"
    )]
    UnknownArgument {
        tag: String,
        id: String,
        argument: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} does not show ${argument}, but the English text does; add \
         {{ ${argument} }}"
    )]
    MissingArgument {
        tag: String,
        id: String,
        argument: String,
    },
    #[error("{id}: ${argument} is {one} in one place and {other} in another; rename one of them")]
    ConflictingKinds {
        id: String,
        argument: String,
        one: &'static str,
        other: &'static str,
    },
    #[error(
        "texts/{tag}.ftl: {id} selects by ${argument} with the unknown key [{key}]; use one of \
         {known}"
    )]
    UnknownKey {
        tag: String,
        id: String,
        argument: String,
        key: String,
        known: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} shows ${argument}, which is a choice without a text; write the \
         words for each choice"
    )]
    ChoiceAsText {
        tag: String,
        id: String,
        argument: String,
    },
    #[error(
        "texts/{tag}.ftl: ICU does not know the language {tag}: {reason}; name the file after a \
         language tag, such as cy"
    )]
    UnknownLanguage { tag: String, reason: String },
    #[error("texts/{tag}.ftl: {what}; extend crates/words-build/src/rules.rs")]
    UnsupportedRules { tag: String, what: &'static str },
}
