//! Figures for a story: what an article about a nation or an authority reports, in sentences to quote.
//!
//! The page and `prepare report --prose` say the same, since both take it from here.

use crate::area::{AreaCode, AreaIndex, AreaTable, Level, Nation};
use crate::day::Day;
use crate::manifest::Source;
use crate::rate::{Rate, thousands};
use crate::scale::Breaks;
use crate::series::Figure;
use crate::snapshot::{Snapshot, Totals, areas_in};
use crate::trend::{Comparison, Direction, bare, cases};
use crate::words::{self, clearness, ordinal, percentage, plain_name, rank_words, whose};

/// How many of the highest rates are told one by one.
const HIGHEST: usize = 3;

/// As many rising areas as are all listed: every authority there is. Of more, [`LISTED`] are.
const LISTED_ALL: usize = 400;

/// How many are listed of a number too large to print.
const LISTED: usize = 50;

/// Days from a week's last to that of the week before.
const WEEK: i32 = 7;

/// All areas of one level at one date.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    pub level: Level,
    pub table: &'a AreaTable,
    pub snapshot: &'a Snapshot,
}

/// What an area's story has beside the area's own figures.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// All authorities, at the same date or the nearest one.
    pub authorities: Option<Figures<'a>>,
    /// All neighbourhoods, at the same date or the nearest one.
    pub neighbourhoods: Option<Figures<'a>>,
    /// The dates that neighbourhoods have figures for.
    pub neighbourhood_dates: Option<(Day, Day)>,
    /// Cases per 100,000 from which a neighbourhood is listed as a hotspot. `None`: the bound below the highest of them.
    pub threshold: Option<u32>,
    pub breaks: &'a Breaks,
}

/// A piece of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    Heading(String),
    Paragraph(String),
    List(Vec<String>),
}

/// Sentences to quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    pub title: String,
    pub blocks: Vec<Block>,
}

impl Story {
    /// As plain text: blocks with an empty line between, list items after a hyphen.
    pub fn plain(&self) -> String {
        let mut text = format!("{}\n", self.title);
        for block in &self.blocks {
            text.push('\n');
            match block {
                Block::Heading(words) | Block::Paragraph(words) => {
                    text += words;
                    text.push('\n');
                }
                Block::List(items) => {
                    for item in items {
                        text += "- ";
                        text += item;
                        text.push('\n');
                    }
                }
            }
        }
        text
    }

    fn say(&mut self, sentence: String) {
        self.blocks.push(Block::Paragraph(sentence));
    }

    fn head(&mut self, words: &str) {
        self.blocks.push(Block::Heading(words.to_owned()));
    }
}

/// The story of a nation's areas. `authorities` has the names of those that neighbourhoods lie in.
pub fn of_nation(figures: Figures, nation: Nation, authorities: Option<&AreaTable>, sources: &[Source]) -> Story {
    let Figures { level, table, snapshot } = figures;
    let (plural, date) = (level.plural(), snapshot.date());
    let totals = snapshot.totals(table, nation);
    let all = format!("{} {} {plural}", whose(nation), thousands(totals.areas.into()));
    let title = format!("{all} in the seven days to {}", date.in_words());
    let mut story = Story { title: capitalised(title), blocks: vec![] };
    story.say(directions(&totals, &all, date));
    if let Some(sentence) = nation_as_a_whole(figures, nation) {
        story.say(sentence);
    }
    let name = |area: AreaIndex| full_name(table, area, authorities);
    let ranking = snapshot.ranking(table, nation);
    let with_rate: Vec<AreaIndex> =
        ranking.iter().copied().filter(|&area| snapshot.rate(table, area).is_some()).collect();
    if !with_rate.is_empty() {
        story.head("The highest rates");
        let highest = with_rate.iter().take(HIGHEST).filter_map(|&area| {
            let rank = snapshot.rank(table, nation, area)?;
            let own = snapshot.rate(table, area);
            let shared = with_rate.iter().filter(|&&other| snapshot.rate(table, other) == own).count() > 1;
            let place = if rank.place == 1 { "highest".to_owned() } else { format!("{} highest", ordinal(rank.place)) };
            let joint = if shared { "joint " } else { "" };
            Some(format!("{} has the {joint}{place} rate: {}.", name(area), week_in_full(figures, area)))
        });
        story.blocks.push(Block::List(highest.collect()));
    }
    rises(&mut story, figures, &ranking, &name);
    method(&mut story, level, Some(nation), sources);
    story
}

