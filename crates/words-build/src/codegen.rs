//! Writes the Rust code: one function per text, and the tables of plural rules and separators.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::rules::{CATEGORIES, Categories, Rules};
use crate::signatures::{self, ArgumentKind, Signatures, display_pattern, find_pattern};
use crate::text::{ArgumentFormat, Element, Pattern, SelectKey, Selector, Texts};

/// The numbers that tests pass to each text.
const SAMPLES: &str = "[0u32, 1, 2, 3, 6, 11, 1234]";

/// The code of an expression: a `&'static str`, or a `String` that is put together.
enum GeneratedExpr {
    Static(String),
    Owned(String),
}

impl GeneratedExpr {
    fn is_static(&self) -> bool {
        matches!(self, GeneratedExpr::Static(_))
    }

    fn to_owned_code(&self) -> String {
        match self {
            GeneratedExpr::Static(code) => format!("concat(&[{code}])"),
            GeneratedExpr::Owned(code) => code.clone(),
        }
    }

    /// Returns the code, as a `&'static str` only if the whole function returns one.
    fn code(&self, is_static: bool) -> String {
        match self {
            GeneratedExpr::Static(code) if is_static => code.clone(),
            expression => expression.to_owned_code(),
        }
    }
}

/// The beginning of a call of a shared function.
const SHARED_CALL: &str = "self.shared_";

/// The beginning of the lookup of a label's word.
const WORD_CALL: &str = "self.word(";

/// The selections among labels that several texts contain, each as one function. Inlined copies
/// would make up most of the app's texts.
#[derive(Default)]
struct SharedFunctions {
    /// The number of each function, by its body.
    numbers: BTreeMap<String, usize>,
    functions: String,
    /// The entries of the table of labels: each label with its default words.
    words: Vec<String>,
}

impl SharedFunctions {
    /// Returns the code that looks up a label's word.
    fn word(&mut self, label: &str, words: &str) -> String {
        let entry = format!("(Label::{label}, {words:?})");
        let position = self
            .words
            .iter()
            .position(|known| *known == entry)
            .unwrap_or_else(|| {
                self.words.push(entry);
                self.words.len() - 1
            });
        format!("{WORD_CALL}{position})")
    }

    /// Returns a call of the shared function with a body, and adds the function if it is new.
    fn call(
        &mut self,
        arguments: &[(&str, ArgumentKind)],
        code: String,
        signatures: &Signatures,
    ) -> String {
        let next = self.numbers.len();
        let parameters: String = arguments
            .iter()
            .map(|(name, kind)| {
                let value_type = parameter_type(name, *kind, signatures);
                format!(", {}: {value_type}", to_snake_case(name))
            })
            .collect();
        let values: Vec<String> = arguments
            .iter()
            .map(|(name, _)| to_snake_case(name))
            .collect();
        let number = *self.numbers.entry(code.clone()).or_insert_with(|| {
            let _ = write!(
                self.functions,
                "#[inline(never)]\nfn shared_{next}(&self{parameters}) -> &str {{ {code} \
                }}\n"
            );
            next
        });
        format!("{SHARED_CALL}{number}({})", values.join(", "))
    }
}

