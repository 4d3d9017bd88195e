//! Parses the API's responses strictly: a response of another form never enters the cache.

use std::collections::{BTreeMap, BTreeSet};

use rising_model::domain::day::Day;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::printable::{self, Printable};
use crate::source::error::excerpt;

/// Days by which the API's years may differ from calendar years: they may be years of ISO weeks.
const WEEK_YEAR_MARGIN: i32 = 7;

/// The most bytes of a name or code. The longest name of an area has 80.
const MAX_NAME_BYTES: usize = 300;

/// The most areas of a list. England and Wales have 7,264 neighbourhoods.
const MAX_AREAS: usize = 20_000;

/// The most results of one area and year. Every day by age and sex has some 22,000.
const MAX_RESULTS: u64 = 100_000;

/// The parameters of a request.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The metric.
    pub metric: &'a str,
    /// The type of the areas.
    pub geography_type: &'a str,
    /// The year.
    pub year: i16,
}

/// The identity of a result: the day, the area's code, and the age, sex and stratum of its cases.
pub type ResultKey = (Day, String, [Option<String>; 3]);

/// One page of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Number of results of all pages.
    pub count: u64,
    /// Address of the next page.
    pub next: Option<String>,
    /// Number of results on this page, including repeated ones.
    pub results: u64,
    /// The identities of its results, each once.
    pub keys: BTreeSet<ResultKey>,
    /// Names of the areas of the results, by code: one, or two if a code was replaced.
    pub areas: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PageResponse<'a> {
    count: u64,
    next: Option<String>,
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct ResultRow {
    geography: String,
    geography_code: String,
    geography_type: Option<String>,
    metric: String,
    date: String,
    #[serde(rename = "metric_value")]
    _value: serde_json::Number,
    age: Option<String>,
    sex: Option<String>,
    stratum: Option<String>,
}

/// Parses a page.
///
/// # Errors
/// A description of what is wrong, to follow the area's name.
pub fn parse(content: &[u8], query: &Query) -> Result<Page, String> {
    let response: PageResponse = parse_json(content)?;
    let mut page = Page {
        count: response.count,
        next: response.next.filter(|next| !next.is_empty()),
        results: response.results.len() as u64,
        ..Page::default()
    };
    for (number, result) in (1..).zip(response.results) {
        let row: ResultRow = serde_json::from_str(result.get()).map_err(|error| {
            #[expect(
                clippy::zero_sized_map_values,
                reason = "serde parses an object into a map, and only its keys are used"
            )]
            let fields = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(result.get())
                .unwrap_or_default();
            let fields: Vec<&str> = fields.keys().map(String::as_str).collect();
            let fields = printable::list(fields.into_iter());
            // The error's position is removed: it would be within the result, which the publisher
            // does not have on a line of its own.
            let error = error.to_string();
            let error = Printable::sentence(error.split(" at line ").next().unwrap_or_default());
            format!(
                "result {number}: {error}; its fields are {fields}; if the publisher has renamed \
                 some, \
                 this version of prepare does not know the new names"
            )
        })?;
        if row.metric != query.metric {
            let metric = Printable::value(&row.metric);
            return Err(format!(
                "result {number} has the metric {metric} instead of {}; check the metric",
                query.metric
            ));
        }
        if let Some(other) = row
            .geography_type
            .filter(|other| other != query.geography_type)
        {
            let other = Printable::value(&other);
            let requested = query.geography_type;
            return Err(format!(
                "result {number} has the area type {other} instead of {requested}; check \
                 geography_type"
            ));
        }
        let day: Day = row.date.parse().map_err(|error| {
            format!(
                "result {number}: {}; ask the publisher",
                printable::sentence(&error)
            )
        })?;
        if !is_in_year(day, query.year) {
            let year = query.year;
            return Err(format!(
                "result {number} has the date {day}, but the request was for {year}: the server \
                 ignores the year; ask the publisher"
            ));
        }
        if [&row.geography, &row.geography_code]
            .iter()
            .any(|text| text.len() > MAX_NAME_BYTES)
        {
            let name = Printable::value(&row.geography);
            return Err(format!(
                "result {number} has the area \"{name}\", whose name is too long; ask the publisher"
            ));
        }
        page.areas.insert(row.geography_code.clone(), row.geography);
        page.keys
            .insert((day, row.geography_code, [row.age, row.sex, row.stratum]));
    }
    if page.count > MAX_RESULTS {
        return Err(format!(
            "the response counts {} results of one area and year, but at most {MAX_RESULTS} are \
             read; ask the publisher",
            page.count
        ));
    }
    if page.results > page.count {
        return Err(format!(
            "the page has {} results, more than the {} that the response counts; ask the publisher",
            page.results, page.count
        ));
    }
    Ok(page)
}

