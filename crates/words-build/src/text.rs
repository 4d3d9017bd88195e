//! What a file says: Fluent's syntax tree, reduced to what is made of it, with references put in.

use std::collections::BTreeMap;

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern as Syntax, PatternElement, Variant,
    VariantKey,
};
use fluent_syntax::parser;

use crate::Problem;
use crate::rules::CATEGORIES;

/// One language's texts.
#[derive(Debug)]
pub struct Texts {
    pub tag: String,
    /// In the order of the file.
    pub messages: Vec<(String, Pattern)>,
}

/// A text, or one of its variants.
pub type Pattern = Vec<Part>;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    Words(String),
    Argument {
        name: String,
        shown: Shown,
    },
    Select {
        name: String,
        by: By,
        variants: Vec<(Key, Pattern)>,
        default: Pattern,
    },
    /// What a data set may call otherwise, and what it is called unless it does.
    Label {
        name: String,
        default: String,
    },
}

/// How an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As other places of the text have it: a number if it is one anywhere.
    Bare,
    /// A whole number in the language's way.
    Number,
    /// A whole number without separators: a year.
    Ungrouped,
    /// A number given in tenths, with one decimal.
    Tenths,
}

/// What a selector goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Cardinal,
    Ordinal,
    Choice,
}

/// The key of a variant that is not the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Number(u32),
    Category(usize),
    Word(String),
}

/// Reads a file.
///
/// # Errors
/// If it is not Fluent, or not of the Fluent that is understood here.
pub fn read(tag: &str, content: &str) -> Result<Texts, Problem> {
    let resource = parser::parse(content).unwrap_or_else(|(resource, _)| resource);
    let mut order = vec![];
    let mut found = BTreeMap::new();
    for entry in &resource.body {
        let (name, pattern) = match entry {
            Entry::Message(message) if message.attributes.is_empty() => {
                order.push(message.id.name);
                (message.id.name.to_owned(), message.value.as_ref())
            }
            Entry::Term(term) if term.attributes.is_empty() => {
                (format!("-{}", term.id.name), Some(&term.value))
            }
            Entry::Message(message) => return Err(attributes(tag, message.id.name)),
            Entry::Term(term) => return Err(attributes(tag, term.id.name)),
            Entry::Junk { content } => {
                let content = content.trim().chars().take(80).collect();
                return Err(Problem::NotFluent {
                    tag: tag.to_owned(),
                    content,
                });
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
        };
        let id = || (tag.to_owned(), name.clone());
        let Some(pattern) = pattern else {
            let (tag, id) = id();
            return Err(Problem::Empty { tag, id });
        };
        let (tag, id) = id();
        if found.insert(name, pattern).is_some() {
            return Err(Problem::Twice { tag, id });
        }
    }
    let reader = Reader { tag, found };
    let mut messages = vec![];
    for id in order {
        let pattern = reader.resolve(id, id, &mut vec![])?;
        messages.push((id.to_owned(), pattern));
    }
    Ok(Texts {
        tag: tag.to_owned(),
        messages,
    })
}

fn attributes(tag: &str, id: &str) -> Problem {
    Problem::NotUnderstood {
        tag: tag.to_owned(),
        id: id.to_owned(),
        what: "attributes".to_owned(),
    }
}

/// What `NUMBER()` is given: an argument's name, and an option with its value.
type Number<'a> = (String, Option<(&'a str, &'a str)>);

struct Reader<'a> {
    tag: &'a str,
    /// By name; terms with their hyphen.
    found: BTreeMap<String, &'a Syntax<&'a str>>,
}

impl<'a> Reader<'a> {
    /// The text of that name. `above` are the names it is being put into.
    fn resolve(&self, id: &str, name: &str, above: &mut Vec<String>) -> Result<Pattern, Problem> {
        let problem = || (self.tag.to_owned(), id.to_owned(), name.to_owned());
        if above.iter().any(|other| other == name) {
            let (tag, id, to) = problem();
            return Err(Problem::Circle { tag, id, to });
        }
        let Some(syntax) = self.found.get(name) else {
            let (tag, id, to) = problem();
            return Err(Problem::NoSuchText { tag, id, to });
        };
        above.push(name.to_owned());
        let pattern = self.pattern(id, syntax, above)?;
        above.pop();
        Ok(pattern)
    }