/// Generates all code.
pub fn generate(languages: &[(Texts, Rules)], signatures: &Signatures) -> String {
    let mut out = String::new();
    write_language(&mut out, languages);
    let labels = signatures.labels.iter().map(|name| to_camel_case(name));
    let (variants, all): (String, String) = labels
        .map(|name| (format!("{name}, "), format!("Label::{name}, ")))
        .unzip();
    let _ = write!(
        out,
        "/// Words that a data set can replace.\n#[derive(Clone, Copy)]\n\
         enum Label {{ {variants} }}\n\
         impl Label {{\nconst ALL: [Label; {number}] = [{all}];\n\
         const NAMES: [&str; {number}] = {:?};\n}}\n",
        signatures.labels,
        number = signatures.labels.len(),
    );
    out += "/// The choices by which texts select their words.\n\
        #[allow(missing_docs, reason = \"each variant is named after its key in the texts\")]\n\
        pub mod choice {\n";
    for (name, choice) in &signatures.choices {
        if choice.foreign.is_some() {
            continue;
        }
        let type_name = to_camel_case(name);
        let variants: Vec<String> = choice.keys.iter().map(|key| to_camel_case(key)).collect();
        let variants = variants.join(", ");
        let _ = write!(
            out,
            "/// `${name}`\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
             pub enum {type_name} {{ {variants} }}\n"
        );
    }
    out += "}\n#[allow(clippy::too_many_arguments, reason = \"the callers name the \
        arguments\")]\nimpl Texts {\n";
    let (mut shared, mut args) = (SharedFunctions::default(), String::new());
    for (id, kinds) in &signatures.texts {
        write_function(
            &mut out,
            &mut args,
            languages,
            signatures,
            &mut shared,
            (id, kinds),
        );
    }
    out += &shared.functions;
    let (words, number) = (shared.words.join(", "), shared.words.len());
    let _ = write!(
        out,
        "}}\n/// The labels of all texts with their default words.\nstatic WORDS: [(Label, &str); \
        {number}] = [{words}];\n"
    );
    let _ = write!(
        out,
        "/// The arguments of texts with two or more.\n\
         #[allow(missing_docs, reason = \"each field is named after its argument\")]\n\
         pub mod args {{\n\
         #[allow(unused_imports, reason = \"not all texts have numbers or choices\")]\n\
         use super::{{Tenths, choice}};\n{args}}}\n"
    );
    write_samples(&mut out, signatures);
    out
}

fn write_language(out: &mut String, languages: &[(Texts, Rules)]) {
    let tags: Vec<&str> = languages
        .iter()
        .map(|(texts, _)| texts.tag.as_str())
        .collect();
    let variants: Vec<String> = tags.iter().map(|tag| to_camel_case(tag)).collect();
    let all: Vec<String> = variants
        .iter()
        .map(|variant| format!("Language::{variant}"))
        .collect();
    let (count, variants, all) = (tags.len(), variants.join(", "), all.join(", "));
    let rules = |of: fn(&Rules) -> &Categories| -> String {
        let rule = |(_, rules): &(Texts, Rules)| {
            let Categories { from, table } = of(rules);
            let table: Vec<&str> = table.iter().map(|&category| CATEGORIES[category]).collect();
            let table: Vec<String> = table
                .into_iter()
                .map(|category| format!("Category::{}", to_camel_case(category)))
                .collect();
            format!(
                "Categories {{ from: {from}, table: &[{}] }}, ",
                table.join(", ")
            )
        };
        languages.iter().map(rule).collect()
    };
    let separators: String = languages
        .iter()
        .map(|(_, rules)| format!("({:?}, {:?}), ", rules.group, rules.decimal))
        .collect();
    let _ = write!(
        out,
        "/// A language of the texts.\n\
         #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]\n\
         #[allow(missing_docs, reason = \"each variant is named after its tag\")]\n\
         pub enum Language {{ #[default] {variants} }}\n\
         impl Language {{\n\
         /// All languages, English first.\npub const ALL: [Language; {count}] = [{all}];\n\
         }}\n\
         const TAGS: [&str; {count}] = {tags:?};\n\
         const CARDINALS: [Categories; {count}] = [{}];\n\
         const ORDINALS: [Categories; {count}] = [{}];\n\
         const SEPARATORS: [(&str, &str); {count}] = [{separators}];\n",
        rules(|rules| &rules.cardinal),
        rules(|rules| &rules.ordinal),
    );
}

