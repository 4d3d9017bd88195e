//! Renders the page of one authority: its verdict, its figures and the neighbouring areas, for
//! readers and programs that follow a link to an area without running the app.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rising_address::Request;
use rising_markup::element::Escaped;
use rising_markup::table::{Row, Table};
use rising_model::domain::area::{AreaCode, AreaIndex, Level};
use rising_view::LevelView;
use rising_view::area_page::{AreaPage, NeighbourhoodSummary};
use rising_words::{Language, Texts};

use crate::page_data::PageData;

/// These pages run no scripts. `connect-src` is for checkers such as Lighthouse, which request
/// `robots.txt` from the page and report a refusal as a fault.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/// Returns the elements that area pages share: their policy, and the style sheet and icon of the
/// site's page with addresses relative to an area page.
pub fn head(site_page: &str) -> String {
    let element = |start: &str| {
        let from = site_page.find(start)?;
        let to = from + site_page[from..].find('>')? + 1;
        Some(format!(
            "\n{}",
            site_page[from..to]
                .replace(" crossorigin", "")
                .replace("href=\"./", "href=\"../../")
        ))
    };
    let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">");
    let elements = ["<link rel=\"stylesheet\"", "<link rel=\"icon\""]
        .map(|start| element(start).unwrap_or_default());
    policy + &elements.concat()
}

/// The site around the pages.
#[derive(Debug)]
pub struct SiteContext<'a> {
    /// The language of the pages.
    pub language: Language,
    /// The site's address, ending with a slash, if it is known: some elements need it.
    pub base: Option<&'a str>,
    /// The codes of the areas that the site has a card of, at `cards/CODE.png`.
    pub cards: &'a [String],
    /// Elements for the head; see [`head`].
    pub head: &'a str,
    /// The licence lines, in the order of the manifest.
    pub sources: &'a [String],
}

