use super::*;

fn sources<'a>(english: &'a str, welsh: &'a str) -> [Source<'a>; 2] {
    [
        Source {
            tag: "cy",
            content: welsh,
        },
        Source {
            tag: "en",
            content: english,
        },
    ]
}

fn error_of(english: &str, welsh: &str) -> String {
    generate(&sources(english, welsh), &[])
        .unwrap_err()
        .to_string()
}

#[test]
fn generate_makes_a_function_of_each_text() {
    let english = "hello = Hello\nseen = { $n ->\n    [one] one area\n   *[other] { $n } areas\n} \
        of { $place }\n";
    let welsh = "hello = Helo\nseen = { NUMBER($n) } ardal, { $place }\n";
    let code = generate(&sources(english, welsh), &[]).unwrap();
    for part in [
        "pub enum Language { #[default] En, Cy }",
        "pub fn hello(&self) -> &'static str { match self.language {\nLanguage::En => \
        \"Hello\",\nLanguage::Cy => \"Helo\",\n} }",
        "pub struct Seen<'a> { pub n: u32, pub place: &'a str, }",
        "pub fn seen(&self, args::Seen { n, place }: args::Seen<'_>) -> String { \
        self.text_seen(n, place) }",
        "fn text_seen(&self, n: u32, place: &str) -> String",
        "Category::One => concat(&[\"one area\"]), _ => concat(&[&self.number(n.into()), \" \
        areas\"])",
        "Language::Cy => concat(&[&self.number(n.into()), \" ardal, \", place])",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn generate_makes_choices_types_and_matches_exact_numbers_first() {
    let english = "where = { $nation ->\n    [wales] in Wales\n   *[uk] in the UK\n}\n\
        place = { NUMBER($n, type: \"ordinal\") ->\n    [one] { $n }st\n    [1] first\n\
        \x20  *[other] { $n }th\n}\n";
    let welsh = "where = { $nation ->\n   *[uk] yn y DU\n    [wales] yng Nghymru\n}\nplace = { \
        NUMBER($n) }\n";
    let code = generate(&sources(english, welsh), &[]).unwrap();
    for part in [
        "pub enum Nation { Wales, Uk }",
        "pub fn r#where(&self, nation: choice::Nation) -> &'static str",
        "match (n, self.ordinal(n)) { (1, _) => concat(&[\"first\"]), (_, Category::One) =>",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn generate_takes_foreign_choices() {
    let nation = ForeignChoice {
        argument: "nation",
        path: "other::Nation",
        variants: &[("ni", "NorthernIreland"), ("uk", "Uk")],
    };
    let text = "where = { $nation ->\n    [ni] in NI\n   *[uk] in the UK\n}\n";
    let code = generate(&sources(text, text), &[nation]).unwrap();
    for part in [
        "pub fn r#where(&self, nation: other::Nation) -> &'static str",
        "match nation { other::Nation::NorthernIreland => \"in NI\", other::Nation::Uk => \"in \
        the UK\",  }",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
    assert!(!code.contains("enum Nation"), "{code}");
    let unknown = "where = { $nation ->\n    [wales] in Wales\n   *[uk] in the UK\n}\n";
    assert_eq!(
        generate(&sources(unknown, unknown), &[nation]),
        Err(TextError::UnknownKey {
            tag: "en".into(),
            id: "where".into(),
            argument: "nation".into(),
            key: "wales".into(),
            known: "ni, uk".into(),
        })
    );
}

#[test]
fn generate_resolves_references_and_joins_lines() {
    let english =
        "week = the week to { $date }\n-all = all\nrose = { -all } rose\n    in { week }\n";
    let welsh = "week = yr wythnos hyd at { $date }\nrose = codi yn { week }\n";
    let code = generate(&sources(english, welsh), &[]).unwrap();
    assert!(
        code.contains("concat(&[\"all rose in the week to \", date])"),
        "{code}"
    );
    assert!(!code.contains("fn all"), "a term has no function: {code}");
}

#[test]
fn generate_looks_up_labels_in_a_table() {
    let english = "areas = { LABEL(\"areas\", \"districts\") }\nhere = Here { areas } of { \
        LABEL(\"whole\", \"the UK\") }\n";
    let welsh = "areas = { LABEL(\"areas\", \"dosbarthau\") }\nhere = { LABEL(\"in-whole\", \"yn \
        y DU\") }\n";
    let code = generate(&sources(english, welsh), &[]).unwrap();
    for part in [
        "enum Label { Areas, Whole, InWhole,  }",
        "const NAMES: [&str; 3] = [\"areas\", \"whole\", \"in-whole\"];",
        "[(Label::Areas, \"districts\"), (Label::Areas, \"dosbarthau\"), (Label::Whole, \"the \
        UK\"), (Label::InWhole, \"yn y DU\")];",
        "pub fn areas(&self) -> &str { match self.language {\nLanguage::En => \
        self.word(0),\nLanguage::Cy => self.word(1),",
        "concat(&[\"Here \", self.word(0), \" of \", self.word(2)])",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
    // A selection among labels becomes a shared function.
    let chosen =
        "a = { $level ->\n    [fine] { LABEL(\"areas\", \"A\") }\n   *[coarse] B\n} of { $n }\n";
    let code = generate(&sources(chosen, chosen), &[]).unwrap();
    assert!(
        code.contains("fn shared_0(&self, level: choice::Level) -> &str"),
        "{code}"
    );
    assert!(
        code.contains("concat(&[self.shared_0(level), \" of \", n])"),
        "{code}"
    );
    let error = error_of("a = { LABEL(\"areas\") }\n", "a = A\n");
    assert!(
        error.contains("a uses LABEL() without two string literals"),
        "{error}"
    );
}

#[test]
fn generate_formats_years_and_decimals() {
    let english = "rate = { NUMBER($rate, minimumFractionDigits: 1) } in { NUMBER($year, \
        useGrouping: \"false\") }\n";
    let code = generate(&sources(english, english), &[]).unwrap();
    assert!(
        code.contains("fn text_rate(&self, rate: Tenths, year: u32) -> String"),
        "{code}"
    );
    assert!(
        code.contains("concat(&[&self.tenths(rate), \" in \", &year.to_string()])"),
        "{code}"
    );
}

#[test]
fn generate_reports_fault_and_remedy() {
    for (english, welsh, expected) in [
        (
            "a = A\nb = B\n",
            "a = A\n",
            "texts/cy.ftl has no b; translate \"B\"",
        ),
        (
            "a = A\n",
            "a = A\nb = B\n",
            "texts/cy.ftl: b is not in texts/en.ftl; remove it or correct its name",
        ),
        (
            "a = A { $x }\n",
            "a = A\n",
            "texts/cy.ftl: a does not show $x, but the English text does; add { $x }",
        ),
        (
            "a = A\n",
            "a = A { $x }\n",
            "texts/cy.ftl: a has $x, but the English text does not; correct its name or remove it",
        ),
        (
            "a = A\na = B\n",
            "a = A\n",
            "texts/en.ftl: a is defined twice; remove one definition",
        ),
        (
            "a = A\n",
            "a A\n",
            "texts/cy.ftl: \"a A\" is not Fluent; write a text as `name = words`",
        ),
        (
            "a = { b }\n",
            "a = A\n",
            "texts/en.ftl: a refers to b, which is not in the file; add it or correct the name",
        ),
        (
            "a = { b }\nb = { a }\n",
            "a = A\n",
            "texts/en.ftl: a contains itself through a; remove the circular reference",
        ),
        (
            "a = { $x ->\n    [one] A\n   *[few] B\n} { $x ->\n    [red] A\n   *[blue] B\n}\n",
            "a = A\n",
            "a: $x is a number in one place and a choice in another; rename one of them",
        ),
        (
            "a = { $x ->\n    [red] A\n   *[blue] B\n}\n",
            "a = { $x ->\n    [green] A\n   *[blue] B\n}\n",
            "texts/cy.ftl: a selects by $x with the unknown key [green]; use one of red, blue",
        ),
        (
            "a = { $x ->\n    [red] A\n   *[blue] B { $x }\n}\n",
            "a = { $x }\n",
            "texts/en.ftl: a shows $x, which is a choice without a text; write the words for \
             each choice",
        ),
        (
            "a = { DATETIME($x) }\n",
            "a = A\n",
            "texts/en.ftl: a uses DATETIME() in this form, which is not supported; \
             crates/words-build/src/lib.rs lists what is",
        ),
    ] {
        assert_eq!(error_of(english, welsh), expected);
    }
}

#[test]
fn generate_refuses_missing_english_and_unknown_languages() {
    let source = |tag| Source {
        tag,
        content: "a = A\n",
    };
    assert_eq!(generate(&[source("cy")], &[]), Err(TextError::NoEnglish));
    assert!(matches!(
        generate(&[source("en"), source("no language")], &[]),
        Err(TextError::UnknownLanguage { .. })
    ));
    // Hindi groups digits by lakh and crore.
    assert!(matches!(
        generate(&[source("en"), source("hi")], &[]),
        Err(TextError::UnsupportedRules { .. })
    ));
}

#[test]
fn rules_of_german_welsh_and_russian_match_cldr() {
    use rules::{CATEGORIES, Rules};
    let category = |categories: &rules::Categories, number: u32| {
        let period = categories.table.len() as u32 - categories.from;
        let place = if number < categories.from {
            number
        } else {
            categories.from + (number - categories.from) % period
        };
        CATEGORIES[categories.table[place as usize]]
    };
    let german = Rules::of("de").unwrap();
    assert_eq!((german.group.as_str(), german.decimal.as_str()), (".", ","));
    let welsh = Rules::of("cy").unwrap();
    let of = |numbers: [u32; 8]| numbers.map(|number| category(&welsh.cardinal, number));
    assert_eq!(
        of([0, 1, 2, 3, 4, 5, 6, 7]),
        [
            "zero", "one", "two", "few", "other", "other", "many", "other"
        ]
    );
    let russian = Rules::of("ru").unwrap();
    let of = |numbers: [u32; 6]| numbers.map(|number| category(&russian.cardinal, number));
    assert_eq!(
        of([1, 11, 21, 22, 1_000_001, 5]),
        ["one", "many", "one", "few", "one", "many"]
    );
}
