use super::*;
use Figure::{Count, Missing, Suppressed};

fn compare(before: Figure, now: Figure) -> Comparison {
    Comparison { now, before }
}

fn criteria(dispersion: f64, clear_from: Option<u32>) -> Criteria {
    Criteria {
        dispersion: Dispersion::at_least(dispersion),
        clear_from,
    }
}

/// The criteria of 7 February 2021, as `prepare` estimates them.
fn reference_criteria() -> Criteria {
    criteria(1.9314, Some(471))
}

#[test]
fn grade_of_reference_areas_matches_the_documentation() {
    let grade = |before, now| {
        reference_criteria()
            .grade(compare(Count(before), Count(now)))
            .unwrap()
    };
    assert_eq!(
        grade(95, 194),
        Grade::Clear,
        "Rutland: 98² / (1.9314 × 289) = 17.2"
    );
    assert_eq!(
        grade(366, 430),
        Grade::CouldBeChance,
        "Calderdale: 63² / (1.9314 × 796) = 2.58"
    );
    assert_eq!(grade(430, 366), Grade::CouldBeChance);
    assert_eq!(grade(200, 239), Grade::CouldBeChance);
    // 59² / (1.9314 × 460) = 3.92.
    assert_eq!(grade(200, 260), Grade::Probable);
}

#[test]
fn grade_without_clear_areas_is_never_clear() {
    assert_eq!(
        criteria(1.0, None).grade(compare(Count(10), Count(90))),
        Some(Grade::Probable)
    );
}

#[test]
fn grade_without_change_is_none() {
    let criteria = criteria(1.0, Some(384));
    for (before, now) in [
        (Count(0), Count(0)),
        (Count(50), Count(50)),
        (Missing, Count(50)),
        (Count(50), Missing),
        (Suppressed, Suppressed),
        (Suppressed, Count(2)),
    ] {
        assert_eq!(
            criteria.grade(compare(before, now)),
            None,
            "{before:?} {now:?}"
        );
    }
}

#[test]
fn grade_of_suppressed_count_uses_the_smallest_change() {
    let criteria = criteria(1.0, Some(800));
    // From 2 to 16: 13² / 18 = 9.39. From 0 it would be 14.1.
    assert_eq!(
        criteria.grade(compare(Suppressed, Count(16))),
        Some(Grade::Clear)
    );
    // From 2 to 13: 10² / 15 = 6.67. From 0 it would be 11.1.
    assert_eq!(
        criteria.grade(compare(Suppressed, Count(13))),
        Some(Grade::Probable)
    );
    assert_eq!(
        criteria.grade(compare(Count(13), Suppressed)),
        Some(Grade::Probable)
    );
    assert_eq!(
        criteria.grade(compare(Suppressed, Count(3))),
        Some(Grade::CouldBeChance)
    );
}

#[test]
fn grade_at_a_threshold_reaches_it() {
    // 4² / (1 × 4) = 4.
    let change = compare(Count(0), Count(4));
    assert_eq!(
        criteria(1.0, None).grade(change),
        Some(Grade::CouldBeChance),
        "3² / 4 = 2.25"
    );
    // From 0 to 9: 8² / 9 = 7.11; φ = 1.8512 makes it 3.8413, φ = 1.8515 3.8406.
    let change = compare(Count(0), Count(9));
    assert_eq!(criteria(1.8512, None).grade(change), Some(Grade::Probable));
    assert_eq!(
        criteria(1.8515, None).grade(change),
        Some(Grade::CouldBeChance)
    );
    // From 0 to 16: 15² / 16 = 14.0625.
    let change = compare(Count(0), Count(16));
    assert_eq!(criteria(1.0, Some(1406)).grade(change), Some(Grade::Clear));
    assert_eq!(
        criteria(1.0, Some(1407)).grade(change),
        Some(Grade::Probable)
    );
}

#[test]
fn range_of_rutland_is_45_to_187_per_cent_more() {
    let (low, high) = reference_criteria()
        .range(compare(Count(95), Count(194)))
        .unwrap();
    assert_eq!(
        (
            ((low - 1.0) * 100.0).round(),
            ((high - 1.0) * 100.0).round()
        ),
        (45.0, 187.0)
    );
}

