//! Writes figures as sentences, for the app, the prerendered pages and `prepare report` alike.

use rising_words::Language;

use crate::area::{Area, AreaCode, AreaIndex, AreaTable, Level, Nation};
use crate::clearness::Grade;
use crate::day::Day;
use crate::manifest::Manifest;
use crate::rate::Rate;
use crate::scope::Scope;
use crate::series::Figure;
use crate::snapshot::{ClearTotals, DirectionTotals, Rank, Snapshot};
use crate::trend::{Comparison, Direction, cases_text, count_text};

/// Shortens an official name for a sentence: "Herefordshire" for "Herefordshire, County of".
pub fn plain_name(name: &str) -> &str {
    [", County of", ", City of"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name)
}

/// The name of a scope in sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeName {
    /// A nation.
    Nation(Nation),
    /// The plain name of an authority.
    Authority(String),
}

impl ScopeName {
    /// Returns the name of a scope; `None` if `authorities` does not have its authority.
    pub fn of(
        scope: &Scope,
        authorities: Option<&AreaTable>,
        language: Language,
    ) -> Option<ScopeName> {
        match scope {
            Scope::Nation(nation) => Some(ScopeName::Nation(*nation)),
            Scope::Within(code) => {
                let authority = authorities?.get(authorities?.index_of(code)?)?;
                Some(ScopeName::Authority(
                    plain_name(authority.name_in(language)).to_owned(),
                ))
            }
        }
    }

    /// Names all of its areas with their number: "England's 315 local authorities",
    /// "Herefordshire's 23 neighbourhoods".
    pub fn all_areas(&self, areas: u32, level: Level, language: Language) -> String {
        match self {
            ScopeName::Nation(nation) => language.all_areas(areas, level.into(), (*nation).into()),
            ScopeName::Authority(name) => {
                language.all_areas_within(areas, level.into(), &language.whose(name))
            }
        }
    }

    /// Names its areas: "England's local authorities", "Herefordshire's neighbourhoods".
    pub fn areas(&self, level: Level, language: Language) -> String {
        match self {
            ScopeName::Nation(nation) => language.areas_of_nation(level.into(), (*nation).into()),
            ScopeName::Authority(name) => {
                language.areas_within(level.into(), &language.whose(name))
            }
        }
    }

    /// Names its areas at the beginning of a sentence.
    pub fn areas_first(&self, level: Level, language: Language) -> String {
        match self {
            ScopeName::Nation(nation) => {
                language.areas_of_nation_first(level.into(), (*nation).into())
            }
            ScopeName::Authority(_) => capitalise(self.areas(level, language)),
        }
    }

    /// Says where its areas are: "in England", "in Herefordshire".
    pub fn inside(&self, language: Language) -> String {
        match self {
            ScopeName::Nation(nation) => language.in_nation((*nation).into()).clone(),
            ScopeName::Authority(name) => language.in_place(name),
        }
    }
}

impl From<Nation> for ScopeName {
    fn from(nation: Nation) -> ScopeName {
        ScopeName::Nation(nation)
    }
}

/// Says how many of a scope's areas rise, and how many of them clearly. Adds a sentence if no
/// change is clear, and one if the direction of more than a tenth is unknown, because the first
/// sentence alone would mislead.
pub fn scope_verdict(
    totals: &DirectionTotals,
    name: &ScopeName,
    level: Level,
    date: Day,
    language: Language,
) -> String {
    let date = date.in_words(language);
    let DirectionTotals {
        areas,
        rising,
        unknown,
        ..
    } = *totals;
    if unknown == areas {
        return language.verdict_nothing(&date, &name.areas(level, language));
    }
    let all = name.all_areas(areas, level, language);
    let has_none_clear = totals.clear == Some(ClearTotals::default());
    let clearly = match totals.clear {
        Some(ClearTotals { rises, .. }) if rising > 0 && !has_none_clear => {
            if rises == rising && rises > 1 {
                language.all_clearly().to_owned()
            } else {
                language.clearly(rises, rising)
            }
        }
        _ => String::new(),
    };
    let mut sentence = if rising == areas && rising > 1 {
        language.verdict_all(&all, &clearly, &date)
    } else {
        language.verdict(&all, &clearly, &date, rising)
    };
    if has_none_clear {
        sentence.push(' ');
        sentence += language.none_clear();
    }
    if unknown * 10 > areas {
        sentence.push(' ');
        sentence += &language.verdict_unknown(unknown);
    }
    sentence
}

