//! Renders what `index.html` shows until the app has loaded, and all that it shows without
//! JavaScript: verdict, map, legend, table and sources, in the elements that the app uses.

use std::fmt::Write as _;

use rising_look::class_css;
use rising_model::area::{AreaIndex, Level, Nation};
use rising_model::clearness::Grade;
use rising_model::day::Day;
use rising_model::manifest::Manifest;
use rising_model::scale::Breaks;
use rising_model::trend::{Direction, PUBLISHED_FROM};
use rising_view::captions::{self, list_caption, no_rise_sentence};
use rising_view::dates::freshness_sentence;
use rising_view::figures::{class_label, count_text, rate_or_reason};
use rising_view::names::plain_name;
use rising_view::verdict::scope_verdict;
use rising_view::{InWords, LevelView};
use rising_words::Language;

use crate::html::Escaped;
use crate::page_data::PageData;
use crate::slot::{MissingSlot, Slot};
use crate::{map_svg, shell};

/// The number of rows that the app shows before the reader asks for all.
const FIRST_ROWS: usize = 20;

/// Inserts the view into the page in place of its outline or of an earlier view. Links to area
/// pages are relative to `./`.
///
/// # Errors
/// If the page lacks a slot.
pub fn insert(page: &str, edition: &PageData, language: Language) -> Result<String, MissingSlot> {
    let page = Slot::PrerenderedView.fill(page, &render(edition, language))?;
    if edition.manifest.labels.is_none() {
        return Ok(page);
    }
    // The description for search engines and social networks.
    let about = Escaped(&language.page_description()).to_string();
    let elements = ["name=\"description\"", "property=\"og:description\""]
        .map(|attribute| format!("<meta {attribute} content=\"{about}\">"));
    Slot::Description.fill(&page, &elements.concat())
}

fn render(edition: &PageData, language: Language) -> String {
    let PageData {
        manifest,
        nation,
        view,
        shapes,
    } = edition;
    let (nation, date) = (*nation, view.snapshot.date());
    let totals = view.snapshot.totals(&view.table, nation);
    let verdict = scope_verdict(&totals, &nation.into(), view.level, date, language);
    let picture = map_svg::render(
        view,
        shapes,
        nation,
        &manifest.breaks,
        &language.map_shows(&verdict),
    );
    let (map, drawing) = picture
        .map(|picture| (picture.frame, picture.drawing))
        .unwrap_or_default();
    let (legend, list) = (
        legend(&manifest.breaks, view, language),
        list(view, nation, language),
    );
    let labels = labels(manifest);
    let (verdict, totals) = (Escaped(&verdict).to_string(), totals.in_words(language));
    // The age of the figures is left out: it depends on the day on which they are read.
    let last = manifest
        .levels
        .get(view.level)
        .and_then(|files| files.dates_of(nation))
        .map_or(date, |dates| dates.1);
    let age = freshness_sentence(manifest.freshness(last, None), last, language);
    let age = Escaped(&age).to_string();
    let escaped = |text: &'static str| Escaped(text);
    format!(
        "\
<div id=\"boot\" class=\"page\" data-figures{labels}>
<header class=\"masthead\"><h1>{name}</h1>{masthead}</header>
<main>
<div class=\"search\"><noscript>{without_script}</noscript></div>
<div class=\"verdict-area\"><section class=\"verdict\" aria-label=\"{the_answer}\">
<p class=\"sentence\" data-testid=\"verdict\">{verdict}</p>
<p class=\"totals\"><span data-testid=\"totals\">{totals}</span></p>
<p class=\"age\" data-testid=\"age\">{age}</p>
</section><div class=\"notices\"></div></div>
<section class=\"stage\" aria-label=\"{the_map}\">
<div class=\"map-frame\"><div class=\"map-box\">{map}</div></div>
<div class=\"timeline\"></div>
<div class=\"switches\"></div>
{legend}
</section>
{list}
</main>
{credit}
{sources}
{drawing}
</div>
",
        name = escaped(language.site_name()),
        masthead = shell::masthead(language),
        without_script = shell::no_script(Language::without_script),
        the_answer = escaped(language.the_answer()),
        the_map = escaped(language.the_map()),
        credit = credit(manifest, date, language),
        sources = sources(manifest, language),
    )
}

