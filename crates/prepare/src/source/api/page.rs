//! An answer of the API, read strictly: what is not of this form never enters the cache.

use std::collections::{BTreeMap, BTreeSet};

use rising_model::day::Day;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::printable::{self, Printable};
use crate::source::error::excerpt;

/// The years of the API may be those of ISO weeks, which begin and end up to that many days from
/// the calendar's.
const MARGIN: i32 = 7;

/// Bytes of a name or code. The longest name of an area has 80.
const LONGEST_NAME: usize = 300;

/// Areas of one list: there are 7,264 neighbourhoods in England and Wales.
const MOST_AREAS: usize = 20_000;

/// Results of one area and year: every day by age and sex has some 22,000.
const MOST_RESULTS: u64 = 100_000;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The metric.
    pub metric: &'a str,
    /// The type of the areas.
    pub geography_type: &'a str,
    /// The year.
    pub year: i16,
}

/// What tells one result from another: the day, the area's code, and whose cases they are.
pub type Key = (Day, String, [Option<String>; 3]);

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Results of all pages.
    pub count: u64,
    /// Address of the page after this.
    pub next: Option<String>,
    /// Results on this page, repeated ones as well.
    pub results: u64,
    /// Each different result.
    pub keys: BTreeSet<Key>,
    /// The areas of the results, by code: one, or two where a code was replaced.
    pub areas: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    count: u64,
    next: Option<String>,
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Row {
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

/// Reads an answer.
///
/// # Errors
/// What it is instead, in words that follow the area's name.
pub fn parse(content: &[u8], asked: &Asked) -> Result<Page, String> {
    let answer: Answer = json(content)?;
    let mut page = Page {
        count: answer.count,
        next: answer.next.filter(|next| !next.is_empty()),
        results: answer.results.len() as u64,
        ..Page::default()
    };
    for (number, result) in (1..).zip(answer.results) {
        let row: Row = serde_json::from_str(result.get()).map_err(|error| {
            let fields = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(result.get()).unwrap_or_default();
            let fields: Vec<&str> = fields.keys().map(String::as_str).collect();
            let fields = printable::list(fields.into_iter());
            // The position would be one within the result, of which the publisher has no copy on a
            // line of its own.
            let error = error.to_string();
            let error = Printable::sentence(error.split(" at line ").next().unwrap_or_default());
            format!(
                "result {number}: {error}; its fields are {fields}; if the publisher has renamed some, this version of prepare does not \
                 know the new names"
            )
        })?;
        if row.metric != asked.metric {
            let metric = Printable::value(&row.metric);
            return Err(format!(
                "result {number} is of {metric}, asked was {}; check the metric",
                asked.metric
            ));
        }
        if let Some(other) = row
            .geography_type
            .filter(|other| other != asked.geography_type)
        {
            let (other, asked) = (Printable::value(&other), asked.geography_type);
            return Err(format!(
                "result {number} is of the area type {other}, asked was {asked}; check geography_type"
            ));
        }
        let day: Day = row.date.parse().map_err(|error| {
            format!(
                "result {number}: {}; ask the publisher",
                printable::sentence(&error)
            )
        })?;
        if !in_year(day, asked.year) {
            let year = asked.year;
            return Err(format!(
                "result {number} is of {day}, asked was {year}: the server does not heed the year; ask the publisher"
            ));
        }
        if [&row.geography, &row.geography_code]
            .iter()
            .any(|text| text.len() > LONGEST_NAME)
        {
            let name = Printable::value(&row.geography);
            return Err(format!(
                "result {number} is of \"{name}\", which is too long for an area; ask the publisher"
            ));
        }
        page.areas.insert(row.geography_code.clone(), row.geography);
        page.keys
            .insert((day, row.geography_code, [row.age, row.sex, row.stratum]));
    }
    if page.count > MOST_RESULTS {
        return Err(format!(
            "the answer counts {} results of one area and year, and no more than {MOST_RESULTS} are read; ask the publisher",
            page.count
        ));
    }
    if page.results > page.count {
        return Err(format!(
            "{} results came, more than the {} that the answer counts; ask the publisher",
            page.results, page.count
        ));
    }
    Ok(page)
}

/// A name and an address.
#[derive(Deserialize)]
struct Listed {
    name: String,
    #[serde(rename = "link")]
    _link: String,
}

/// Reads the list of areas.
///
/// # Errors
/// What it is instead.
pub fn parse_listing(content: &[u8]) -> Result<Vec<String>, String> {
    let listed: Vec<Listed> = json(content)?;
    let names: Vec<String> = listed.into_iter().map(|area| area.name).collect();
    if names.len() > MOST_AREAS {
        return Err(format!(
            "the list has {} areas, and no more than {MOST_AREAS} are asked for; name those wanted under areas in the settings",
            names.len()
        ));
    }
    if let Some(name) = names
        .iter()
        .find(|name| name.trim().is_empty() || name.len() > LONGEST_NAME)
    {
        let name = Printable::value(name);
        return Err(format!(
            "the list has \"{name}\", which is no name of an area; ask the publisher"
        ));
    }
    if names.is_empty() {
        return Err(
            "the list has no areas; check the topic and the type of areas in the settings".into(),
        );
    }
    let mut seen = BTreeSet::new();
    // The API heeds no case in names, nor do some file systems.
    if let Some(name) = names.iter().find(|name| !seen.insert(name.to_lowercase())) {
        return Err(format!(
            "the list has \"{}\" twice; ask the publisher",
            Printable::value(name)
        ));
    }
    Ok(names)
}

fn json<'de, T: Deserialize<'de>>(content: &'de [u8]) -> Result<T, String> {
    serde_json::from_slice(content).map_err(|error| {
        let (is_cut, error) = (error.is_eof(), printable::sentence(&error));
        let begins = excerpt(content);
        match content.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') => format!(
                "HTML came instead of JSON: {begins}; open the address in a browser, the service may be down for maintenance or \
                 its address changed"
            ),
            Some(b'{' | b'[') if is_cut => {
                format!("the JSON ends in the middle ({error}): {begins}; the answer was cut")
            }
            Some(b'{' | b'[') => format!(
                "the JSON is not of the form known ({error}): {begins}; if the publisher has changed it, this version of prepare \
                 does not know the new one"
            ),
            _ => format!("no JSON came: {begins}; open the address in a browser"),
        }
    })
}