    fn pattern(
        &self,
        id: &str,
        syntax: &Syntax<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, Problem> {
        let mut parts = vec![];
        for element in &syntax.elements {
            match element {
                PatternElement::TextElement { value } => {
                    parts.push(Part::Words(value.replace('\n', " ")))
                }
                PatternElement::Placeable { expression } => {
                    parts.extend(self.expression(id, expression, above)?)
                }
            }
        }
        // What was put in stands beside other words.
        let mut joined: Pattern = vec![];
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(Part::Words(words)), Part::Words(more)) => *words += &more,
                (_, part) => joined.push(part),
            }
        }
        Ok(joined)
    }

    fn expression(
        &self,
        id: &str,
        expression: &Expression<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, Problem> {
        match expression {
            Expression::Inline(inline) => self.inline(id, inline, above),
            Expression::Select { selector, variants } => {
                Ok(vec![self.select(id, selector, variants, above)?])
            }
        }
    }

    fn inline(
        &self,
        id: &str,
        inline: &InlineExpression<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, Problem> {
        Ok(match inline {
            InlineExpression::StringLiteral { value } => vec![Part::Words((*value).to_owned())],
            InlineExpression::VariableReference { id } => {
                vec![Part::Argument {
                    name: id.name.to_owned(),
                    shown: Shown::Bare,
                }]
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } if function.name == "LABEL" => {
                vec![self.label(id, arguments)?]
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } => {
                let (name, style) = self.number(id, function.name, arguments)?;
                let shown = match style {
                    None => Shown::Number,
                    Some(("useGrouping", "false")) => Shown::Ungrouped,
                    Some(("minimumFractionDigits", "1")) => Shown::Tenths,
                    Some((option, value)) => {
                        return Err(self.not_understood(id, &format!("{option}: {value}")));
                    }
                };
                vec![Part::Argument { name, shown }]
            }
            InlineExpression::MessageReference {
                id: to,
                attribute: None,
            } => self.resolve(id, to.name, above)?,
            InlineExpression::TermReference {
                id: to,
                attribute: None,
                arguments: None,
            } => self.resolve(id, &format!("-{}", to.name), above)?,
            InlineExpression::Placeable { expression } => self.expression(id, expression, above)?,
            InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { .. } => {
                return Err(
                    self.not_understood(id, "a number, an attribute or a term with arguments")
                );
            }
        })
    }

    /// `LABEL("name", "words")`.
    fn label(&self, id: &str, arguments: &CallArguments<&'a str>) -> Result<Part, Problem> {
        match (arguments.positional.as_slice(), arguments.named.as_slice()) {
            (
                [
                    InlineExpression::StringLiteral { value: name },
                    InlineExpression::StringLiteral { value: default },
                ],
                [],
            ) => Ok(Part::Label {
                name: (*name).to_owned(),
                default: (*default).to_owned(),
            }),
            _ => Err(self.not_understood(id, "LABEL() so")),
        }
    }

    /// The argument of `NUMBER()` and its option, if it has one.
    fn number<'b>(
        &self,
        id: &str,
        function: &str,
        arguments: &'b CallArguments<&'a str>,
    ) -> Result<Number<'b>, Problem> {
        let refused = || self.not_understood(id, &format!("{function}() so"));
        let [InlineExpression::VariableReference { id: argument }] =
            arguments.positional.as_slice()
        else {
            return Err(refused());
        };
        let option = match arguments.named.as_slice() {
            [] => None,
            [named] => match &named.value {
                InlineExpression::StringLiteral { value }
                | InlineExpression::NumberLiteral { value } => Some((named.name.name, *value)),
                _ => return Err(refused()),
            },
            _ => return Err(refused()),
        };
        if function == "NUMBER" {
            Ok((argument.name.to_owned(), option))
        } else {
            Err(refused())
        }
    }

    fn select(
        &self,
        id: &str,
        selector: &InlineExpression<&'a str>,
        variants: &[Variant<&'a str>],
        above: &mut Vec<String>,
    ) -> Result<Part, Problem> {
        let category = |key: &VariantKey<&str>| match key {
            VariantKey::Identifier { name } => {
                CATEGORIES.iter().position(|category| category == name)
            }
            VariantKey::NumberLiteral { .. } => None,
        };
        let is_number = |key: &VariantKey<&str>| matches!(key, VariantKey::NumberLiteral { .. });
        let (name, by) = match selector {
            InlineExpression::VariableReference { id: argument } => {
                let numeric = variants
                    .iter()
                    .all(|variant| category(&variant.key).is_some() || is_number(&variant.key));
                (
                    argument.name.to_owned(),
                    if numeric { By::Cardinal } else { By::Choice },
                )
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } => {
                let (name, option) = self.number(id, function.name, arguments)?;
                match option {
                    None => (name, By::Cardinal),
                    Some(("type", "ordinal")) => (name, By::Ordinal),
                    Some((option, value)) => {
                        return Err(self.not_understood(id, &format!("{option}: {value}")));
                    }
                }
            }
            _ => return Err(self.not_understood(id, "a selector that is no argument")),
        };
        let (mut others, mut default) = (vec![], None);
        for variant in variants {
            let pattern = self.pattern(id, &variant.value, above)?;
            let key = match (&variant.key, by, category(&variant.key)) {
                (VariantKey::Identifier { name }, By::Choice, _) => Key::Word((*name).to_owned()),
                (_, By::Cardinal | By::Ordinal, Some(category)) => Key::Category(category),
                (VariantKey::NumberLiteral { value }, By::Cardinal | By::Ordinal, _) => {
                    Key::Number(
                        value
                            .parse()
                            .map_err(|_| self.not_understood(id, &format!("the key [{value}]")))?,
                    )
                }
                (
                    VariantKey::Identifier { name: value } | VariantKey::NumberLiteral { value },
                    ..,
                ) => {
                    return Err(
                        self.not_understood(id, &format!("the key [{value}] beside the others"))
                    );
                }
            };
            if variant.default {
                default = Some(pattern.clone());
            }
            // The default's key counts among the choices.
            if !variant.default || by == By::Choice {
                others.push((key, pattern));
            }
        }
        let default =
            default.ok_or_else(|| self.not_understood(id, "a selector without a default"))?;
        Ok(Part::Select {
            name,
            by,
            variants: others,
            default,
        })
    }

    fn not_understood(&self, id: &str, what: &str) -> Problem {
        Problem::NotUnderstood {
            tag: self.tag.to_owned(),
            id: id.to_owned(),
            what: what.to_owned(),
        }
    }
}
