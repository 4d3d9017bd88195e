//! Renders what `index.html` shows until the app has loaded, and all that it shows without
//! JavaScript: verdict, map, legend, table and sources, in the elements that the app uses.

use rising_look::class_css;
use rising_markup::element::Escaped;
use rising_markup::legend::Legend;
use rising_markup::masthead::masthead;
use rising_markup::sources::{Credit, notes};
use rising_markup::table::{FIRST_ROWS, List, Row, Sorting, Table, arrange};
use rising_markup::verdict::{Verdict, notices};
use rising_model::dataset::manifest::Manifest;
use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::scale::Breaks;
use rising_model::domain::snapshot::areas_in;
use rising_model::domain::trend::Direction;
use rising_view::InWords;
use rising_view::captions::{credit_line, list_caption, no_rise_sentence};
use rising_view::dates::freshness_sentence;
use rising_view::names::ScopeName;
use rising_view::verdict::scope_verdict;
use rising_words::{Language, Texts};

use crate::page_data::PageData;
use crate::slot::{MissingSlot, Slot};
use crate::{map_svg, shell};

/// Inserts the view into the page in place of its outline or of an earlier view. Links to area
/// pages are relative to `./`.
///
/// # Errors
/// If the page lacks a slot.
pub fn insert(page: &str, edition: &PageData, language: Language) -> Result<String, MissingSlot> {
    let texts = edition.texts(language);
    let page = Slot::PrerenderedView.fill(page, &render(edition, &texts))?;
    if edition.manifest.labels.is_none() {
        return Ok(page);
    }
    // The description for search engines and social networks.
    let about = Escaped(&texts.page_description()).to_string();
    let elements = ["name=\"description\"", "property=\"og:description\""]
        .map(|attribute| format!("<meta {attribute} content=\"{about}\">"));
    Slot::Description.fill(&page, &elements.concat())
}

fn render(edition: &PageData, texts: &Texts) -> String {
    let PageData {
        manifest,
        nation,
        view,
        shapes,
        ..
    } = edition;
    let (nation, date) = (*nation, view.snapshot.date());
    let scope = ScopeName::from(nation);
    let totals = view.snapshot.totals(&view.table, nation);
    let sentence = scope_verdict(&totals, &scope, view.level, date, texts);
    let picture = map_svg::render(
        view,
        shapes,
        nation,
        &manifest.breaks,
        &texts.map_shows(&sentence),
    );
    let (map, drawing) = picture
        .map(|picture| (picture.frame, picture.drawing))
        .unwrap_or_default();
    // The age of the figures is left out: it depends on the day on which they are read.
    let last = manifest
        .levels
        .get(view.level)
        .and_then(|files| files.dates_of(nation))
        .map_or(date, |dates| dates.1);
    let verdict = Verdict {
        sentence,
        totals: totals.in_words(texts),
        age: freshness_sentence(manifest.freshness(last, None), last, texts),
        ..Verdict::default()
    };
    let legend = Legend {
        breaks: &manifest.breaks,
        level: Some(view.level),
        scope: Some(&scope),
        has_nations: view.table.has_nations(),
        current: None,
    };
    let credit = Credit {
        line: credit_line(manifest, date, texts).unwrap_or_default(),
        link: "./".to_owned(),
    };
    format!(
        "<div id=\"boot\" class=\"page\" data-figures{labels}>{masthead}\n\
         <main><div class=\"status\" data-kind=\"quiet\"></div><div class=\"search\"><noscript>{without_script}</noscript></div>\n\
         <div class=\"verdict-area\">{verdict}{notices}</div>\n\
         <section class=\"stage\" aria-label=\"{the_map}\">\
         <div class=\"map-frame\"><div class=\"map-picture\">{map}</div></div>\
         <div class=\"timeline\"></div><div class=\"switches\"></div>\n{legend}</section>\n\
         {list}\n{credit}</main>\n{notes}{drawing}</div>\n",
        labels = labels(manifest),
        masthead = masthead(texts, &shell::default_link),
        without_script = shell::no_script(Texts::without_script, texts),
        verdict = verdict.render(texts),
        notices = notices(vec![]),
        the_map = Escaped(texts.the_map()),
        legend = legend.render(texts, &|class| swatch(&manifest.breaks, class)),
        list = list(edition, texts).render(texts),
        credit = credit.render(texts),
        notes = notes(&manifest.sources, texts),
    )
}

/// Draws a class in the colours of both themes.
fn swatch(breaks: &Breaks, class: u8) -> String {
    format!(
        "<svg aria-hidden=\"true\"><path fill=\"{}\" d=\"m0 0h999v99h-999z\"/></svg>",
        class_css(breaks, class)
    )
}

