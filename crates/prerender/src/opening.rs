//! What `index.html` shows until the app takes over, and all that it shows without JavaScript: the answer in words, the
//! map, the legend and the table, in the boxes that the app puts them in.

use std::fmt::Write as _;

use rising_model::area::{AreaIndex, Level, Nation};
use rising_model::rate::thousands;
use rising_model::scale::Breaks;
use rising_model::trend::{Direction, bare};
use rising_model::words::{list_caption, nation_verdict, nothing_rising, plain_name, rate_or_why};

use crate::edition::{Edition, Shown};
use crate::html::Text;
use crate::picture;

/// The rows that the app builds before its reader asks for all.
const FIRST_ROWS: usize = 20;

/// Where the page has its outline; what is written takes the place of all between the two.
const MARKS: [&str; 2] = ["<!--opening-->", "<!--/opening-->"];

/// The page has no place for the opening.
#[derive(Debug, thiserror::Error)]
#[error("the page has no {} with {} after it", MARKS[0], MARKS[1])]
pub struct NoPlace;

/// Puts the opening into the page in place of its outline, or of an opening written before. Its address relative to
/// the pages of areas is `./`.
///
/// # Errors
/// If the page does not say where.
pub fn written(page: &str, edition: &Edition) -> Result<String, NoPlace> {
    let [start, end] = MARKS;
    let from = page.find(start).ok_or(NoPlace)? + start.len();
    let to = page[from..].find(end).ok_or(NoPlace)? + from;
    Ok([&page[..from], &opening(edition), &page[to..]].concat())
}

fn opening(edition: &Edition) -> String {
    let Edition { manifest, nation, shown } = edition;
    let (nation, date) = (*nation, shown.snapshot.date());
    let totals = shown.snapshot.totals(&shown.table, nation);
    let verdict = nation_verdict(&totals, nation, shown.level, date);
    let map = picture::svg(shown, nation, &manifest.breaks, &format!("Map. {verdict}")).unwrap_or_default();
    let (legend, list) = (legend(&manifest.breaks, shown.level), list(shown, nation));
    let (verdict, totals) = (Text(&verdict).to_string(), totals.in_words());
    format!(
        "\
<div id=\"boot\" class=\"page\" data-figures>
<header class=\"masthead\"><h1>Rising</h1> <p>Covid-19 in the UK, area by area</p></header>
<main>
<div class=\"search\"><noscript><p class=\"noscript\">Without JavaScript this page shows the figures it opens on. \
Moving the map, other dates and the search need it.</p></noscript></div>
<div class=\"answer\"><section class=\"verdict\" aria-label=\"The answer in words\">
<p class=\"sentence\" data-testid=\"verdict\">{verdict}</p>
<p class=\"totals\"><span data-testid=\"totals\">{totals}</span></p>
</section><div class=\"notices\"></div></div>
<section class=\"stage\" aria-label=\"Map\">
<div class=\"map-frame\"><div class=\"map-box\">{map}</div></div>
<div class=\"timeline\"></div>
<div class=\"switches\"></div>
{legend}
</section>
{list}
</main>
</div>
"
    )
}

/// As `src/panels/legend.rs` writes it.
fn legend(breaks: &Breaks, level: Level) -> String {
    let mut classes = String::new();
    for class in 0..breaks.classes() as u8 {
        let (lower, upper) = breaks.bounds(class);
        let end = if upper.is_none() { "+" } else { "" };
        let _ = write!(
            classes,
            "<li><svg class=\"swatch\" aria-hidden=\"true\"><path fill=\"{}\" d=\"m0 0h999v99h-999z\"/></svg>\
             <span class=\"bound\" aria-hidden=\"true\">{}{end}</span><span class=\"visually-hidden\">{}</span></li>",
            picture::class_colour(breaks, class),
            thousands(lower.into()),
            breaks.label(class)
        );
    }
    let suppressed = match level {
        Level::Msoa => "<li><span class=\"mark suppressed\"></span>fewer than 3 cases (not published)</li>",
        Level::Ltla => "",
    };
    format!(
        "<section class=\"legend\" aria-label=\"Cases per 100,000 people in seven days\">\
         <h2>Cases per 100,000 people in seven days</h2><ol class=\"classes\">{classes}</ol><ul class=\"marks\">\
         <li><span class=\"mark rising\" aria-hidden=\"true\">▲</span>rising: outlined, with a mark</li>{suppressed}\
         <li><span class=\"mark missing\"></span>no figure</li>\
         <li><span class=\"mark quiet\"></span>outside the nation chosen</li></ul></section>"
    )
}

