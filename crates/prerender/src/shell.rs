//! Writes the texts that the page shows without the app, in every language. A script of the page
//! shows those of the language in the address.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rising_address::Request;
use rising_markup::element::Escaped;
use rising_markup::masthead::masthead;
use rising_words::{Language, Texts};

use crate::slot::{MissingSlot, Slot};

/// Fills the slots of the page's own texts: the messages of a failed start, and the outline's
/// masthead and message for browsers without scripts.
///
/// # Errors
/// If the page lacks a slot.
pub fn insert(page: &str) -> Result<String, MissingSlot> {
    let page = Slot::FailureMessages.fill(page, &failure_messages())?;
    let page = Slot::Masthead.fill(
        &page,
        &masthead(&Language::default().texts(), &default_link).to_string(),
    )?;
    Slot::ScriptNeeded.fill(
        &page,
        &no_script(Texts::needs_script, &Language::default().texts()),
    )
}

/// Returns the page's titles in languages other than its own, by language tag.
pub fn titles() -> BTreeMap<&'static str, &'static str> {
    let others = Language::ALL
        .into_iter()
        .filter(|language| *language != Language::default());
    others
        .map(|language| (language.tag(), language.texts().page_title()))
        .collect()
}

fn failure_messages() -> String {
    let mut out = String::new();
    for language in Language::ALL {
        let texts = language.texts();
        let _ = write!(
            out,
            "\n<div {}>",
            language_attributes(language, Language::default())
        );
        for (kind, what, why) in [
            ("start", texts.failed_start(), texts.failed_start_why()),
            ("old", texts.failed_old(), texts.failed_old_why()),
            ("off", texts.failed_off(), texts.failed_off_why()),
            ("slow", texts.failed_slow(), texts.failed_slow_why()),
            ("run", texts.failed_run(), texts.failed_run_why()),
            ("look", texts.failed_look(), texts.failed_look_why()),
        ] {
            let _ = write!(
                out,
                "<p class=\"{kind}\" hidden><strong>{}</strong> {}</p>",
                Escaped(what),
                Escaped(why)
            );
        }
        for (kinds, link_text) in [
            ("start slow run look", texts.load_again()),
            ("area", texts.area_in_link()),
        ] {
            let _ = write!(
                out,
                "<p class=\"{kinds}\" hidden><a href=\"\">{}</a></p>",
                Escaped(link_text)
            );
        }
        out.push_str("</div>");
    }
    out
}

/// Returns the address of the page in a language, with the default view.
pub fn default_link(language: Language) -> String {
    Request {
        language,
        ..Request::default()
    }
    .query()
}

/// Renders a message in all languages: without scripts the page cannot know which is wanted.
pub fn no_script(say: fn(&Texts) -> &str, texts: &Texts) -> String {
    let text = |language: Language| {
        format!(
            "<p class=\"noscript\" lang=\"{}\">{}</p>",
            language.tag(),
            Escaped(say(&texts.in_language(language)))
        )
    };
    Language::ALL.map(text).concat()
}

/// Renders the page that a server sends for a missing one. It is in all languages and has no links,
/// because it may be shown at any depth of the site.
pub fn not_found_page() -> String {
    let main = Language::default();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" \
         content=\"noindex\">\n<title>{}</title>\n</head>\n<body>\n",
        main.tag(),
        Escaped(main.texts().page_title())
    );
    for one in Language::ALL {
        let _ = writeln!(
            out,
            "<p lang=\"{}\">{}</p>",
            one.tag(),
            Escaped(one.texts().no_such_page())
        );
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// Returns the attributes of an element in one language, hidden unless that is the shown one.
fn language_attributes(one: Language, language: Language) -> String {
    format!(
        "lang=\"{}\"{}",
        one.tag(),
        if one == language { "" } else { " hidden" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insert_adds_all_languages_and_shows_one() {
        let page = include_str!("../../../index.html");
        let whole = insert(page).unwrap();
        for language in Language::ALL {
            for text in [
                language.texts().failed_start(),
                language.texts().load_again(),
                language.texts().site_subject(),
            ] {
                assert!(whole.contains(&Escaped(text).to_string()), "{text}");
            }
        }
        assert!(whole.contains("<p lang=\"cy\" hidden>"));
        assert!(whole.contains("href=\"?\" hidden>"));
        assert!(whole.contains("href=\"?lang=cy\">Cymraeg</a>"));
        insert("<body>").unwrap_err();
    }

    #[test]
    fn titles_are_in_other_languages() {
        let titles: Vec<_> = titles().into_iter().collect();
        assert_eq!(titles, [("cy", "Rising: ydy fy ardal i'n codi?")]);
    }

    #[test]
    fn not_found_page_has_every_language_and_no_links() {
        let page = not_found_page();
        for language in Language::ALL {
            assert!(page.contains(&format!(
                "<p lang=\"{}\">{}</p>",
                language.tag(),
                Escaped(language.texts().no_such_page())
            )));
        }
        assert!(!page.contains("href"), "{page}");
    }

    /// Trunk serves the page as it is, without the insertions, so it must already contain the
    /// English texts.
    #[test]
    fn page_source_has_english_texts() {
        let page: String = include_str!("../../../index.html")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let language = Language::En;
        let title = language.texts().page_title();
        for text in [
            title,
            language.texts().failed_start(),
            language.texts().failed_start_why(),
            language.texts().failed_slow(),
        ]
        .into_iter()
        .chain([
            language.texts().failed_slow_why(),
            language.texts().failed_run(),
            language.texts().failed_run_why(),
        ])
        .chain([
            language.texts().failed_old(),
            language.texts().failed_old_why(),
            language.texts().failed_off(),
            language.texts().failed_off_why(),
        ])
        .chain([
            language.texts().failed_look(),
            language.texts().failed_look_why(),
            language.texts().area_in_link(),
        ])
        .chain([
            language.texts().load_again(),
            language.texts().needs_script(),
            language.texts().site_subject(),
        ]) {
            assert!(page.contains(text), "{text}");
        }
    }
}
