//! Checks that every area has figures up to the last date, and that this date is neither too early
//! nor too late.

use rising_model::domain::area::Nation;
use rising_model::domain::figure::Figure;
use rising_model::domain::snapshot::areas_in;

use super::{FindingList, Publication, Rule, Subject, on};
use crate::level_figures::LevelFigures;

pub(super) fn check(
    list: &mut FindingList<'_>,
    last: Option<&LevelFigures>,
    publication: Publication,
) {
    let new = list.new;
    for dates in &new.dates {
        let nation = Subject::Nation(dates.nation);
        if let Some(lag) = publication.lag
            && dates.last > publication.published - i32::from(lag)
        {
            let description = format!(
                "this date is offered, but the figures were published on {} and the {lag} days \
                 before that are incomplete",
                publication.published
            );
            list.push(Rule::Lag, nation.clone(), on(dates.last), description);
        }
        if dates.last > publication.today {
            let description = format!("this date is in the future: today is {}", publication.today);
            list.push(Rule::Lag, nation.clone(), on(dates.last), description);
        }
        for area in areas_in(&new.table, dates.nation) {
            let own_nation = new
                .table
                .get(area)
                .and_then(|area| area.code.nation())
                .unwrap_or(Nation::Uk);
            if own_nation == dates.nation
                && new.series.seven_day(area, dates.last) == Figure::Missing
            {
                let description =
                    "the area has no complete week to this date, the last one offered".to_owned();
                list.push_area(Rule::EndsEarly, area, on(dates.last), description);
            }
        }
    }
    let Some(last) = last else { return };
    for before in &last.dates {
        let description = match new.dates_of(before.nation) {
            Some(now) if now.last >= before.last => continue,
            Some(now) => format!(
                "the new figures end on {}, before those of the last edition",
                now.last
            ),
            None => "the new figures have no date of this nation".to_owned(),
        };
        let nation = Subject::Nation(before.nation);
        list.push(Rule::Backwards, nation, on(before.last), description);
    }
    for area in last
        .table
        .areas()
        .iter()
        .filter(|area| new.table.index_of(&area.code).is_none())
    {
        let subject = Subject::Area(area.code.clone(), area.name.clone());
        let description =
            "the last edition has this area and the new figures do not: its code may have changed, \
             or the area was divided"
                .to_owned();
        list.push(Rule::Vanished, subject, on(last.span.1), description);
    }
}
