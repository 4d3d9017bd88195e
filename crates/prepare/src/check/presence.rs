//! Is every area there, to the last date, and is that date neither too early nor too late?

use rising_model::area::Nation;
use rising_model::series::Figure;
use rising_model::snapshot::areas_in;

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
            let what = format!(
                "it is offered although the figures were published on {} and the {lag} days before that are incomplete",
                publication.published
            );
            list.push(Rule::Lag, nation.clone(), on(dates.last), what);
        }
        if dates.last > publication.today {
            let what = format!("it is in the future: today is {}", publication.today);
            list.push(Rule::Lag, nation.clone(), on(dates.last), what);
        }
        for area in areas_in(&new.table, dates.nation) {
            let counted_apart = new
                .table
                .get(area)
                .and_then(|area| area.code.nation())
                .unwrap_or(Nation::Uk);
            if counted_apart == dates.nation
                && new.series.seven_day(area, dates.last) == Figure::Missing
            {
                let what =
                    "it has no complete week ending on that date, which is the last one offered"
                        .to_owned();
                list.area(Rule::EndsEarly, area, on(dates.last), what);
            }
        }
    }
    let Some(last) = last else { return };
    for before in &last.dates {
        match new.dates_of(before.nation) {
            Some(now) if now.last >= before.last => {}
            Some(now) => {
                let what = format!(
                    "the figures end on {}, and those that are published end later",
                    now.last
                );
                list.push(
                    Rule::Backwards,
                    Subject::Nation(before.nation),
                    on(before.last),
                    what,
                );
            }
            None => {
                let what = "there is nothing to offer of it any more".to_owned();
                list.push(
                    Rule::Backwards,
                    Subject::Nation(before.nation),
                    on(before.last),
                    what,
                );
            }
        }
    }
    for area in last
        .table
        .areas()
        .iter()
        .filter(|area| new.table.index_of(&area.code).is_none())
    {
        let subject = Subject::Area(area.code.clone(), area.name.clone());
        let what =
            "it is published, and not in the new figures: it may have been renamed, or divided"
                .to_owned();
        list.push(Rule::Vanished, subject, on(last.span.1), what);
    }
}
