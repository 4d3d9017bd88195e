//! Gives the number of people in an area, by the estimate that its rate uses.

use rising_model::domain::area::Area;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::population::Vintage;
use rising_words::Texts;
use rising_words::args;

use crate::names::plain_name;

/// Gives the number of people who live in an area, by the estimate that its rate at the date uses.
pub fn people_sentence(table: &AreaTable, area: &Area, date: Day, texts: &Texts) -> String {
    let (people, name) = (
        area.population.at(date),
        plain_name(area.name_in(texts.tag())),
    );
    match estimate_name(table, area, date, texts) {
        Some(estimate) => texts.people(args::People {
            estimate: &estimate,
            people,
            place: name,
        }),
        None => texts.people_given(args::PeopleGiven {
            people,
            place: name,
        }),
    }
}

/// Gives the number of people without the area's name, for the area's own details.
pub fn people_here_sentence(table: &AreaTable, area: &Area, date: Day, texts: &Texts) -> String {
    let people = area.population.at(date);
    match estimate_name(table, area, date, texts) {
        Some(estimate) => texts.people_here_by(args::PeopleHereBy {
            estimate: &estimate,
            people,
        }),
        None => texts.people_here(people),
    }
}

fn estimate_name(table: &AreaTable, area: &Area, date: Day, texts: &Texts) -> Option<String> {
    vintage_name(table.vintage_of(area, date)?, texts)
}

/// Formats the name of estimates for a sentence: "mid-2020", in Welsh "canol 2020". `None` if it is
/// empty.
pub fn vintage_name(vintage: &Vintage, texts: &Texts) -> Option<String> {
    let year = vintage
        .estimate
        .strip_prefix("mid-")
        .and_then(|year| year.parse().ok());
    match (vintage.estimate.as_str(), year) {
        ("", _) => None,
        (_, Some(year)) => Some(texts.mid_year(year)),
        (name, None) => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::population::Population;

    use rising_words::Language;

    use super::*;

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    #[test]
    fn people_sentence_uses_the_estimate_at_the_date() {
        let change: Day = "2021-08-01".parse().unwrap();
        let rutland = Area {
            code: "E06000017".parse().unwrap(),
            name: "Rutland".into(),
            translated: vec![],
            parent: None,
            population: Population::new(39_927, vec![(change, 40_476)]),
        };
        let vintage = |from, estimate: &str| Vintage {
            from,
            estimate: estimate.into(),
        };
        let table = AreaTable::new(vec![rutland.clone()], vec![]).unwrap();
        assert_eq!(
            people_sentence(&table, &rutland, day(), &Language::En.texts()),
            "39,927 people live in Rutland."
        );
        let table = table
            .with_vintages(vec![
                vintage(None, "mid-2019"),
                vintage(Some(change), "mid-2020"),
            ])
            .unwrap();
        let say = |date| people_sentence(&table, &rutland, date, &Language::En.texts());
        assert_eq!(
            say(day()),
            "39,927 people lived in Rutland, by the mid-2019 estimate."
        );
        assert_eq!(
            say(change),
            "40,476 people lived in Rutland, by the mid-2020 estimate."
        );
        let here = people_here_sentence(&table, &rutland, change, &Language::Cy.texts());
        assert_eq!(
            here,
            "Roedd 40,476 o bobl yn byw yma, yn ôl amcangyfrif canol 2020."
        );
    }

    #[test]
    fn vintage_name_translates_mid_year_names() {
        let named = |name: &str, language: Language| {
            let vintage = Vintage {
                from: None,
                estimate: name.into(),
            };
            vintage_name(&vintage, &language.texts())
        };
        assert_eq!(named("mid-2020", Language::En).as_deref(), Some("mid-2020"));
        assert_eq!(
            named("mid-2020", Language::Cy).as_deref(),
            Some("canol 2020")
        );
        assert_eq!(
            named("census 2021", Language::Cy).as_deref(),
            Some("census 2021")
        );
        assert_eq!(named("", Language::En), None);
    }
}
