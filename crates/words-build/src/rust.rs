//! The functions: one a text, and the tables of what the languages do with numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::agree::{self, Agreed, Kind, pattern_of, plain};
use crate::rules::{CATEGORIES, Categories, Rules};
use crate::text::{By, Key, Part, Pattern, Shown, Texts};

/// What tests call each text with.
const SAMPLES: &str = "[0u32, 1, 2, 3, 6, 11, 1234]";

/// An expression: of a text that is fixed, or one that is put together.
enum Made {
    Fixed(String),
    Built(String),
}

impl Made {
    fn is_fixed(&self) -> bool {
        matches!(self, Made::Fixed(_))
    }

    fn built(&self) -> String {
        match self {
            Made::Fixed(code) => format!("concat(&[{code}])"),
            Made::Built(code) => code.clone(),
        }
    }

    fn code(&self, fixed: bool) -> String {
        match self {
            Made::Fixed(code) if fixed => code.clone(),
            made => made.built(),
        }
    }
}

/// How the functions are called that texts share.
const SHARED: &str = "self.shared_";

/// And how a word is looked up that a data set may have another for.
const WORD: &str = "self.word(";

/// Words that are looked up and that many texts have: a function for each, which is called, where
/// copies of it would be most of the program's texts.
#[derive(Default)]
struct Shared {
    /// By what it gives, the function's number.
    numbers: BTreeMap<String, usize>,
    functions: String,
    /// Words that a data set may have others for: as which label, and what they are without.
    words: Vec<String>,
}

impl Shared {
    /// Looks up a word.
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
        format!("{WORD}{position})")
    }

    /// A call of the function that gives what the code does of those arguments.
    fn call(&mut self, arguments: &[(&str, Kind)], code: String) -> String {
        let next = self.numbers.len();
        let parameters: String = arguments
            .iter()
            .map(|(name, kind)| format!(", {}: {}", snake(name), kind_type(name, *kind)))
            .collect();
        let values: Vec<String> = arguments.iter().map(|(name, _)| snake(name)).collect();
        let number = *self.numbers.entry(code.clone()).or_insert_with(|| {
            let _ = write!(
                self.functions,
                "#[inline(never)]\nfn shared_{next}(self{parameters}) -> &'static str {{ {code} }}\n"
            );
            next
        });
        format!("{SHARED}{number}({})", values.join(", "))
    }
}

/// All code.
pub fn write(languages: &[(Texts, Rules)], agreed: &Agreed) -> String {
    let mut out = String::new();
    language(&mut out, languages);
    let labels = agreed.labels.iter().map(|name| camel(name));
    let (variants, all): (String, String) = labels
        .map(|name| (format!("{name}, "), format!("Label::{name}, ")))
        .unzip();
    let _ = write!(
        out,
        "/// What a data set may call otherwise.\n#[derive(Clone, Copy)]\nenum Label {{ {variants} }}\n\
         impl Label {{\nconst ALL: [Label; {number}] = [{all}];\nconst NAMES: [&str; {number}] = {:?};\n}}\n",
        agreed.labels,
        number = agreed.labels.len(),
    );
    out += "/// What a text chooses its words by.\npub mod choice {\n";
    for (name, keys) in &agreed.choices {
        let camel = camel(name);
        let variants: Vec<String> = keys.iter().map(|key| self::camel(key)).collect();
        let all: String = variants
            .iter()
            .map(|variant| format!("{camel}::{variant}, "))
            .collect();
        let variants = variants.join(", ");
        let _ = write!(
            out,
            "/// `${name}`\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {camel} {{ {variants} }}\n\
             #[cfg(test)]\nimpl {camel} {{ pub(crate) const ALL: &[{camel}] = &[{all}]; }}\n"
        );
    }
    out += "}\n#[allow(clippy::too_many_arguments, reason = \"a text has what it has; types and tests tell them apart\")]\nimpl Language {\n";
    let mut shared = Shared::default();
    for (id, kinds) in &agreed.texts {
        function(&mut out, languages, agreed, &mut shared, id, kinds);
    }
    out += &shared.functions;
    let (words, number) = (shared.words.join(", "), shared.words.len());
    let _ = write!(
        out,
        "}}\n/// Words that a data set may have others for.\nstatic WORDS: [(Label, &str); {number}] = [{words}];\n"
    );
    samples(&mut out, agreed);
    out
}