/// Writes the method of a text. One with two or more arguments takes a struct that names them,
/// which is added to `args`.
fn write_function(
    out: &mut String,
    args: &mut String,
    languages: &[(Texts, Rules)],
    signatures: &Signatures,
    shared: &mut SharedFunctions,
    (id, kinds): (&str, &BTreeMap<String, ArgumentKind>),
) {
    let patterns: Vec<(&str, &Pattern)> = languages
        .iter()
        .filter_map(|(texts, _)| Some((texts.tag.as_str(), find_pattern(texts, id)?)))
        .collect();
    let mut expressions: Vec<(&str, GeneratedExpr)> = vec![];
    for (tag, pattern) in &patterns {
        expressions.push((*tag, pattern_code(pattern, kinds, signatures, shared)));
    }
    let is_static = expressions
        .iter()
        .all(|(_, expression)| expression.is_static());
    let parameters: String = kinds
        .iter()
        .map(|(name, kind)| {
            let value_type = parameter_type(name, *kind, signatures);
            format!(", {}: {value_type}", to_snake_case(name))
        })
        .collect();
    let arms: String = expressions
        .iter()
        .map(|(tag, expression)| {
            format!(
                "Language::{} => {},\n",
                to_camel_case(tag),
                expression.code(is_static)
            )
        })
        .collect();
    let english = patterns
        .first()
        .map(|(_, pattern)| display_pattern(pattern))
        .unwrap_or_default();
    // A label's words are borrowed from the texts.
    let has_labels = expressions.iter().any(|(_, expression)| {
        let (GeneratedExpr::Static(code) | GeneratedExpr::Owned(code)) = expression;
        code.contains(WORD_CALL) || code.contains(SHARED_CALL)
    });
    let (function, result) = (
        to_snake_case(id),
        match (is_static, has_labels) {
            (true, false) => "&'static str",
            (true, true) => "&str",
            (false, _) => "String",
        },
    );
    if kinds.len() < 2 {
        let _ = write!(
            out,
            "/// {english:?}\npub fn {function}(&self{parameters}) -> {result} {{ match \
             self.language {{\n{arms}}} }}\n"
        );
        return;
    }
    let name = to_camel_case(id);
    let names: Vec<String> = kinds.keys().map(|name| to_snake_case(name)).collect();
    let names = names.join(", ");
    let lifetime = match kinds.values().any(|kind| *kind == ArgumentKind::Text) {
        true => ("<'a>", "<'_>"),
        false => ("", ""),
    };
    let fields: String = kinds
        .iter()
        .map(|(name, kind)| {
            let value_type = parameter_type(name, *kind, signatures).replace('&', "&'a ");
            format!("pub {}: {value_type}, ", to_snake_case(name))
        })
        .collect();
    let _ = write!(
        args,
        "/// The arguments of `{id}`: {english:?}\n\
         #[derive(Clone, Copy, Debug)]\npub struct {name}{} {{ {fields}}}\n",
        lifetime.0
    );
    // Inlined, so that arguments are passed in registers: a struct in memory makes the app larger.
    let _ = write!(
        out,
        "/// {english:?}\n#[inline(always)]\n\
         pub fn {function}(&self, args::{name} {{ {names} }}: args::{name}{}) -> {result} {{ \
         self.text_{function}({names}) }}\n\
         fn text_{function}(&self{parameters}) -> {result} {{ match self.language {{\n{arms}}} \
         }}\n",
        lifetime.1,
        function = function.replace("r#", ""),
    );
}

fn parameter_type(name: &str, kind: ArgumentKind, signatures: &Signatures) -> String {
    match kind {
        ArgumentKind::Text => "&str".to_owned(),
        ArgumentKind::Number => "u32".to_owned(),
        ArgumentKind::Tenths => "Tenths".to_owned(),
        ArgumentKind::Choice => choice_type(name, signatures),
    }
}

/// Returns the path of a choice's type.
fn choice_type(name: &str, signatures: &Signatures) -> String {
    match foreign_choice(name, signatures) {
        Some((path, _)) => path.clone(),
        None => format!("choice::{}", to_camel_case(name)),
    }
}

