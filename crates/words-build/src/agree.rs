//! Do the languages say the same things, and of which kind is each argument?

use std::collections::{BTreeMap, BTreeSet};

use crate::Problem;
use crate::text::{By, Key, Part, Pattern, Shown, Texts};

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Tenths,
    Choice,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "a text",
            Kind::Number => "a number",
            Kind::Tenths => "a number with a decimal",
            Kind::Choice => "a choice",
        }
    }
}

/// What all languages agree on.
#[derive(Debug, Default)]
pub struct Agreed {
    /// The texts, with the kinds of their arguments by name.
    pub texts: Vec<(String, BTreeMap<String, Kind>)>,
    /// What can be chosen, by the argument's name, in the order in which English first has it.
    pub choices: BTreeMap<String, Vec<String>>,
    /// What a data set may call otherwise, in the order in which the languages first have it.
    pub labels: Vec<String>,
}

/// Compares the languages; the first one says which texts there are.
///
/// # Errors
/// If one lacks a text, has one that the first has not, or has other arguments or choices.
pub fn agree(languages: &[&Texts]) -> Result<Agreed, Problem> {
    let first = languages
        .first()
        .filter(|texts| texts.tag == crate::FIRST)
        .ok_or(Problem::NoFirst)?;
    let mut agreed = Agreed::default();
    for (_, pattern) in &first.messages {
        each(pattern, &mut |part| {
            if let Part::Select {
                name,
                by: By::Choice,
                variants,
                ..
            } = part
            {
                let known = agreed.choices.entry(name.clone()).or_default();
                for (key, _) in variants {
                    if let Key::Word(word) = key
                        && !known.contains(word)
                    {
                        known.push(word.clone());
                    }
                }
            }
        });
    }
    for (_, pattern) in languages.iter().flat_map(|texts| &texts.messages) {
        each(pattern, &mut |part| {
            if let Part::Label { name, .. } = part
                && !agreed.labels.contains(name)
            {
                agreed.labels.push(name.clone());
            }
        });
    }
    for texts in languages {
        if let Some((id, _)) = texts
            .messages
            .iter()
            .find(|(id, _)| pattern_of(first, id).is_none())
        {
            return Err(Problem::Unknown {
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
            let Some(pattern) = pattern_of(texts, id) else {
                return Err(Problem::Missing {
                    tag,
                    id: id.clone(),
                    english: plain(english),
                });
            };
            let (own, own_shown) = arguments(pattern);
            if let Some(argument) = own.difference(&used).next() {
                return Err(Problem::UnknownArgument {
                    tag,
                    id: id.clone(),
                    argument: argument.clone(),
                });
            }
            // One that English only chooses by need not be chosen by elsewhere.
            if let Some(argument) = shown.difference(&own_shown).next() {
                return Err(Problem::MissingArgument {
                    tag,
                    id: id.clone(),
                    argument: argument.clone(),
                });
            }
            check_keys(&agreed, &tag, id, pattern)?;
            kinds_in(id, pattern, &mut kinds)?;
        }
        for texts in languages {
            let (_, shown) = pattern_of(texts, id)
                .map(|pattern| arguments(pattern))
                .unwrap_or_default();
            if let Some(argument) = shown
                .into_iter()
                .find(|name| kinds.get(name) == Some(&Kind::Choice))
            {
                return Err(Problem::ShownChoice {
                    tag: texts.tag.clone(),
                    id: id.clone(),
                    argument,
                });
            }
        }
        // What is only ever put in as it is, is words.
        for name in used {
            kinds.entry(name).or_insert(Kind::Text);
        }
        agreed.texts.push((id.clone(), kinds));
    }
    Ok(agreed)
}

/// The text of that name.
pub fn pattern_of<'a>(texts: &'a Texts, id: &str) -> Option<&'a Pattern> {
    texts
        .messages
        .iter()
        .find(|(name, _)| name == id)
        .map(|(_, pattern)| pattern)
}

/// A text as a translator sees it: arguments by name, of variants the default one.
pub fn plain(pattern: &Pattern) -> String {
    let part = |part: &Part| match part {
        Part::Words(words) | Part::Label { default: words, .. } => words.clone(),
        Part::Argument { name, .. } => format!("${name}"),
        Part::Select { default, .. } => plain(default),
    };
    pattern.iter().map(part).collect()
}

/// All parts, those of variants too.
fn each(pattern: &[Part], see: &mut dyn FnMut(&Part)) {
    for part in pattern {
        see(part);
        if let Part::Select {
            variants, default, ..
        } = part
        {
            for pattern in variants.iter().map(|(_, pattern)| pattern).chain([default]) {
                each(pattern, see);
            }
        }
    }
}

/// The arguments used at all, and those shown.
pub fn arguments(pattern: &[Part]) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut used, mut shown) = (BTreeSet::new(), BTreeSet::new());
    each(pattern, &mut |part| match part {
        Part::Words(_) | Part::Label { .. } => {}
        Part::Argument { name, .. } => {
            used.insert(name.clone());
            shown.insert(name.clone());
        }
        Part::Select { name, .. } => {
            used.insert(name.clone());
        }
    });
    (used, shown)
}

fn check_keys(agreed: &Agreed, tag: &str, id: &str, pattern: &Pattern) -> Result<(), Problem> {
    let mut problem = None;
    each(pattern, &mut |part| {
        let Part::Select {
            name,
            by: By::Choice,
            variants,
            ..
        } = part
        else {
            return;
        };
        let known = agreed.choices.get(name).cloned().unwrap_or_default();
        for (key, _) in variants {
            if let Key::Word(key) = key
                && !known.contains(key)
            {
                problem = Some(Problem::UnknownKey {
                    tag: tag.to_owned(),
                    id: id.to_owned(),
                    argument: name.clone(),
                    key: key.clone(),
                    known: known.join(", "),
                });
            }
        }
    });
    problem.map_or(Ok(()), Err)
}

fn kinds_in(
    id: &str,
    pattern: &Pattern,
    kinds: &mut BTreeMap<String, Kind>,
) -> Result<(), Problem> {
    let mut problem = None;
    each(pattern, &mut |part| {
        let (name, kind) = match part {
            Part::Argument {
                name,
                shown: Shown::Number | Shown::Ungrouped,
            } => (name, Kind::Number),
            Part::Argument {
                name,
                shown: Shown::Tenths,
            } => (name, Kind::Tenths),
            Part::Select {
                name,
                by: By::Choice,
                ..
            } => (name, Kind::Choice),
            Part::Select { name, .. } => (name, Kind::Number),
            Part::Words(_)
            | Part::Label { .. }
            | Part::Argument {
                shown: Shown::Bare, ..
            } => return,
        };
        let known = *kinds.entry(name.clone()).or_insert(kind);
        if known != kind {
            let (one, other) = (known.name(), kind.name());
            problem = Some(Problem::TwoKinds {
                id: id.to_owned(),
                argument: name.clone(),
                one,
                other,
            });
        }
    });
    problem.map_or(Ok(()), Err)
}