fn language(out: &mut String, languages: &[(Texts, Rules)]) {
    let tags: Vec<&str> = languages
        .iter()
        .map(|(texts, _)| texts.tag.as_str())
        .collect();
    let variants: Vec<String> = tags.iter().map(|tag| camel(tag)).collect();
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
                .map(|category| format!("Category::{}", camel(category)))
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
        "/// A language that the texts are in.\n\
         #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]\n\
         pub enum Language {{ #[default] {variants} }}\n\
         impl Language {{\n\
         /// All of them, English first.\npub const ALL: [Language; {count}] = [{all}];\n\
         }}\n\
         const TAGS: [&str; {count}] = {tags:?};\n\
         const CARDINALS: [Categories; {count}] = [{}];\n\
         const ORDINALS: [Categories; {count}] = [{}];\n\
         const SEPARATORS: [(&str, &str); {count}] = [{separators}];\n",
        rules(|rules| &rules.cardinal),
        rules(|rules| &rules.ordinal),
    );
}

fn function(
    out: &mut String,
    languages: &[(Texts, Rules)],
    agreed: &Agreed,
    shared: &mut Shared,
    id: &str,
    kinds: &BTreeMap<String, Kind>,
) {
    let patterns: Vec<(&str, &Pattern)> = languages
        .iter()
        .filter_map(|(texts, _)| Some((texts.tag.as_str(), pattern_of(texts, id)?)))
        .collect();
    let mut made: Vec<(&str, Made)> = vec![];
    for (tag, pattern) in &patterns {
        made.push((*tag, text(pattern, kinds, agreed, shared)));
    }
    let fixed = made.iter().all(|(_, made)| made.is_fixed());
    let parameters: String = kinds
        .iter()
        .map(|(name, kind)| format!(", {}: {}", snake(name), kind_type(name, *kind)))
        .collect();
    let arms: String = made
        .iter()
        .map(|(tag, made)| format!("Language::{} => {},\n", camel(tag), made.code(fixed)))
        .collect();
    let english = patterns
        .first()
        .map(|(_, pattern)| plain(pattern))
        .unwrap_or_default();
    let _ = write!(
        out,
        "/// {english:?}\npub fn {}(self{parameters}) -> {} {{ match self {{\n{arms}}} }}\n",
        snake(id),
        if fixed { "&'static str" } else { "String" },
    );
}

fn kind_type(name: &str, kind: Kind) -> String {
    match kind {
        Kind::Text => "&str".to_owned(),
        Kind::Number => "u32".to_owned(),
        Kind::Tenths => "Tenths".to_owned(),
        Kind::Choice => format!("choice::{}", camel(name)),
    }
}

fn text(
    pattern: &Pattern,
    kinds: &BTreeMap<String, Kind>,
    agreed: &Agreed,
    shared: &mut Shared,
) -> Made {
    if let [part @ (Part::Select { .. } | Part::Label { .. })] = pattern.as_slice() {
        return part_of(part, kinds, agreed, shared);
    }
    if let [] | [Part::Words(_)] = pattern.as_slice() {
        return Made::Fixed(format!("{:?}", plain(pattern)));
    }
    let pieces: Vec<String> = pattern
        .iter()
        .map(|part| match part_of(part, kinds, agreed, shared) {
            Made::Fixed(code) => code,
            Made::Built(code) => format!("&{code}"),
        })
        .collect();
    Made::Built(format!("concat(&[{}])", pieces.join(", ")))
}