/// The story of one area: of an authority with its neighbourhoods, or of a neighbourhood with those around it. `None` if
/// there is no such area.
pub fn of_area(figures: Figures, area: AreaIndex, around: Around, sources: &[Source]) -> Option<Story> {
    let Figures { level, table, snapshot } = figures;
    let (own, date) = (table.get(area)?, snapshot.date());
    let comparison = snapshot.comparison(area);
    let place = full_name(table, area, around.authorities.map(|authorities| authorities.table));
    let title = format!("{place} in the seven days to {}", date.in_words());
    let mut story = Story { title, blocks: vec![] };
    let rate = snapshot.rate(table, area);
    let wholes = around
        .authorities
        .map(|figures| words::wholes(&own.code, own.parent.as_ref(), figures.table, figures.snapshot))
        .unwrap_or_default();
    let mut sentences = vec![area_week(&place, comparison, date)];
    sentences.extend(words::rate_sentence(rate, &wholes));
    sentences.extend(clearness(comparison));
    story.say(sentences.join(" "));
    let nation = own.code.nation().unwrap_or(Nation::Uk);
    if let Some(rank) = snapshot.rank(table, nation, area) {
        let areas = areas_in(table, nation).count() as u32;
        story.say(format!("By rate: {}.", lower_first(rank_words(rank, nation, level, areas))));
    }
    let authority = own.parent.as_ref().unwrap_or(&own.code);
    let finer = around.neighbourhoods.filter(|finer| finer.table.children_of(authority).next().is_some());
    if let Some(finer) = finer {
        let name = match (&own.parent, around.authorities) {
            (None, _) => plain_name(&own.name).to_owned(),
            (Some(code), Some(authorities)) => named(authorities.table, code).unwrap_or(code.as_str()).to_owned(),
            (Some(code), None) => code.to_string(),
        };
        neighbourhoods(&mut story, finer, authority, &name, date, around);
    }
    method(&mut story, if finer.is_some() { Level::Msoa } else { level }, None, sources);
    Some(story)
}

/// Hotspots and rises of one authority's neighbourhoods.
fn neighbourhoods(story: &mut Story, figures: Figures, authority: &AreaCode, place: &str, wanted: Day, around: Around) {
    let Figures { table, snapshot, .. } = figures;
    let date = snapshot.date();
    let inside = |area: &AreaIndex| table.get(*area).is_some_and(|area| area.parent.as_ref() == Some(authority));
    let ranking: Vec<AreaIndex> = snapshot.ranking(table, Nation::Uk).into_iter().filter(inside).collect();
    story.head(&format!("Neighbourhoods of {place}"));
    if let Some(dates) = around.neighbourhood_dates.filter(|_| wanted != date) {
        story.say(words::neighbourhood_date(wanted, date, dates));
    }
    let mut totals = Totals { areas: ranking.len() as u32, ..Totals::default() };
    for &area in &ranking {
        *match snapshot.comparison(area).direction() {
            Direction::Rising => &mut totals.rising,
            Direction::Falling => &mut totals.falling,
            Direction::Unchanged => &mut totals.unchanged,
            Direction::Unknown => &mut totals.unknown,
        } += 1;
    }
    let all = format!("the {} neighbourhoods in {place}", thousands(totals.areas.into()));
    story.say(directions(&totals, &all, date));

    let name = |area: AreaIndex| table.get(area).map(|area| area.name.clone()).unwrap_or_default();
    let highest = ranking.first().and_then(|&area| snapshot.rate(table, area));
    let threshold = around.threshold.unwrap_or_else(|| below(around.breaks, highest));
    let hot: Vec<AreaIndex> = ranking
        .iter()
        .copied()
        .filter(|&area| snapshot.rate(table, area).is_some_and(|rate| rate.value() >= f64::from(threshold)))
        .collect();
    story.head("Hotspots");
    let bound = format!("{} or more cases per 100,000 people", thousands(threshold.into()));
    let week = format!("in the seven days to {}", date.in_words());
    story.say(match hot.len() as u32 {
        0 => format!("None of {all} had {bound} {week}."),
        number => {
            let share = share(number, totals.areas);
            let end = if number == totals.areas {
                "All of ".to_owned() + &all
            } else {
                format!("{} of {all} ({share})", thousands(number.into()))
            };
            let order = if number > 1 { ", highest first" } else { "" };
            format!("{end} had {bound} {week}{order}, with the rates and the cases in the two weeks:")
        }
    });
    if !hot.is_empty() {
        let lines = hot.iter().map(|&area| format!("{}: {}", name(area), week_in_short(figures, area)));
        story.blocks.push(Block::List(lines.collect()));
    }
    rises(story, figures, &ranking, &name);
}