/// An area of the list: a name and an address.
#[derive(Deserialize)]
struct ListedArea {
    name: String,
    #[serde(rename = "link")]
    _link: String,
}

/// Parses the list of areas.
///
/// # Errors
/// A description of what is wrong.
pub fn parse_listing(content: &[u8]) -> Result<Vec<String>, String> {
    let listed: Vec<ListedArea> = parse_json(content)?;
    let names: Vec<String> = listed.into_iter().map(|area| area.name).collect();
    if names.len() > MAX_AREAS {
        return Err(format!(
            "the list has {} areas, but at most {MAX_AREAS} are requested; name the areas that you \
             need under areas in the settings",
            names.len()
        ));
    }
    if let Some(name) = names
        .iter()
        .find(|name| name.trim().is_empty() || name.len() > MAX_NAME_BYTES)
    {
        let name = Printable::value(name);
        return Err(format!(
            "the list has \"{name}\", which is not the name of an area; ask the publisher"
        ));
    }
    if names.is_empty() {
        return Err(
            "the list has no areas; check the topic and the type of areas in the settings".into(),
        );
    }
    let mut seen = BTreeSet::new();
    // The API ignores case in names, and so do some file systems.
    if let Some(name) = names.iter().find(|name| !seen.insert(name.to_lowercase())) {
        return Err(format!(
            "the list has \"{}\" twice; ask the publisher",
            Printable::value(name)
        ));
    }
    Ok(names)
}

fn parse_json<'de, T: Deserialize<'de>>(content: &'de [u8]) -> Result<T, String> {
    serde_json::from_slice(content).map_err(|error| {
        let (is_cut, error) = (error.is_eof(), printable::sentence(&error));
        let start = excerpt(content);
        match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') => format!(
                "the response is HTML instead of JSON: {start}; open the address in a browser: the \
                 service may be down for maintenance or its address may have changed"
            ),
            Some(b'{' | b'[') if is_cut => {
                format!("the JSON is truncated ({error}): {start}")
            }
            Some(b'{' | b'[') => format!(
                "the JSON does not have the expected form ({error}): {start}; if the publisher has \
                 changed it, this version of prepare cannot read the new form"
            ),
            _ => format!("the response is not JSON: {start}; open the address in a browser"),
        }
    })
}

