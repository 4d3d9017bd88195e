//! Finds names in the style sheet's selectors that nothing in the site has, names in the site's
//! markup that neither the style sheet nor a script reads, and custom properties that nothing reads
//! or sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cssparser::{ParseError, Parser, Token};
use xtask::prose::tracked_files;
use xtask::style;

/// Classes without a rule of style, with the code that finds elements by them.
const HOOK_CLASSES: [(&str, &str); 5] = [
    (
        "area",
        "web/old-browsers/failure.js shows this line for a link with an area",
    ),
    ("definitions", "src/panels/notes.rs fills this element"),
    (
        "leaflet-zoom-animated",
        "Leaflet's own style sheet and script",
    ),
    (
        "look",
        "web/old-browsers/failure.js shows the lines of a failure",
    ),
    ("pager-place", "src/panels/list.rs fills this element"),
];

/// Data attributes without a rule of style, with the code that reads them.
const HOOK_ATTRIBUTES: [(&str, &str); 13] = [
    (
        "data-code",
        "clicks in lists (src/panels/list.rs), `prepare verify` and tests",
    ),
    ("data-column", "clicks on a header (src/panels/list.rs)"),
    (
        "data-figures",
        "src/platform/prerendered.rs: the page shows this edition",
    ),
    ("data-height", "articles: web/embed"),
    (
        "data-labels",
        "src/platform/prerendered.rs: the labels of the edition",
    ),
    ("data-only-rising", "articles: web/embed"),
    ("data-rising", "articles: web/embed"),
    ("data-rising-title", "articles: web/embed"),
    ("data-started", "web/appearance.js: the program has started"),
    ("data-target-path", "Trunk and the build"),
    ("data-testid", "end-to-end tests and `prepare verify`"),
    ("data-trunk", "Trunk and the build"),
    ("data-wasm-opt", "Trunk"),
];

/// The names in a style sheet.
#[derive(Debug, Default, PartialEq, Eq)]
struct Names {
    classes: BTreeSet<String>,
    ids: BTreeSet<String>,
    /// Attributes of which the names begin with `data-`.
    attributes: BTreeSet<String>,
    /// Custom properties that a rule sets.
    set: BTreeSet<String>,
    /// Custom properties that a rule reads with `var()`.
    read: BTreeSet<String>,
}

impl Names {
    fn of_sheet(sheet: &str) -> Names {
        let mut names = Names::default();
        names
            .read_rules(&mut Parser::new(sheet))
            .expect("the style sheet has no unbalanced brackets");
        names
    }

    /// Reads a list of rules: what precedes a block is a selector or the condition of an at-rule.
    fn read_rules(&mut self, parser: &mut Parser<'_>) -> Result<(), ParseError<()>> {
        let mut prelude = Prelude::default();
        while let Ok(token) = parser.next().cloned() {
            match token {
                Token::AtKeyword(_) => prelude.is_condition = true,
                Token::Semicolon => prelude = Prelude::default(),
                Token::CurlyBracketBlock => {
                    let names = std::mem::take(&mut prelude);
                    parser.parse_nested_block(|block| {
                        if names.is_condition {
                            self.read_rules(block)
                        } else {
                            self.read_declarations(block)
                        }
                    })?;
                    if !names.is_condition {
                        self.classes.extend(names.classes);
                        self.ids.extend(names.ids);
                        self.attributes.extend(names.attributes);
                    }
                }
                token => prelude.read(&token, parser)?,
            }
        }
        Ok(())
    }

    fn read_declarations(&mut self, parser: &mut Parser<'_>) -> Result<(), ParseError<()>> {
        let mut begins = true;
        while let Ok(token) = parser.next().cloned() {
            match &token {
                Token::Ident(name) if begins && name.starts_with("--") => {
                    self.set.insert(name.to_string());
                }
                Token::Function(_) | Token::ParenthesisBlock => {
                    let reads = matches!(&token, Token::Function(name) if &**name == "var");
                    parser.parse_nested_block(|block| self.read_value(reads, block))?;
                }
                _ => {}
            }
            begins = token == Token::Semicolon;
        }
        Ok(())
    }

    /// Reads a function's arguments; the first of `var()` is a custom property.
    fn read_value(
        &mut self,
        mut is_property: bool,
        parser: &mut Parser<'_>,
    ) -> Result<(), ParseError<()>> {
        while let Ok(token) = parser.next().cloned() {
            match &token {
                Token::Ident(name) if is_property => {
                    self.read.insert(name.to_string());
                }
                Token::Function(_) | Token::ParenthesisBlock => {
                    let reads = matches!(&token, Token::Function(name) if &**name == "var");
                    parser.parse_nested_block(|block| self.read_value(reads, block))?;
                }
                _ => {}
            }
            is_property = false;
        }
        Ok(())
    }
}