/// The rising areas of a ranking with both rates and counts, and which of the rises are clear.
fn rises(story: &mut Story, figures: Figures, ranking: &[AreaIndex], name: &dyn Fn(AreaIndex) -> String) {
    let snapshot = figures.snapshot;
    let rising: Vec<AreaIndex> =
        ranking.iter().copied().filter(|&area| snapshot.comparison(area).direction() == Direction::Rising).collect();
    if rising.is_empty() {
        return;
    }
    story.head("Rising");
    let listed = if rising.len() > LISTED_ALL { LISTED } else { rising.len() };
    story.say(match (rising.len(), listed) {
        (1, _) => "One area rose, with its rate per 100,000 people and its cases in the two weeks:".to_owned(),
        (all, listed) if listed < all => format!(
            "{} areas rose. These are the {listed} of them with the highest rates per 100,000 people, with those and the cases in the two weeks:",
            thousands(all as u64)
        ),
        (all, _) => format!(
            "{all} areas rose. In full, highest rate first, with the rates per 100,000 people and the cases in the two weeks:"
        ),
    });
    let lines = rising[..listed].iter().map(|&area| format!("{}: {}", name(area), week_in_short(figures, area)));
    story.blocks.push(Block::List(lines.collect()));

    let clear: Vec<AreaIndex> =
        rising.iter().copied().filter(|&area| snapshot.comparison(area).clear() == Some(true)).collect();
    let untold = rising.iter().filter(|&&area| snapshot.comparison(area).clear().is_none()).count();
    let usual = rising.len() - clear.len() - untold;
    let names = match clear.len() {
        // More would be a second list.
        1..=LISTED => format!(": {}", listing(clear.iter().map(|&area| name(area)).collect())),
        _ => String::new(),
    };
    let mut sentence = match (clear.len(), rising.len()) {
        (0, 1) => "The rise is not clear".to_owned(),
        (0, _) => "None of the rises is clear, that is, larger than chance explains".to_owned(),
        (1, 1) => "The rise is clear, that is, larger than chance explains".to_owned(),
        (1, _) => format!("One of the rises is clear, that is, larger than chance explains{names}"),
        (number, _) => {
            format!("{} of the rises are clear, that is, larger than chance explains{names}", thousands(number as u64))
        }
    };
    sentence.push('.');
    let others = if !clear.is_empty() && untold == 0 { "The other " } else { "" };
    let one = if others.is_empty() { "1" } else { "one" };
    match (usual, rising.len()) {
        (0, _) => {}
        (1, 1) => sentence += " It is within the usual week-to-week variation.",
        (1, _) => sentence += &format!(" {others}{one} is within the usual week-to-week variation."),
        (number, _) => {
            let number = thousands(number as u64);
            sentence += &format!(" {others}{number} are within the usual week-to-week variation.");
        }
    }
    if untold > 0 {
        let of = if untold == 1 { "1".to_owned() } else { thousands(untold as u64) };
        sentence += &format!(" Of {of} it cannot be said, since an exact count was not published.");
    }
    story.say(sentence);
}

/// "12 of England's 315 local authorities (4%) saw a rise in …; 302 (96%) saw a fall and 1 (less than 1%) was unchanged."
fn directions(totals: &Totals, all: &str, date: Day) -> String {
    let Totals { areas, rising, falling, unchanged, unknown } = *totals;
    let weeks = format!(
        "in the seven days to {}, compared with the seven days to {}",
        date.in_words(),
        (date - WEEK).in_words()
    );
    if unknown == areas {
        return format!("There are no figures to compare for {all} {weeks}.");
    }
    let of = |number: u32| format!("{} ({})", thousands(number.into()), share(number, areas));
    let mut sentence = match rising {
        0 => format!("None of {all} saw a rise {weeks}"),
        _ if rising == areas => format!("All of {all} saw a rise {weeks}"),
        _ => format!("{} of {all} ({}) saw a rise {weeks}", thousands(rising.into()), share(rising, areas)),
    };
    let mut others = vec![];
    if falling > 0 {
        others.push(format!("{} saw a fall", of(falling)));
    }
    if unchanged > 0 {
        others.push(format!("{} {} unchanged", of(unchanged), if unchanged == 1 { "was" } else { "were" }));
    }
    if unknown > 0 {
        others.push(format!("for {} the direction is not known", of(unknown)));
    }
    if !others.is_empty() {
        sentence += &format!("; {}", listing(others));
    }
    sentence + "."
}