#[test]
fn range_of_small_or_suppressed_counts_is_none() {
    let range = |before, now| reference_criteria().range(compare(before, now));
    assert!(range(Count(10), Count(10)).is_some());
    for (before, now) in [
        (Count(9), Count(50)),
        (Count(50), Count(9)),
        (Suppressed, Count(50)),
        (Count(50), Missing),
    ] {
        assert_eq!(range(before, now), None);
    }
}

#[test]
fn dispersion_rounds_up_and_is_at_least_one() {
    for (value, expected) in [
        (1.93131, 1.9314),
        (1.9314, 1.9314),
        (2.0, 2.0),
        (1.1, 1.1),
        (0.7, 1.0),
        (f64::NAN, 1.0),
        (-3.0, 1.0),
    ] {
        assert_eq!(Dispersion::at_least(value).value(), expected, "{value}");
    }
    assert!(Dispersion::at_least(f64::INFINITY).value() > 1e5);
}

mod measured {
    use super::*;
    use crate::domain::clearness::fit;

    /// A generator with the same numbers in each run (SplitMix64; Steele, Lea and Flood 2014).
    struct Random(u64);

    impl Random {
        fn uniform(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }

        /// Draws a count of independent events, by inversion.
        fn poisson(&mut self, mean: f64) -> u32 {
            let uniform = self.uniform();
            let mut probability = (-mean).exp();
            let mut sum = probability;
            let mut count = 0;
            while sum < uniform && count < 1000 {
                count += 1;
                probability *= mean / f64::from(count);
                sum += probability;
            }
            count
        }

        /// Draws a count of events in clusters of logarithmic size, which makes the count negative
        /// binomial with p = ½: its variance over its mean is 2.
        fn clustered(&mut self, mean: f64) -> u32 {
            // The mean size of a cluster with parameter ½ is 1 / ln 2 · ½ / (1 − ½) = 1 / ln 2.
            let clusters = self.poisson(mean * std::f64::consts::LN_2);
            (0..clusters).map(|_| self.logarithmic()).sum()
        }

        fn logarithmic(&mut self) -> u32 {
            let uniform = self.uniform();
            let mut probability = 0.5 / std::f64::consts::LN_2;
            let mut sum = probability;
            let mut size = 1;
            while sum < uniform && size < 100 {
                probability *= 0.5 * f64::from(size) / f64::from(size + 1);
                size += 1;
                sum += probability;
            }
            size
        }

        /// Draws expected counts per day for a number of areas, log-normal like those of
        /// authorities: most have few, some have many.
        fn expected(&mut self, areas: usize) -> Vec<f64> {
            let normal = |random: &mut Random| (0..12).map(|_| random.uniform()).sum::<f64>() - 6.0;
            (0..areas)
                .map(|_| (8f64.ln() + 0.8 * normal(self)).exp())
                .collect()
        }
    }

    type Draw = fn(&mut Random, f64) -> u32;
    const DRAWS: [(f64, Draw); 2] = [(1.0, Random::poisson), (2.0, Random::clustered)];

    fn weeks(days: &[u32]) -> Comparison {
        let sum = |days: &[u32]| Count(days.iter().sum());
        compare(sum(&days[..7]), sum(&days[7..]))
    }

    #[test]
    fn dispersion_of_simulated_counts_matches_the_simulation() {
        for (truth, draw) in DRAWS {
            let mut random = Random(1);
            // The weekly pattern and each area's own trend must not count as dispersion.
            let counts: Vec<u32> = random
                .expected(400)
                .into_iter()
                .enumerate()
                .flat_map(|(area, expected)| (0..14).map(move |day| (area, day, expected)))
                .map(|(area, day, expected)| {
                    let pattern = if day % 7 < 2 { 0.6 } else { 1.2 };
                    let trend = (0.02 * (area % 9) as f64 - 0.08) * f64::from(day);
                    draw(&mut random, expected * pattern * trend.exp())
                })
                .collect();
            let measured = fit::dispersion(&counts, 14).value();
            assert!((measured - truth).abs() < 0.1, "{measured} of {truth}");
        }
    }