/// Renders the credit below an embedded map, as the app does. The texts that the app shows beside
/// it are included, because they may need a second line.
fn credit(manifest: &Manifest, date: Day, language: Language) -> String {
    let source = captions::credit_line(manifest, date, language).unwrap_or_default();
    let [source, full_map, more] =
        [&*source, language.full_map(), language.table_and_sources()].map(Escaped);
    format!(
        "<div class=\"credit\"><p class=\"source\">{source}</p><span>{full_map}</span><span>{more}</span></div>"
    )
}

/// Renders the sources as the app does.
fn sources(manifest: &Manifest, language: Language) -> String {
    let lines = manifest.sources.iter().map(|source| {
        let [name, publisher, licence] =
            [&source.name, &source.publisher, &source.licence].map(|text| Escaped(text));
        format!("<li>{name}. {publisher}. <span class=\"licence\">{licence}</span></li>")
    });
    let (head, lines) = (Escaped(language.sources()), lines.collect::<String>());
    format!("<footer class=\"notes\"><h2>{head}</h2><ul class=\"sources\">{lines}</ul></footer>")
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

/// Renders the legend as the app does.
fn legend(breaks: &Breaks, view: &LevelView, language: Language) -> String {
    let nations = view.table.has_nations();
    let mut classes = String::new();
    for class in 0..breaks.classes() as u8 {
        let (lower, upper) = breaks.bounds(class);
        let end = if upper.is_none() { "+" } else { "" };
        let _ = write!(
            classes,
            "<li><svg class=\"swatch\" aria-hidden=\"true\"><path fill=\"{}\" d=\"m0 \
             0h999v99h-999z\"/></svg>\
             <span class=\"bound\" aria-hidden=\"true\">{}{end}</span><span \
             class=\"visually-hidden\">{}</span></li>",
            class_css(breaks, class),
            language.number(lower.into()),
            Escaped(&class_label(breaks, class, language))
        );
    }
    let suppressed = match view.level {
        Level::Msoa if nations => {
            let words = language.legend_suppressed(PUBLISHED_FROM);
            format!(
                "<li><span class=\"mark suppressed\"></span>{}</li>",
                Escaped(&words)
            )
        }
        _ => String::new(),
    };
    let elsewhere = match nations {
        true => format!(
            "<li><span class=\"mark quiet\"></span>{}</li>",
            Escaped(language.legend_elsewhere())
        ),
        false => String::new(),
    };
    format!(
        "<section class=\"legend\" aria-label=\"{title}\">\
         <h2>{title}</h2><ol class=\"classes\">{classes}</ol><ul class=\"marks\">\
         <li><span class=\"mark rising\" aria-hidden=\"true\">▲</span>{rising}</li>{suppressed}\
         <li><span class=\"mark missing\"></span>{missing}</li>{elsewhere}</ul></section>",
        title = Escaped(&language.legend_title()),
        rising = Escaped(language.legend_rising()),
        missing = Escaped(language.no_figure()),
    )
}

/// Renders the table of rising areas as the app does. The names of authorities link to their pages.
fn list(view: &LevelView, nation: Nation, language: Language) -> String {
    let (table, snapshot, level) = (&view.table, &view.snapshot, view.level);
    let date = snapshot.date();
    let is_rising = |area: &AreaIndex| snapshot.comparison(*area).direction() == Direction::Rising;
    let mut rows = String::new();
    for area in snapshot
        .ranking(table, nation)
        .into_iter()
        .filter(is_rising)
        .take(FIRST_ROWS)
    {
        rows += &row(view, area, language).unwrap_or_default();
    }
    let body = if rows.is_empty() {
        format!(
            "<p class=\"no-areas\">{}</p>",
            Escaped(&no_rise_sentence(level, &nation.into(), date, language))
        )
    } else {
        format!(
            "<div class=\"scroller\"><table data-testid=\"rising-list\"><caption>{}</caption>\
             <colgroup><col class=\"name\"><col class=\"rates\"><col class=\"rates\"><col \
             class=\"counts\">\
             <col class=\"counts\"><col class=\"direction\"></colgroup><thead><tr>{}</tr></thead>\n<tbody>{rows}</tbody>\
             </table></div>",
            Escaped(&list_caption(false, level, &nation.into(), date, language)),
            head(language),
        )
    };
    let title = Escaped(language.rising_areas());
    format!(
        "<section class=\"list\" aria-label=\"{title}\"><div \
         class=\"list-header\"><h2>{title}</h2></div>{body}</section>"
    )
}

/// Renders the table's header.
fn head(language: Language) -> String {
    let [area, direction] = [language.column_area(), language.column_direction()].map(Escaped);
    let column = |attributes: &str, name: &'static str, unit: &'static str| {
        let (name, unit) = (Escaped(name), Escaped(unit));
        format!(
            "<th scope=\"col\" {attributes}><div class=\"head\"><span>{name}</span> \
             <small>{unit}</small></div></th>"
        )
    };
    let (rate, cases, before) = (
        language.column_rate(),
        language.column_cases(),
        language.column_week_before(),
    );
    [
        format!("<th scope=\"col\" class=\"name\"><div class=\"head\"><span>{area}</span></div></th>"),
        column("aria-sort=\"descending\" class=\"number rates\"", rate, language.column_per_people()),
        column("class=\"number rates\"", rate, before),
        column("class=\"number counts\"", cases, language.column_seven_days()),
        column("class=\"number counts\"", cases, before),
        format!("<th scope=\"col\" class=\"direction\"><div class=\"head\"><span>{direction}</span></div></th>"),
    ]
    .concat()
}

fn row(view: &LevelView, area: AreaIndex, language: Language) -> Option<String> {
    let (table, snapshot) = (&view.table, &view.snapshot);
    let (named, comparison) = (table.get(area)?, snapshot.comparison(area));
    let name = Escaped(plain_name(named.name_in(language.tag()))).to_string();
    let name = match view.level {
        Level::Ltla => format!("<a href=\"./area/{}/\">{name}</a>", named.code),
        Level::Msoa => format!("<span class=\"head\">{name}</span>"),
    };
    let direction = comparison.direction();
    let grade = snapshot.grade(table, area);
    let uncertain = if matches!(grade, None | Some(Grade::Clear)) {
        ""
    } else {
        " uncertain"
    };
    let grade = grade
        .map(|grade| format!(" <small>{}</small>", Escaped(language.grade_word(grade))))
        .unwrap_or_default();
    Some(format!(
        "\n<tr data-code=\"{}\" data-direction=\"{word}\"><th scope=\"row\">{name}</th><td \
         class=\"rate\">{}</td><td>{}</td>\
         <td class=\"count\">{}</td><td>{}</td><td class=\"direction{uncertain}\">{} <span \
         class=\"word\">{}</span>{grade}</td></tr>",
        named.code,
        rate_or_reason(snapshot.rate(table, area), comparison.now, language),
        rate_or_reason(
            snapshot.rate_before(table, area),
            comparison.before,
            language
        ),
        count_text(comparison.now, language),
        count_text(comparison.before, language),
        direction.arrow(),
        language.direction_word(direction),
        word = direction.word(),
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::page_data::folder_reader;

    #[test]
    fn insert_replaces_outline_and_earlier_view() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = PageData::read(&folder_reader(&data)).unwrap();
        let page = "<body><!--[prerendered-view]--><p>outline</p><!--[/prerendered-view]--><script></script>";
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
        assert_eq!(once.matches("<tr data-code=").count(), 12);
        assert!(
            once.contains("485.9</td><td>237.9</td><td class=\"count\">194</td><td>95</td>"),
            "Rutland's row"
        );
        assert!(once.contains(
            "Contains public sector information licensed under the Open Government Licence"
        ));
        assert!(!once.contains("<p>outline") && once.ends_with("-view]--><script></script>"));
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
}