/// The nation's cases and rate in both weeks; nothing unless every area's counts are numbers.
fn nation_as_a_whole(figures: Figures, nation: Nation) -> Option<String> {
    let Figures { table, snapshot, .. } = figures;
    let (mut now, mut before, mut people) = (0u64, 0u64, 0u64);
    for area in areas_in(table, nation) {
        let comparison = snapshot.comparison(area);
        now += u64::from(comparison.now.count()?);
        before += u64::from(comparison.before.count()?);
        people += u64::from(table.get(area)?.population);
    }
    let (rate, rate_before) = (Rate::new(now, people)?, Rate::new(before, people)?);
    let comparison =
        Comparison { now: Figure::Count(u32::try_from(now).ok()?), before: Figure::Count(u32::try_from(before).ok()?) };
    let change = percentage(comparison).map(|change| format!(" ({change})")).unwrap_or_default();
    let link = match comparison.direction() {
        Direction::Rising => "up from",
        Direction::Falling => "down from",
        Direction::Unchanged | Direction::Unknown => "as many as the",
    };
    Some(format!(
        "{} as a whole had {} in the week, {rate} per 100,000 people, {link} {} and {rate_before} in the week before{change}.",
        capitalised(nation.name().to_owned()),
        cases(comparison.now),
        bare(comparison.before),
    ))
}

/// "Herefordshire had 863 cases in the seven days to …, down from 921 in the seven days to … (down 6%)."
fn area_week(place: &str, comparison: Comparison, date: Day) -> String {
    let Comparison { now, before } = comparison;
    let (week, last) = (date.in_words(), (date - WEEK).in_words());
    if now == Figure::Missing {
        return format!("There is no figure for {place} in the seven days to {week}.");
    }
    let change = percentage(comparison).map(|change| format!(" ({change})")).unwrap_or_default();
    let then = match comparison.direction() {
        Direction::Rising => format!("up from {} in the seven days to {last}{change}", bare(before)),
        Direction::Falling => format!("down from {} in the seven days to {last}{change}", bare(before)),
        Direction::Unchanged => format!("the same as in the seven days to {last}"),
        Direction::Unknown => unknown(before),
    };
    format!("{place} had {} in the seven days to {week}, {then}.", cases(now))
}

/// "194 cases in the seven days to 7 February 2021, 485.9 per 100,000 people, up from 237.9 in the seven days to 31
/// January 2021 (95 cases)", for an area that has a rate.
fn week_in_full(figures: Figures, area: AreaIndex) -> String {
    let Figures { table, snapshot, .. } = figures;
    let (comparison, date) = (snapshot.comparison(area), snapshot.date());
    let last = (date - WEEK).in_words();
    let mut words = format!("{} in the seven days to {}", cases(comparison.now), date.in_words());
    if let Some(rate) = snapshot.rate(table, area) {
        words += &format!(", {rate} per 100,000 people");
    }
    let link = match comparison.direction() {
        Direction::Rising => "up from",
        Direction::Falling => "down from",
        Direction::Unchanged => return words + &format!(", the same as in the seven days to {last}"),
        Direction::Unknown => return words + ", " + &unknown(comparison.before),
    };
    words
        + &match snapshot.rate_before(table, area) {
            Some(rate) => format!(", {link} {rate} in the seven days to {last} ({})", cases(comparison.before)),
            None => format!(", {link} {} in the seven days to {last}", cases(comparison.before)),
        }
}