    #[test]
    fn dispersion_of_four_weeks_is_larger_with_turning_trends() {
        let mut random = Random(2);
        let four = |random: &mut Random, bend: f64| {
            let expected = random.expected(400);
            let week = |(area, mean): (usize, f64)| {
                let bend = if area % 2 == 0 { bend } else { -bend };
                [0.0, bend, bend, 0.0].map(|log| 7.0 * mean * f64::exp(log))
            };
            let means: Vec<f64> = expected.into_iter().enumerate().flat_map(week).collect();
            means
                .into_iter()
                .map(|mean| random.poisson(mean))
                .collect::<Vec<u32>>()
        };
        let straight = fit::dispersion(&four(&mut random, 0.0), 4).value();
        let bent = fit::dispersion(&four(&mut random, 0.2), 4).value();
        assert!((straight - 1.0).abs() < 0.15, "{straight}");
        assert!(bent > straight + 0.5, "{bent} {straight}");
    }

    #[test]
    fn dispersion_without_enough_cases_is_one() {
        assert_eq!(fit::dispersion(&[], 14), Dispersion::ONE);
        assert_eq!(fit::dispersion(&[0; 28], 14), Dispersion::ONE);
        assert_eq!(
            fit::dispersion(&[0, 13, 0, 0], 4),
            Dispersion::ONE,
            "13 cases"
        );
        assert_eq!(
            fit::dispersion(&[0, 20, 30, 0], 4),
            Dispersion::ONE,
            "two dates have cases: no degree of freedom"
        );
        assert_eq!(fit::dispersion(&[1, 2, 3], 0), Dispersion::ONE);
    }

    #[test]
    fn dispersion_of_cases_on_one_day_is_finite() {
        let mut counts = vec![5; 14 * 9];
        counts.extend([[0; 13].as_slice(), &[400]].concat());
        counts.extend([[400].as_slice(), &[0; 13]].concat());
        let measured = fit::dispersion(&counts, 14).value();
        assert!((1.0..100.0).contains(&measured), "{measured}");
    }

    /// Applies the procedure as its authors state it, to p-values: the largest j with
    /// p₍ⱼ₎ ≤ 0.05 j / m.
    fn by_definition(changes: &[Comparison], dispersion: Dispersion) -> Vec<bool> {
        let p = |change: &Comparison| {
            let (Some(before), Some(now)) = (change.before.count(), change.now.count()) else {
                return f64::NAN;
            };
            let excess = (f64::from(before) - f64::from(now)).abs() - 1.0;
            let z = excess.max(0.0)
                / (dispersion.value() * f64::from(before + now))
                    .max(1e-9)
                    .sqrt();
            2.0 * (1.0 - normal(z))
        };
        let p: Vec<f64> = changes.iter().map(p).collect();
        let of = p.iter().filter(|p| !p.is_nan()).count() as f64;
        let below = |bound: f64| p.iter().filter(|&&p| p <= bound).count() as f64;
        let limit = p
            .iter()
            .copied()
            .filter(|&bound| bound <= 0.05 * below(bound) / of)
            .fold(-1.0, f64::max);
        p.iter().map(|&p| p <= limit).collect()
    }

    /// Computes Φ by its power series (Marsaglia 2004), independently of the error function.
    fn normal(z: f64) -> f64 {
        let (mut sum, mut term, mut n) = (z, z, 1.0);
        while z < 8.0 && sum + term * z * z / (n + 2.0) != sum {
            term *= z * z / (n + 2.0);
            sum += term;
            n += 2.0;
        }
        if z < 8.0 {
            0.5 + sum * (-0.5 * z * z - 0.918_938_533_204_672_8).exp()
        } else {
            1.0
        }
    }