/// Renders an area's page and returns its path in the site and its content; `None` for an index
/// beyond the table. `finer` is the level of neighbourhoods at the date nearest to the one shown,
/// if the data set has it.
pub fn render(
    edition: &PageData,
    finer: Option<&LevelView>,
    area: AreaIndex,
    site: &SiteContext<'_>,
) -> Option<(String, String)> {
    let (view, texts) = (&edition.view, &edition.texts(site.language));
    let page = AreaPage::new(view, finer, area, texts)?;
    let code = page.open.code.as_str();
    let path = format!("area/{code}/index.html");
    let table = neighbours(edition, area, &page, texts);
    let has_card = site.base.is_some() && site.cards.iter().any(|card| card == code);
    let card = if has_card {
        "summary_large_image"
    } else {
        "summary"
    };
    let mut head = String::new();
    if let Some(base) = site.base {
        let address = Escaped(base).to_string() + "area/" + code + "/";
        let _ = write!(
            head,
            "<link rel=\"canonical\" href=\"{address}\">\n<meta property=\"og:url\" \
             content=\"{address}\">\n"
        );
        if has_card {
            let _ = write!(
                head,
                "<meta property=\"og:image\" content=\"{}cards/{code}.png\">\n<meta \
                 property=\"og:image:alt\" content=\"{}\">\n",
                Escaped(base),
                Escaped(&page.verdict)
            );
        }
    }
    let sources: String = site
        .sources
        .iter()
        .map(|source| format!("<li>{}</li>", Escaped(source)))
        .collect();
    let mut link = Request {
        language: site.language,
        ..Request::default()
    };
    link.set_area(page.open.level, page.open.code.clone(), page.open.date);
    let html = format!(
        "<!doctype html>
<html lang=\"{tag}-GB\">
<head>
<meta charset=\"utf-8\">
{shared}
<title>{title}</title>
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<meta name=\"description\" content=\"{description}\">
<meta property=\"og:type\" content=\"website\">
<meta property=\"og:site_name\" content=\"{site_name}\">
<meta property=\"og:title\" content=\"{title}\">
<meta property=\"og:description\" content=\"{description}\">
<meta property=\"og:locale\" content=\"{tag}_GB\">
<meta name=\"twitter:card\" content=\"{card}\">
<meta name=\"twitter:title\" content=\"{title}\">
<meta name=\"twitter:description\" content=\"{description}\">
{head}</head>
<body>
<div class=\"area-page\" data-testid=\"area-page\" data-code=\"{code}\">
<header class=\"masthead\"><p class=\"name\"><a href=\"../../\">{site_name}</a></p> <p>{subject}</p></header>
<main>
<h1>{name}</h1>
<section class=\"verdict\" aria-label=\"{the_answer}\">
<p class=\"sentence\" data-testid=\"verdict\" data-direction=\"{direction}\">{verdict}</p>
<p class=\"support\" data-testid=\"support\">{support}</p>
</section>
<p><a href=\"../../{link}\">{open}</a></p>
{neighbourhoods}<section class=\"list\" aria-label=\"{neighbourhood}\"><h2>{neighbourhood}</h2>
<div class=\"scroller\">{table}</div></section>
</main>
<footer class=\"notes\"><p>{people}</p><h2>{sources_head}</h2><ul>{sources}</ul></footer>
</div>
</body>
</html>
",
        shared = site.head,
        title = Escaped(&page.title),
        description = Escaped(&page.description()),
        name = Escaped(&page.heading),
        verdict = Escaped(&page.verdict),
        support = Escaped(&page.support),
        direction = page.direction.word(),
        link = Escaped(&link.query()),
        tag = texts.tag(),
        site_name = Escaped(texts.site_name()),
        subject = Escaped(texts.site_subject()),
        the_answer = Escaped(texts.the_answer()),
        open = Escaped(&page.open.text),
        neighbourhood = Escaped(&page.neighbours_title),
        sources_head = Escaped(texts.sources()),
        neighbourhoods = page.neighbourhoods.as_ref().map(|summary| neighbourhoods(summary, site.language)).unwrap_or_default(),
        table = table.render(texts),
        people = Escaped(&page.people),
    );
    Some((path, html))
}

/// Renders the pages of all authorities, with their paths; none if the data set opens on another
/// level.
pub fn render_all<'a>(
    edition: &'a PageData,
    finer: Option<&'a LevelView>,
    site: &'a SiteContext<'_>,
) -> impl Iterator<Item = (String, String)> + 'a {
    let areas = 0..codes(&edition.view).len() as AreaIndex;
    areas.filter_map(move |area| render(edition, finer, area, site))
}

/// Returns the codes of the areas that have a page.
pub fn codes(view: &LevelView) -> BTreeSet<&AreaCode> {
    let areas = if view.level == Level::Ltla {
        view.table.areas()
    } else {
        &[]
    };
    areas.iter().map(|area| &area.code).collect()
}

/// Renders the summary of the authority's neighbourhoods and the link to their map.
fn neighbourhoods(summary: &NeighbourhoodSummary, language: Language) -> String {
    let link = Request {
        level: Some(summary.level),
        date: Some(summary.date),
        within: Some(summary.within.clone()),
        language,
        ..Request::default()
    };
    format!(
        "<section aria-label=\"{title}\"><h2>{title}</h2>
<p data-testid=\"neighbourhoods\">{sentence}</p>
<p><a href=\"../../{link}\">{show}</a></p>
</section>
",
        title = Escaped(&summary.title),
        sentence = Escaped(&summary.sentence),
        link = Escaped(&link.query()),
        show = Escaped(&summary.link_text),
    )
}

