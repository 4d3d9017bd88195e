//! Parses a file into patterns: Fluent's syntax tree, reduced to its supported part, with
//! references resolved.

use std::collections::BTreeMap;

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern as Syntax, PatternElement, Variant,
    VariantKey,
};
use fluent_syntax::parser;

use crate::TextError;
use crate::rules::CATEGORIES;

/// One language's texts.
#[derive(Debug)]
pub struct Texts {
    pub tag: String,
    /// In the order of the file.
    pub messages: Vec<(String, Pattern)>,
}

/// A text, or one of its variants.
pub type Pattern = Vec<Element>;

/// An element of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Element {
    Text(String),
    Argument {
        name: String,
        format: ArgumentFormat,
    },
    Select {
        name: String,
        selector: Selector,
        variants: Vec<(SelectKey, Pattern)>,
        default: Pattern,
    },
    /// Words that a data set can replace, with the default words.
    Label {
        name: String,
        default: String,
    },
}

/// The format of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentFormat {
    /// No format given: formatted as a number if it is one elsewhere in the text.
    Bare,
    /// A whole number with the language's separators.
    Number,
    /// A whole number without separators: a year.
    Ungrouped,
    /// A number in tenths, with one decimal.
    Tenths,
}

/// The rule by which a selector chooses a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    Cardinal,
    Ordinal,
    Choice,
}

/// The key of a variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectKey {
    Number(u32),
    Category(usize),
    Word(String),
}

/// Parses a file.
///
/// # Errors
/// If it is not Fluent, or uses unsupported features of Fluent.
pub fn parse(tag: &str, content: &str) -> Result<Texts, TextError> {
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
            Entry::Message(message) => return Err(unsupported_attributes(tag, message.id.name)),
            Entry::Term(term) => return Err(unsupported_attributes(tag, term.id.name)),
            Entry::Junk { content } => {
                let content = content.trim().chars().take(80).collect();
                return Err(TextError::NotFluent {
                    tag: tag.to_owned(),
                    content,
                });
            }
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
        };
        let id = || (tag.to_owned(), name.clone());
        let Some(pattern) = pattern else {
            let (tag, id) = id();
            return Err(TextError::Empty { tag, id });
        };
        let (tag, id) = id();
        if found.insert(name, pattern).is_some() {
            return Err(TextError::Duplicate { tag, id });
        }
    }
    let reader = Resolver { tag, found };
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

fn unsupported_attributes(tag: &str, id: &str) -> TextError {
    TextError::Unsupported {
        tag: tag.to_owned(),
        id: id.to_owned(),
        what: "attributes".to_owned(),
    }
}

/// The arguments of `NUMBER()`: the name of a text's argument, and an option with its value.
type Number<'a> = (String, Option<(&'a str, &'a str)>);

struct Resolver<'a> {
    tag: &'a str,
    /// By name; names of terms begin with a hyphen.
    found: BTreeMap<String, &'a Syntax<&'a str>>,
}

impl<'a> Resolver<'a> {
    /// Resolves the text with a name. `above` are the names of the texts that contain it.
    fn resolve(&self, id: &str, name: &str, above: &mut Vec<String>) -> Result<Pattern, TextError> {
        let names = || (self.tag.to_owned(), id.to_owned(), name.to_owned());
        if above.iter().any(|other| other == name) {
            let (tag, id, to) = names();
            return Err(TextError::CircularReference { tag, id, to });
        }
        let Some(syntax) = self.found.get(name) else {
            let (tag, id, to) = names();
            return Err(TextError::UnknownReference { tag, id, to });
        };
        above.push(name.to_owned());
        let pattern = self.resolve_pattern(id, syntax, above)?;
        above.pop();
        Ok(pattern)
    }