/// The names in what precedes a block.
#[derive(Debug, Default)]
struct Prelude {
    is_condition: bool,
    classes: Vec<String>,
    ids: Vec<String>,
    attributes: Vec<String>,
}

impl Prelude {
    fn read(&mut self, token: &Token<'_>, parser: &mut Parser<'_>) -> Result<(), ParseError<()>> {
        match token {
            Token::Delim('.') => {
                if let Ok(Token::Ident(name)) = parser.next() {
                    self.classes.push(name.to_string());
                }
            }
            Token::IDHash(name) => self.ids.push(name.to_string()),
            Token::SquareBracketBlock => parser.parse_nested_block(|block| {
                if let Ok(Token::Ident(name)) = block.next().cloned()
                    && name.starts_with("data-")
                {
                    self.attributes.push(name.to_string());
                }
                while block.next().is_ok() {}
                Ok(())
            })?,
            Token::Function(_) | Token::ParenthesisBlock => parser.parse_nested_block(|block| {
                while let Ok(token) = block.next().cloned() {
                    self.read(&token, block)?;
                }
                Ok(())
            })?,
            _ => {}
        }
        Ok(())
    }
}

/// The places of a source that can give an element a class, an id or a data attribute.
#[derive(Debug, Default)]
struct Sources {
    text: String,
    /// Words of string literals that consist of words in lower case, such as `"direction count"`.
    words: BTreeSet<String>,
    /// Classes that markup writes as literals.
    classes: BTreeSet<String>,
    /// Data attributes that markup writes as literals.
    attributes: BTreeSet<String>,
}

/// The text before the literal of a list of classes.
const CLASS_WRITERS: [&str; 6] = [
    "class=\"",
    "class(\"",
    "class_name(\"",
    "class_name(&format!(\"",
    "add_1(\"",
    "toggle_with_force(\"",
];

impl Sources {
    fn add(&mut self, text: &str) {
        // Strings within strings: `"<p class=\"name\">"`.
        let text = text.replace("\\\"", "\"");
        for literal in text.split(['"', '\'', '`']) {
            // An expression in a literal ends the word before it: `direction{uncertain}`.
            for literal in literal.split(['{', '}']) {
                if literal
                    .chars()
                    .all(|char| is_name_char(char) || char == ' ')
                {
                    self.words.extend(literal.split(' ').map(str::to_owned));
                }
            }
        }
        self.read_markup(&text);
        self.text.push_str(&text);
    }

    /// Reads the classes and data attributes that markup writes, outside comments and tests.
    fn read_markup(&mut self, text: &str) {
        let (text, _) = text.split_once("#[cfg(test)]").unwrap_or((text, ""));
        for line in text.lines().map(str::trim_start) {
            if ["//", "/*", "*"].iter().any(|mark| line.starts_with(mark)) {
                continue;
            }
            for writer in CLASS_WRITERS {
                for (_, rest) in after(line, writer) {
                    let (classes, _) = rest.split_once('"').unwrap_or((rest, ""));
                    self.classes.extend(literal_words(classes));
                }
            }
            for (_, rest) in after(line, "class:") {
                if let Some((name, _)) = rest.split_once('=').filter(|(name, _)| is_name(name)) {
                    self.classes.insert(name.to_owned());
                }
            }
            for (before, rest) in after(line, "data-") {
                let end = rest.find(|char| !is_name_char(char)).unwrap_or(rest.len());
                let name = rest[..end].trim_end_matches('-');
                // `data-` within a name, as in `font-data-x`.
                if !name.is_empty() && !before.ends_with(is_name_char) {
                    self.attributes.insert(format!("data-{name}"));
                }
            }
        }
    }

    fn has_class(&self, name: &str) -> bool {
        self.words.contains(name) || self.text.contains(&format!("class:{name}="))
    }

    fn has_id(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    /// Whether an element can have a data attribute, from markup or from a script's `dataset`,
    /// which the page's scripts also call `root`.
    fn has_attribute(&self, name: &str) -> bool {
        let mut property = String::new();
        for (position, word) in name.trim_start_matches("data-").split('-').enumerate() {
            let (first, rest) = word.split_at(word.len().min(1));
            property += &if position == 0 {
                first.to_owned()
            } else {
                first.to_uppercase()
            };
            property += rest;
        }
        self.text.contains(name)
            || ["dataset", "root"]
                .iter()
                .any(|owner| self.text.contains(&format!("{owner}.{property}")))
    }
}

fn is_name_char(char: char) -> bool {
    char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-'
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_name_char)
}

