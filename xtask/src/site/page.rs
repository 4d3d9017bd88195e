//! Parses `index.html` with its `data-trunk` elements and renders the built page.
//!
//! Supports these elements with `data-trunk`, as [Trunk](https://trunkrs.dev/assets/) defines them:
//! `<link rel="rust">`, `<link rel="css" href>`, `<link rel="inline" href>` (CSS, JavaScript, SVG
//! or HTML), `<link rel="icon" href>`, `<link rel="copy-dir" href>`, `<link rel="copy-file" href>`
//! and `<script src>`. `data-target-path` is the target folder of a copy; its default is the top
//! folder of the site.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use anyhow::{Context as _, Result, bail, ensure};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// An element with `data-trunk`. Paths are relative to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrunkElement {
    /// The app.
    Rust,
    /// A style sheet. All style sheets are joined into one.
    Css { href: String },
    /// A file that is inserted into the page.
    Inline { href: String },
    /// The site's icon.
    Icon {
        href: String,
        media_type: Option<String>,
    },
    /// A script that must run before the app starts.
    Script { src: String },
    /// A folder whose content is copied to the folder `to` of the site (empty: its top folder).
    CopyDir { href: String, to: String },
    /// A file that is copied to the folder `to` of the site (empty: its top folder).
    CopyFile { href: String, to: String },
}

/// The replacements of the elements: names of files in the site, and content for the page.
#[derive(Debug, Default)]
pub struct Links {
    /// The names of the app's JavaScript and WebAssembly.
    pub app: (String, String),
    /// The name of the chunk that shows an area.
    pub area: Option<String>,
    /// The name of the joined style sheet, if the page has any.
    pub css: Option<String>,
    /// The content of inlined files by path.
    pub inline: HashMap<String, String>,
    /// The names of icons and scripts by path.
    pub hashed: HashMap<String, String>,
    /// The values of `integrity` attributes by file name.
    pub integrity: HashMap<String, String>,
}