/// "485.9, up from 237.9 (194 cases, up from 95)"; without rates where they are not published.
fn week_in_short(figures: Figures, area: AreaIndex) -> String {
    let Figures { table, snapshot, .. } = figures;
    let comparison = snapshot.comparison(area);
    let (rate, rate_before) = (snapshot.rate(table, area), snapshot.rate_before(table, area));
    let link = match comparison.direction() {
        Direction::Rising => "up from",
        Direction::Falling => "down from",
        Direction::Unchanged => {
            let now = rate.map_or(cases(comparison.now), |rate| format!("{rate} ({})", cases(comparison.now)));
            return now + ", the same as in the week before";
        }
        Direction::Unknown => {
            let counts = format!("{}, {}", cases(comparison.now), unknown(comparison.before));
            return rate.map_or(counts.clone(), |rate| format!("{rate} ({counts})"));
        }
    };
    let counts = format!("{}, {link} {}", cases(comparison.now), bare(comparison.before));
    match (rate, rate_before) {
        (Some(rate), Some(before)) => format!("{rate}, {link} {before} ({counts})"),
        (Some(rate), None) => format!("{rate} ({counts})"),
        (None, _) => counts,
    }
}

/// Why no direction is told.
fn unknown(before: Figure) -> String {
    match before {
        Figure::Missing => "with no figure for the week before".to_owned(),
        _ => format!("{} in the week before, so the direction is not known", bare(before)),
    }
}

/// What the words mean and whose the figures are.
fn method(story: &mut Story, level: Level, nation: Option<Nation>, sources: &[Source]) {
    story.head("How to read these figures");
    let mut items = vec![
        "Cases are counted by the day the test was taken, over seven days ending on the date given, that day included. \
        The week before is the seven days before those."
            .to_owned(),
        "A rate is the cases of the seven days for every 100,000 people living in the area. Areas are ranked by the \
        exact rate; what is written is rounded to one decimal."
            .to_owned(),
        "An area rises if it has more cases than in the week before, however few more. A rise is clear if it is larger \
        than chance explains (exact conditional binomial test of the two counts, p below 0.05, taking cases as \
        independent events)."
            .to_owned(),
    ];
    if level == Level::Msoa {
        let fewer = bare(Figure::Suppressed);
        items.push(format!(
            "Neighbourhoods are middle-layer super output areas (MSOAs). Counts of 0, 1 or 2 are not published for them: \"{fewer}\" is neither zero nor missing."
        ));
    }
    if nation == Some(Nation::Uk) {
        items.push("The nations counted cases in different ways; compare areas across a border with care.".to_owned());
    }
    story.blocks.push(Block::List(items));
    if !sources.is_empty() {
        story.head("Sources");
        let lines = sources.iter().map(|source| format!("{}. {}. {}.", source.name, source.publisher, source.licence));
        story.blocks.push(Block::List(lines.collect()));
    }
}

/// The part of a whole in whole per cent, rounded half up; never 0% for some or 100% for not all.
fn share(part: u32, whole: u32) -> String {
    let (part, whole) = (u64::from(part), u64::from(whole.max(1)));
    let rounded = (part * 200 + whole) / (whole * 2);
    match rounded {
        0 if part > 0 => "less than 1%".into(),
        100 if part < whole => "more than 99%".into(),
        rounded => format!("{rounded}%"),
    }
}

/// The largest bound of the scale that the rate reaches, or the smallest of all.
fn below(breaks: &Breaks, rate: Option<Rate>) -> u32 {
    let class = rate.map_or(0, |rate| breaks.class(rate));
    breaks.bounds(class.max(1)).0
}

fn full_name(table: &AreaTable, area: AreaIndex, authorities: Option<&AreaTable>) -> String {
    let Some(area) = table.get(area) else { return String::new() };
    match area.parent.as_ref().and_then(|code| named(authorities?, code)) {
        Some(authority) => format!("{}, {authority}", area.name),
        None => plain_name(&area.name).to_owned(),
    }
}

fn named<'a>(table: &'a AreaTable, code: &AreaCode) -> Option<&'a str> {
    Some(plain_name(&table.get(table.index_of(code)?)?.name))
}

/// "a, b and c". With a semicolon between where one has a comma in it.
fn listing(mut items: Vec<String>) -> String {
    let Some(last) = items.pop() else { return String::new() };
    if items.is_empty() {
        return last;
    }
    let comma = items.iter().chain([&last]).any(|item| item.contains(", "));
    let (between, end) = if comma { ("; ", "; and ") } else { (", ", " and ") };
    items.join(between) + end + &last
}

fn capitalised(text: String) -> String {
    let mut out = text;
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out
}