/// Returns what precedes and what follows each place of `part` in a line.
fn after<'a>(line: &'a str, part: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    line.match_indices(part)
        .map(|(at, part)| (&line[..at], &line[at + part.len()..]))
}

/// Returns the words of a list of classes. Leaves out expressions: `mark {kind}` gives `mark`.
fn literal_words(classes: &str) -> impl Iterator<Item = String> {
    classes
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |(_, literal)| literal))
        .flat_map(|part| part.split(' '))
        .filter(|word| is_name(word))
        .map(str::to_owned)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns the sources of everything that a browser shows.
fn sources() -> Sources {
    let mut sources = Sources::default();
    let folders = ["src/", "crates/", "web/", "index.html"];
    for file in tracked_files(&root()).unwrap() {
        let is_source = [".rs", ".js", ".html"]
            .iter()
            .any(|end| file.ends_with(end));
        let is_test = [".test.js", "tests.rs"]
            .iter()
            .any(|end| file.ends_with(end))
            || file.contains("/tests/");
        if is_source && !is_test && folders.iter().any(|folder| file.starts_with(folder)) {
            sources.add(&fs::read_to_string(root().join(file)).unwrap());
        }
    }
    sources
}

/// Returns the custom properties that the program sets on elements.
fn program_properties() -> impl Iterator<Item = String> {
    let files = tracked_files(&root()).unwrap();
    files
        .into_iter()
        .filter(|file| file.starts_with("src/") && file.ends_with(".rs"))
        .flat_map(|file| {
            let text = fs::read_to_string(root().join(file)).unwrap();
            let literals = text
                .split('"')
                .filter(|literal| literal.strip_prefix("--").is_some_and(is_name));
            literals.map(str::to_owned).collect::<Vec<_>>()
        })
}

/// Returns the names in each file of the project's style sheet.
fn own_names() -> BTreeMap<String, Names> {
    style::files(&root())
        .unwrap()
        .into_iter()
        .filter(|file| file.layer != style::VENDOR)
        .map(|file| {
            let sheet = fs::read_to_string(root().join(&file.path)).unwrap();
            (file.path, Names::of_sheet(&sheet))
        })
        .collect()
}

#[test]
fn selectors_name_what_the_site_has() {
    let sources = sources();
    let leaflet = fs::read_to_string(root().join("node_modules/leaflet/dist/leaflet-src.js"));
    let leaflet = leaflet.expect("npm's packages are installed");
    let mut unused = Vec::new();
    for (file, names) in own_names() {
        let of_leaflet = |name: &str| name.starts_with("leaflet-") && leaflet.contains(&name[8..]);
        for name in names.classes {
            if !sources.has_class(&name) && !of_leaflet(&name) {
                unused.push(format!("{file}: .{name}"));
            }
        }
        for name in names.ids {
            if !sources.has_id(&name) {
                unused.push(format!("{file}: #{name}"));
            }
        }
        for name in names.attributes {
            if !sources.has_attribute(&name) {
                unused.push(format!("{file}: [{name}]"));
            }
        }
    }
    assert!(unused.is_empty(), "nothing has these: {unused:#?}");
}

/// Returns the names that the style sheet lacks and no hook excuses, and the hooks that excuse
/// nothing.
fn compare(
    written: &BTreeSet<String>,
    styled: &BTreeSet<&String>,
    hooks: &[(&str, &str)],
) -> Vec<String> {
    let is_hook = |name: &str| hooks.iter().any(|(hook, _)| *hook == name);
    let unread = written
        .iter()
        .filter(|name| !styled.contains(name) && !is_hook(name))
        .map(|name| format!("{name}: nothing reads it; remove it, or list who does"));
    let needless = hooks
        .iter()
        .map(|(hook, _)| (*hook).to_owned())
        .filter(|hook| !written.contains(hook) || styled.contains(hook))
        .map(|hook| format!("{hook}: is not written, or has a rule; remove it from the hooks"));
    unread.chain(needless).collect()
}

#[test]
fn markup_writes_what_style_or_scripts_read() {
    let sources = sources();
    let names = own_names();
    let classes = names.values().flat_map(|names| &names.classes).collect();
    let attributes = names.values().flat_map(|names| &names.attributes).collect();
    let found = [
        compare(&sources.classes, &classes, &HOOK_CLASSES),
        compare(&sources.attributes, &attributes, &HOOK_ATTRIBUTES),
    ];
    assert!(found.iter().all(Vec::is_empty), "{found:#?}");
}