    fn resolve_pattern(
        &self,
        id: &str,
        syntax: &Syntax<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, TextError> {
        let mut elements = vec![];
        for element in &syntax.elements {
            match element {
                PatternElement::TextElement { value } => {
                    elements.push(Element::Text(value.replace('\n', " ")));
                }
                PatternElement::Placeable { expression } => {
                    elements.extend(self.resolve_expression(id, expression, above)?);
                }
            }
        }
        // Resolved references leave adjacent texts, which are joined.
        let mut joined: Pattern = vec![];
        for element in elements {
            match (joined.last_mut(), element) {
                (Some(Element::Text(words)), Element::Text(more)) => *words += &more,
                (_, element) => joined.push(element),
            }
        }
        Ok(joined)
    }

    fn resolve_expression(
        &self,
        id: &str,
        expression: &Expression<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, TextError> {
        match expression {
            Expression::Inline(inline) => self.resolve_inline(id, inline, above),
            Expression::Select { selector, variants } => {
                Ok(vec![self.resolve_select(id, selector, variants, above)?])
            }
        }
    }

    fn resolve_inline(
        &self,
        id: &str,
        inline: &InlineExpression<&'a str>,
        above: &mut Vec<String>,
    ) -> Result<Pattern, TextError> {
        Ok(match inline {
            InlineExpression::StringLiteral { value } => vec![Element::Text((*value).to_owned())],
            InlineExpression::VariableReference { id } => {
                vec![Element::Argument {
                    name: id.name.to_owned(),
                    format: ArgumentFormat::Bare,
                }]
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } if function.name == "LABEL" => {
                vec![self.parse_label(id, arguments)?]
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } => {
                let (name, style) = self.parse_number(id, function.name, arguments)?;
                let format = match style {
                    None => ArgumentFormat::Number,
                    Some(("useGrouping", "false")) => ArgumentFormat::Ungrouped,
                    Some(("minimumFractionDigits", "1")) => ArgumentFormat::Tenths,
                    Some((option, value)) => {
                        return Err(self.unsupported(id, &format!("{option}: {value}")));
                    }
                };
                vec![Element::Argument { name, format }]
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
            InlineExpression::Placeable { expression } => {
                self.resolve_expression(id, expression, above)?
            }
            InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { .. } => {
                return Err(self.unsupported(id, "a number, an attribute or a term with arguments"));
            }
        })
    }

    /// Parses `LABEL("name", "words")`.
    fn parse_label(
        &self,
        id: &str,
        arguments: &CallArguments<&'a str>,
    ) -> Result<Element, TextError> {
        match (arguments.positional.as_slice(), arguments.named.as_slice()) {
            (
                [
                    InlineExpression::StringLiteral { value: name },
                    InlineExpression::StringLiteral { value: default },
                ],
                [],
            ) => Ok(Element::Label {
                name: (*name).to_owned(),
                default: (*default).to_owned(),
            }),
            _ => Err(self.unsupported(id, "LABEL() without two string literals")),
        }
    }

    /// Parses the argument of `NUMBER()` and its option, if it has one.
    fn parse_number<'b>(
        &self,
        id: &str,
        function: &str,
        arguments: &'b CallArguments<&'a str>,
    ) -> Result<Number<'b>, TextError> {
        let unsupported_call = || self.unsupported(id, &format!("{function}() in this form"));
        let [InlineExpression::VariableReference { id: argument }] =
            arguments.positional.as_slice()
        else {
            return Err(unsupported_call());
        };
        let option = match arguments.named.as_slice() {
            [] => None,
            [named] => match &named.value {
                InlineExpression::StringLiteral { value }
                | InlineExpression::NumberLiteral { value } => Some((named.name.name, *value)),
                _ => return Err(unsupported_call()),
            },
            _ => return Err(unsupported_call()),
        };
        if function == "NUMBER" {
            Ok((argument.name.to_owned(), option))
        } else {
            Err(unsupported_call())
        }
    }

    fn resolve_select(
        &self,
        id: &str,
        selector: &InlineExpression<&'a str>,
        variants: &[Variant<&'a str>],
        above: &mut Vec<String>,
    ) -> Result<Element, TextError> {
        let category = |key: &VariantKey<&str>| match key {
            VariantKey::Identifier { name } => {
                CATEGORIES.iter().position(|category| category == name)
            }
            VariantKey::NumberLiteral { .. } => None,
        };
        let is_number = |key: &VariantKey<&str>| matches!(key, VariantKey::NumberLiteral { .. });
        let (name, selects_by) = match selector {
            InlineExpression::VariableReference { id: argument } => {
                let numeric = variants
                    .iter()
                    .all(|variant| category(&variant.key).is_some() || is_number(&variant.key));
                (
                    argument.name.to_owned(),
                    if numeric {
                        Selector::Cardinal
                    } else {
                        Selector::Choice
                    },
                )
            }
            InlineExpression::FunctionReference {
                id: function,
                arguments,
            } => {
                let (name, option) = self.parse_number(id, function.name, arguments)?;
                match option {
                    None => (name, Selector::Cardinal),
                    Some(("type", "ordinal")) => (name, Selector::Ordinal),
                    Some((option, value)) => {
                        return Err(self.unsupported(id, &format!("{option}: {value}")));
                    }
                }
            }
            _ => return Err(self.unsupported(id, "a selector that is not an argument")),
        };
        let (mut others, mut default) = (vec![], None);
        for variant in variants {
            let pattern = self.resolve_pattern(id, &variant.value, above)?;
            let key = match (&variant.key, selects_by, category(&variant.key)) {
                (VariantKey::Identifier { name }, Selector::Choice, _) => {
                    SelectKey::Word((*name).to_owned())
                }
                (_, Selector::Cardinal | Selector::Ordinal, Some(category)) => {
                    SelectKey::Category(category)
                }
                (
                    VariantKey::NumberLiteral { value },
                    Selector::Cardinal | Selector::Ordinal,
                    _,
                ) => SelectKey::Number(
                    value
                        .parse()
                        .map_err(|_| self.unsupported(id, &format!("the key [{value}]")))?,
                ),
                (
                    VariantKey::Identifier { name: value } | VariantKey::NumberLiteral { value },
                    ..,
                ) => {
                    return Err(self
                        .unsupported(id, &format!("the key [{value}] with keys of another kind")));
                }
            };
            if variant.default {
                default = Some(pattern.clone());
            }
            // The key of the default variant is a choice too.
            if !variant.default || selects_by == Selector::Choice {
                others.push((key, pattern));
            }
        }
        let default =
            default.ok_or_else(|| self.unsupported(id, "a selector without a default"))?;
        Ok(Element::Select {
            name,
            selector: selects_by,
            variants: others,
            default,
        })
    }

    fn unsupported(&self, id: &str, what: &str) -> TextError {
        TextError::Unsupported {
            tag: self.tag.to_owned(),
            id: id.to_owned(),
            what: what.to_owned(),
        }
    }
}
