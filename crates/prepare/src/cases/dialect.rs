//! The kinds of cases file, told apart by their header names in any order.

use rising_model::area::Level;
use rising_model::series::Cadence;

use super::field::BlankCount;

/// What two lines for one area and date mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatPolicy {
    /// An error, unless they agree.
    MustAgree,
    /// Successive revisions in one file: the larger counts.
    KeepLarger,
}

/// The meaning of a kind's column of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Cases.
    Counts(BlankCount),
    /// Cases per 100,000 people, from which the counts are recovered.
    Rates,
}

/// The use of a kind's column of area names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaNames {
    /// Always there, and shown.
    Shown,
    /// Shown where the column is there.
    ShownIfPresent,
    /// Always there, but spelt with hyphens for spaces and commas: another file has the names.
    Unused,
}

/// A kind of cases CSV.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// As the summary names it.
    pub name: &'static str,
    /// The level whose figures it has; `None` where it may be either.
    pub level: Option<Level>,
    /// What its counts are of; `None` where whoever gives the file has to say it.
    pub cadence: Option<Cadence>,
    /// Column of the area code.
    pub code: &'static str,
    /// Column of the area name.
    pub area_name: &'static str,
    /// What the area name is used for.
    pub area_names: AreaNames,
    /// Column of the area type, where the kind mixes several.
    pub area_type: Option<&'static str>,
    /// Column of the date.
    pub date: &'static str,
    /// Column of the value.
    pub value: &'static str,
    /// What the value is.
    pub values: Values,
    /// Column and content that say what is counted.
    pub metric: Option<(&'static str, &'static str)>,
    /// What repeated lines mean.
    pub repeats: RepeatPolicy,
}

/// Every kind of CSV that is read. The live API's JSON is in [`super::api`].
pub const DIALECTS: [Dialect; 7] = [
    Dialect {
        name: "daily cases, dashboard CSV",
        level: Some(Level::Ltla),
        cadence: Some(Cadence::Daily),
        code: "areaCode",
        area_name: "areaName",
        area_names: AreaNames::Shown,
        area_type: Some("areaType"),
        date: "date",
        value: "newCasesBySpecimenDate",
        values: Values::Counts(BlankCount::Invalid),
        metric: None,
        repeats: RepeatPolicy::MustAgree,
    },
    Dialect {
        name: "weekly cases of MSOAs, dashboard CSV",
        level: Some(Level::Msoa),
        cadence: Some(Cadence::Weekly),
        code: "areaCode",
        area_name: "areaName",
        area_names: AreaNames::Shown,
        area_type: None,
        date: "date",
        value: "newCasesBySpecimenDateRollingSum",
        values: Values::Counts(BlankCount::Suppressed),
        metric: None,
        repeats: RepeatPolicy::MustAgree,
    },
    Dialect {
        name: "daily cases, UKHSA archive CSV",
        level: Some(Level::Ltla),
        cadence: Some(Cadence::Daily),
        code: "area_code",
        area_name: "area_name",
        area_names: AreaNames::Shown,
        area_type: Some("area_type"),
        date: "date",
        value: "value",
        values: Values::Counts(BlankCount::Invalid),
        metric: Some(("metric", "newCasesBySpecimenDate")),
        repeats: RepeatPolicy::KeepLarger,
    },
    Dialect {
        name: "weekly cases of MSOAs, UKHSA archive CSV",
        level: Some(Level::Msoa),
        cadence: Some(Cadence::Weekly),
        code: "area_code",
        area_name: "area_name",
        area_names: AreaNames::Shown,
        area_type: Some("area_type"),
        date: "date",
        value: "value",
        values: Values::Counts(BlankCount::Suppressed),
        metric: Some(("metric", "newCasesBySpecimenDateRollingSum")),
        repeats: RepeatPolicy::KeepLarger,
    },
    Dialect {
        name: "daily cases, coronavirus-cases_latest.csv",
        level: Some(Level::Ltla),
        cadence: Some(Cadence::Daily),
        code: "Area code",
        area_name: "Area name",
        area_names: AreaNames::Shown,
        area_type: Some("Area type"),
        date: "Specimen date",
        value: "Daily lab-confirmed cases",
        values: Values::Counts(BlankCount::Invalid),
        metric: None,
        repeats: RepeatPolicy::MustAgree,
    },
    Dialect {
        name: "counts by area, general CSV",
        level: None,
        cadence: None,
        code: "id",
        area_name: "name",
        area_names: AreaNames::ShownIfPresent,
        area_type: None,
        date: "date",
        value: "count",
        values: Values::Counts(BlankCount::Invalid),
        metric: None,
        repeats: RepeatPolicy::MustAgree,
    },
    Dialect {
        name: "weekly rates of MSOAs, UKHSA archive CSV",
        level: Some(Level::Msoa),
        cadence: Some(Cadence::Weekly),
        code: "area_code",
        area_name: "area_name",
        area_names: AreaNames::Unused,
        area_type: Some("area_type"),
        date: "date",
        value: "value",
        values: Values::Rates,
        metric: Some(("metric", "newCasesBySpecimenDateRollingRate")),
        // Its members have most weeks of 2020 twice, once with British and once with ISO dates.
        repeats: RepeatPolicy::MustAgree,
    },
];

