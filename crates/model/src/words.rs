//! Sentences about figures: what the page, the page without a script, and a terminal say is the same.

use crate::area::{AreaCode, AreaTable, Level, Nation};
use crate::day::Day;
use crate::rate::{Rate, thousands};
use crate::series::Figure;
use crate::snapshot::{Rank, Snapshot, Totals};
use crate::trend::{Comparison, Direction, bare, cases};

/// The nation's possessive: "England's", "the UK's".
pub fn whose(nation: Nation) -> String {
    format!("{}'s", nation.name())
}

/// "1st", "2nd", "3rd", "11th", "1,002nd".
pub fn ordinal(n: u32) -> String {
    let end = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    thousands(n.into()) + end
}

/// An official name as it reads in a sentence: "Herefordshire", not "Herefordshire, County of".
pub fn plain_name(name: &str) -> &str {
    [", County of", ", City of"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// What the nation's areas did, in one sentence; in a second, of how many it is unknown, where that
/// is more than a tenth and the first would say too little without it.
pub fn nation_verdict(totals: &Totals, nation: Nation, level: Level, date: Day) -> String {
    let (whose, areas, date) = (whose(nation), level.plural(), date.in_words());
    let Totals { areas: number, rising, unknown, .. } = *totals;
    let all = thousands(number.into());
    if unknown == number {
        return format!("There are no figures to compare for {whose} {areas} in the seven days to {date}.");
    }
    let (which, verb) = match rising {
        0 => ("None of ".to_owned(), "was"),
        1 => ("1 of ".to_owned(), "was"),
        _ if rising == number => ("All of ".to_owned(), "were"),
        _ => (format!("{} of ", thousands(rising.into())), "were"),
    };
    let mut sentence = format!("{which}{whose} {all} {areas} {verb} rising in the seven days to {date}.");
    if unknown * 10 > number {
        sentence += &format!(" Of {} it is unknown.", thousands(unknown.into()));
    }
    sentence
}

/// What one area did, in one sentence (or two, where the second says why the first says so little).
pub fn area_verdict(place: &str, comparison: Comparison, date: Day) -> String {
    let Comparison { now, before } = comparison;
    let week = format!("in the seven days to {}", date.in_words());
    if now == Figure::Missing {
        return format!("There is no figure for {place} {week}.");
    }
    let now = cases(now);
    match comparison.direction() {
        Direction::Rising => format!("Rising in {place}: {now} {week}, up from {}.", bare(before)),
        Direction::Falling => format!("Falling in {place}: {now} {week}, down from {}.", bare(before)),
        Direction::Unchanged => format!("Unchanged in {place}: {now} {week}, the same as the week before."),
        Direction::Unknown if before == Figure::Missing => {
            format!("{place}: {now} {week}. There is no figure for the week before.")
        }
        Direction::Unknown => format!(
            "{place}: {now} {week}, {} in the week before. Exact numbers that small are not published, so whether it was rising is unknown.",
            bare(before)
        ),
    }
}

/// The rate in a sentence, beside those of what the area is part of: "That is 203.4 per 100,000 people; England as a
/// whole is at 193.1." Nothing where none of them is known.
pub fn rate_sentence(rate: Option<Rate>, wholes: &[(String, Rate)]) -> Option<String> {
    let own = rate.map(|rate| format!("That is {rate} per 100,000 people"));
    let mut around = String::new();
    for (whole, rate) in wholes {
        around += &if around.is_empty() {
            format!("{whole} as a whole is at {rate}")
        } else {
            format!(", {whole} at {rate}")
        };
    }
    match (own, around.is_empty()) {
        (Some(own), true) => Some(own + "."),
        (Some(own), false) => Some(format!("{own}; {around}.")),
        (None, true) => None,
        (None, false) => Some(format!("{around} per 100,000 people.")),
    }
}

/// What an area is part of, with the rates of those: its authority, where it is a neighbourhood, and its nation.
/// `table` and `snapshot` are the authorities'.
pub fn wholes(
    code: &AreaCode,
    parent: Option<&AreaCode>,
    table: &AreaTable,
    snapshot: &Snapshot,
) -> Vec<(String, Rate)> {
    let authority = parent.and_then(|code| {
        let index = table.index_of(code)?;
        Some((plain_name(&table.get(index)?.name).to_owned(), snapshot.rate(table, index)?))
    });
    let nation = code.nation().and_then(|nation| {
        let rate = snapshot.rate_of_all(table, nation)?;
        Some((nation.name().to_owned(), rate))
    });
    authority.into_iter().chain(nation).collect()
}

/// Why the neighbourhoods' figures are those of another date; empty where they are not.
pub fn neighbourhood_date(wanted: Day, shown: Day, (first, last): (Day, Day)) -> String {
    if wanted == shown {
        String::new()
    } else if wanted < first || wanted > last {
        let (first, last) = (first.in_words(), last.in_words());
        format!("Neighbourhood figures run from {first} to {last}; these are of the nearest date.")
    } else {
        "Neighbourhood figures are weekly; these are of the nearest date.".into()
    }
}

/// Whether chance could explain the change; nothing where there is no change to explain.
pub fn clearness(comparison: Comparison) -> Option<String> {
    let change = match comparison.direction() {
        Direction::Rising => "rise",
        Direction::Falling => "fall",
        Direction::Unchanged | Direction::Unknown => return None,
    };
    Some(match comparison.clear()? {
        true => format!("The {change} is clear: larger than chance explains."),
        false => format!("The {change} is within the usual week-to-week variation."),
    })
}

/// The change in whole per cent, where the earlier count is large enough for one: "up 17%".
pub fn percentage(comparison: Comparison) -> Option<String> {
    let change = comparison.percentage()?;
    let whole = (change.abs() + 0.5).floor() as u64;
    let amount = if whole == 0 { "less than 1%".to_owned() } else { format!("{}%", thousands(whole)) };
    (change != 0.0).then(|| format!("{} {amount}", if change > 0.0 { "up" } else { "down" }))
}

/// "3rd highest of England's 315"; where some have no rate, of how many.
pub fn rank_words(rank: Rank, nation: Nation, level: Level, areas: u32) -> String {
    let place = match rank.place {
        1 => "Highest".to_owned(),
        place => format!("{} highest", ordinal(place)),
    };
    let (of, whose) = (thousands(rank.of.into()), whose(nation));
    if rank.of == areas {
        format!("{place} of {whose} {of} {}", level.plural())
    } else {
        format!("{place} of the {of} of {whose} {} {} with a published rate", thousands(areas.into()), level.plural())
    }
}

/// What a table of areas holds: "Rising local authorities in England, seven days to 7 February 2021".
pub fn list_caption(every_area: bool, level: Level, nation: Nation, date: Day) -> String {
    let which = if every_area { "All" } else { "Rising" };
    format!("{which} {} in {}, seven days to {}", level.plural(), nation.name(), date.in_words())
}

/// What stands in place of a table of rising areas where there are none.
pub fn nothing_rising(level: Level, nation: Nation, date: Day) -> String {
    let (areas, nation, date) = (level.plural(), nation.name(), date.in_words());
    format!("None of the {areas} in {nation} was rising in the seven days to {date}.")
}

/// How many people live in an area, by the estimate that its rate is of.
pub fn people_sentence(name: &str, population: u32) -> String {
    format!("{} people lived in {name} in mid-2019, by the official estimate.", thousands(population.into()))
}

/// A rate, or why there is none: "203.4", "not published", "no figure".
pub fn rate_or_why(rate: Option<Rate>, figure: Figure) -> String {
    match (rate, figure) {
        (Some(rate), _) => rate.to_string(),
        (None, Figure::Suppressed) => "not published".into(),
        (None, _) => "no figure".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Figure::{Count, Missing, Suppressed};

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    fn compare(before: Figure, now: Figure) -> Comparison {
        Comparison { now, before }
    }

    #[test]
    fn ordinals() {
        let ordinals: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1002].into_iter().map(ordinal).collect();
        assert_eq!(ordinals, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "1,002nd"]);
    }

    #[test]
    fn the_nation_in_a_sentence() {
        let totals = |rising, unknown| Totals { areas: 315, rising, falling: 302, unchanged: 1, unknown };
        let say = |totals: Totals| nation_verdict(&totals, Nation::England, Level::Ltla, day());
        assert_eq!(
            say(totals(12, 0)),
            "12 of England's 315 local authorities were rising in the seven days to 7 February 2021."
        );
        assert!(say(totals(0, 0)).starts_with("None of England's 315 local authorities was rising"));
        assert!(say(totals(1, 0)).starts_with("1 of England's 315 local authorities was rising"));
        assert!(say(totals(315, 0)).starts_with("All of England's 315 local authorities were rising"));
        assert!(say(totals(0, 315)).starts_with("There are no figures"));
        assert!(say(totals(12, 31)).ends_with("7 February 2021."));
        assert!(say(totals(12, 32)).ends_with("7 February 2021. Of 32 it is unknown."));
        let msoas = Totals { areas: 6791, rising: 1732, ..Totals::default() };
        let words = nation_verdict(&msoas, Nation::Uk, Level::Msoa, day());
        assert!(words.starts_with("1,732 of the UK's 6,791 neighbourhoods were rising"), "{words}");
    }

    #[test]
    fn an_area_in_a_sentence() {
        let say = |before, now| area_verdict("Calderdale", compare(before, now), day());
        assert_eq!(
            say(Count(366), Count(430)),
            "Rising in Calderdale: 430 cases in the seven days to 7 February 2021, up from 366."
        );
        assert!(say(Count(366), Count(1)).ends_with("1 case in the seven days to 7 February 2021, down from 366."));
        assert!(say(Count(3), Suppressed).starts_with("Falling in Calderdale: fewer than 3 cases"));
        assert!(say(Suppressed, Count(4)).ends_with("up from fewer than 3."));
        assert!(say(Count(5), Count(5)).starts_with("Unchanged in Calderdale: 5 cases"));
        assert!(say(Missing, Count(5)).ends_with("There is no figure for the week before."));
        assert!(say(Count(5), Missing).starts_with("There is no figure for Calderdale"));
        let unknown = say(Suppressed, Suppressed);
        assert!(unknown.contains("fewer than 3 in the week before") && unknown.contains("unknown"), "{unknown}");
    }

    #[test]
    fn chance_and_percentages() {
        assert!(clearness(compare(Count(95), Count(194))).unwrap().starts_with("The rise is clear"));
        assert!(clearness(compare(Count(100), Count(99))).unwrap().starts_with("The fall is within the usual"));
        assert_eq!(clearness(compare(Count(5), Count(5))), None);
        assert_eq!(clearness(compare(Suppressed, Count(5))), None);
        assert_eq!(percentage(compare(Count(366), Count(430))).unwrap(), "up 17%");
        assert_eq!(percentage(compare(Count(200), Count(100))).unwrap(), "down 50%");
        assert_eq!(percentage(compare(Count(1000), Count(1001))).unwrap(), "up less than 1%");
        assert_eq!(percentage(compare(Count(9), Count(18))), None);
        assert_eq!(percentage(compare(Count(20), Count(20))), None);
    }

    #[test]
    fn a_rate_beside_those_around_it() {
        let rate = |count| Rate::new(count, 100_000).unwrap();
        let say = |own: Option<u64>, around: &[(&str, u64)]| {
            let around: Vec<_> = around.iter().map(|(name, count)| ((*name).to_owned(), rate(*count))).collect();
            rate_sentence(own.map(rate), &around)
        };
        assert_eq!(say(Some(203), &[]).unwrap(), "That is 203.0 per 100,000 people.");
        assert_eq!(
            say(Some(203), &[("Calderdale", 180), ("England", 193)]).unwrap(),
            "That is 203.0 per 100,000 people; Calderdale as a whole is at 180.0, England at 193.0."
        );
        let suppressed = say(None, &[("Calderdale", 180)]).unwrap();
        assert_eq!(suppressed, "Calderdale as a whole is at 180.0 per 100,000 people.");
        assert_eq!(say(None, &[]), None);
    }

    #[test]
    fn another_date_is_explained() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let dates = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(neighbourhood_date(dates.1, dates.1, dates), "");
        let late = neighbourhood_date(day("2021-10-27"), dates.1, dates);
        assert!(late.contains("21 March 2020 to 28 November 2020"), "{late}");
        assert!(neighbourhood_date(day("2020-11-25"), dates.1, dates).contains("weekly"));
    }

    #[test]
    fn a_table_says_what_it_holds() {
        let caption = |every_area| list_caption(every_area, Level::Ltla, Nation::England, day());
        assert_eq!(caption(false), "Rising local authorities in England, seven days to 7 February 2021");
        assert!(caption(true).starts_with("All local authorities in England"));
        assert!(nothing_rising(Level::Msoa, Nation::Uk, day()).starts_with("None of the neighbourhoods in the UK was"));
    }

    #[test]
    fn ranks_names_and_rates() {
        let say = |place, of| rank_words(Rank { place, of }, Nation::England, Level::Ltla, 315);
        assert_eq!(say(3, 315), "3rd highest of England's 315 local authorities");
        assert_eq!(say(1, 300), "Highest of the 300 of England's 315 local authorities with a published rate");
        assert_eq!(plain_name("Herefordshire, County of"), "Herefordshire");
        assert_eq!(plain_name("City of London"), "City of London");
        assert_eq!(
            people_sentence("Rutland", 39_927),
            "39,927 people lived in Rutland in mid-2019, by the official estimate."
        );
        assert_eq!(rate_or_why(Rate::new(194, 39_927), Count(194)), "485.9");
        assert_eq!(rate_or_why(None, Suppressed), "not published");
        assert_eq!(rate_or_why(None, Missing), "no figure");
    }
}
