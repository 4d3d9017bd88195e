//! Estimates a nation's [`Criteria`] from its counts. Only `prepare` uses this module.

use super::{Criteria, Dispersion, Score};
use crate::domain::trend::Comparison;

/// The expected share of chance among clear changes.
const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// The least number of cases of an area, over all dates, for it to count towards the dispersion.
const MIN_CASES: u64 = 14;

/// The number of parameters of an area's fit: level and trend.
const PARAMETERS: usize = 2;

/// Limit of Newton steps; a trend whose likelihood has a maximum needs fewer.
const STEPS: usize = 50;

/// Estimates the dispersion of the counts of a nation's areas. `counts` is row-major by area, then
/// date, with `dates` counts for each area and none missing.
///
/// The fit of an area's counts is the nation's share of cases at each date times the area's own
/// log-linear trend, by maximum Poisson likelihood. The result is Pearson's chi-squared over its
/// degrees of freedom (the dates less the two parameters), averaged over the areas with 14 cases or
/// more. Dates at which the whole nation has no case carry no information and are left out.
///
/// If no area has enough cases, the result is 1: the least dispersion, which rare single cases come
/// close to.
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
        if area.iter().map(|&count| u64::from(count)).sum::<u64>() >= MIN_CASES {
            sum += chi_squared(area, &shares, &mut fitted);
            areas += 1;
        }
    }
    if areas == 0 || freedom == 0 {
        return Dispersion::ONE;
    }
    Dispersion::at_least(sum / f64::from(areas) / freedom as f64)
}

/// Returns Pearson's chi-squared of an area's counts. `fitted` is a buffer for the fitted weights.
///
/// Given the area's total, only the trend is unknown: the fitted count of a date is the total times
/// its weight, share × exp(trend × date), over the sum of the weights. The likelihood has a single
/// maximum in the trend, which Newton's method finds.
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
        let (mean, variance) = fill_weights(shares, trend, fitted);
        // If all cases are at one date, the trend diverges; the fit is then exact enough.
        if variance < 1e-9 {
            break;
        }
        let step = ((observed - mean) / variance).clamp(-0.5, 0.5);
        trend += step;
        if step.abs() < 1e-10 {
            break;
        }
    }
    fill_weights(shares, trend, fitted);
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

/// Fills `weights` with the normalised weights of a trend, and returns the mean and the variance of
/// the date under them.
fn fill_weights(shares: &[f64], trend: f64, weights: &mut [f64]) -> (f64, f64) {
    // The largest factor is 1, so that none overflows. `libm` and not the platform's `exp`, so that
    // the same inputs give the same files on every machine.
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

/// Returns the criteria for a nation's changes, from the comparisons of its areas at one date.
///
/// All areas with a figure in both weeks count as tests, including those without a change.
pub fn criteria(
    comparisons: impl IntoIterator<Item = Comparison>,
    dispersion: Dispersion,
) -> Criteria {
    let mut scores: Vec<Score> = comparisons
        .into_iter()
        .filter_map(|comparison| Score::of(comparison, dispersion))
        .collect();
    scores.sort_unstable_by(|a, b| b.value().total_cmp(&a.value()));
    let Some(last) = count_clear(&scores).checked_sub(1) else {
        return Criteria {
            dispersion,
            clear_from: None,
        };
    };
    // Rounded down to hundredths, unless that would make the next area clear. Rounding up then may
    // exclude the last area.
    let down = (scores[last].value() * 100.0).floor() as u32;
    let includes_next = scores.get(last + 1).is_some_and(|next| next.reaches(down));
    Criteria {
        dispersion,
        clear_from: Some(if includes_next { down + 1 } else { down }),
    }
}

/// Returns the number of clear scores by the procedure of Benjamini and Hochberg: the largest j
/// whose p-value is at most 0.05 j / m. `scores` are highest first.
fn count_clear(scores: &[Score]) -> usize {
    let all = scores.len() as f64;
    let is_clear = |(rank, score): (usize, &Score)| {
        p_value(*score) <= FALSE_DISCOVERY_RATE * ((rank + 1) as f64 / all)
    };
    scores
        .iter()
        .enumerate()
        .rposition(is_clear)
        .map_or(0, |rank| rank + 1)
}

/// Returns the probability of a score at least as large by chance: 2 (1 − Φ(z)).
fn p_value(score: Score) -> f64 {
    let p = libm::erfc((score.value() / 2.0).sqrt());
    // With a single area, probable and clear must agree, although 3.841 is a rounded percentile.
    if score.is_probable() {
        p.min(FALSE_DISCOVERY_RATE)
    } else {
        p
    }
}