fn is_in_year(day: Day, year: i16) -> bool {
    let year = i32::from(year);
    let (first, last) = (Day::new(year, 1, 1), Day::new(year, 12, 31));
    first.zip(last).is_some_and(|(first, last)| {
        (first - WEEK_YEAR_MARGIN..=last + WEEK_YEAR_MARGIN).contains(&day)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const QUERY: Query = Query {
        metric: "COVID-19_cases_casesByDay",
        geography_type: "Lower Tier Local Authority",
        year: 2021,
    };

    fn response(results: &str) -> String {
        format!("{{\"count\":2,\"next\":null,\"previous\":null,\"results\":[{results}]}}")
    }

    fn result(date: &str) -> String {
        format!(
            "{{\"theme\":\"infectious_disease\",\"geography\":\"Rutland\",\"geography_code\":\"E06000017\",\"metric\":\"COVID-19_cases_casesByDay\",\
             \"stratum\":\"default\",\"sex\":\"all\",\"age\":\"all\",\"year\":2021,\"month\":2,\"epiweek\":5,\"date\":\"{date}\",\"metric_value\":12.0,\
             \"in_reporting_delay_period\":false}}"
        )
    }

    fn refused(content: &str) -> String {
        parse(content.as_bytes(), &QUERY).unwrap_err()
    }

    #[test]
    fn parse_reads_page() {
        let page = parse(
            response(&[result("2021-02-08"), result("2021-02-07")].join(",")).as_bytes(),
            &QUERY,
        )
        .unwrap();
        assert_eq!(
            (page.count, page.results, page.keys.len(), page.next),
            (2, 2, 2, None)
        );
        assert_eq!(
            page.areas,
            BTreeMap::from([("E06000017".into(), "Rutland".into())])
        );
        assert!(
            parse(response("").as_bytes(), &QUERY)
                .unwrap()
                .areas
                .is_empty()
        );
    }

    #[test]
    fn parse_describes_other_content() {
        assert!(
            refused("<!doctype html><title>Down for maintenance</title>")
                .contains("the response is HTML instead of JSON: \"<!doctype html>")
        );
        assert!(refused("").contains("the response is not JSON"));
        assert!(
            refused("Service Unavailable")
                .contains("the response is not JSON: \"Service Unavailable\"")
        );
        assert!(refused("{\"detail\":\"Not found.\"}").contains("missing field `count`"));
        assert!(refused(&response(&result("2021-02-07"))[..200]).contains("is truncated"));
        assert!(
            refused("{\"count\":\"many\",\"next\":null,\"results\":[]}").contains("expected u64")
        );
        assert!(
            refused("{\"count\":1,\"next\":null,\"results\":{}}")
                .contains("not have the expected form")
        );
    }

    #[test]
    fn parse_names_changed_fields() {
        let renamed = response(&result("2021-02-07").replace("geography_code", "area_code"));
        let error = refused(&renamed);
        assert!(
            error.contains("result 1: missing field `geography_code`")
                && error.contains("area_code, date"),
            "{error}"
        );
        for (field, other) in [
            ("\"metric_value\":12.0", "\"metric_value\":null"),
            ("\"metric_value\":12.0", "\"metric_value\":\"12\""),
        ] {
            assert!(
                refused(&response(&result("2021-02-07").replace(field, other)))
                    .contains("invalid type"),
                "{other}"
            );
        }
        assert!(refused(&response(&result("07/02/2021"))).contains("\"07/02/2021\" is not a date"));
    }

    #[test]
    fn parse_refuses_results_of_other_query() {
        assert!(
            refused(&response(
                &result("2021-02-07").replace("casesByDay", "deathsByDay")
            ))
            .contains("check the metric")
        );
        let nation =
            result("2021-02-07").replace("\"metric\"", "\"geography_type\":\"Nation\",\"metric\"");
        assert!(refused(&response(&nation)).contains("area type Nation"));
        assert!(refused(&response(&result("2020-02-07"))).contains("ignores the year"));
        let three = ["2021-02-07", "2021-02-08", "2021-02-09"]
            .map(result)
            .join(",");
        assert!(refused(&response(&three)).contains("3 results, more than the 2"));
    }

    #[test]
    fn parse_accepts_years_of_iso_weeks() {
        for (date, within) in [
            ("2020-12-28", true),
            ("2022-01-02", true),
            ("2020-12-20", false),
            ("2022-01-09", false),
        ] {
            assert_eq!(
                parse(response(&result(date)).as_bytes(), &QUERY).is_ok(),
                within,
                "{date}"
            );
        }
    }

    #[test]
    fn parse_listing_reads_names_and_refuses_bad_lists() {
        let list = r#"[{"name":"Rutland","link":"http://a/Rutland"},{"name":"Bath","link":"http://a/Bath"}]"#;
        assert_eq!(parse_listing(list.as_bytes()).unwrap(), ["Rutland", "Bath"]);
        assert!(parse_listing(b"[]").unwrap_err().contains("no areas"));
        assert!(
            parse_listing(list.replace("Bath\",", "Rutland\",").as_bytes())
                .unwrap_err()
                .contains("\"Rutland\" twice")
        );
        assert!(
            parse_listing(b"[{\"title\":\"Rutland\"}]")
                .unwrap_err()
                .contains("missing field `name`")
        );
    }

    proptest! {
        #[test]
        fn parse_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..100), cut in 0usize..400) {
            let whole = response(&result("2021-02-07"));
            for content in [bytes.clone(), [&whole.as_bytes()[..cut.min(whole.len())], &bytes].concat()] {
                let _ = (parse(&content, &QUERY), parse_listing(&content));
            }
        }
    }
}