/// Says whether one area rises or falls, with its counts, in one sentence. A second sentence gives
/// the reason if the direction is unknown.
pub fn area_verdict(place: &str, comparison: Comparison, date: Day, language: Language) -> String {
    let date = date.in_words(language);
    if comparison.now == Figure::Missing {
        return language.area_no_figure(&date, place);
    }
    let (now, before) = (
        cases_text(comparison.now, language),
        count_text(comparison.before, language),
    );
    match comparison.direction() {
        direction @ (Direction::Rising | Direction::Falling) => {
            language.area_changed(&before, &date, direction.into(), &now, place)
        }
        Direction::Unchanged => language.area_unchanged(&date, &now, place),
        Direction::Unknown if comparison.before == Figure::Missing => {
            language.area_nothing_before(&date, &now, place)
        }
        Direction::Unknown => language.area_unknown(&before, &date, &now, place),
    }
}

/// Gives the rate with those of at most two containing areas: "That is 203.4 per 100,000 people;
/// England as a whole is at 193.1." `None` if no rate is known.
pub fn rate_sentence(
    rate: Option<Rate>,
    parents: &[(String, Rate)],
    language: Language,
) -> Option<String> {
    let rate = rate.map(|rate| rate.in_words(language));
    let parent = |position: usize| {
        parents
            .get(position)
            .map(|(name, rate)| (name, rate.in_words(language)))
    };
    Some(match (rate, parent(0), parent(1)) {
        (None, None, _) => return None,
        (Some(rate), None, _) => language.rate_alone(&rate),
        (Some(rate), Some((name, whole)), None) => language.rate_beside_one(&rate, name, &whole),
        (Some(rate), Some((name, whole)), Some((wider, wide))) => {
            language.rate_beside_two(&rate, name, &whole, wider, &wide)
        }
        (None, Some((name, whole)), None) => capitalise(language.rate_of_one(name, &whole)),
        (None, Some((name, whole)), Some((wider, wide))) => {
            capitalise(language.rate_of_two(name, &whole, wider, &wide))
        }
    })
}