fn lower_first(text: String) -> String {
    let mut out = text;
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::area::Area;
    use crate::series::{Cadence, Chunk, Series};
    use Figure::{Count, Missing, Suppressed};

    /// Areas of 10,000 people each, with their two weeks; the first letter of the code is E unless it is given.
    fn table(names: &[(&str, &str, Option<&str>)]) -> AreaTable {
        let areas = names.iter().map(|&(code, name, parent)| Area {
            code: code.parse().unwrap(),
            name: name.into(),
            parent: parent.map(|code| code.parse().unwrap()),
            population: 10_000,
        });
        AreaTable::new(areas.collect(), vec![]).unwrap()
    }

    fn snapshot(table: &AreaTable, weeks: &[(Figure, Figure)]) -> Snapshot {
        let date: Day = "2021-02-07".parse().unwrap();
        let figures: Vec<Figure> = weeks.iter().flat_map(|&(before, now)| [before, now]).collect();
        let chunk = Chunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        Snapshot::new(table, &Series::new([Arc::new(chunk)]), date)
    }

    fn authorities() -> AreaTable {
        table(&[("E1", "Anham", None), ("E2", "Beeton, City of", None), ("E3", "Ceeby", None), ("E4", "Deeham", None)])
    }

    #[test]
    fn a_nation() {
        let table = authorities();
        let weeks = [(Count(20), Count(60)), (Count(10), Count(12)), (Count(9), Count(9)), (Count(70), Count(60))];
        let snapshot = snapshot(&table, &weeks);
        let figures = Figures { level: Level::Ltla, table: &table, snapshot: &snapshot };
        let source = Source { name: "Cases".into(), publisher: "An agency".into(), licence: "Open".into() };
        let text = of_nation(figures, Nation::England, None, &[source]).plain();
        for line in [
            "England's 4 local authorities in the seven days to 7 February 2021",
            "2 of England's 4 local authorities (50%) saw a rise in the seven days to 7 February 2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and 1 (25%) was unchanged.",
            "England as a whole had 141 cases in the week, 352.5 per 100,000 people, up from 109 and 272.5 in the week before (up 29%).",
            "- Anham has the joint highest rate: 60 cases in the seven days to 7 February 2021, 600.0 per 100,000 people, up from 200.0 in the seven days to 31 January 2021 (20 cases).",
            "- Deeham has the joint highest rate: 60 cases in the seven days to 7 February 2021, 600.0 per 100,000 people, down from 700.0 in the seven days to 31 January 2021 (70 cases).",
            "- Beeton has the 3rd highest rate: 12 cases in the seven days to 7 February 2021, 120.0 per 100,000 people, up from 100.0 in the seven days to 31 January 2021 (10 cases).",
            "2 areas rose. In full, highest rate first, with the rates per 100,000 people and the cases in the two weeks:",
            "- Anham: 600.0, up from 200.0 (60 cases, up from 20)",
            "- Beeton: 120.0, up from 100.0 (12 cases, up from 10)",
            "One of the rises is clear, that is, larger than chance explains: Anham. The other one is within the usual week-to-week variation.",
            "- Cases. An agency. Open.",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
        }
    }

    #[test]
    fn nothing_rises_or_nothing_is_known() {
        let table = authorities();
        let fall = snapshot(&table, &[(Count(20), Count(10)); 4]);
        let say = |snapshot| {
            let figures = Figures { level: Level::Ltla, table: &table, snapshot };
            of_nation(figures, Nation::England, None, &[]).plain()
        };
        let text = say(&fall);
        assert!(text.contains("None of England's 4 local authorities saw a rise") && !text.contains("\nRising\n"));
        assert!(text.contains("; 4 (100%) saw a fall."), "{text}");
        let text = say(&snapshot(&table, &[(Missing, Missing); 4]));
        assert!(text.contains("There are no figures to compare for England's 4 local authorities"), "{text}");
        assert!(!text.contains("highest rate") && !text.contains("as a whole"), "{text}");
    }

    fn neighbourhoods() -> AreaTable {
        table(&[
            ("E5", "North", Some("E1")),
            ("E6", "South", Some("E1")),
            ("E7", "East, West & Middle", Some("E1")),
            ("E8", "Upper", Some("E1")),
            ("E9", "Elsewhere", Some("E2")),
        ])
    }

    fn of_anham(weeks: &[(Figure, Figure)], threshold: Option<u32>) -> String {
        let (table, finer) = (authorities(), neighbourhoods());
        let snapshot_of_all = snapshot(
            &table,
            &[(Count(921), Count(863)), (Count(1), Count(1)), (Count(9), Count(9)), (Count(7), Count(6))],
        );
        let snapshot = snapshot(&finer, weeks);
        let figures = Figures { level: Level::Ltla, table: &table, snapshot: &snapshot_of_all };
        let around = Around {
            authorities: Some(figures),
            neighbourhoods: Some(Figures { level: Level::Msoa, table: &finer, snapshot: &snapshot }),
            neighbourhood_dates: None,
            threshold,
            breaks: &Breaks::default(),
        };
        of_area(figures, 0, around, &[]).unwrap().plain()
    }

    #[test]
    fn an_authority_and_its_neighbourhoods() {
        let weeks = [
            (Count(20), Count(12)),
            (Suppressed, Count(9)),
            (Suppressed, Suppressed),
            (Count(4), Count(25)),
            (Count(1), Count(99)),
        ];
        let text = of_anham(&weeks, Some(100));
        for line in [
            "Anham in the seven days to 7 February 2021",
            "Anham had 863 cases in the seven days to 7 February 2021, down from 921 in the seven days to 31 January 2021 (down 6%). That is 8,630.0 per 100,000 people; England as a whole is at 2,197.5. The fall is within the usual week-to-week variation.",
            "By rate: highest of England's 4 local authorities.",
            "2 of the 4 neighbourhoods in Anham (50%) saw a rise in the seven days to 7 February 2021, compared with the seven days to 31 January 2021; 1 (25%) saw a fall and for 1 (25%) the direction is not known.",
            "2 of the 4 neighbourhoods in Anham (50%) had 100 or more cases per 100,000 people in the seven days to 7 February 2021, highest first, with the rates and the cases in the two weeks:",
            "- Upper: 250.0, up from 40.0 (25 cases, up from 4)",
            "- North: 120.0, down from 200.0 (12 cases, down from 20)",
            "- South: 90.0 (9 cases, up from fewer than 3)",
            "One of the rises is clear, that is, larger than chance explains: Upper. Of 1 it cannot be said, since an exact count was not published.",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
        }
        assert!(!text.contains("Elsewhere"), "{text}");
        // The bound below 250 is 200.
        assert!(of_anham(&weeks, None).contains("1 of the 4 neighbourhoods in Anham (25%) had 200 or more"));
        let quiet = of_anham(&[(Suppressed, Suppressed); 5], None);
        assert!(quiet.contains("None of the 4 neighbourhoods in Anham had 10 or more cases"), "{quiet}");
    }

    #[test]
    fn a_neighbourhood() {
        let (table, finer) = (authorities(), neighbourhoods());
        let above = snapshot(&table, &[(Count(50), Count(60)); 4]);
        let own = snapshot(&finer, &[(Count(12), Suppressed); 5]);
        let figures = Figures { level: Level::Msoa, table: &finer, snapshot: &own };
        let around = Around {
            authorities: Some(Figures { level: Level::Ltla, table: &table, snapshot: &above }),
            neighbourhoods: Some(figures),
            neighbourhood_dates: None,
            threshold: None,
            breaks: &Breaks::default(),
        };
        let text = of_area(figures, 0, around, &[]).unwrap().plain();
        assert!(text.contains("North, Anham had fewer than 3 cases in the seven days to 7 February 2021, down from 12 in the seven days to 31 January 2021. Anham as a whole is at 600.0"), "{text}");
        assert!(text.contains("0, 1 or 2 are not published"), "{text}");
        assert!(of_area(figures, 5, around, &[]).is_none());
    }

    #[test]
    fn shares_are_rounded_half_up_and_never_all_or_nothing() {
        assert_eq!((share(12, 315), share(302, 315)), ("4%".into(), "96%".into()));
        assert_eq!((share(1, 315), share(314, 315)), ("less than 1%".into(), "more than 99%".into()));
        assert_eq!((share(1, 8), share(0, 9), share(9, 9)), ("13%".into(), "0%".into(), "100%".into()));
    }

    #[test]
    fn lists_in_a_sentence() {
        let list = |items: &[&str]| listing(items.iter().map(|&item| item.to_owned()).collect());
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a, b", "c"]), "a, b; and c");
    }
}
