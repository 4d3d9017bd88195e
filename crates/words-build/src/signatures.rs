//! Compares the texts of all languages, and derives the arguments of each text with their kinds.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{ArgumentFormat, Element, Pattern, SelectKey, Selector, Texts};
use crate::{ForeignChoice, TextError};

/// The kind of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    Text,
    Number,
    Tenths,
    Choice,
}

impl ArgumentKind {
    fn name(self) -> &'static str {
        match self {
            ArgumentKind::Text => "a text",
            ArgumentKind::Number => "a number",
            ArgumentKind::Tenths => "a number with a decimal",
            ArgumentKind::Choice => "a choice",
        }
    }
}

/// The texts with their arguments, which are the same in all languages.
#[derive(Debug, Default)]
pub struct Signatures {
    /// The texts with the kinds of their arguments, by name.
    pub texts: Vec<(String, BTreeMap<String, ArgumentKind>)>,
    /// The choices, by the argument's name.
    pub choices: BTreeMap<String, Choice>,
    /// The names of all labels, in the order in which the texts first have them.
    pub labels: Vec<String>,
}

/// A choice among variants.
#[derive(Debug, Default)]
pub struct Choice {
    /// The keys in the texts: those of English in its order, or all of a foreign choice.
    pub keys: Vec<String>,
    /// The path of the enum and its variants in the order of the keys, if another crate defines it.
    pub foreign: Option<(String, Vec<String>)>,
}

/// Compares the languages with the first one, which defines the texts.
///
/// # Errors
/// If a language lacks a text, has a text that the first does not have, or has other arguments or
/// choices.
pub fn derive_signatures(
    languages: &[&Texts],
    foreign: &[ForeignChoice<'_>],
) -> Result<Signatures, TextError> {
    let first = languages
        .first()
        .filter(|texts| texts.tag == crate::REFERENCE_LANGUAGE)
        .ok_or(TextError::NoEnglish)?;
    let mut signatures = Signatures::default();
    for choice in foreign {
        let names = |of: fn(&(&str, &str)) -> String| choice.variants.iter().map(of).collect();
        signatures.choices.insert(
            choice.argument.to_owned(),
            Choice {
                keys: names(|(key, _)| (*key).to_owned()),
                foreign: Some((
                    choice.path.to_owned(),
                    names(|(_, variant)| (*variant).to_owned()),
                )),
            },
        );
    }
    for (_, pattern) in &first.messages {
        visit_elements(pattern, &mut |element| {
            if let Element::Select {
                name,
                selector: Selector::Choice,
                variants,
                ..
            } = element
            {
                let known = signatures.choices.entry(name.clone()).or_default();
                for (key, _) in variants {
                    if let SelectKey::Word(word) = key
                        && known.foreign.is_none()
                        && !known.keys.contains(word)
                    {
                        known.keys.push(word.clone());
                    }
                }
            }
        });
    }
    for (_, pattern) in languages.iter().flat_map(|texts| &texts.messages) {
        visit_elements(pattern, &mut |element| {
            if let Element::Label { name, .. } = element
                && !signatures.labels.contains(name)
            {
                signatures.labels.push(name.clone());
            }
        });
    }
    for texts in languages {
        if let Some((id, _)) = texts
            .messages
            .iter()
            .find(|(id, _)| find_pattern(first, id).is_none())
        {
            return Err(TextError::UnknownText {
                tag: texts.tag.clone(),
                id: id.clone(),
            });
        }
    }
    for (id, english) in &first.messages {
        let mut kinds = BTreeMap::new();
        let (used, shown) = arguments(english);
        for texts in languages {
            let tag = texts.tag.clone();
            let Some(pattern) = find_pattern(texts, id) else {
                return Err(TextError::MissingText {
                    tag,
                    id: id.clone(),
                    english: display_pattern(english),
                });
            };
            let (own, own_shown) = arguments(pattern);
            if let Some(argument) = own.difference(&used).next() {
                return Err(TextError::UnknownArgument {
                    tag,
                    id: id.clone(),
                    argument: argument.clone(),
                });
            }
            // Another language need not select by an argument that English only selects by.
            if let Some(argument) = shown.difference(&own_shown).next() {
                return Err(TextError::MissingArgument {
                    tag,
                    id: id.clone(),
                    argument: argument.clone(),
                });
            }
            check_choice_keys(&signatures, &tag, id, pattern)?;
            collect_kinds(id, pattern, &mut kinds)?;
        }
        for texts in languages {
            let (_, shown) = find_pattern(texts, id)
                .map(|pattern| arguments(pattern))
                .unwrap_or_default();
            if let Some(argument) = shown
                .into_iter()
                .find(|name| kinds.get(name) == Some(&ArgumentKind::Choice))
            {
                return Err(TextError::ChoiceAsText {
                    tag: texts.tag.clone(),
                    id: id.clone(),
                    argument,
                });
            }
        }
        // Arguments without a format or selector are texts.
        for name in used {
            kinds.entry(name).or_insert(ArgumentKind::Text);
        }
        signatures.texts.push((id.clone(), kinds));
    }
    Ok(signatures)
}

/// Returns the text with a name.
pub fn find_pattern<'a>(texts: &'a Texts, id: &str) -> Option<&'a Pattern> {
    texts
        .messages
        .iter()
        .find(|(name, _)| name == id)
        .map(|(_, pattern)| pattern)
}

