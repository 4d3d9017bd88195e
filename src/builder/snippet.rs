//! Writes the HTML that embeds the map in an article.

use rising_address::Request;
use rising_markup::element::Escaped;

/// The technique that embeds the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `embed.js`, which creates the frame and sets its height.
    Script,
    /// An `<iframe>` alone.
    Iframe,
    /// An `<amp-iframe>`.
    Amp,
}

/// The map to embed.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The page's address, without a query.
    pub page: String,
    /// The frame's title.
    pub title: String,
    /// The view that the map opens on.
    pub request: Request,
    /// The height in CSS pixels. `None` if it follows the width.
    pub height: Option<u32>,
}

/// The height of a frame whose height is not chosen, in CSS pixels.
const HEIGHT: u32 = 640;

impl Embedding {
    /// The address of the embedded page.
    pub fn address(&self) -> String {
        let request = Request {
            embed: true,
            ..self.request.clone()
        };
        self.page.clone() + &request.query()
    }

    /// The HTML for the article.
    pub fn html(&self, kind: Kind) -> String {
        let title = Escaped(&self.title);
        let address = self.address();
        let address = Escaped(&address);
        let texts = self.request.language.texts();
        let show_all = Escaped(texts.embed_show_all());
        let height = self.height.unwrap_or(HEIGHT);
        match kind {
            Kind::Script => self.script(&title),
            Kind::Iframe => format!(
                "<iframe src=\"{address}\" title=\"{title}\" width=\"100%\" height=\"{height}\" \
                 style=\"{}\" loading=\"lazy\" allow=\"geolocation; clipboard-write; web-share; fullscreen\"></iframe>",
                style(height)
            ),
            Kind::Amp => format!(
                "<amp-iframe src=\"{address}\" title=\"{title}\" width=\"390\" \
                 height=\"{height}\" layout=\"responsive\" sandbox=\"allow-scripts allow-popups \
                 allow-popups-to-escape-sandbox\" resizable frameborder=\"0\">\n  \
                 <div overflow tabindex=\"0\" role=\"button\" aria-label=\"{show_all}\">\
                 {show_all}</div>\n  <p placeholder>{title}</p>\n</amp-iframe>"
            ),
        }
    }

    /// The placeholder and script element, with a link to the page for readers without scripts.
    fn script(&self, title: &Escaped<'_>) -> String {
        let request = Request {
            embed: false,
            ..self.request.clone()
        };
        let link = self.page.clone() + &request.query();
        let folder = self.page.rsplit_once('/').map_or("", |(folder, _)| folder);
        let script = format!("{folder}/embed.js");
        let mut attributes: Vec<String> = request
            .pairs()
            .iter()
            .map(|(name, value)| match *name {
                "rising" => "data-only-rising".to_owned(),
                name => format!("data-{name}=\"{}\"", Escaped(value)),
            })
            .collect();
        attributes.extend(
            self.height
                .map(|height| format!("data-height=\"{height}\"")),
        );
        format!(
            "<div data-rising {} data-rising-title=\"{title}\">\n  \
             <a href=\"{}\">{title}</a>\n</div>\n<script src=\"{}\" async></script>",
            attributes.join(" "),
            Escaped(&link),
            Escaped(&script)
        )
    }
}

/// The inline style of an iframe. Many themes set `height: auto` for every frame, or place it over
/// a 16:9 box that is too low on a phone.
fn style(height: u32) -> String {
    format!(
        "border: 0; width: 100% !important; height: {height}px !important; max-height: none !important; \
         position: static !important"
    )
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::{Level, Nation};
    use rising_words::Language;

    use super::*;

    fn embedding() -> Embedding {
        let request = Request {
            level: Some(Level::Ltla),
            area: "E06000019".parse().ok(),
            nation: Some(Nation::England),
            rising_only: true,
            ..Request::default()
        };
        Embedding {
            page: "https://a.example/maps/index.html".into(),
            title: "Tom & \"Jo\" <b>".into(),
            request,
            height: None,
        }
    }

    #[test]
    fn script_html_has_the_choices_and_a_link() {
        assert_eq!(
            embedding().html(Kind::Script),
            "<div data-rising data-level=\"ltla\" data-area=\"E06000019\" data-nation=\"england\" data-only-rising \
             data-rising-title=\"Tom &amp; &quot;Jo&quot; &lt;b&gt;\">\n  \
             <a href=\"https://a.example/maps/index.html?level=ltla&amp;area=E06000019&amp;nation=england&amp;rising=1\">\
             Tom &amp; &quot;Jo&quot; &lt;b&gt;</a>\n</div>\n<script src=\"https://a.example/maps/embed.js\" async></script>"
        );
        let fixed = Embedding {
            height: Some(500),
            ..embedding()
        };
        assert!(fixed.html(Kind::Script).contains(" data-height=\"500\""));
    }

    #[test]
    fn html_of_neighbourhoods_names_their_authority() {
        let request = Request {
            level: Some(Level::Msoa),
            within: "E06000019".parse().ok(),
            ..Request::default()
        };
        let embedding = Embedding {
            request,
            ..embedding()
        };
        let script = embedding.html(Kind::Script);
        assert!(
            script.contains("<div data-rising data-level=\"msoa\" data-within=\"E06000019\" "),
            "{script}"
        );
        assert!(
            script.contains("?level=msoa&amp;within=E06000019\">"),
            "{script}"
        );
        assert!(
            embedding
                .html(Kind::Iframe)
                .contains("?level=msoa&amp;within=E06000019&amp;embed=1\"")
        );
    }

    #[test]
    fn html_of_welsh_map_sets_the_language_in_every_kind() {
        let english = embedding();
        let welsh = Embedding {
            request: Request {
                language: Language::Cy,
                ..english.request.clone()
            },
            ..english
        };
        let script = welsh.html(Kind::Script);
        assert!(
            script.contains(" data-lang=\"cy\" ")
                && script.contains("&amp;rising=1&amp;lang=cy\">"),
            "{script}"
        );
        assert!(
            welsh
                .html(Kind::Iframe)
                .contains("&amp;embed=1&amp;lang=cy\"")
        );
        let amp = welsh.html(Kind::Amp);
        assert!(
            amp.contains("&amp;embed=1&amp;lang=cy\"") && amp.contains(">Dangos y map cyfan</div>"),
            "{amp}"
        );
    }

    #[test]
    fn iframe_height_overrides_theme_styles() {
        let fixed = Embedding {
            height: Some(500),
            ..embedding()
        };
        let html = fixed.html(Kind::Iframe);
        let style = "border: 0; width: 100% !important; height: 500px !important; max-height: none !important; \
                     position: static !important";
        assert!(
            html.contains(&format!(" height=\"500\" style=\"{style}\" ")),
            "{html}"
        );
    }

    #[test]
    fn iframe_address_is_the_embedded_page() {
        for kind in [Kind::Iframe, Kind::Amp] {
            let html = embedding().html(kind);
            assert!(
                html.contains(
                    "?level=ltla&amp;area=E06000019&amp;nation=england&amp;rising=1&amp;embed=1\""
                ),
                "{html}"
            );
            assert!(
                html.contains(" height=\"640\"")
                    && html.contains("title=\"Tom &amp; &quot;Jo&quot; &lt;b&gt;\""),
                "{html}"
            );
        }
    }
}
