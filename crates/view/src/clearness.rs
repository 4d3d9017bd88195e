//! Says whether chance could explain a change.

use rising_model::domain::area::AreaIndex;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::clearness::Grade;
use rising_model::domain::snapshot::Snapshot;
use rising_model::domain::trend::Direction;
use rising_words::Texts;
use rising_words::args;

/// Says whether chance could explain an area's change, with the range of the change if both counts
/// are large enough. `None` if the change has no grade.
pub fn clearness_sentence(
    snapshot: &Snapshot,
    table: &AreaTable,
    area: AreaIndex,
    texts: &Texts,
) -> Option<String> {
    let grade = snapshot.grade(table, area)?;
    let range = snapshot
        .range(table, area)
        .map(|range| range_text(range, texts))
        .unwrap_or_default();
    Some(grade_text(
        grade,
        snapshot.comparison(area).direction(),
        &range,
        texts,
    ))
}

/// Says whether chance could explain an area's change, without the range.
pub fn grade_sentence(
    snapshot: &Snapshot,
    table: &AreaTable,
    area: AreaIndex,
    texts: &Texts,
) -> Option<String> {
    Some(grade_text(
        snapshot.grade(table, area)?,
        snapshot.comparison(area).direction(),
        "",
        texts,
    ))
}

fn grade_text(grade: Grade, direction: Direction, range: &str, texts: &Texts) -> String {
    match grade {
        Grade::Clear => texts.change_clear(args::ChangeClear { direction, range }),
        Grade::Probable => texts.change_probable(args::ChangeProbable { direction, range }),
        Grade::CouldBeChance => texts.change_chance(args::ChangeChance { direction, range }),
    }
}

/// Formats a range in multiples of the week before: ": between 45 and 187 per cent more than the
/// week before".
fn range_text((low, high): (f64, f64), texts: &Texts) -> String {
    // Counts with a range are above 0, so the change is never 100 per cent fewer.
    let percent = |multiple: f64| ((multiple - 1.0) * 100.0).max(-99.0);
    let (exact_low, exact_high) = (percent(low), percent(high));
    // Both ends of a narrow range may round to the same number; then they are rounded outwards.
    let (from, to) = match (exact_low.round() as i32, exact_high.round() as i32) {
        (one, other) if one == other => (exact_low.floor() as i32, exact_high.ceil() as i32),
        rounded => rounded,
    };
    match (from.unsigned_abs(), to.unsigned_abs()) {
        (less, more) if from >= 0 => texts.range_more(args::RangeMore { less, more }),
        (more, less) if to <= 0 => texts.range_fewer(args::RangeFewer { less, more }),
        (fewer, more) => texts.range_both(args::RangeBoth { fewer, more }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use Figure::{Count, Missing, Suppressed};
    use rising_model::domain::area::{Area, Nation};
    use rising_model::domain::clearness::{Dispersion, NationCriteria, fit};
    use rising_model::domain::day::Day;
    use rising_model::domain::figure::Figure;
    use rising_model::domain::series::{Cadence, CountsChunk, Series};
    use rising_model::domain::trend::Comparison;

    use rising_words::Language;

    use super::*;

    #[test]
    fn grade_text_covers_each_grade_and_direction_with_and_without_range() {
        use Direction::{Falling, Rising};
        use Grade::{Clear, CouldBeChance, Probable};
        let range = |low, high, language: Language| range_text((low, high), &language.texts());
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
            assert_eq!(
                grade_text(grade, direction, range, &Language::En.texts()),
                words
            );
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
            assert_eq!(
                grade_text(grade, direction, range, &Language::Cy.texts()),
                words
            );
        }
    }

    #[test]
    fn range_text_is_in_whole_per_cent_and_never_one_number() {
        let say = |low, high| range_text((low, high), &Language::En.texts());
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

    /// Compares areas of England at one date, with criteria or as an older edition without them.
    fn snapshot(table: &AreaTable, weeks: &[(Figure, Figure)], has_criteria: bool) -> Snapshot {
        let date: Day = "2020-11-28".parse().unwrap();
        let figures: Vec<Figure> = weeks
            .iter()
            .flat_map(|&(before, now)| [before, now])
            .collect();
        let chunk = CountsChunk::new(Cadence::Weekly, date - 7, 2, &figures).unwrap();
        let changes = weeks
            .iter()
            .map(|&(before, now)| Comparison { now, before });
        let criteria = NationCriteria {
            nation: Nation::England,
            upper_bound: false,
            by_date: vec![None, Some(fit::criteria(changes, Dispersion::ONE))],
        };
        let criteria = if has_criteria { vec![criteria] } else { vec![] };
        let chunk = chunk.with_criteria(criteria).unwrap();
        Snapshot::new(table, &Series::new([Arc::new(chunk)]), date)
    }

    #[test]
    fn clearness_sentence_is_none_without_a_grade() {
        let areas = (1..=4).map(|number| Area {
            code: format!("E0000000{number}").parse().unwrap(),
            name: String::new(),
            translated: vec![],
            parent: None,
            population: 1000.into(),
        });
        let table = AreaTable::new(areas.collect(), vec![]).unwrap();
        let weeks = [
            (Count(95), Count(194)),
            (Count(9), Count(9)),
            (Suppressed, Count(18)),
            (Missing, Missing),
        ];
        let say = |snapshot: &Snapshot, area| {
            clearness_sentence(snapshot, &table, area, &Language::En.texts())
        };
        let graded = snapshot(&table, &weeks, true);
        // φ is 1: 99 ± 1.96 √(1/95 + 1/194) of the logarithms.
        let words = "Cases clearly rose, by more than chance explains: between 60 and 161 per \
            cent more than the week before.";
        assert_eq!(say(&graded, 0).unwrap(), words);
        assert_eq!(
            say(&graded, 2).unwrap(),
            "Cases clearly rose, by more than chance explains.",
            "from fewer than 3"
        );
        assert_eq!(
            (say(&graded, 1), say(&graded, 3)),
            (None, None),
            "unchanged, missing"
        );
        let older = snapshot(&table, &weeks, false);
        assert_eq!(say(&older, 0), None, "an older edition has no criteria");
    }
}