/// Capitalises a sentence that begins with a name such as "the Netherlands".
fn capitalise(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// Returns the names and rates of an area's authority (for a neighbourhood) and of its nation.
/// `table` and `snapshot` are the authorities'.
pub fn parent_rates(
    code: &AreaCode,
    parent: Option<&AreaCode>,
    table: &AreaTable,
    snapshot: &Snapshot,
    language: Language,
) -> Vec<(String, Rate)> {
    let authority = parent.and_then(|code| {
        let index = table.index_of(code)?;
        Some((
            plain_name(table.get(index)?.name_in(language)).to_owned(),
            snapshot.rate(table, index)?,
        ))
    });
    // Areas of no nation are compared with all areas.
    let nation = code.nation().unwrap_or(Nation::Uk);
    let nation_rate = snapshot
        .overall_rate(table, nation)
        .map(|rate| (nation.name(language).to_owned(), rate));
    authority.into_iter().chain(nation_rate).collect()
}

/// Says why the neighbourhoods' figures are those of another date; empty if they are not.
pub fn neighbourhood_date(
    wanted: Day,
    shown: Day,
    (first, last): (Day, Day),
    language: Language,
) -> String {
    if wanted == shown {
        String::new()
    } else if wanted < first || wanted > last {
        language.neighbourhoods_run(&first.in_words(language), &last.in_words(language))
    } else {
        language.neighbourhoods_weekly()
    }
}

/// Says whether chance could explain an area's change, with the range of the change if both counts
/// are large enough. `None` if the change has no grade.
pub fn clearness_sentence(
    snapshot: &Snapshot,
    table: &AreaTable,
    area: AreaIndex,
    language: Language,
) -> Option<String> {
    let grade = snapshot.grade(table, area)?;
    let range = snapshot
        .range(table, area)
        .map(|range| range_text(range, language))
        .unwrap_or_default();
    Some(grade_text(
        grade,
        snapshot.comparison(area).direction(),
        &range,
        language,
    ))
}

/// Says whether chance could explain an area's change, without the range.
pub fn grade_sentence(
    snapshot: &Snapshot,
    table: &AreaTable,
    area: AreaIndex,
    language: Language,
) -> Option<String> {
    Some(grade_text(
        snapshot.grade(table, area)?,
        snapshot.comparison(area).direction(),
        "",
        language,
    ))
}

fn grade_text(grade: Grade, direction: Direction, range: &str, language: Language) -> String {
    let direction = direction.into();
    match grade {
        Grade::Clear => language.change_clear(direction, range),
        Grade::Probable => language.change_probable(direction, range),
        Grade::CouldBeChance => language.change_chance(direction, range),
    }
}

/// Formats a range in multiples of the week before: ": between 45 and 187 per cent more than the
/// week before".
fn range_text((low, high): (f64, f64), language: Language) -> String {
    // Counts with a range are above 0, so the change is never 100 per cent fewer.
    let percent = |multiple: f64| ((multiple - 1.0) * 100.0).max(-99.0);
    let (exact_low, exact_high) = (percent(low), percent(high));
    // Both ends of a narrow range may round to the same number; then they are rounded outwards.
    let (from, to) = match (exact_low.round() as i32, exact_high.round() as i32) {
        (one, other) if one == other => (exact_low.floor() as i32, exact_high.ceil() as i32),
        rounded => rounded,
    };
    match (from.unsigned_abs(), to.unsigned_abs()) {
        (less, more) if from >= 0 => language.range_more(less, more),
        (more, less) if to <= 0 => language.range_fewer(less, more),
        (fewer, more) => language.range_both(fewer, more),
    }
}

/// Formats the change in whole per cent, if the earlier count is large enough: "up 17%".
pub fn percentage_text(comparison: Comparison, language: Language) -> Option<String> {
    let change = comparison.percentage()?;
    let direction = comparison.direction().into();
    let whole = (change.abs() + 0.5).floor() as u32;
    (change != 0.0).then(|| match whole {
        0 => language.change_little(direction).clone(),
        whole => language.change_percent(direction, whole),
    })
}

/// Formats a rank: "3rd highest of England's 315". If some areas have no rate, also says how many
/// do.
pub fn rank_text(
    rank: Rank,
    nation: Nation,
    level: Level,
    areas: u32,
    language: Language,
) -> String {
    let Rank { place, of } = rank;
    if of == areas {
        language.rank(areas, level.into(), nation.into(), place)
    } else {
        language.rank_of_some(areas, level.into(), nation.into(), of, place)
    }
}

/// Formats the caption of a table of areas: "Rising local authorities in England, seven days to 7
/// February 2021".
pub fn list_caption(
    every_area: bool,
    level: Level,
    name: &ScopeName,
    date: Day,
    language: Language,
) -> String {
    let (inside, date) = (name.inside(language), date.in_words(language));
    match every_area {
        true => language.caption_all(&date, &inside, level.into()),
        false => language.caption_rising(&date, &inside, level.into()),
    }
}

/// Formats the credit line under an embedded map: "Source: UK Health Security Agency, 7 February
/// 2021". `None` if the data set has no source.
pub fn credit_line(manifest: &Manifest, date: Day, language: Language) -> Option<String> {
    let source = manifest.sources.first()?;
    Some(language.credit(&date.in_words(language), &source.publisher))
}

/// Says that no area rises, in place of the table of rising areas.
pub fn no_rise_sentence(level: Level, name: &ScopeName, date: Day, language: Language) -> String {
    language.nothing_rising(
        &date.in_words(language),
        &name.inside(language),
        level.into(),
    )
}

/// Gives the number of people who live in an area, by the estimate that its rate at the date uses.
pub fn people_sentence(table: &AreaTable, area: &Area, date: Day, language: Language) -> String {
    let (people, name) = (area.population.at(date), plain_name(area.name_in(language)));
    match estimate_name(table, area, date, language) {
        Some(estimate) => language.people(&estimate, people, name),
        None => language.people_given(people, name),
    }
}

/// Gives the number of people without the area's name, for the area's own details.
pub fn people_here_sentence(
    table: &AreaTable,
    area: &Area,
    date: Day,
    language: Language,
) -> String {
    let people = area.population.at(date);
    match estimate_name(table, area, date, language) {
        Some(estimate) => language.people_here_by(&estimate, people),
        None => language.people_here(people),
    }
}

fn estimate_name(table: &AreaTable, area: &Area, date: Day, language: Language) -> Option<String> {
    table.vintage_of(area, date)?.in_words(language)
}

/// Formats a rate, or says why it has no value: "203.4", "not published", "no figure".
pub fn rate_or_reason(rate: Option<Rate>, figure: Figure, language: Language) -> String {
    match (rate, figure) {
        (Some(rate), _) => rate.in_words(language),
        (None, Figure::Suppressed) => language.not_published().to_owned(),
        (None, _) => language.no_figure().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{Population, Vintage};
    use Figure::{Count, Missing, Suppressed};

    fn day() -> Day {
        "2021-02-07".parse().unwrap()
    }

    fn compare(before: Figure, now: Figure) -> Comparison {
        Comparison { now, before }
    }

    #[test]
    fn scope_verdict_counts_rising_and_unknown_areas() {
        let totals = |rising, unknown| DirectionTotals {
            areas: 315,
            rising,
            falling: 302,
            unchanged: 1,
            unknown,
            clear: None,
        };
        let say = |totals: DirectionTotals| {
            scope_verdict(
                &totals,
                &Nation::England.into(),
                Level::Ltla,
                day(),
                Language::En,
            )
        };
        assert_eq!(
            say(totals(12, 0)),
            "12 of England's 315 local authorities were rising in the seven days to 7 February \
            2021."
        );
        assert!(
            say(totals(0, 0)).starts_with("None of England's 315 local authorities was rising")
        );
        assert!(say(totals(1, 0)).starts_with("1 of England's 315 local authorities was rising"));
        assert!(
            say(totals(315, 0)).starts_with("All of England's 315 local authorities were rising")
        );
        assert!(say(totals(0, 315)).starts_with("There are no figures"));
        assert!(say(totals(12, 31)).ends_with("7 February 2021."));
        assert!(say(totals(12, 32)).ends_with("7 February 2021. Of 32 it is unknown."));
        let msoas = DirectionTotals {
            areas: 6791,
            rising: 1732,
            ..DirectionTotals::default()
        };
        let words = scope_verdict(&msoas, &Nation::Uk.into(), Level::Msoa, day(), Language::En);
        assert!(
            words.starts_with("1,732 of the UK's 6,791 neighbourhoods were rising"),
            "{words}"
        );
    }

    #[test]
    fn scope_verdict_says_how_many_rises_are_clear() {
        let say = |rising, clear: Option<(u32, u32)>, language| {
            let clear = clear.map(|(rises, falls)| ClearTotals { rises, falls });
            let totals = DirectionTotals {
                areas: 22,
                rising,
                falling: 22 - rising,
                clear,
                ..DirectionTotals::default()
            };
            scope_verdict(&totals, &Nation::Wales.into(), Level::Ltla, day(), language)
        };
        let none = "No area's change is larger than chance explains.";
        for (rising, clear, end) in [
            (
                12,
                None,
                "were rising in the seven days to 7 February 2021.",
            ),
            (
                12,
                Some((1, 9)),
                "were rising in the seven days to 7 February 2021, one of them clearly.",
            ),
            (12, Some((7, 0)), "2021, 7 of them clearly."),
            (12, Some((12, 0)), "2021, all of them clearly."),
            (12, Some((0, 9)), "2021, none of them clearly."),
            (12, Some((0, 0)), &format!("7 February 2021. {none}")),
            (
                1,
                Some((1, 9)),
                "1 of Wales's 22 local authorities was rising in the seven days to 7 February \
                2021, and clearly.",
            ),
            (1, Some((0, 9)), "2021, though not clearly."),
            (
                22,
                Some((22, 0)),
                "All of Wales's 22 local authorities were rising in the seven days to 7 February \
                2021, all of them clearly.",
            ),
            (22, Some((3, 0)), "2021, 3 of them clearly."),
            (
                0,
                Some((0, 9)),
                "None of Wales's 22 local authorities was rising in the seven days to 7 February \
                2021.",
            ),
            (0, Some((0, 0)), &format!("2021. {none}")),
        ] {
            let words = say(rising, clear, Language::En);
            assert!(words.ends_with(end), "{rising} {clear:?}: {words}");
            assert_eq!(words.contains(none), clear == Some((0, 0)), "{words}");
        }
        let none = "Nid oes newid mewn unrhyw ardal sy'n fwy nag y mae siawns yn ei esbonio.";
        for (rising, clear, end) in [
            (
                12,
                None,
                "yn codi yn y saith diwrnod hyd at 7 Chwefror 2021.",
            ),
            (12, Some((1, 9)), "2021, un ohonynt yn glir."),
            (12, Some((7, 0)), "2021, 7 ohonynt yn glir."),
            (12, Some((12, 0)), "2021, pob un ohonynt yn glir."),
            (12, Some((0, 9)), "2021, ond dim un ohonynt yn glir."),
            (1, Some((1, 0)), "2021, a hynny'n glir."),
            (1, Some((0, 9)), "2021, ond nid yn glir."),
            (
                0,
                Some((0, 9)),
                "yn codi yn y saith diwrnod hyd at 7 Chwefror 2021.",
            ),
            (12, Some((0, 0)), &format!("2021. {none}")),
        ] {
            let words = say(rising, clear, Language::Cy);
            assert!(words.ends_with(end), "{rising} {clear:?}: {words}");
        }
    }

    fn herefordshire() -> ScopeName {
        ScopeName::Authority("Herefordshire".into())
    }

    #[test]
    fn scope_verdict_names_the_authority_whose_neighbourhoods_are_counted() {
        let totals = DirectionTotals {
            areas: 23,
            rising: 11,
            falling: 12,
            ..DirectionTotals::default()
        };
        let say = |totals: &DirectionTotals, name: &ScopeName, language| {
            scope_verdict(totals, name, Level::Msoa, day(), language)
        };
        assert_eq!(
            say(&totals, &herefordshire(), Language::En),
            "11 of Herefordshire's 23 neighbourhoods were rising in the seven days to 7 February \
            2021."
        );
        assert_eq!(
            say(&totals, &herefordshire(), Language::Cy),
            "Roedd 11 o'r 23 cymdogaeth yn ardal Herefordshire yn codi yn y saith diwrnod hyd at \
            7 Chwefror 2021."
        );
        let hamlets = ScopeName::Authority("Tower Hamlets".into());
        assert!(
            say(&totals, &hamlets, Language::En)
                .starts_with("11 of Tower Hamlets' 23 neighbourhoods were")
        );
        let unknown = DirectionTotals {
            areas: 1,
            unknown: 1,
            ..DirectionTotals::default()
        };
        assert!(
            say(&unknown, &herefordshire(), Language::En)
                .contains("for Herefordshire's neighbourhoods in the")
        );
        let one = DirectionTotals {
            areas: 1,
            falling: 1,
            ..DirectionTotals::default()
        };
        assert!(
            say(&one, &herefordshire(), Language::En)
                .starts_with("None of Herefordshire's 1 neighbourhood was")
        );
    }

    #[test]
    fn list_caption_names_the_authority_whose_neighbourhoods_are_listed() {
        let caption = |language| list_caption(true, Level::Msoa, &herefordshire(), day(), language);
        assert_eq!(
            caption(Language::En),
            "All neighbourhoods in Herefordshire, seven days to 7 February 2021"
        );
        assert!(
            caption(Language::Cy).starts_with("Pob cymdogaeth yn ardal Herefordshire,"),
            "{}",
            caption(Language::Cy)
        );
        let nothing = no_rise_sentence(Level::Msoa, &herefordshire(), day(), Language::En);
        assert!(
            nothing.starts_with("None of the neighbourhoods in Herefordshire was rising"),
            "{nothing}"
        );
    }

    #[test]
    fn scope_name_needs_the_authority_in_the_table() {
        let area = Area {
            code: "E06000019".parse().unwrap(),
            name: "Herefordshire, County of".into(),
            translated: vec![],
            parent: None,
            population: 1.into(),
        };
        let table = AreaTable::new(vec![area], vec![]).unwrap();
        let name = |code: &str| {
            ScopeName::of(
                &Scope::Within(code.parse().unwrap()),
                Some(&table),
                Language::En,
            )
        };
        assert_eq!(name("E06000019"), Some(herefordshire()));
        assert_eq!(name("E06000020"), None);
        assert_eq!(
            ScopeName::of(&Nation::Wales.into(), None, Language::En),
            Some(Nation::Wales.into())
        );
    }

    #[test]
    fn area_verdict_gives_direction_and_counts() {
        let say =
            |before, now| area_verdict("Calderdale", compare(before, now), day(), Language::En);
        assert_eq!(
            say(Count(366), Count(430)),
            "Rising in Calderdale: 430 cases in the seven days to 7 February 2021, up from 366."
        );
        assert!(
            say(Count(366), Count(1))
                .ends_with("1 case in the seven days to 7 February 2021, down from 366.")
        );
        assert!(say(Count(3), Suppressed).starts_with("Falling in Calderdale: fewer than 3 cases"));
        assert!(say(Suppressed, Count(4)).ends_with("up from fewer than 3."));
        assert!(say(Count(5), Count(5)).starts_with("Unchanged in Calderdale: 5 cases"));
        assert!(say(Missing, Count(5)).ends_with("There is no figure for the week before."));
        assert!(say(Count(5), Missing).starts_with("There is no figure for Calderdale"));
        let unknown = say(Suppressed, Suppressed);
        assert!(
            unknown.contains("fewer than 3 in the week before") && unknown.contains("unknown"),
            "{unknown}"
        );
    }

    #[test]
    fn grade_text_covers_each_grade_and_direction_with_and_without_range() {
        use Direction::{Falling, Rising};
        use Grade::{Clear, CouldBeChance, Probable};
        let range = |low, high, language| range_text((low, high), language);
        let rise = range(1.4519, 2.8722, Language::En);
        let fall = range(0.7, 0.88, Language::En);
        for (grade, direction, range, words) in [
            (
                Clear,
                Rising,
                &rise,
                "Cases clearly rose, by more than chance explains: between 45 and 187 per cent \
                more than the week before.",
            ),
            (
                Clear,
                Falling,
                &fall,
                "Cases clearly fell, by more than chance explains: between 12 and 30 per cent \
                fewer than the week before.",
            ),
            (
                Probable,
                Rising,
                &rise,
                "Cases probably rose: between 45 and 187 per cent more than the week before.",
            ),
            (
                Probable,
                Falling,
                &fall,
                "Cases probably fell: between 12 and 30 per cent fewer than the week before.",
            ),
            (
                CouldBeChance,
                Rising,
                &range(0.97, 1.43, Language::En),
                "Cases rose, by no more than chance may explain: between 3 per cent fewer and 43 \
                per cent more than the week before.",
            ),
            (
                CouldBeChance,
                Falling,
                &range(0.6, 1.1, Language::En),
                "Cases fell, by no more than chance may explain: between 40 per cent fewer and 10 \
                per cent more than the week before.",
            ),
            (
                Clear,
                Rising,
                &String::new(),
                "Cases clearly rose, by more than chance explains.",
            ),
            (Probable, Falling, &String::new(), "Cases probably fell."),
            (
                CouldBeChance,
                Rising,
                &String::new(),
                "Cases rose, by no more than chance may explain.",
            ),
        ] {
            assert_eq!(grade_text(grade, direction, range, Language::En), words);
        }
        let rise = range(1.4519, 2.8722, Language::Cy);
        let fall = range(0.7, 0.88, Language::Cy);
        for (grade, direction, range, words) in [
            (
                Clear,
                Rising,
                &rise,
                "Cododd nifer yr achosion yn glir, yn fwy nag y mae siawns yn ei esbonio: 45 i \
                187 y cant yn fwy nag yn yr wythnos flaenorol.",
            ),
            (
                Clear,
                Falling,
                &fall,
                "Gostyngodd nifer yr achosion yn glir, yn fwy nag y mae siawns yn ei esbonio: 12 \
                i 30 y cant yn llai nag yn yr wythnos flaenorol.",
            ),
            (
                Probable,
                Rising,
                &rise,
                "Cododd nifer yr achosion, yn ôl pob tebyg: 45 i 187 y cant yn fwy nag yn yr \
                wythnos flaenorol.",
            ),
            (
                Probable,
                Falling,
                &String::new(),
                "Gostyngodd nifer yr achosion, yn ôl pob tebyg.",
            ),
            (
                CouldBeChance,
                Rising,
                &range(0.97, 1.43, Language::Cy),
                "Cododd nifer yr achosion, ond heb fod yn fwy nag y gall siawns ei esbonio: rhwng \
                3 y cant yn llai a 43 y cant yn fwy nag yn yr wythnos flaenorol.",
            ),
            (
                CouldBeChance,
                Falling,
                &String::new(),
                "Gostyngodd nifer yr achosion, ond heb fod yn fwy nag y gall siawns ei esbonio.",
            ),
        ] {
            assert_eq!(grade_text(grade, direction, range, Language::Cy), words);
        }
    }

    #[test]
    fn range_text_is_in_whole_per_cent_and_never_one_number() {
        let say = |low, high| range_text((low, high), Language::En);
        assert_eq!(
            say(0.998, 1.4),
            ": between 0 and 40 per cent more than the week before"
        );
        assert_eq!(
            say(0.6, 1.004),
            ": between 0 and 40 per cent fewer than the week before"
        );
        assert_eq!(
            say(1.048, 1.053),
            ": between 4 and 6 per cent more than the week before"
        );
        assert_eq!(
            say(0.948, 0.952),
            ": between 4 and 6 per cent fewer than the week before"
        );
        assert_eq!(
            say(0.998, 1.002),
            ": between 1 per cent fewer and 1 per cent more than the week before"
        );
        assert_eq!(
            say(0.001, 0.03),
            ": between 97 and 99 per cent fewer than the week before"
        );
        assert_eq!(
            say(11.0, 25.5),
            ": between 1,000 and 2,450 per cent more than the week before"
        );
    }

    #[test]
    fn percentage_text_of_small_or_equal_counts_is_none() {
        assert_eq!(
            percentage_text(compare(Count(366), Count(430)), Language::En).unwrap(),
            "up 17%"
        );
        assert_eq!(
            percentage_text(compare(Count(200), Count(100)), Language::En).unwrap(),
            "down 50%"
        );
        assert_eq!(
            percentage_text(compare(Count(1000), Count(1001)), Language::En).unwrap(),
            "up less than 1%"
        );
        assert_eq!(
            percentage_text(compare(Count(9), Count(18)), Language::En),
            None
        );
        assert_eq!(
            percentage_text(compare(Count(20), Count(20)), Language::En),
            None
        );
    }

    #[test]
    fn rate_sentence_compares_with_parents() {
        let rate = |count| Rate::new(count, 100_000).unwrap();
        let say = |own: Option<u64>, around: &[(&str, u64)]| {
            let around: Vec<_> = around
                .iter()
                .map(|(name, count)| ((*name).to_owned(), rate(*count)))
                .collect();
            rate_sentence(own.map(rate), &around, Language::En)
        };
        assert_eq!(
            say(Some(203), &[]).unwrap(),
            "That is 203.0 per 100,000 people."
        );
        assert_eq!(
            say(Some(203), &[("Calderdale", 180), ("England", 193)]).unwrap(),
            "That is 203.0 per 100,000 people; Calderdale as a whole is at 180.0, England at 193.0."
        );
        let suppressed = say(None, &[("Calderdale", 180)]).unwrap();
        assert_eq!(
            suppressed,
            "Calderdale as a whole is at 180.0 per 100,000 people."
        );
        assert_eq!(say(None, &[]), None);
    }

    #[test]
    fn neighbourhood_date_explains_another_date() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let dates = (day("2020-03-21"), day("2020-11-28"));
        assert_eq!(
            neighbourhood_date(dates.1, dates.1, dates, Language::En),
            ""
        );
        let late = neighbourhood_date(day("2021-10-27"), dates.1, dates, Language::En);
        assert!(late.contains("21 March 2020 to 28 November 2020"), "{late}");
        assert!(
            neighbourhood_date(day("2020-11-25"), dates.1, dates, Language::En).contains("weekly")
        );
    }

    #[test]
    fn list_caption_names_areas_and_week() {
        let caption = |every_area| {
            list_caption(
                every_area,
                Level::Ltla,
                &Nation::England.into(),
                day(),
                Language::En,
            )
        };
        assert_eq!(
            caption(false),
            "Rising local authorities in England, seven days to 7 February 2021"
        );
        assert!(caption(true).starts_with("All local authorities in England"));
        assert!(
            no_rise_sentence(Level::Msoa, &Nation::Uk.into(), day(), Language::En)
                .starts_with("None of the neighbourhoods in the UK was")
        );
    }

    #[test]
    fn sentences_in_welsh_mutate_nouns() {
        let cy = Language::Cy;
        let totals = |rising| DirectionTotals {
            areas: 22,
            rising,
            falling: 22 - rising,
            ..DirectionTotals::default()
        };
        let nation = |rising| {
            scope_verdict(
                &totals(rising),
                &Nation::Wales.into(),
                Level::Ltla,
                day(),
                cy,
            )
        };
        assert_eq!(
            nation(2),
            "Roedd 2 o'r 22 awdurdod lleol yng Nghymru yn codi yn y saith diwrnod hyd at 7 \
            Chwefror 2021."
        );
        assert!(
            nation(0).starts_with("Nid oedd yr un o'r 22 awdurdod lleol yng Nghymru yn codi"),
            "{}",
            nation(0)
        );
        assert!(
            nation(22).starts_with("Roedd pob un o'r 22 awdurdod lleol"),
            "{}",
            nation(22)
        );
        let neighbourhoods = |areas| {
            let totals = DirectionTotals {
                areas,
                falling: areas,
                ..DirectionTotals::default()
            };
            scope_verdict(&totals, &Nation::England.into(), Level::Msoa, day(), cy)
        };
        for (areas, noun) in [
            (1, "1 gymdogaeth"),
            (2, "2 gymdogaeth"),
            (3, "3 cymdogaeth"),
            (6, "6 chymdogaeth"),
            (9, "9 cymdogaeth"),
        ] {
            assert!(
                neighbourhoods(areas).contains(noun),
                "{}",
                neighbourhoods(areas)
            );
        }
        assert_eq!(
            area_verdict("Caerdydd", compare(Count(366), Count(430)), day(), cy),
            "Caerdydd: yn codi, gyda 430 achos yn y saith diwrnod hyd at 7 Chwefror 2021, o \
            gymharu â 366 yn yr wythnos flaenorol."
        );
        assert_eq!(
            percentage_text(compare(Count(200), Count(100)), cy).unwrap(),
            "gostyngiad o 50%"
        );
        let rank = |place| rank_text(Rank { place, of: 22 }, Nation::Wales, Level::Ltla, 22, cy);
        assert_eq!(rank(1), "Yr uchaf o'r 22 awdurdod lleol yng Nghymru");
        assert_eq!(
            rank(3),
            "Safle 3, o'r uchaf i'r isaf, o'r 22 awdurdod lleol yng Nghymru"
        );
    }

    #[test]
    fn rank_text_in_english_uses_ordinal_suffixes() {
        let place = |place| {
            rank_text(
                Rank { place, of: 1_200 },
                Nation::England,
                Level::Msoa,
                1_200,
                Language::En,
            )
        };
        for (number, words) in [
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (102, "102nd"),
            (111, "111th"),
            (1_002, "1,002nd"),
        ] {
            assert_eq!(
                place(number),
                format!("{words} highest of England's 1,200 neighbourhoods")
            );
        }
    }

    #[test]
    fn rank_plain_name_and_rate_are_formatted() {
        let say = |place, of| {
            rank_text(
                Rank { place, of },
                Nation::England,
                Level::Ltla,
                315,
                Language::En,
            )
        };
        assert_eq!(
            say(3, 315),
            "3rd highest of England's 315 local authorities"
        );
        assert_eq!(
            say(1, 300),
            "Highest of the 300 of England's 315 local authorities with a published rate"
        );
        assert_eq!(plain_name("Herefordshire, County of"), "Herefordshire");
        assert_eq!(plain_name("City of London"), "City of London");
        assert_eq!(
            rate_or_reason(Rate::new(194, 39_927), Count(194), Language::En),
            "485.9"
        );
        assert_eq!(
            rate_or_reason(None, Suppressed, Language::En),
            "not published"
        );
        assert_eq!(rate_or_reason(None, Missing, Language::En), "no figure");
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
            people_sentence(&table, &rutland, day(), Language::En),
            "39,927 people live in Rutland."
        );
        let table = table
            .with_vintages(vec![
                vintage(None, "mid-2019"),
                vintage(Some(change), "mid-2020"),
            ])
            .unwrap();
        let say = |date| people_sentence(&table, &rutland, date, Language::En);
        assert_eq!(
            say(day()),
            "39,927 people lived in Rutland, by the mid-2019 estimate."
        );
        assert_eq!(
            say(change),
            "40,476 people lived in Rutland, by the mid-2020 estimate."
        );
        let here = people_here_sentence(&table, &rutland, change, Language::Cy);
        assert_eq!(
            here,
            "Roedd 40,476 o bobl yn byw yma, yn ôl amcangyfrif canol 2020."
        );
    }
}
