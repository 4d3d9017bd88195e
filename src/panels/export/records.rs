//! Collects the figures of areas for export to files.

use rising_model::domain::area::{Area, AreaIndex, Nation};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::Grade;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::scope::Scope;
use rising_model::domain::series::WEEK;
use rising_model::domain::trend::Comparison;
use rising_view::LevelView;
use rising_view::area_figures::AreaFigures;
use rising_words::Texts;

/// An area's figures. Fields that `prepare report --json` also has have the same names there.
pub struct AreaRecord<'a> {
    pub index: AreaIndex,
    pub area: &'a Area,
    /// The name of the neighbourhood's authority; empty for an authority.
    authority: &'a str,
    /// In English.
    nation: &'a str,
    date: Day,
    figures: AreaFigures,
    /// The populations that the two rates divide by.
    populations: [u32; 2],
    /// The name of the population estimate of this week's rate; empty where the data set has none.
    estimate: &'a str,
}

/// A value of a column. All values of a column are of one type or `None`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    Number(i64),
    Rate(Rate),
    Flag(bool),
    None,
}

/// The names of a file's columns or properties.
pub type Columns = [&'static str; 17];

/// Returns the names of the columns. Only a data set of the United Kingdom has authorities and
/// nations.
pub fn columns(shown: &LevelView) -> Columns {
    let [authority, nation] = if shown.table.has_nations() {
        ["authority", "nation"]
    } else {
        ["within", "region"]
    };
    [
        "code",
        "name",
        authority,
        nation,
        "date",
        "count",
        "count_suppressed",
        "previous",
        "previous_suppressed",
        "change",
        "rate",
        "previous_rate",
        "direction",
        "grade",
        "population",
        "previous_population",
        "population_estimate",
    ]
}

/// Returns the scope's areas, highest rate first. `authorities` names the neighbourhoods'
/// authorities.
pub fn records<'a>(
    shown: &'a LevelView,
    scope: &Scope,
    authorities: Option<&'a AreaTable>,
    english: &'a Texts,
) -> Vec<AreaRecord<'a>> {
    records_of(
        shown,
        shown.snapshot.ranking(&shown.table, scope),
        authorities,
        english,
    )
}

/// Returns the given areas in the given order.
pub fn records_of<'a>(
    shown: &'a LevelView,
    areas: Vec<AreaIndex>,
    authorities: Option<&'a AreaTable>,
    english: &'a Texts,
) -> Vec<AreaRecord<'a>> {
    let table = &shown.table;
    let date = shown.snapshot.date();
    let authority = |area: &Area| {
        let authorities = authorities?;
        let code = area.parent.as_ref()?;
        Some(authorities.get(authorities.index_of(code)?)?.name.as_str())
    };
    let record = |index: AreaIndex| {
        let area = table.get(index)?;
        Some(AreaRecord {
            index,
            area,
            authority: authority(area).unwrap_or_default(),
            nation: english.nation_name(area.code.nation().unwrap_or(Nation::Uk)),
            date,
            figures: AreaFigures::new(shown, index),
            populations: [date, date - WEEK].map(|date| area.population.at(date)),
            estimate: table
                .vintage_of(area, date)
                .map_or("", |vintage| &vintage.estimate),
        })
    };
    areas.into_iter().filter_map(record).collect()
}

impl AreaRecord<'_> {
    /// Returns the value of each of the [`columns`].
    pub fn values(&self) -> [Value; 17] {
        let text = |text: &str| {
            if text.is_empty() {
                Value::None
            } else {
                Value::Text(text.to_owned())
            }
        };
        let count = |figure: Figure| {
            figure
                .count()
                .map_or(Value::None, |count| Value::Number(count.into()))
        };
        let is_suppressed = |figure: Figure| Value::Flag(figure == Figure::Suppressed);
        let rate = |rate: Option<Rate>| rate.map_or(Value::None, Value::Rate);
        let Comparison { now, before } = self.figures.comparison;
        let change = now
            .count()
            .zip(before.count())
            .map(|(now, before)| i64::from(now) - i64::from(before));
        [
            text(self.area.code.as_str()),
            text(&self.area.name),
            text(self.authority),
            text(self.nation),
            text(&self.date.to_string()),
            count(now),
            is_suppressed(now),
            count(before),
            is_suppressed(before),
            change.map_or(Value::None, Value::Number),
            rate(self.figures.rate),
            rate(self.figures.rate_before),
            text(self.figures.direction().word()),
            text(self.figures.grade.map_or("", Grade::word)),
            Value::Number(self.populations[0].into()),
            Value::Number(self.populations[1].into()),
            text(self.estimate),
        ]
    }
}