impl Dialect {
    /// The columns that must be there, in the order they are usually written.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        [
            Some(self.code),
            (self.area_names != AreaNames::ShownIfPresent).then_some(self.area_name),
            self.area_type,
            Some(self.date),
            self.metric.map(|m| m.0),
            Some(self.value),
        ]
        .into_iter()
        .flatten()
    }

    /// May it have figures of that level?
    pub fn is_for(&self, level: Level) -> bool {
        self.level.is_none_or(|own| own == level)
    }

    /// Has the header all its columns?
    fn matches(&self, header: &csv::StringRecord) -> bool {
        self.columns()
            .all(|column| header.iter().any(|found| found == column))
    }
}

/// The dialects of a header: those of the level if any, else those of the other level. Several
/// differ in their metric only.
pub fn candidates(header: &csv::StringRecord, level: Level) -> Vec<&'static Dialect> {
    let matching = || DIALECTS.iter().filter(|dialect| dialect.matches(header));
    let of_level: Vec<_> = matching().filter(|dialect| dialect.is_for(level)).collect();
    if of_level.is_empty() {
        matching().collect()
    } else {
        of_level
    }
}

/// The headers of all dialects, one a line, for an error message.
pub fn known_headers() -> String {
    let line = |dialect: &Dialect| {
        let metric = dialect
            .metric
            .map(|(column, metric)| format!(" ({column} {metric})"))
            .unwrap_or_default();
        format!(
            "  {}: {}{metric}",
            dialect.name,
            dialect.columns().collect::<Vec<_>>().join(",")
        )
    };
    DIALECTS.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Is that area type, as any of the publishers writes it, one of the level?
pub fn is_of_level(area_type: &str, level: Level) -> bool {
    let plain: String = area_type
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    match level {
        Level::Ltla => {
            plain.eq_ignore_ascii_case("ltla")
                || plain.eq_ignore_ascii_case("lowertierlocalauthority")
        }
        Level::Msoa => plain.eq_ignore_ascii_case("msoa"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognised_by_names_in_any_order() {
        for dialect in &DIALECTS {
            let mut columns: Vec<_> = dialect.columns().chain(["extra"]).collect();
            columns.reverse();
            let header = csv::StringRecord::from(columns);
            for level in Level::ALL
                .into_iter()
                .filter(|&level| dialect.is_for(level))
            {
                let found = candidates(&header, level);
                assert!(found.contains(&dialect) && found.iter().all(|other| other.is_for(level)));
                // Kinds with the same columns are told apart by their metric.
                assert!(found.len() == 1 || found.iter().all(|other| other.metric.is_some()));
            }
        }
        let unknown = candidates(
            &csv::StringRecord::from(vec!["areaCode", "date"]),
            Level::Ltla,
        );
        assert_eq!(unknown, Vec::<&Dialect>::new());
    }

    #[test]
    fn area_types_of_all_publishers() {
        for ltla in [
            "ltla",
            "LTLA",
            "Lower tier local authority",
            "Lower Tier Local Authority",
        ] {
            assert!(is_of_level(ltla, Level::Ltla) && !is_of_level(ltla, Level::Msoa));
        }
        for other in ["utla", "Upper tier local authority", "region", "Nation", ""] {
            assert!(!is_of_level(other, Level::Ltla), "{other}");
        }
    }
}