    #[test]
    fn grade_clear_matches_the_procedure_by_definition() {
        let mut random = Random(3);
        let mut seen = [0u32; 3];
        for round in 0..200 {
            let (_, draw) = DRAWS[round % 2];
            let areas = 1 + (random.uniform() * 60.0) as usize;
            let mut changes: Vec<Comparison> = random
                .expected(areas)
                .into_iter()
                .map(|mean| {
                    let trend = if random.uniform() < 0.3 { 1.6 } else { 1.0 };
                    let before = draw(&mut random, 7.0 * mean);
                    compare(Count(before), Count(draw(&mut random, 7.0 * mean * trend)))
                })
                .collect();
            changes.push(compare(Missing, Count(40)));
            let dispersion = Dispersion::at_least(1.0 + random.uniform());
            let criteria = fit::criteria(changes.iter().copied(), dispersion);
            let expected = by_definition(&changes, dispersion);
            for (change, expected) in changes.iter().zip(&expected) {
                let grade = criteria.grade(*change);
                seen[grade.map_or(2, |grade| usize::from(grade == Grade::Clear))] += 1;
                // Rounding the limit may exclude an area at the limit, but includes no other.
                let at_the_limit = || {
                    let score = Score::of(*change, dispersion).unwrap().value();
                    criteria
                        .clear_from()
                        .is_some_and(|from| (0.0..=0.01).contains(&(from - score)))
                };
                assert!(
                    (grade == Some(Grade::Clear)) == *expected || (*expected && at_the_limit()),
                    "{change:?}"
                );
            }
        }
        assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
    }

    #[test]
    fn grade_of_a_single_area_is_never_only_probable() {
        let dispersion = Dispersion::ONE;
        for before in 0..60 {
            for now in 0..60 {
                let change = compare(Count(before), Count(now));
                let grade = fit::criteria([change], dispersion).grade(change);
                assert_ne!(grade, Some(Grade::Probable), "{before} {now}");
            }
        }
    }

    #[test]
    fn grade_among_eleven_areas_needs_a_stronger_change() {
        let rise = compare(Count(20), Count(36));
        let quiet = compare(Count(20), Count(20));
        let with_others = |others: usize| {
            let all = std::iter::once(rise).chain(std::iter::repeat_n(quiet, others));
            fit::criteria(all, Dispersion::ONE).grade(rise)
        };
        // 15² / 56 = 4.02: p is 0.045, which is at most 0.05, and more than 0.05 / 11.
        assert_eq!(with_others(0), Some(Grade::Clear));
        assert_eq!(with_others(10), Some(Grade::Probable));
    }

    #[test]
    fn criteria_count_unchanged_and_suppressed_areas_as_tests() {
        let rise = compare(Count(10), Count(30));
        let grade = |others: [Comparison; 30]| {
            fit::criteria(std::iter::once(rise).chain(others), Dispersion::ONE).grade(rise)
        };
        // 19² / 40 = 9.03: p is 0.0027, more than 0.05 / 31.
        assert_eq!(
            grade([compare(Count(0), Count(0)); 30]),
            Some(Grade::Probable)
        );
        assert_eq!(
            grade([compare(Suppressed, Suppressed); 30]),
            Some(Grade::Probable)
        );
        assert_eq!(grade([compare(Missing, Count(0)); 30]), Some(Grade::Clear));
    }

    /// Simulates 200 weeks of 300 areas without any true change.
    #[test]
    fn criteria_without_true_changes_give_clear_rises_in_at_most_one_week_in_twenty() {
        for (truth, draw) in DRAWS {
            let mut random = Random(4);
            let mut marked_weeks = 0;
            for _ in 0..200 {
                let expected = random.expected(300);
                let days: Vec<[u32; 14]> = expected
                    .iter()
                    .map(|&mean| std::array::from_fn(|_| draw(&mut random, mean)))
                    .collect();
                let dispersion = fit::dispersion(days.as_flattened(), 14);
                let changes: Vec<Comparison> = days.iter().map(|days| weeks(days)).collect();
                let criteria = fit::criteria(changes.iter().copied(), dispersion);
                let is_clear_rise = |change: &&Comparison| {
                    change.direction() == Direction::Rising
                        && criteria.grade(**change) == Some(Grade::Clear)
                };
                marked_weeks += u32::from(changes.iter().find(is_clear_rise).is_some());
            }
            assert!(
                marked_weeks <= 10,
                "{marked_weeks} of 200 weeks with dispersion {truth}"
            );
        }
    }
}
