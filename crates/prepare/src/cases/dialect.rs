//! Lists the dialects of case files, which are recognised by the names in their headers, in any
//! order.

use rising_model::domain::area::Level;
use rising_model::domain::series::Cadence;

use super::field::BlankCount;

/// The treatment of two lines for one area and date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatPolicy {
    /// Different values are an error.
    MustAgree,
    /// The lines are revisions of one figure, and the largest is used.
    KeepLarger,
}

/// The meaning of a dialect's column of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Cases.
    Counts(BlankCount),
    /// Cases per 100,000 people, from which the counts are recovered.
    Rates,
}

/// The use of a dialect's column of area names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AreaNames {
    /// The column is required, and its names are shown.
    Shown,
    /// The column is optional, and its names are shown.
    ShownIfPresent,
    /// The column is required, but its names have hyphens for spaces and commas and are not shown.
    Unused,
}

/// A CSV dialect of case files.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Its name in the summary.
    pub name: &'static str,
    /// The level of its figures; `None` if it may be either.
    pub level: Option<Level>,
    /// Whether its counts are daily or weekly; `None` if the publisher's options have to say it.
    pub cadence: Option<Cadence>,
    /// Column of the area code.
    pub code: &'static str,
    /// Column of the area name.
    pub area_name: &'static str,
    /// The use of the area names.
    pub area_names: AreaNames,
    /// Column of the area type, if files have several.
    pub area_type: Option<&'static str>,
    /// Column of the date.
    pub date: &'static str,
    /// Column of the value.
    pub value: &'static str,
    /// The meaning of the values.
    pub values: Values,
    /// Column of the metric, and the metric that is read.
    pub metric: Option<(&'static str, &'static str)>,
    /// The treatment of repeated lines.
    pub repeats: RepeatPolicy,
}

/// All CSV dialects. The JSON of the API is in [`super::api`].
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
        // The archive's files have most weeks of 2020 twice, with British and with ISO dates.
        repeats: RepeatPolicy::MustAgree,
    },
];

impl Dialect {
    /// Returns the required columns in their usual order.
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

    /// Whether files of this dialect can have figures of the level.
    pub fn is_for(&self, level: Level) -> bool {
        self.level.is_none_or(|own| own == level)
    }

    /// Whether the header has all required columns.
    fn matches(&self, header: &csv::StringRecord) -> bool {
        self.columns()
            .all(|column| header.iter().any(|found| found == column))
    }
}

/// Returns the dialects that match a header: those of the level, or if none is, of the other level.
/// If several match, they differ only in their metric.
pub fn candidates(header: &csv::StringRecord, level: Level) -> Vec<&'static Dialect> {
    let matching = || DIALECTS.iter().filter(|dialect| dialect.matches(header));
    let of_level: Vec<_> = matching().filter(|dialect| dialect.is_for(level)).collect();
    if of_level.is_empty() {
        matching().collect()
    } else {
        of_level
    }
}

/// Returns the headers of all dialects, one on each line, for an error message.
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

/// Whether an area type, in the spelling of any publisher, is the one of the level.
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
    fn candidates_of_columns_in_any_order_include_dialect() {
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
                // Dialects with the same columns differ in their metric.
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
    fn is_of_level_accepts_spellings_of_all_publishers() {
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