/// Returns the data set's labels as an attribute for the app; empty if it has none.
fn labels(manifest: &Manifest) -> String {
    let labels = serde_json::to_value(manifest).ok();
    let labels =
        labels.and_then(|mut manifest| Some(manifest.get_mut("labels")?.get_mut("said")?.take()));
    labels
        .map(|labels| format!(" data-labels=\"{}\"", Escaped(&labels.to_string())))
        .unwrap_or_default()
}

/// The table of rising areas. The names of authorities link to their pages.
fn list(edition: &PageData, texts: &Texts) -> List {
    let PageData { nation, view, .. } = edition;
    let (table, snapshot, level, nation) = (&view.table, &view.snapshot, view.level, *nation);
    let (scope, date) = (ScopeName::from(nation), snapshot.date());
    let is_rising = |area: &AreaIndex| snapshot.comparison(*area).direction() == Direction::Rising;
    let areas: Vec<AreaIndex> = areas_in(table, nation).filter(is_rising).collect();
    let all = areas.len();
    let sorting = Sorting::default();
    let rows = arrange(areas, FIRST_ROWS, sorting, view, texts);
    let rows = rows.into_iter().filter_map(|area| {
        let row = Row::new(view, area, texts)?;
        let link = (level == Level::Ltla).then(|| format!("./area/{}/", row.code));
        let authority = edition.authority(table.get(area)?, texts);
        Some(Row {
            authority,
            link,
            ..row
        })
    });
    List {
        title: texts.rising_areas(),
        empty: (all == 0).then(|| no_rise_sentence(level, &scope, date, texts)),
        table: Table {
            caption: list_caption(false, level, &scope, date, texts),
            rows: rows.collect(),
            extent: Some((0, all)),
            sorting: Some(sorting),
            can_sort: false,
        },
        has_controls: false,
        more: None,
    }
}

#[cfg(test)]
mod tests {
    use rising_model::dataset::labels::Labels;
    use rising_model::domain::area::Nation;
    use rising_words::labels::resolve;
    use std::path::Path;

    use super::*;
    use crate::page_data::folder_reader;

    #[test]
    fn insert_replaces_outline_and_earlier_view() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = PageData::read(&folder_reader(&data)).unwrap();
        let page = "<body><!--slot:prerendered-view--><p>outline</p><!--/slot:prerendered-view--><script></script>";
        let once = insert(page, &edition, Language::En).unwrap();
        assert!(
            once.contains("12 of England's 315 local authorities were rising in the seven days to 7 February 2021, one of them clearly.")
        );
        assert!(
            once.contains("12 rising, 302 falling, 1 unchanged. 1 rise and 195 falls are clear.<")
        );
        assert_eq!(
            (
                once.matches("<small>clear</small>").count(),
                once.matches("<td class=\"direction uncertain\">").count()
            ),
            (1, 11)
        );
        assert_eq!(once.matches(" data-code=\"E").count(), 12);
        assert!(
            once.contains("485.9</td><td>237.9</td><td class=\"count\">194</td><td>95</td>"),
            "Rutland's row"
        );
        assert!(once.contains(
            "Contains public sector information licensed under the Open Government Licence"
        ));
        assert!(!once.contains("<p>outline") && once.ends_with("-view--><script></script>"));
        assert_eq!(insert(&once, &edition, Language::En).unwrap(), once);
        insert("<body>", &edition, Language::En).unwrap_err();
        let welsh = insert(page, &edition, Language::Cy).unwrap();
        assert!(welsh.contains(
            "Roedd 12 o'r 315 awdurdod lleol yn Lloegr yn codi yn y saith diwrnod hyd at 7 \
                 Chwefror 2021, un ohonynt yn glir."
        ));
        assert!(
            !welsh.contains("week before") && !welsh.contains("Rising areas"),
            "{welsh}"
        );
    }

    /// Two editions of different countries, written by turns and in two threads, each have their
    /// own words.
    #[test]
    fn editions_with_different_labels_are_written_side_by_side() {
        let page = include_str!("../../../index.html");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = |region: &str| {
            let mut edition = PageData::read(&folder_reader(&data)).unwrap();
            let labels = Labels {
                region: region.to_owned(),
                ..Labels::default()
            };
            let given = [("en".to_owned(), labels)].into_iter().collect();
            edition.manifest.labels = Some(resolve(given));
            edition.nation = Nation::Uk;
            edition
        };
        let editions = ["Norway", "Peru"].map(|region| (region, edition(region)));
        let check = || {
            for (region, edition) in editions.iter().chain(&editions) {
                let html = insert(page, edition, Language::En).unwrap();
                let other = if *region == "Norway" {
                    "Peru"
                } else {
                    "Norway"
                };
                assert!(html.contains(&format!("of {region}'s 380 areas")), "{html}");
                assert!(!html.contains(other), "{other} is in the page of {region}");
            }
        };
        std::thread::scope(|threads| {
            threads.spawn(check);
            threads.spawn(check);
        });
    }
}