impl Links {
    /// Returns the attribute that makes a browser refuse a file that differs from the built one.
    pub fn integrity(&self, file: &str) -> String {
        self.integrity
            .get(file)
            .map(|digest| format!(r#" integrity="{digest}""#))
            .unwrap_or_default()
    }

    /// Returns the number of elements that load a style sheet or a script, for which the app waits.
    /// The script counts them instead of naming their files.
    pub fn elements(&self) -> usize {
        self.css
            .iter()
            .chain(self.hashed.values())
            .filter(|file| file.ends_with(".js") || file.ends_with(".css"))
            .count()
    }
}

/// The page and the positions of its elements with `data-trunk`.
#[derive(Debug)]
pub struct Page<'a> {
    html: &'a str,
    elements: Vec<(Range<usize>, TrunkElement)>,
}

impl<'a> Page<'a> {
    /// Finds the elements with `data-trunk`.
    ///
    /// # Errors
    /// If an element is not supported, or there is not exactly one `rel="rust"`.
    pub fn parse(html: &'a str) -> Result<Self> {
        let mut emitter = DefaultEmitter::<usize>::new_with_span();
        // Otherwise text inside a script or a style could be parsed as an element.
        emitter.naively_switch_states(true);
        let mut elements = Vec::new();
        let mut script_begins = None;
        for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let Some(reference) =
                        parse_element(&tag).with_context(|| line_number(html, tag.span.start))?
                    else {
                        continue;
                    };
                    if matches!(reference, TrunkElement::Script { .. }) {
                        script_begins = Some(tag.span.start);
                    }
                    elements.push((tag.span.start..tag.span.end, reference));
                }
                Token::EndTag(tag) if *tag.name == b"script"[..] => {
                    // The element ends here. Browsers ignore its content, since it has a `src`.
                    if let (Some(_), Some((range, _))) = (script_begins.take(), elements.last_mut())
                    {
                        range.end = tag.span.end;
                    }
                }
                _ => {}
            }
        }
        let apps = elements
            .iter()
            .filter(|(_, reference)| *reference == TrunkElement::Rust)
            .count();
        ensure!(
            apps == 1,
            "there must be one <link data-trunk rel=\"rust\">, and there are {apps}"
        );
        Ok(Self { html, elements })
    }

    /// Returns the elements in the order of the page.
    pub fn references(&self) -> impl Iterator<Item = &TrunkElement> {
        self.elements.iter().map(|(_, reference)| reference)
    }

    /// Renders the page for the site. The `rel="rust"` element, by which Trunk loads the program,
    /// is removed: a script of the page does that (`web/loader.js`).
    ///
    /// # Errors
    /// If `links` lacks a file of [`Page::references`].
    pub fn render(&self, links: &Links) -> Result<String> {
        let mut out = String::with_capacity(self.html.len() * 2);
        let mut copied = 0;
        let mut css = links.css.as_deref();
        for (range, reference) in &self.elements {
            out.push_str(&self.html[copied..range.start]);
            copied = range.end;
            let hashed = |path: &str| {
                links
                    .hashed
                    .get(path)
                    .with_context(|| format!("{path} is not in the site"))
            };
            match reference {
                // The joined style sheet replaces the first element.
                TrunkElement::Css { .. } => {
                    if let Some(css) = css.take() {
                        let _ = write!(
                            out,
                            r#"<link rel="stylesheet" crossorigin href="./{css}"{}>"#,
                            links.integrity(css)
                        );
                    }
                }
                TrunkElement::Inline { href } => {
                    out.push_str(
                        links
                            .inline
                            .get(href)
                            .with_context(|| format!("the content of {href} is missing"))?,
                    );
                }
                TrunkElement::Icon { href, media_type } => {
                    let media_type = media_type
                        .as_ref()
                        .map(|t| format!(r#" type="{t}""#))
                        .unwrap_or_default();
                    let _ = write!(
                        out,
                        r#"<link rel="icon"{media_type} href="./{}">"#,
                        hashed(href)?
                    );
                }
                TrunkElement::Script { src } => {
                    // The script in the head listens for its failure.
                    let src = hashed(src)?;
                    let _ = write!(
                        out,
                        r#"<script defer crossorigin src="./{src}"{}></script>"#,
                        links.integrity(src)
                    );
                }
                TrunkElement::Rust
                | TrunkElement::CopyDir { .. }
                | TrunkElement::CopyFile { .. } => {}
            }
        }
        out.push_str(&self.html[copied..]);
        Ok(out)
    }
}

/// Parses a start tag; `None` if it has no `data-trunk`.
fn parse_element(tag: &StartTag<usize>) -> Result<Option<TrunkElement>> {
    let attribute = |name: &str| {
        tag.attributes
            .get(name.as_bytes())
            .map(|value| String::from_utf8_lossy(&value.value).into_owned())
    };
    if attribute("data-trunk").is_none() {
        return Ok(None);
    }
    let name = String::from_utf8_lossy(&tag.name).into_owned();
    let path = |name: &str| {
        attribute(name)
            .filter(|path| !path.is_empty())
            .with_context(|| format!("an element with data-trunk lacks its {name}"))
    };
    let to = || {
        let to = attribute("data-target-path").unwrap_or_default();
        let to: Vec<&str> = to
            .split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .collect();
        ensure!(!to.contains(&".."), "data-target-path is outside the site");
        Ok(to.join("/"))
    };
    if name == "script" {
        return Ok(Some(TrunkElement::Script { src: path("src")? }));
    }
    let rel = attribute("rel").unwrap_or_default();
    Ok(Some(match (name.as_str(), rel.as_str()) {
        ("link", "rust") => TrunkElement::Rust,
        ("link", "css") => TrunkElement::Css {
            href: path("href")?,
        },
        ("link", "inline") => TrunkElement::Inline {
            href: path("href")?,
        },
        ("link", "icon") => TrunkElement::Icon {
            href: path("href")?,
            media_type: attribute("type"),
        },
        ("link", "copy-dir") => TrunkElement::CopyDir {
            href: path("href")?,
            to: to()?,
        },
        ("link", "copy-file") => TrunkElement::CopyFile {
            href: path("href")?,
            to: to()?,
        },
        _ => bail!(
            "<{name} data-trunk rel=\"{rel}\"> is not supported; use link with rel=\"rust\", \
             \"css\", \"inline\", \"icon\", \"copy-dir\" or \"copy-file\", or script with src"
        ),
    }))
}

fn line_number(html: &str, at: usize) -> String {
    format!("line {}", html[..at].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html>
<html lang="en"><head>
  <title>é</title>
  <link data-trunk rel="css" href="a.css"><link data-trunk rel="css" href="b.css" />
  <link data-trunk rel="inline" href="first.css">
  <link data-trunk rel="icon" href="icon.svg" type="image/svg+xml">
  <script data-trunk src="node_modules/leaflet/dist/leaflet.js"></script>
  <link data-trunk rel="rust" data-wasm-opt="z">
  <link data-trunk rel="copy-dir" href="public" data-target-path="./">
  <link rel="icon" href="./other.svg">
</head><body><!-- <link data-trunk rel="rust"> --><svg><path d="M0 0"/></svg>
<script>const s = '<link data-trunk rel="css" href="no.css">';</script></body></html>
"#;

    fn links() -> Links {
        Links {
            app: ("rising-1.js".into(), "rising-1_bg.wasm".into()),
            area: Some("details-5.wasm".into()),
            css: Some("rising-2.css".into()),
            inline: HashMap::from([("first.css".into(), "<style>a{}</style>".into())]),
            hashed: HashMap::from([
                (
                    "node_modules/leaflet/dist/leaflet.js".into(),
                    "leaflet-3.js".into(),
                ),
                ("icon.svg".into(), "icon-4.svg".into()),
            ]),
            integrity: HashMap::from([("leaflet-3.js".into(), "sha384-abc".into())]),
        }
    }

    #[test]
    fn parse_ignores_comments_and_scripts() {
        let page = Page::parse(PAGE).unwrap();
        let references: Vec<_> = page.references().cloned().collect();
        assert_eq!(
            references,
            [
                TrunkElement::Css {
                    href: "a.css".into()
                },
                TrunkElement::Css {
                    href: "b.css".into()
                },
                TrunkElement::Inline {
                    href: "first.css".into()
                },
                TrunkElement::Icon {
                    href: "icon.svg".into(),
                    media_type: Some("image/svg+xml".into())
                },
                TrunkElement::Script {
                    src: "node_modules/leaflet/dist/leaflet.js".into()
                },
                TrunkElement::Rust,
                TrunkElement::CopyDir {
                    href: "public".into(),
                    to: String::new()
                },
            ]
        );
    }

    #[test]
    fn render_replaces_trunk_elements() {
        let html = Page::parse(PAGE).unwrap().render(&links()).unwrap();
        assert_eq!(links().elements(), 2);
        let expected = r#"<!doctype html>
<html lang="en"><head>
  <title>é</title>
  <link rel="stylesheet" crossorigin href="./rising-2.css">
  <style>a{}</style>
  <link rel="icon" type="image/svg+xml" href="./icon-4.svg">
  <script defer crossorigin src="./leaflet-3.js" integrity="sha384-abc"></script>
  
  
  <link rel="icon" href="./other.svg">
</head><body><!-- <link data-trunk rel="rust"> --><svg><path d="M0 0"/></svg>
<script>const s = '<link data-trunk rel="css" href="no.css">';</script></body></html>
"#;
        assert_eq!(html, expected);
    }

    #[test]
    fn parse_reports_line_of_unknown_element() {
        let error = |html: &str| format!("{:#}", Page::parse(html).unwrap_err());
        let rust = r#"<link data-trunk rel="rust">"#;
        assert!(
            error(&format!(
                "{rust}\n<link data-trunk rel=\"sass\" href=\"a\">"
            ))
            .starts_with("line 2: <link")
        );
        assert!(error(&format!("{rust}<link data-trunk rel=\"css\">")).contains("lacks its href"));
        assert!(error(&format!("{rust}{rust}")).contains("there are 2"));
        assert!(error("<p>").contains("there are 0"));
        assert!(
            error(r#"<link data-trunk rel="copy-dir" href="a" data-target-path="../b">"#)
                .contains("outside")
        );
    }
}