#[test]
fn compare_finds_unread_names_and_needless_hooks() {
    let written = set_of(&["a", "b", "c"]);
    let styled = set_of(&["a"]);
    let styled: BTreeSet<&String> = styled.iter().collect();
    assert!(compare(&written, &styled, &[("b", "x"), ("c", "x")]).is_empty());
    let found = compare(&written, &styled, &[("a", "x"), ("b", "x"), ("d", "x")]);
    let names: Vec<&str> = found.iter().map(|line| &line[..1]).collect();
    assert_eq!(names, ["c", "a", "d"]);
}

#[test]
fn custom_properties_are_set_and_read() {
    let sources = sources();
    let names = own_names();
    let set: BTreeSet<&String> = names.values().flat_map(|names| &names.set).collect();
    let read: BTreeSet<&String> = names.values().flat_map(|names| &names.read).collect();
    let in_sources = |name: &&&String| sources.text.contains(name.as_str());
    let unread: Vec<_> = set
        .difference(&read)
        .filter(|name| !in_sources(name))
        .collect();
    let unset: Vec<_> = read
        .difference(&set)
        .filter(|name| !in_sources(name))
        .collect();
    let set_by_program: BTreeSet<String> = program_properties().collect();
    let unread_of_program: Vec<_> = set_by_program
        .iter()
        .filter(|name| !read.contains(name))
        .collect();
    assert!(unread.is_empty(), "nothing reads these: {unread:?}");
    assert!(
        unread_of_program.is_empty(),
        "the style sheet does not read these: {unread_of_program:?}"
    );
    assert!(unset.is_empty(), "nothing sets these: {unset:?}");
}

/// The browser's bar has the page's background.
#[test]
fn theme_colours_are_the_page_background() {
    let page = fs::read_to_string(root().join("index.html")).unwrap();
    let tokens = fs::read_to_string(root().join("style/colours.css")).unwrap();
    let colour = |theme: &str| {
        let (before, _) = page
            .split_once(&format!("\" media=\"(prefers-color-scheme: {theme})\""))
            .unwrap();
        before.rsplit('"').next().unwrap().to_owned()
    };
    let (light, dark) = (colour("light"), colour("dark"));
    let paper = format!("--paper: var(--light, {light}) var(--dark, {dark});");
    assert!(tokens.contains(&paper), "style/colours.css lacks {paper}");
}

fn set_of(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn names_of_sheet_come_from_selectors_and_values() {
    let names = Names::of_sheet(
        "@layer a, b; @media (min-width: 1.5rem) { .a:is(.b, :not([data-c='.no'])) > #d { top: .5em } }
        .e::after { --f: var(--g, var(--h)); content: '.no'; color: #fff; width: calc(1px * var(--i)) }
        @container stage (width < 2rem) { [data-embed] .j { margin: 0 } } /* .no */",
    );
    assert_eq!(
        names,
        Names {
            classes: set_of(&["a", "b", "e", "j"]),
            ids: set_of(&["d"]),
            attributes: set_of(&["data-c", "data-embed"]),
            set: set_of(&["--f"]),
            read: set_of(&["--g", "--h", "--i"]),
        }
    );
}

#[test]
fn read_markup_finds_classes_and_attributes() {
    let mut sources = Sources::default();
    sources.add(
        r#"view! { <p class="one two{three}" class:four=flag data-five=x> }
        "<p class=\"six\" data-seven=\"\">"; Element::new("p").class("eight");
        // <p class="no" data-no>
        list.toggle_with_force("nine", is_open); root.class_name(); x.class(names)
        #[cfg(test)] <p class="no" data-no>"#,
    );
    let classes = ["one", "two", "four", "six", "eight", "nine"];
    assert_eq!(sources.classes, set_of(&classes));
    assert_eq!(sources.attributes, set_of(&["data-five", "data-seven"]));
}

#[test]
fn has_class_finds_classes_in_markup() {
    for (text, expected) in [
        (r#"view! { <p class="name other"> }"#, true),
        (r#""<p class=\"name\">""#, true),
        (r#""<p class=\"name{other}\">""#, true),
        ("<p class:name=is_named>", true),
        (r#""A name for it""#, false),
        ("let name = 1;", false),
        (r#"class="surname""#, false),
    ] {
        let mut sources = Sources::default();
        sources.add(text);
        assert_eq!(sources.has_class("name"), expected, "{text}");
    }
}

#[test]
fn has_attribute_finds_markup_and_scripts() {
    for (text, expected) in [
        ("<p data-only-rising>", true),
        ("element.dataset.onlyRising = ''", true),
        ("element.onlyRising", false),
    ] {
        let mut sources = Sources::default();
        sources.add(text);
        assert_eq!(
            sources.has_attribute("data-only-rising"),
            expected,
            "{text}"
        );
    }
}
