//! Why texts cannot be built.

/// What is wrong with a file, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error(
        "there is no texts/{}.ftl; it says which texts there are",
        crate::FIRST
    )]
    NoFirst,
    #[error(
        "texts/{tag}.ftl: this is not Fluent: {content:?}; a text is written as `name = words`"
    )]
    NotFluent { tag: String, content: String },
    #[error("texts/{tag}.ftl: {id} is written twice; remove one")]
    Twice { tag: String, id: String },
    #[error("texts/{tag}.ftl: {id} says nothing; write its words after the equals sign")]
    Empty { tag: String, id: String },
    #[error(
        "texts/{tag}.ftl: {id} uses {what}, which is not understood; see crates/words-build/src/lib.rs for what is"
    )]
    NotUnderstood {
        tag: String,
        id: String,
        what: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} refers to {to}, which is not in the file; write it or correct the name"
    )]
    NoSuchText { tag: String, id: String, to: String },
    #[error("texts/{tag}.ftl: {id} contains itself, by way of {to}; break the circle")]
    Circle { tag: String, id: String, to: String },
    #[error("texts/{tag}.ftl has no {id}; translate \"{english}\"")]
    Missing {
        tag: String,
        id: String,
        english: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} is not in texts/{}.ftl; remove it or correct its name",
        crate::FIRST
    )]
    Unknown { tag: String, id: String },
    #[error(
        "texts/{tag}.ftl: {id} has ${argument}, which it has not in English; correct its name or remove it"
    )]
    UnknownArgument {
        tag: String,
        id: String,
        argument: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} does not show ${argument}, which it does in English; put {{ ${argument} }} into it"
    )]
    MissingArgument {
        tag: String,
        id: String,
        argument: String,
    },
    #[error(
        "{id}: ${argument} is {one} in one place and {other} in another; give one of them another name"
    )]
    TwoKinds {
        id: String,
        argument: String,
        one: &'static str,
        other: &'static str,
    },
    #[error(
        "texts/{tag}.ftl: {id} chooses by ${argument} and knows [{key}], which no English text does; one of {known}"
    )]
    UnknownKey {
        tag: String,
        id: String,
        argument: String,
        key: String,
        known: String,
    },
    #[error(
        "texts/{tag}.ftl: {id} shows ${argument}, which can only be chosen by; write the words for each choice"
    )]
    ShownChoice {
        tag: String,
        id: String,
        argument: String,
    },
    #[error(
        "{tag} is no language known to ICU: {reason}; name the file after a language's tag, such as cy"
    )]
    NoLanguage { tag: String, reason: String },
    #[error("{tag}: {what}; crates/words-build/src/rules.rs must learn it")]
    OtherRules { tag: String, what: &'static str },
}