/// The table of an area and its neighbours. The names of the neighbours link to their pages.
fn neighbours(edition: &PageData, area: AreaIndex, page: &AreaPage, texts: &Texts) -> Table {
    let PageData { view, shapes, .. } = edition;
    let row = |other: AreaIndex| {
        let row = Row::new(view, other, texts)?;
        let is_current = other == area;
        let link = (!is_current).then(|| format!("../{}/", row.code));
        Some(Row {
            link,
            is_current,
            ..row
        })
    };
    let areas = [area].into_iter().chain(shapes.neighbours(area));
    Table {
        caption: page.neighbours_caption.clone(),
        rows: areas.filter_map(row).collect(),
        extent: None,
        sorting: None,
        can_sort: false,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rising_model::domain::scope::Scope;

    use super::*;
    use crate::page_data::{PageData, folder_reader};

    #[test]
    fn head_takes_style_sheet_and_icon_of_site() {
        let page = "<head><link rel=\"icon\" href=\"./i.svg\"><link rel=\"stylesheet\" crossorigin href=\"./a.css\" integrity=\"x\">";
        let head = head(page);
        assert!(
            head.starts_with("<meta http-equiv=\"Content-Security-Policy\""),
            "{head}"
        );
        let links = "\n<link rel=\"stylesheet\" href=\"../../a.css\" integrity=\"x\">\n<link rel=\"icon\" href=\"../../i.svg\">";
        assert!(head.ends_with(links), "{head}");
    }

    #[test]
    fn render_all_makes_page_of_each_authority() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = PageData::read(&folder_reader(&data)).unwrap();
        let cards = ["E06000017".to_owned()];
        let site = |base| SiteContext {
            language: Language::En,
            base,
            cards: &cards,
            head: "",
            sources: &[],
        };
        let known = site(Some("https://example.org/map/"));
        let finer = edition.finer(&folder_reader(&data)).unwrap().unwrap();
        let all: Vec<(String, String)> = render_all(&edition, Some(&finer), &known).collect();
        assert_eq!(all.len(), 380);
        let (path, rutland) = all
            .iter()
            .find(|(path, _)| path.contains("E06000017"))
            .unwrap();
        assert_eq!(path, "area/E06000017/index.html");
        for part in [
            "Rising in Rutland: 194 cases in the seven days to 7 February 2021, up from 95.",
            "Cases clearly rose, by more than chance explains: between 45 and 187 per cent more \
             than the week before.",
            "<span>▲ </span><span class=\"word\">rising</span><span> </span><small>clear</small></td>",
            "<link rel=\"canonical\" href=\"https://example.org/map/area/E06000017/\">",
            "href=\"../../?level=ltla&amp;date=2021-02-07&amp;area=E06000017\"",
            "485.9",
            "property=\"og:image\" content=\"https://example.org/map/cards/E06000017.png\"",
            // A neighbouring area.
            "href=\"../E07000141/\"",
        ] {
            assert!(rutland.contains(part), "{part} is not in {rutland}");
        }
        assert!(
            all.iter().all(|(_, html)| html.len() < 12_000),
            "a page is to be small"
        );
        let of = |code: &str| &all.iter().find(|(path, _)| path.contains(code)).unwrap().1;
        let totals = finer
            .snapshot
            .totals(&finer.table, Scope::Within("E06000019".parse().unwrap()));
        for part in [
            format!("{} of Herefordshire's 23 neighbourhoods ", totals.rising),
            format!(
                "?level=msoa&amp;date={}&amp;within=E06000019\">Show its 23",
                finer.snapshot.date()
            ),
        ] {
            assert!(
                of("E06000019").contains(&part),
                "{part} is not in {}",
                of("E06000019")
            );
        }
        assert!(
            !of("W06000015").contains("within="),
            "Wales has no neighbourhoods"
        );
        let area = edition
            .view
            .table
            .index_of(&"E06000017".parse().unwrap())
            .unwrap();
        let unknown = render(&edition, None, area, &site(None)).unwrap().1;
        assert!(
            !unknown.contains("canonical") && !unknown.contains("og:image"),
            "neither can be relative"
        );
    }
}