/// Returns the path of the variant that a key stands for.
fn variant_path(name: &str, key: &str, signatures: &Signatures) -> String {
    let position = signatures
        .choices
        .get(name)
        .and_then(|choice| choice.keys.iter().position(|known| known == key));
    let variant = foreign_choice(name, signatures)
        .zip(position)
        .and_then(|((_, variants), position)| variants.get(position).cloned())
        .unwrap_or_else(|| to_camel_case(key));
    format!("{}::{variant}", choice_type(name, signatures))
}

fn foreign_choice<'a>(name: &str, signatures: &'a Signatures) -> Option<&'a (String, Vec<String>)> {
    signatures.choices.get(name)?.foreign.as_ref()
}

fn pattern_code(
    pattern: &Pattern,
    kinds: &BTreeMap<String, ArgumentKind>,
    signatures: &Signatures,
    shared: &mut SharedFunctions,
) -> GeneratedExpr {
    if let [element @ (Element::Select { .. } | Element::Label { .. })] = pattern.as_slice() {
        return element_code(element, kinds, signatures, shared);
    }
    if let [] | [Element::Text(_)] = pattern.as_slice() {
        return GeneratedExpr::Static(format!("{:?}", display_pattern(pattern)));
    }
    let pieces: Vec<String> = pattern
        .iter()
        .map(
            |element| match element_code(element, kinds, signatures, shared) {
                GeneratedExpr::Static(code) => code,
                GeneratedExpr::Owned(code) => format!("&{code}"),
            },
        )
        .collect();
    GeneratedExpr::Owned(format!("concat(&[{}])", pieces.join(", ")))
}

fn element_code(
    element: &Element,
    kinds: &BTreeMap<String, ArgumentKind>,
    signatures: &Signatures,
    shared: &mut SharedFunctions,
) -> GeneratedExpr {
    match element {
        Element::Text(words) => GeneratedExpr::Static(format!("{words:?}")),
        Element::Label { name, default } => {
            GeneratedExpr::Static(shared.word(&to_camel_case(name), default))
        }
        Element::Argument { name, format } => {
            let argument = to_snake_case(name);
            match (format, kinds.get(name)) {
                (ArgumentFormat::Ungrouped, _) => {
                    GeneratedExpr::Owned(format!("{argument}.to_string()"))
                }
                (_, Some(ArgumentKind::Number)) => {
                    GeneratedExpr::Owned(format!("self.number({argument}.into())"))
                }
                (_, Some(ArgumentKind::Tenths)) => {
                    GeneratedExpr::Owned(format!("self.tenths({argument})"))
                }
                _ => GeneratedExpr::Static(argument),
            }
        }
        Element::Select {
            name,
            selector,
            variants,
            default,
        } => {
            let argument = to_snake_case(name);
            let variants: Vec<(&SelectKey, GeneratedExpr)> = variants
                .iter()
                .map(|(key, pattern)| (key, pattern_code(pattern, kinds, signatures, shared)))
                .collect();
            let default = pattern_code(default, kinds, signatures, shared);
            let is_static = default.is_static()
                && variants
                    .iter()
                    .all(|(_, expression)| expression.is_static());
            let is_number =
                |key: &&(&SelectKey, GeneratedExpr)| matches!(key.0, SelectKey::Number(_));
            let numbers = variants.iter().filter(is_number);
            let others = variants.iter().filter(|key| !is_number(key));
            let (some_numbers, some_others) = (
                numbers.clone().next().is_some(),
                others.clone().next().is_some(),
            );
            let category = format!(
                "self.{}({argument})",
                if *selector == Selector::Ordinal {
                    "ordinal"
                } else {
                    "cardinal"
                }
            );
            let both = some_numbers && some_others;
            let over = match selector {
                Selector::Choice => argument,
                _ if both => format!("({argument}, {category})"),
                _ if some_numbers => argument,
                _ => category,
            };
            let mut arms = String::new();
            // An exact number takes precedence over its category.
            for (key, expression) in numbers.chain(others) {
                let key = match key {
                    SelectKey::Number(number) if both => format!("({number}, _)"),
                    SelectKey::Number(number) => number.to_string(),
                    SelectKey::Category(category) if both => {
                        format!("(_, Category::{})", to_camel_case(CATEGORIES[*category]))
                    }
                    SelectKey::Category(category) => {
                        format!("Category::{}", to_camel_case(CATEGORIES[*category]))
                    }
                    SelectKey::Word(word) => variant_path(name, word, signatures),
                };
                let _ = write!(arms, "{key} => {}, ", expression.code(is_static));
            }
            let complete = *selector == Selector::Choice
                && signatures
                    .choices
                    .get(name)
                    .is_some_and(|known| known.keys.len() == variants.len());
            if !complete {
                let _ = write!(arms, "_ => {}", default.code(is_static));
            }
            let code = format!("match {over} {{ {arms} }}");
            match is_static {
                true if code.contains(WORD_CALL) || code.contains(SHARED_CALL) => {
                    let used = signatures::arguments(std::slice::from_ref(element)).0;
                    let used: Vec<(&str, ArgumentKind)> = used
                        .iter()
                        .filter_map(|name| Some((name.as_str(), *kinds.get(name)?)))
                        .collect();
                    GeneratedExpr::Static(shared.call(&used, code, signatures))
                }
                true => GeneratedExpr::Static(code),
                false => GeneratedExpr::Owned(code),
            }
        }
    }
}

