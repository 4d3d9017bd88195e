//! The figures of all areas shown, as files hold them.

use rising_model::area::{Area, AreaIndex, AreaTable};
use rising_model::clearness::Grade;
use rising_model::rate::Rate;
use rising_model::scope::Scope;
use rising_model::series::{Figure, WEEK};
use rising_model::trend::Comparison;

use crate::state::Shown;

/// One area's figures. The fields are those of `prepare report --json`.
pub struct Record<'a> {
    pub index: AreaIndex,
    pub area: &'a Area,
    /// The name of a neighbourhood's authority; empty for an authority.
    pub authority: &'a str,
    pub comparison: Comparison,
    pub grade: Option<Grade>,
    pub rate: Option<Rate>,
    pub previous_rate: Option<Rate>,
    /// The people that the two rates are of: this week's and that of the week before.
    pub populations: [u32; 2],
    /// The name of the estimate that this week's rate is of; empty where the data set names none.
    pub estimate: &'a str,
}

/// What a file calls its columns or properties.
pub type Fields = [&'static str; 12];

/// What every file calls them; what an area lies in is an authority only in the United Kingdom.
pub fn fields(shown: &Shown) -> Fields {
    let authority = if shown.table.has_nations() { "authority" } else { "within" };
    [
        "code",
        "name",
        authority,
        "count",
        "previous",
        "rate",
        "previous_rate",
        "direction",
        "grade",
        "population",
        "previous_population",
        "population_estimate",
    ]
}

/// The word in place of a count of 0, 1 or 2 that is not published.
pub const SUPPRESSED: &str = "suppressed";

/// The scope's areas, highest rate first. `authorities` has the names of those that neighbourhoods lie in.
pub fn records<'a>(shown: &'a Shown, scope: &Scope, authorities: Option<&'a AreaTable>) -> Vec<Record<'a>> {
    let (table, snapshot, date) = (&shown.table, &shown.snapshot, shown.snapshot.date());
    let authority = |area: &Area| {
        let (authorities, code) = (authorities?, area.parent.as_ref()?);
        Some(authorities.get(authorities.index_of(code)?)?.name.as_str())
    };
    let record = |index: AreaIndex| {
        let area = table.get(index)?;
        Some(Record {
            index,
            area,
            authority: authority(area).unwrap_or_default(),
            comparison: snapshot.comparison(index),
            grade: snapshot.grade(table, index),
            rate: snapshot.rate(table, index),
            previous_rate: snapshot.rate_before(table, index),
            populations: [date, date - WEEK].map(|date| area.population.at(date)),
            estimate: table.vintage_of(area, date).map_or("", |vintage| &vintage.estimate),
        })
    };
    snapshot.ranking(table, scope).into_iter().filter_map(record).collect()
}

impl Record<'_> {
    /// The two counts: this week's and the one before.
    pub fn counts(&self) -> [Figure; 2] {
        [self.comparison.now, self.comparison.before]
    }

    /// The two rates.
    pub fn rates(&self) -> [Option<Rate>; 2] {
        [self.rate, self.previous_rate]
    }
}

#[cfg(test)]
pub mod tests {
    use std::sync::Arc;

    use rising_model::area::{Level, Nation};
    use rising_model::clearness::{Dispersion, NationCriteria, fit};
    use rising_model::day::Day;
    use rising_model::series::{Cadence, Chunk, Series};
    use rising_model::snapshot::Snapshot;

    use super::*;

    /// Three neighbourhoods of 10,000 people each and their authority: a rise, a suppressed count, and nothing.
    pub fn shown() -> (Shown, AreaTable) {
        let area = |code: &str, name: &str, parent: Option<&str>| Area {
            code: code.parse().unwrap(),
            name: name.into(),
            translated: vec![],
            parent: parent.map(|code| code.parse().unwrap()),
            population: 10_000.into(),
        };
        let areas = [("E00000001", "=Top & \"Bottom\""), ("E00000002", "Ynys, Môn"), ("E00000003", "Nowhere")];
        let areas = areas.map(|(code, name)| area(code, name, Some("E00000009"))).to_vec();
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
        let changes = figures.chunks_exact(2).map(|weeks| Comparison { before: weeks[0], now: weeks[1] });
        let by_date = vec![None, Some(fit::criteria(changes, Dispersion::ONE))];
        let criteria = NationCriteria { nation: Nation::England, upper_bound: false, by_date };
        let chunk = Chunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        let chunk = chunk.with_criteria(vec![criteria]).unwrap();
        let snapshot = Arc::new(Snapshot::new(&table, &Series::new([Arc::new(chunk)]), date));
        let authorities = AreaTable::new(vec![area("E00000009", "Anham, City of", None)], vec![]).unwrap();
        (Shown { level: Level::Msoa, table, snapshot, step: 7 }, authorities)
    }

    #[test]
    fn highest_rate_first_with_the_authoritys_name() {
        let (shown, authorities) = shown();
        let records = records(&shown, &Nation::England.into(), Some(&authorities));
        assert_eq!(
            records.iter().map(|record| record.area.code.as_str()).collect::<Vec<_>>(),
            ["E00000001", "E00000002", "E00000003"]
        );
        assert!(records.iter().all(|record| record.authority == "Anham, City of"));
        assert!(super::records(&shown, &Nation::Wales.into(), None).is_empty());
    }
}
