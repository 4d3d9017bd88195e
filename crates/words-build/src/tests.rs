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

fn refused(english: &str, welsh: &str) -> String {
    generate(&sources(english, welsh)).unwrap_err().to_string()
}

#[test]
fn a_text_becomes_a_function() {
    let english = "hello = Hello\nseen = { $n ->\n    [one] one area\n   *[other] { $n } areas\n} of { $place }\n";
    let welsh = "hello = Helo\nseen = { NUMBER($n) } ardal, { $place }\n";
    let code = generate(&sources(english, welsh)).unwrap();
    for part in [
        "pub enum Language { #[default] En, Cy }",
        "pub fn hello(self) -> &'static str { match self {\nLanguage::En => \"Hello\",\nLanguage::Cy => \"Helo\",\n} }",
        "pub fn seen(self, n: u32, place: &str) -> String",
        "Category::One => concat(&[\"one area\"]), _ => concat(&[&self.number(n.into()), \" areas\"])",
        "Language::Cy => concat(&[&self.number(n.into()), \" ardal, \", place])",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn a_choice_is_a_type_and_a_number_given_comes_before_its_category() {
    let english = "where = { $nation ->\n    [wales] in Wales\n   *[uk] in the UK\n}\n\
        place = { NUMBER($n, type: \"ordinal\") ->\n    [one] { $n }st\n    [1] first\n   *[other] { $n }th\n}\n";
    let welsh = "where = { $nation ->\n   *[uk] yn y DU\n    [wales] yng Nghymru\n}\nplace = { NUMBER($n) }\n";
    let code = generate(&sources(english, welsh)).unwrap();
    for part in [
        "pub enum Nation { Wales, Uk }",
        "pub fn r#where(self, nation: choice::Nation) -> &'static str",
        "match (n, self.ordinal(n)) { (1, _) => concat(&[\"first\"]), (_, Category::One) =>",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
}

#[test]
fn one_text_is_put_into_another_and_lines_are_joined() {
    let english =
        "week = the week to { $date }\n-all = all\nrose = { -all } rose\n    in { week }\n";
    let welsh = "week = yr wythnos hyd at { $date }\nrose = codi yn { week }\n";
    let code = generate(&sources(english, welsh)).unwrap();
    assert!(
        code.contains("concat(&[\"all rose in the week to \", date])"),
        "{code}"
    );
    assert!(
        !code.contains("fn all"),
        "a term is no text of its own: {code}"
    );
}

#[test]
fn a_data_set_may_have_other_words() {
    let english = "areas = { LABEL(\"areas\", \"districts\") }\nhere = Here { areas } of { LABEL(\"whole\", \"the UK\") }\n";
    let welsh = "areas = { LABEL(\"areas\", \"dosbarthau\") }\nhere = { LABEL(\"in-whole\", \"yn y DU\") }\n";
    let code = generate(&sources(english, welsh)).unwrap();
    for part in [
        "enum Label { Areas, Whole, InWhole,  }",
        "const NAMES: [&str; 3] = [\"areas\", \"whole\", \"in-whole\"];",
        "[(Label::Areas, \"districts\"), (Label::Areas, \"dosbarthau\"), (Label::Whole, \"the UK\"), (Label::InWhole, \"yn y DU\")];",
        "pub fn areas(self) -> &'static str { match self {\nLanguage::En => self.word(0),\nLanguage::Cy => self.word(1),",
        "concat(&[\"Here \", self.word(0), \" of \", self.word(2)])",
    ] {
        assert!(code.contains(part), "{part}\nis not in\n{code}");
    }
    // What is chosen among them is a function too.
    let chosen =
        "a = { $level ->\n    [fine] { LABEL(\"areas\", \"A\") }\n   *[coarse] B\n} of { $n }\n";
    let code = generate(&sources(chosen, chosen)).unwrap();
    assert!(
        code.contains("fn shared_0(self, level: choice::Level) -> &'static str"),
        "{code}"
    );
    assert!(
        code.contains("concat(&[self.shared_0(level), \" of \", n])"),
        "{code}"
    );
    let said = refused("a = { LABEL(\"areas\") }\n", "a = A\n");
    assert!(said.contains("a uses LABEL() so"), "{said}");
}

#[test]
fn years_and_decimals() {
    let english = "rate = { NUMBER($rate, minimumFractionDigits: 1) } in { NUMBER($year, useGrouping: \"false\") }\n";
    let code = generate(&sources(english, english)).unwrap();
    assert!(
        code.contains("fn rate(self, rate: Tenths, year: u32) -> String"),
        "{code}"
    );
    assert!(
        code.contains("concat(&[&self.tenths(rate), \" in \", &year.to_string()])"),
        "{code}"
    );
}

#[test]
fn a_bad_file_says_what_is_wrong_and_what_to_do() {
    for (english, welsh, said) in [
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
            "texts/cy.ftl: a does not show $x, which it does in English; put { $x } into it",
        ),
        (
            "a = A\n",
            "a = A { $x }\n",
            "texts/cy.ftl: a has $x, which it has not in English; correct its name or remove it",
        ),
        (
            "a = A\na = B\n",
            "a = A\n",
            "texts/en.ftl: a is written twice; remove one",
        ),
        (
            "a = A\n",
            "a A\n",
            "texts/cy.ftl: this is not Fluent: \"a A\"; a text is written as `name = words`",
        ),
        (
            "a = { b }\n",
            "a = A\n",
            "texts/en.ftl: a refers to b, which is not in the file; write it or correct the name",
        ),
        (
            "a = { b }\nb = { a }\n",
            "a = A\n",
            "texts/en.ftl: a contains itself, by way of a; break the circle",
        ),
        (
            "a = { $x ->\n    [one] A\n   *[few] B\n} { $x ->\n    [red] A\n   *[blue] B\n}\n",
            "a = A\n",
            "a: $x is a number in one place and a choice in another; give one of them another name",
        ),
        (
            "a = { $x ->\n    [red] A\n   *[blue] B\n}\n",
            "a = { $x ->\n    [green] A\n   *[blue] B\n}\n",
            "texts/cy.ftl: a chooses by $x and knows [green], which no English text does; one of red, blue",
        ),
        (
            "a = { $x ->\n    [red] A\n   *[blue] B { $x }\n}\n",
            "a = { $x }\n",
            "texts/en.ftl: a shows $x, which can only be chosen by; write the words for each choice",
        ),
        (
            "a = { DATETIME($x) }\n",
            "a = A\n",
            "texts/en.ftl: a uses DATETIME() so, which is not understood; see crates/words-build/src/lib.rs for what is",
        ),
    ] {
        assert_eq!(refused(english, welsh), said);
    }
}

#[test]
fn a_language_must_be_one_and_english_there() {
    let source = |tag| Source {
        tag,
        content: "a = A\n",
    };
    assert_eq!(generate(&[source("cy")]), Err(Problem::NoFirst));
    assert!(matches!(
        generate(&[source("en"), source("no language")]),
        Err(Problem::NoLanguage { .. })
    ));
    // Lakhs and crores.
    assert!(matches!(
        generate(&[source("en"), source("hi")]),
        Err(Problem::OtherRules { .. })
    ));
}

#[test]
fn rules_of_languages_that_differ_much() {
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
