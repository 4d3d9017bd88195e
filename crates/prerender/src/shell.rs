//! What the page says in every language before its program runs, or without it: whichever the
//! address asks for is shown by a script of the page.

use std::fmt::Write as _;

use rising_words::Language;

use crate::html::{Escaped, MissingMarkers, replace_between};

/// Puts into the page, between its marks, what it says itself: its title in other languages
/// (`/*titles*/`), that the program has failed (`<!--failed-->`), and the outline's masthead
/// (`<!--masthead-->`) and word of scripts (`<!--noscript-->`).
///
/// # Errors
/// If the page does not say where.
pub fn insert(page: &str) -> Result<String, MissingMarkers> {
    let page = replace_between(page, ["/*titles*/", "/*/titles*/"], &titles())?;
    let page = replace_between(&page, ["<!--failed-->", "<!--/failed-->"], &failed())?;
    let page = replace_between(
        &page,
        ["<!--masthead-->", "<!--/masthead-->"],
        &masthead(Language::default()),
    )?;
    replace_between(
        &page,
        ["<!--noscript-->", "<!--/noscript-->"],
        &no_script(Language::needs_script),
    )
}

/// The properties of an object of the page's script.
fn titles() -> String {
    let others = Language::ALL
        .into_iter()
        .filter(|language| *language != Language::default());
    let title = |language: Language| {
        format!(
            "{}: {}",
            language.tag(),
            serde_json::Value::from(language.page_title())
        )
    };
    others.map(title).collect::<Vec<_>>().join(", ")
}

fn failed() -> String {
    let mut out = String::new();
    for language in Language::ALL {
        let _ = write!(out, "\n<div {}>", shown(language, Language::default()));
        for (kind, what, why) in [
            (
                "start",
                language.failed_start(),
                language.failed_start_why(),
            ),
            ("old", language.failed_old(), language.failed_old_why()),
            ("off", language.failed_off(), language.failed_off_why()),
            ("slow", language.failed_slow(), language.failed_slow_why()),
            ("run", language.failed_run(), language.failed_run_why()),
            ("look", language.failed_look(), language.failed_look_why()),
        ] {
            let _ = write!(
                out,
                "<p class=\"{kind}\" hidden><strong>{}</strong> {}</p>",
                Escaped(what),
                Escaped(why)
            );
        }
        for (kinds, way_on) in [
            ("start slow run look", language.load_again()),
            ("area", language.area_in_link()),
        ] {
            let _ = write!(
                out,
                "<p class=\"{kinds}\" hidden><a href=\"\">{}</a></p>",
                Escaped(way_on)
            );
        }
        out.push_str("</div>");
    }
    out
}

/// What the page is about, and the ways to its other languages, under its name.
pub fn masthead(language: Language) -> String {
    let mut out = String::new();
    for one in Language::ALL {
        let _ = write!(
            out,
            " <p {}>{}</p>",
            shown(one, language),
            Escaped(one.site_subject())
        );
    }
    for one in Language::ALL {
        let (tag, hidden) = (one.tag(), if one == language { " hidden" } else { "" });
        let name = Escaped(one.language_name());
        let _ = write!(
            out,
            " <a class=\"language\" lang=\"{tag}\" hreflang=\"{tag}\" href=\"?lang={tag}\"{hidden}>{name}</a>"
        );
    }
    out
}

/// In all languages: without a script nothing tells which is asked for.
pub fn no_script(say: fn(Language) -> &'static str) -> String {
    let text = |language: Language| {
        format!(
            "<p class=\"noscript\" lang=\"{}\">{}</p>",
            language.tag(),
            Escaped(say(language))
        )
    };
    Language::ALL.map(text).concat()
}

/// What a server answers with where it has no page. In all languages, and without links: it may be
/// shown at any depth of the site.
pub fn not_found_page() -> String {
    let main = Language::default();
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n",
        main.tag(),
        Escaped(main.page_title())
    );
    for one in Language::ALL {
        let _ = writeln!(
            out,
            "<p lang=\"{}\">{}</p>",
            one.tag(),
            Escaped(one.no_such_page())
        );
    }
    out
}

/// The attributes of an element in a language, of which one is shown.
fn shown(one: Language, language: Language) -> String {
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
    fn every_language_is_there_and_one_is_shown() {
        let page = include_str!("../../../index.html");
        let whole = insert(page).unwrap();
        assert!(
            whole.contains("cy: \"Rising: ydy fy ardal i'n codi?\"/*/titles*/"),
            "{whole}"
        );
        for language in Language::ALL {
            for text in [
                language.failed_start(),
                language.load_again(),
                language.site_subject(),
            ] {
                assert!(whole.contains(&Escaped(text).to_string()), "{text}");
            }
        }
        assert!(masthead(Language::Cy).contains("<p lang=\"en\" hidden>"));
        assert!(masthead(Language::Cy).contains("href=\"?lang=cy\" hidden>"));
        assert!(masthead(Language::En).contains("href=\"?lang=cy\">Cymraeg</a>"));
        insert("<body>").unwrap_err();
    }

    #[test]
    fn a_page_that_is_not_there_is_said_to_be_so_in_every_language() {
        let page = not_found_page();
        for language in Language::ALL {
            assert!(page.contains(&format!(
                "<p lang=\"{}\">{}</p>",
                language.tag(),
                Escaped(language.no_such_page())
            )));
        }
        assert!(!page.contains("href"), "{page}");
    }

    /// Trunk, which knows nothing of the other languages, takes the page as it is.
    #[test]
    fn the_page_says_in_english_what_the_texts_say() {
        let page: String = include_str!("../../../index.html")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        let language = Language::En;
        let title = language.page_title();
        for text in [
            title,
            language.failed_start(),
            language.failed_start_why(),
            language.failed_slow(),
        ]
        .into_iter()
        .chain([
            language.failed_slow_why(),
            language.failed_run(),
            language.failed_run_why(),
        ])
        .chain([
            language.failed_old(),
            language.failed_old_why(),
            language.failed_off(),
            language.failed_off_why(),
        ])
        .chain([
            language.failed_look(),
            language.failed_look_why(),
            language.area_in_link(),
        ])
        .chain([
            language.load_again(),
            language.needs_script(),
            language.site_subject(),
        ]) {
            assert!(page.contains(text), "{text}");
        }
    }
}