/// As `src/panels/list.rs` writes it. The names of authorities lead to their pages.
fn list(shown: &Shown, nation: Nation) -> String {
    let (table, snapshot, level) = (&shown.table, &shown.snapshot, shown.level);
    let date = snapshot.date();
    let is_rising = |area: &AreaIndex| snapshot.comparison(*area).direction() == Direction::Rising;
    let mut rows = String::new();
    for area in snapshot.ranking(table, nation).into_iter().filter(is_rising).take(FIRST_ROWS) {
        rows += &row(shown, area).unwrap_or_default();
    }
    let body = if rows.is_empty() {
        format!("<p class=\"nothing\">{}</p>", Text(&nothing_rising(level, nation, date)))
    } else {
        format!(
            "<div class=\"scroller\"><table data-testid=\"rising-list\"><caption>{}</caption>\
             <colgroup><col class=\"name\"><col class=\"rates\"><col class=\"rates\"><col class=\"counts\">\
             <col class=\"counts\"><col class=\"direction\"></colgroup><thead><tr>{HEAD}</tr></thead>\n<tbody>{rows}</tbody>\
             </table></div>",
            Text(&list_caption(false, level, nation, date))
        )
    };
    format!(
        "<section class=\"list\" aria-label=\"Rising areas\"><div class=\"list-head\"><h2>Rising areas</h2></div>{body}</section>"
    )
}

/// The columns.
const HEAD: &str = "\
    <th scope=\"col\" class=\"name\"><div class=\"head\"><span>Area</span></div></th>\
    <th scope=\"col\" aria-sort=\"descending\" class=\"number rates\"><div class=\"head\"><span>Rate</span> <small>per 100,000</small></div></th>\
    <th scope=\"col\" class=\"number rates\"><div class=\"head\"><span>Rate</span> <small>week before</small></div></th>\
    <th scope=\"col\" class=\"number counts\"><div class=\"head\"><span>Cases</span> <small>seven days</small></div></th>\
    <th scope=\"col\" class=\"number counts\"><div class=\"head\"><span>Cases</span> <small>week before</small></div></th>\
    <th scope=\"col\" class=\"direction\"><div class=\"head\"><span>Direction</span></div></th>";

fn row(shown: &Shown, area: AreaIndex) -> Option<String> {
    let (table, snapshot) = (&shown.table, &shown.snapshot);
    let (named, comparison) = (table.get(area)?, snapshot.comparison(area));
    let name = Text(plain_name(&named.name)).to_string();
    let name = match shown.level {
        Level::Ltla => format!("<a href=\"./area/{}/\">{name}</a>", named.code),
        Level::Msoa => format!("<span class=\"head\">{name}</span>"),
    };
    let direction = comparison.direction();
    let clear = if comparison.clear() == Some(true) { " <small>clear</small>" } else { "" };
    Some(format!(
        "\n<tr data-code=\"{}\" data-direction=\"{word}\"><th scope=\"row\">{name}</th><td class=\"rate\">{}</td><td>{}</td>\
         <td class=\"count\">{}</td><td>{}</td><td class=\"direction\">{} <span class=\"word\">{word}</span>{clear}</td></tr>",
        named.code,
        rate_or_why(snapshot.rate(table, area), comparison.now),
        rate_or_why(snapshot.rate_before(table, area), comparison.before),
        bare(comparison.now),
        bare(comparison.before),
        direction.arrow(),
        word = direction.word(),
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::edition::in_folder;

    #[test]
    fn the_page_gets_the_figures_of_its_date_and_can_get_others_later() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../public/data");
        let edition = Edition::read(&in_folder(&data)).unwrap();
        let page = "<body><!--opening--><p>outline</p><!--/opening--><script></script>";
        let once = written(page, &edition).unwrap();
        assert!(
            once.contains("12 of England's 315 local authorities were rising in the seven days to 7 February 2021.")
        );
        assert!(once.contains("12 rising, 302 falling, 1 unchanged"));
        assert_eq!(once.matches("<tr data-code=").count(), 12);
        assert!(once.contains("485.9</td><td>237.9</td><td class=\"count\">194</td><td>95</td>"), "Rutland's row");
        assert!(!once.contains("<p>outline") && once.ends_with("<!--/opening--><script></script>"));
        assert_eq!(written(&once, &edition).unwrap(), once);
        written("<body>", &edition).unwrap_err();
    }
}