#[cfg(test)]
pub mod tests {
    use std::sync::Arc;

    use rising_model::domain::area::Level;
    use rising_model::domain::clearness::{Dispersion, NationCriteria, fit};
    use rising_model::domain::series::{Cadence, CountsChunk, Series};
    use rising_model::domain::snapshot::Snapshot;

    use super::*;

    /// Three neighbourhoods of 10,000 people each, and their authority: one rises, one has a
    /// suppressed count, one has no figures.
    pub fn shown() -> (LevelView, AreaTable) {
        let area = |code: &str, name: &str, parent: Option<&str>| Area {
            code: code.parse().unwrap(),
            name: name.into(),
            translated: vec![],
            parent: parent.map(|code| code.parse().unwrap()),
            population: 10_000.into(),
        };
        let areas = [
            ("E00000001", "=Top & \"Bottom\""),
            ("E00000002", "Ynys, Môn"),
            ("E00000003", "Nowhere"),
        ];
        let areas = areas
            .map(|(code, name)| area(code, name, Some("E00000009")))
            .to_vec();
        let table = Arc::new(AreaTable::new(areas, vec![]).unwrap());
        let date: Day = "2020-11-28".parse().unwrap();
        let figures = [
            Figure::Suppressed,
            Figure::Count(5),
            Figure::Count(12),
            Figure::Suppressed,
            Figure::Missing,
            Figure::Missing,
        ];
        let changes = figures.chunks_exact(2).map(|weeks| Comparison {
            before: weeks[0],
            now: weeks[1],
        });
        let by_date = vec![None, Some(fit::criteria(changes, Dispersion::ONE))];
        let criteria = NationCriteria {
            nation: Nation::England,
            upper_bound: false,
            by_date,
        };
        let chunk = CountsChunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        let chunk = chunk.with_criteria(vec![criteria]).unwrap();
        let snapshot = Arc::new(Snapshot::new(&table, &Series::new([Arc::new(chunk)]), date));
        let authorities =
            AreaTable::new(vec![area("E00000009", "Anham, City of", None)], vec![]).unwrap();
        (
            LevelView {
                level: Level::Msoa,
                table,
                snapshot,
                step: 7,
            },
            authorities,
        )
    }

    #[test]
    fn records_have_the_highest_rate_first_and_the_authoritys_name() {
        let (shown, authorities) = shown();
        let english = Texts::default();
        let records = records(
            &shown,
            &Nation::England.into(),
            Some(&authorities),
            &english,
        );
        assert_eq!(
            records
                .iter()
                .map(|record| record.area.code.as_str())
                .collect::<Vec<_>>(),
            ["E00000001", "E00000002", "E00000003"]
        );
        assert!(
            records
                .iter()
                .all(|record| record.authority == "Anham, City of")
        );
        assert!(super::records(&shown, &Nation::Wales.into(), None, &Texts::default()).is_empty());
    }

    #[test]
    fn column_has_values_of_one_type_or_none() {
        let (shown, authorities) = shown();
        let rows: Vec<_> = records(
            &shown,
            &Nation::England.into(),
            Some(&authorities),
            &Texts::default(),
        )
        .iter()
        .map(AreaRecord::values)
        .collect();
        for (at, column) in columns(&shown).into_iter().enumerate() {
            let values: Vec<&Value> = rows
                .iter()
                .map(|row| &row[at])
                .filter(|value| **value != Value::None)
                .collect();
            let first = values.first().map(|value| std::mem::discriminant(*value));
            assert!(
                values
                    .iter()
                    .all(|value| Some(std::mem::discriminant(*value)) == first),
                "{column}: {values:?}"
            );
        }
        let column = |name: &str| {
            columns(&shown)
                .iter()
                .position(|column| *column == name)
                .unwrap()
        };
        let of = |name: &str| {
            rows.iter()
                .map(|row| row[column(name)].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("count"), [Value::Number(5), Value::None, Value::None]);
        assert_eq!(
            of("count_suppressed"),
            [false, true, false].map(Value::Flag)
        );
        assert_eq!(
            of("previous_suppressed"),
            [true, false, false].map(Value::Flag)
        );
        assert_eq!(of("change"), [Value::None, Value::None, Value::None]);
        assert_eq!(of("nation")[0], Value::Text("England".into()));
        assert_eq!(of("date")[2], Value::Text("2020-11-28".into()));
    }
}