fn part_of(
    part: &Part,
    kinds: &BTreeMap<String, Kind>,
    agreed: &Agreed,
    shared: &mut Shared,
) -> Made {
    match part {
        Part::Words(words) => Made::Fixed(format!("{words:?}")),
        Part::Label { name, default } => Made::Fixed(shared.word(&camel(name), default)),
        Part::Argument { name, shown } => {
            let argument = snake(name);
            match (shown, kinds.get(name)) {
                (Shown::Ungrouped, _) => Made::Built(format!("{argument}.to_string()")),
                (_, Some(Kind::Number)) => Made::Built(format!("self.number({argument}.into())")),
                (_, Some(Kind::Tenths)) => Made::Built(format!("self.tenths({argument})")),
                _ => Made::Fixed(argument),
            }
        }
        Part::Select {
            name,
            by,
            variants,
            default,
        } => {
            let argument = snake(name);
            let variants: Vec<(&Key, Made)> = variants
                .iter()
                .map(|(key, pattern)| (key, text(pattern, kinds, agreed, shared)))
                .collect();
            let default = text(default, kinds, agreed, shared);
            let fixed = default.is_fixed() && variants.iter().all(|(_, made)| made.is_fixed());
            let is_number = |key: &&(&Key, Made)| matches!(key.0, Key::Number(_));
            let numbers = variants.iter().filter(is_number);
            let others = variants.iter().filter(|key| !is_number(key));
            let (some_numbers, some_others) = (
                numbers.clone().next().is_some(),
                others.clone().next().is_some(),
            );
            let category = format!(
                "self.{}({argument})",
                if *by == By::Ordinal {
                    "ordinal"
                } else {
                    "cardinal"
                }
            );
            let both = some_numbers && some_others;
            let over = match by {
                By::Choice => argument,
                _ if both => format!("({argument}, {category})"),
                _ if some_numbers => argument,
                _ => category,
            };
            let mut arms = String::new();
            // A number given is more exact than its category.
            for (key, made) in numbers.chain(others) {
                let key = match key {
                    Key::Number(number) if both => format!("({number}, _)"),
                    Key::Number(number) => number.to_string(),
                    Key::Category(category) if both => {
                        format!("(_, Category::{})", camel(CATEGORIES[*category]))
                    }
                    Key::Category(category) => {
                        format!("Category::{}", camel(CATEGORIES[*category]))
                    }
                    Key::Word(word) => format!("choice::{}::{}", camel(name), camel(word)),
                };
                let _ = write!(arms, "{key} => {}, ", made.code(fixed));
            }
            let complete = *by == By::Choice
                && agreed
                    .choices
                    .get(name)
                    .is_some_and(|known| known.len() == variants.len());
            if !complete {
                let _ = write!(arms, "_ => {}", default.code(fixed));
            }
            let code = format!("match {over} {{ {arms} }}");
            match fixed {
                true if code.contains(WORD) || code.contains(SHARED) => {
                    let used = agree::arguments(std::slice::from_ref(part)).0;
                    let used: Vec<(&str, Kind)> = used
                        .iter()
                        .filter_map(|name| Some((name.as_str(), *kinds.get(name)?)))
                        .collect();
                    Made::Fixed(shared.call(&used, code))
                }
                true => Made::Fixed(code),
                false => Made::Built(code),
            }
        }
    }
}

/// Every text in every language, for the tests of the crate that has them.
fn samples(out: &mut String, agreed: &Agreed) {
    *out += "#[cfg(test)]\n#[allow(clippy::useless_conversion, reason = \"most are strings already\")]\npub(crate) fn samples(see: &mut dyn FnMut(Language, &str, String)) {\n\
             for language in Language::ALL { for turn in 0..8usize { for n in ";
    *out += SAMPLES;
    *out += " {\nlet _ = (turn, n);\n";
    for (id, kinds) in &agreed.texts {
        let argument = |(name, kind): (&String, &Kind)| match kind {
            Kind::Text => "\"X\"".to_owned(),
            Kind::Number => "n".to_owned(),
            Kind::Tenths => "Tenths(n.into())".to_owned(),
            Kind::Choice => format!(
                "choice::{0}::ALL[turn % choice::{0}::ALL.len()]",
                camel(name)
            ),
        };
        let arguments: Vec<String> = kinds.iter().map(argument).collect();
        let _ = writeln!(
            out,
            "see(language, {id:?}, language.{}({}).into());",
            snake(id),
            arguments.join(", ")
        );
    }
    *out += "} } }\n}\n";
}

/// As Rust names things; what is a word of Rust itself is marked as a name.
fn snake(name: &str) -> String {
    let snake = name.replace('-', "_").to_lowercase();
    if RESERVED.contains(&snake.as_str()) {
        format!("r#{snake}")
    } else {
        snake
    }
}

/// Words of Rust that a text or an argument may well be called.
const RESERVED: [&str; 12] = [
    "as", "for", "if", "in", "loop", "match", "move", "type", "use", "where", "while", "yield",
];

fn camel(name: &str) -> String {
    let mut out = String::new();
    for word in name.split(['-', '_']) {
        let mut letters = word.chars();
        out.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}
