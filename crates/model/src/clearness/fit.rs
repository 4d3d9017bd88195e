//! The measurements behind a nation's [`Criteria`]. Only `prepare` makes them.

use super::{Criteria, Dispersion, Score};
use crate::trend::Comparison;

/// The share of clear changes that may be chance.
const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// Areas with fewer cases in all the dates together do not count towards the dispersion.
const CASES_FROM: u64 = 14;

/// Parameters of an area's fit: its level and its trend.
const PARAMETERS: usize = 2;

/// More steps than a trend needs that has a maximum.
const STEPS: usize = 50;

/// The dispersion of the counts of a nation's areas. `counts` holds area after area, each with
/// `dates` counts in order and none missing.
///
/// Each area's counts are fitted by the nation's share of cases at each date times the area's own
/// log-linear trend, by the Poisson likelihood. Pearson's chi-squared over its degrees of freedom
/// (the dates but for the two parameters) is averaged over the areas with 14 cases or more. A date
/// at which the whole nation has no case says nothing about variation and is left out.
///
/// Without an area to measure it by, it is 1: that is the least, and what rare and single cases
/// come near to.
pub fn dispersion(counts: &[u32], dates: usize) -> Dispersion {
    let mut national = vec![0.0; dates];
    for area in counts.chunks_exact(dates.max(1)) {
        for (sum, &count) in national.iter_mut().zip(area) {
            *sum += f64::from(count);
        }
    }
    let total: f64 = national.iter().sum();
    let freedom = national
        .iter()
        .filter(|&&sum| sum > 0.0)
        .count()
        .saturating_sub(PARAMETERS);
    let shares: Vec<f64> = national.iter().map(|sum| sum / total).collect();
    let mut fitted = vec![0.0; dates];
    let (mut sum, mut areas) = (0.0, 0u32);
    for area in counts.chunks_exact(dates.max(1)) {
        if area.iter().map(|&count| u64::from(count)).sum::<u64>() >= CASES_FROM {
            sum += chi_squared(area, &shares, &mut fitted);
            areas += 1;
        }
    }
    if areas == 0 || freedom == 0 {
        return Dispersion::ONE;
    }
    Dispersion::at_least(sum / f64::from(areas) / freedom as f64)
}

/// Pearson's chi-squared of an area's counts. `fitted` is room for the fitted counts.
///
/// Given the area's total, only the trend is unknown: the fitted count of a date is the total times
/// its weight, share × exp(trend × date), over the sum of the weights. Newton's method on the trend
/// alone has one maximum to find.
fn chi_squared(area: &[u32], shares: &[f64], fitted: &mut [f64]) -> f64 {
    let total: f64 = area.iter().map(|&count| f64::from(count)).sum();
    // The mean date of the cases, weighted by their number.
    let observed = area
        .iter()
        .zip(0..)
        .map(|(&count, date)| f64::from(count) * f64::from(date))
        .sum::<f64>()
        / total;
    let mut trend = 0.0f64;
    for _ in 0..STEPS {
        let (mean, variance) = weigh(shares, trend, fitted);
        // Where all cases are at one date, the trend has no end; this is close enough.
        if variance < 1e-9 {
            break;
        }
        let step = ((observed - mean) / variance).clamp(-0.5, 0.5);
        trend += step;
        if step.abs() < 1e-10 {
            break;
        }
    }
    weigh(shares, trend, fitted);
    area.iter()
        .zip(fitted.iter())
        .filter(|&(_, &weight)| weight > 0.0)
        .map(|(&count, weight)| {
            let expected = total * weight;
            let residual = f64::from(count) - expected;
            residual * residual / expected
        })
        .sum()
}

/// Fills `weights` with those of a trend, which sum to 1, and returns the mean and the variance of
/// the date under them.
fn weigh(shares: &[f64], trend: f64, weights: &mut [f64]) -> (f64, f64) {
    // The largest factor is 1, so that none overflows. Not the machine's own `exp`: the same inputs
    // give the same files.
    let ratio = libm::exp(-trend.abs());
    let mut factor = 1.0;
    let last = shares.len() - 1;
    let (mut sum, mut first, mut second) = (0.0, 0.0, 0.0);
    for step in 0..shares.len() {
        let date = if trend > 0.0 { last - step } else { step };
        let weight = shares[date] * factor;
        let place = date as f64;
        weights[date] = weight;
        sum += weight;
        first += weight * place;
        second += weight * place * place;
        factor *= ratio;
    }
    for weight in weights {
        *weight /= sum;
    }
    let mean = first / sum;
    (mean, second / sum - mean * mean)
}

/// The criteria of a nation's changes: `comparisons` are those of its areas at one date.
///
/// All areas with a figure in both weeks count as looked at, also those without a change.
pub fn criteria(
    comparisons: impl IntoIterator<Item = Comparison>,
    dispersion: Dispersion,
) -> Criteria {
    let mut scores: Vec<Score> = comparisons
        .into_iter()
        .filter_map(|comparison| Score::of(comparison, dispersion))
        .collect();
    scores.sort_unstable_by(|a, b| b.value().total_cmp(&a.value()));
    let Some(last) = kept(&scores).checked_sub(1) else {
        return Criteria {
            dispersion,
            clear_from: None,
        };
    };
    // Rounded down where that lets no other area in, else up, where that leaves this one out.
    let down = (scores[last].value() * 100.0).floor() as u32;
    let lets_in = scores.get(last + 1).is_some_and(|next| next.reaches(down));
    Criteria {
        dispersion,
        clear_from: Some(if lets_in { down + 1 } else { down }),
    }
}

/// How many of the scores, highest first, the procedure of Benjamini and Hochberg keeps: the
/// largest j whose p-value is at most 0.05 j / m.
fn kept(scores: &[Score]) -> usize {
    let all = scores.len() as f64;
    let is_kept = |(rank, score): (usize, &Score)| {
        p_value(*score) <= FALSE_DISCOVERY_RATE * ((rank + 1) as f64 / all)
    };
    scores
        .iter()
        .enumerate()
        .rposition(is_kept)
        .map_or(0, |rank| rank + 1)
}

/// The probability of a score as large or larger by chance: 2 (1 − Φ(z)).
fn p_value(score: Score) -> f64 {
    let p = libm::erfc((score.value() / 2.0).sqrt());
    // Where one area is all there is, what is probable is clear, though 3.841 is a rounded
    // percentile.
    if score.is_probable() {
        p.min(FALSE_DISCOVERY_RATE)
    } else {
        p
    }
}