/// Formats a text for a translator: with the names of arguments and the default variants.
pub fn display_pattern(pattern: &Pattern) -> String {
    let element = |element: &Element| match element {
        Element::Text(words) | Element::Label { default: words, .. } => words.clone(),
        Element::Argument { name, .. } => format!("${name}"),
        Element::Select { default, .. } => display_pattern(default),
    };
    pattern.iter().map(element).collect()
}

/// Calls a function with all elements, including those of variants.
fn visit_elements(pattern: &[Element], visit: &mut dyn FnMut(&Element)) {
    for element in pattern {
        visit(element);
        if let Element::Select {
            variants, default, ..
        } = element
        {
            for pattern in variants.iter().map(|(_, pattern)| pattern).chain([default]) {
                visit_elements(pattern, visit);
            }
        }
    }
}

/// Returns all arguments of a text, and those that it shows.
pub fn arguments(pattern: &[Element]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut used, mut shown) = (BTreeSet::new(), BTreeSet::new());
    visit_elements(pattern, &mut |element| match element {
        Element::Text(_) | Element::Label { .. } => {}
        Element::Argument { name, .. } => {
            used.insert(name.clone());
            shown.insert(name.clone());
        }
        Element::Select { name, .. } => {
            used.insert(name.clone());
        }
    });
    (used, shown)
}

fn check_choice_keys(
    signatures: &Signatures,
    tag: &str,
    id: &str,
    pattern: &Pattern,
) -> Result<(), TextError> {
    let mut error = None;
    visit_elements(pattern, &mut |element| {
        let Element::Select {
            name,
            selector: Selector::Choice,
            variants,
            ..
        } = element
        else {
            return;
        };
        let known = signatures
            .choices
            .get(name)
            .map(|choice| choice.keys.as_slice())
            .unwrap_or_default();
        for (key, _) in variants {
            if let SelectKey::Word(key) = key
                && !known.contains(key)
            {
                error = Some(TextError::UnknownKey {
                    tag: tag.to_owned(),
                    id: id.to_owned(),
                    argument: name.clone(),
                    key: key.clone(),
                    known: known.join(", "),
                });
            }
        }
    });
    error.map_or(Ok(()), Err)
}

fn collect_kinds(
    id: &str,
    pattern: &Pattern,
    kinds: &mut BTreeMap<String, ArgumentKind>,
) -> Result<(), TextError> {
    let mut error = None;
    visit_elements(pattern, &mut |element| {
        let (name, kind) = match element {
            Element::Argument {
                name,
                format: ArgumentFormat::Number | ArgumentFormat::Ungrouped,
            } => (name, ArgumentKind::Number),
            Element::Argument {
                name,
                format: ArgumentFormat::Tenths,
            } => (name, ArgumentKind::Tenths),
            Element::Select {
                name,
                selector: Selector::Choice,
                ..
            } => (name, ArgumentKind::Choice),
            Element::Select { name, .. } => (name, ArgumentKind::Number),
            Element::Text(_)
            | Element::Label { .. }
            | Element::Argument {
                format: ArgumentFormat::Bare,
                ..
            } => return,
        };
        let known = *kinds.entry(name.clone()).or_insert(kind);
        if known != kind {
            let (one, other) = (known.name(), kind.name());
            error = Some(TextError::ConflictingKinds {
                id: id.to_owned(),
                argument: name.clone(),
                one,
                other,
            });
        }
    });
    error.map_or(Ok(()), Err)
}
