//! A report of a nation for a terminal: its totals and its rising areas, as lines and cells.

use rising_model::domain::area::{AreaCode, AreaIndex, Level, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::rate::Rate;
use rising_model::domain::trend::Direction;
use rising_words::Texts;

use crate::area_figures::AreaFigures;
use crate::figures::count_text;
use crate::{InWords, LevelView};

/// In place of a figure or a word that a row lacks.
const NONE: &str = "-";

/// The report of a nation at one date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The number of areas and their directions.
    pub totals: String,
    /// The nation's own rate. `None` unless all of its areas have a count.
    pub overall: Option<String>,
    /// The rising areas, highest rate first.
    pub rising: ReportTable,
}

/// The rows of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportTable {
    /// The header of each column.
    pub header: Vec<&'static str>,
    /// The cells, as many in each row as the header has.
    pub rows: Vec<Vec<String>>,
    /// The number of columns from the left that hold names.
    pub name_columns: usize,
}

impl Report {
    /// Returns the report of a nation. `authorities` are those that neighbourhoods are in.
    pub fn new(
        view: &LevelView,
        nation: Nation,
        authorities: Option<&AreaTable>,
        texts: &Texts,
    ) -> Report {
        let (table, snapshot) = (&view.table, &view.snapshot);
        let totals = snapshot.totals(table, nation);
        let noun = match view.level {
            level if !table.has_nations() => texts.level_plural(level),
            Level::Ltla => "authorities",
            Level::Msoa => "neighbourhoods (MSOAs)",
        };
        let nation_name = texts.nation_name(nation);
        let rate = snapshot.overall_rate(table, nation);
        Report {
            totals: format!(
                "{} {noun} in {nation_name}, seven days to {}: {}",
                texts.number(totals.areas.into()),
                snapshot.date().in_words(texts),
                totals.in_words(texts)
            ),
            overall: rate.map(|rate| {
                let rate = rate.in_words(texts);
                format!("{nation_name} as a whole: {rate} per 100,000 people")
            }),
            rising: rising(view, nation, authorities, texts),
        }
    }
}

fn rising(
    view: &LevelView,
    nation: Nation,
    authorities: Option<&AreaTable>,
    texts: &Texts,
) -> ReportTable {
    let has_authorities = view.level == Level::Msoa;
    let mut header = vec!["rising area", "rate", "from", "cases", "from", "grade"];
    if has_authorities {
        let title = match view.table.has_nations() {
            true => "authority",
            false => "in",
        };
        header.insert(1, title);
    }
    let row = |area: AreaIndex| {
        let figures = AreaFigures::new(view, area);
        if figures.direction() != Direction::Rising {
            return None;
        }
        let named = view.table.get(area)?;
        let rate = |rate: Option<Rate>| rate.map_or(NONE.to_owned(), |rate| rate.in_words(texts));
        let grade = figures.grade.map_or(NONE, |grade| texts.grade_word(grade));
        let mut row = vec![
            named.name.clone(),
            rate(figures.rate),
            rate(figures.rate_before),
            count_text(figures.comparison.now, texts),
            count_text(figures.comparison.before, texts),
            grade.to_owned(),
        ];
        if has_authorities {
            row.insert(1, authority(named.parent.as_ref(), authorities).to_owned());
        }
        Some(row)
    };
    let ranking = view.snapshot.ranking(&view.table, nation);
    ReportTable {
        header,
        rows: ranking.into_iter().filter_map(row).collect(),
        name_columns: if has_authorities { 2 } else { 1 },
    }
}

/// Returns the name of an area's authority, or its code if the data set does not name it.
fn authority<'a>(parent: Option<&'a AreaCode>, authorities: Option<&'a AreaTable>) -> &'a str {
    let Some(code) = parent else {
        return NONE;
    };
    authorities
        .and_then(|table| table.get(table.index_of(code)?))
        .map_or(code.as_str(), |authority| &authority.name)
}

#[cfg(test)]
mod tests {
    use rising_model::domain::figure::Figure::{Count, Missing, Suppressed};

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, level_view, neighbourhoods};

    #[test]
    fn report_of_authorities_lists_rises_highest_first() {
        let weeks = [
            (Count(10), Count(12)),
            (Count(20), Count(60)),
            (Suppressed, Count(9)),
            (Count(70), Count(60)),
        ];
        let view = level_view(Level::Ltla, &authorities(), &weeks);
        let report = Report::new(&view, Nation::England, None, &Language::En.texts());
        assert!(
            report.totals.starts_with(
                "4 authorities in England, seven days to 7 February 2021: 3 rising, 1 falling, 0 \
                unchanged"
            ),
            "{}",
            report.totals
        );
        assert_eq!(
            report.overall.as_deref(),
            Some("England as a whole: 352.5 per 100,000 people")
        );
        let ReportTable {
            header,
            rows,
            name_columns,
        } = report.rising;
        assert_eq!(
            header,
            ["rising area", "rate", "from", "cases", "from", "grade"]
        );
        assert_eq!(
            rows,
            [
                ["Beeton, City of", "600.0", "200.0", "60", "20", "clear"],
                ["Anham", "120.0", "100.0", "12", "10", "could be chance"],
                ["Ceeby", "90.0", "-", "9", "fewer than 3", "could be chance"],
            ]
        );
        assert_eq!(name_columns, 1);
    }

    #[test]
    fn report_of_neighbourhoods_names_their_authorities() {
        let weeks = [
            (Count(20), Count(60)),
            (Missing, Count(9)),
            (Count(9), Suppressed),
            (Count(9), Missing),
            (Count(8), Count(9)),
        ];
        let view = level_view(Level::Msoa, &neighbourhoods(), &weeks);
        let table = authorities();
        let say =
            |authorities| Report::new(&view, Nation::England, authorities, &Language::En.texts());
        let named = say(Some(&table));
        assert_eq!(named.overall, None, "not every area has a count");
        assert_eq!(named.rising.header[1], "authority");
        assert_eq!(named.rising.name_columns, 2);
        let names = |report: &Report| -> Vec<[String; 2]> {
            let rows = report.rising.rows.iter();
            rows.map(|row| [row[0].clone(), row[1].clone()]).collect()
        };
        assert_eq!(
            names(&named),
            [["North", "Anham"], ["Elsewhere", "Beeton, City of"]]
        );
        assert_eq!(
            names(&say(None)),
            [["North", "E00000001"], ["Elsewhere", "E00000002"]]
        );
    }
}