/// Writes a function that calls every text in every language, for the tests of `crates/words`.
fn write_samples(out: &mut String, signatures: &Signatures) {
    *out += "#[cfg(test)]\n\
             #[allow(clippy::useless_conversion, reason = \"most are strings already\")]\n\
             pub(crate) fn samples(all: &[Texts], see: &mut dyn FnMut(&Texts, &str, String)) {\n\
             for texts in all { for turn in 0..8usize { for n in ";
    *out += SAMPLES;
    *out += " {\nlet _ = (turn, n);\n";
    for (id, kinds) in &signatures.texts {
        let argument = |(name, kind): (&String, &ArgumentKind)| match kind {
            ArgumentKind::Text => "\"X\"".to_owned(),
            ArgumentKind::Number => "n".to_owned(),
            ArgumentKind::Tenths => "Tenths(n.into())".to_owned(),
            ArgumentKind::Choice => {
                let keys = signatures.choices.get(name).map(|choice| &choice.keys);
                let variants: Vec<String> = keys
                    .into_iter()
                    .flatten()
                    .map(|key| variant_path(name, key, signatures))
                    .collect();
                format!("[{}][turn % {}]", variants.join(", "), variants.len())
            }
        };
        let values = kinds.iter().map(argument);
        let arguments = if kinds.len() < 2 {
            values.collect::<String>()
        } else {
            let fields = kinds.keys().zip(values);
            let fields: String = fields
                .map(|(name, value)| format!("{}: {value}, ", to_snake_case(name)))
                .collect();
            format!("args::{} {{ {fields} }}", to_camel_case(id))
        };
        let _ = writeln!(
            out,
            "see(texts, {id:?}, texts.{}({arguments}).into());",
            to_snake_case(id),
        );
    }
    *out += "} } }\n}\n";
}

/// Converts a name to snake case, as a raw identifier if it is a keyword of Rust.
fn to_snake_case(name: &str) -> String {
    let name = name.replace('-', "_").to_lowercase();
    if RESERVED.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

/// Keywords of Rust that are plausible names of texts or arguments.
const RESERVED: [&str; 12] = [
    "as", "for", "if", "in", "loop", "match", "move", "type", "use", "where", "while", "yield",
];

/// Converts a name to camel case.
fn to_camel_case(name: &str) -> String {
    let mut out = String::new();
    for word in name.split(['-', '_']) {
        let mut letters = word.chars();
        out.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