fn in_year(day: Day, year: i16) -> bool {
    let year = i32::from(year);
    let (first, last) = (Day::new(year, 1, 1), Day::new(year, 12, 31));
    first
        .zip(last)
        .is_some_and(|(first, last)| (first - MARGIN..=last + MARGIN).contains(&day))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ASKED: Asked = Asked {
        metric: "COVID-19_cases_casesByDay",
        geography_type: "Lower Tier Local Authority",
        year: 2021,
    };

    fn answer(results: &str) -> String {
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
        parse(content.as_bytes(), &ASKED).unwrap_err()
    }

    #[test]
    fn an_answer_is_read() {
        let page = parse(
            answer(&[result("2021-02-08"), result("2021-02-07")].join(",")).as_bytes(),
            &ASKED,
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
            parse(answer("").as_bytes(), &ASKED)
                .unwrap()
                .areas
                .is_empty()
        );
    }

    #[test]
    fn what_is_no_answer_is_said_to_be_what_it_is() {
        assert!(
            refused("<!doctype html><title>Down for maintenance</title>")
                .contains("HTML came instead of JSON: \"<!doctype html>")
        );
        assert!(refused("").contains("no JSON came"));
        assert!(refused("Service Unavailable").contains("no JSON came: \"Service Unavailable\""));
        assert!(refused("{\"detail\":\"Not found.\"}").contains("missing field `count`"));
        assert!(refused(&answer(&result("2021-02-07"))[..200]).contains("ends in the middle"));
        assert!(
            refused("{\"count\":\"many\",\"next\":null,\"results\":[]}").contains("expected u64")
        );
        assert!(
            refused("{\"count\":1,\"next\":null,\"results\":{}}").contains("not of the form known")
        );
    }

    #[test]
    fn changed_fields_are_named_with_those_that_came() {
        let renamed = answer(&result("2021-02-07").replace("geography_code", "area_code"));
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
                refused(&answer(&result("2021-02-07").replace(field, other)))
                    .contains("invalid type"),
                "{other}"
            );
        }
        assert!(refused(&answer(&result("07/02/2021"))).contains("\"07/02/2021\" is not a date"));
    }

    #[test]
    fn results_of_something_else_are_refused() {
        assert!(
            refused(&answer(
                &result("2021-02-07").replace("casesByDay", "deathsByDay")
            ))
            .contains("check the metric")
        );
        let nation =
            result("2021-02-07").replace("\"metric\"", "\"geography_type\":\"Nation\",\"metric\"");
        assert!(refused(&answer(&nation)).contains("area type Nation"));
        assert!(refused(&answer(&result("2020-02-07"))).contains("does not heed the year"));
        let three = ["2021-02-07", "2021-02-08", "2021-02-09"]
            .map(result)
            .join(",");
        assert!(refused(&answer(&three)).contains("3 results came, more than the 2"));
    }

    #[test]
    fn years_may_be_those_of_weeks() {
        for (date, within) in [
            ("2020-12-28", true),
            ("2022-01-02", true),
            ("2020-12-20", false),
            ("2022-01-09", false),
        ] {
            assert_eq!(
                parse(answer(&result(date)).as_bytes(), &ASKED).is_ok(),
                within,
                "{date}"
            );
        }
    }

    #[test]
    fn a_list_of_areas() {
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
        fn any_bytes_are_an_answer_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..100), cut in 0usize..400) {
            let whole = answer(&result("2021-02-07"));
            for content in [bytes.clone(), [&whole.as_bytes()[..cut.min(whole.len())], &bytes].concat()] {
                let _ = (parse(&content, &ASKED), parse_listing(&content));
            }
        }
    }
}
