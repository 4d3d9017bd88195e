//! Computes the chart's path, scales and ticks from figures.

use std::fmt::Write as _;

use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_view::dates::month_short;
use rising_words::Texts;

use crate::state::History;

/// Height of the drawing in its own units. Horizontally, a unit is the step from one date to the
/// next.
const HEIGHT: i32 = 1000;

/// A series as drawn.
#[derive(PartialEq)]
pub struct Plot {
    /// The rate as an SVG path, with a gap where no figure is published.
    pub line: String,
    /// The dates with suppressed counts, as a path around areas from 0 to the rate of the largest
    /// count that is suppressed.
    pub hidden: String,
    pub first: Day,
    pub last: Day,
    /// The highest rate and the first date with it.
    pub highest: Option<(Rate, Day)>,
    pub complete: bool,
    /// Number of steps from the first date to the last.
    steps: i32,
    /// Distance between the rate axis' labels.
    unit: u32,
    /// Number of labels above 0.
    units: u32,
}

impl Plot {
    /// Computes the plot of an area's history.
    pub fn of(history: &History) -> Plot {
        let population = history.table.get(history.area).map(|area| &area.population);
        let rate = |count: u32, date: Day| Rate::new(count.into(), population?.at(date).into());
        let step = history.step.max(1);
        let steps = ((history.last - history.first) / step).max(0);
        let figures: Vec<(Day, Figure)> = (0..=steps)
            .map(|i| history.last - (steps - i) * step)
            .map(|date| (date, history.series.seven_day(history.area, date)))
            .collect();
        let mut highest: Option<(Rate, Day)> = None;
        for (day, figure) in &figures {
            if let Some(rate) = figure.count().and_then(|count| rate(count, *day))
                && highest.is_none_or(|(most, _)| rate > most)
            {
                highest = Some((rate, *day));
            }
        }
        let (unit, units) = scale(highest.map_or(0.0, |(rate, _)| rate.value()));
        let top = f64::from(unit * units);
        let y = |rate: Option<Rate>| {
            HEIGHT - (rate.map_or(0.0, Rate::value) / top * f64::from(HEIGHT)).round() as i32
        };

        let mut line = String::new();
        let mut hidden = String::new();
        let mut last_y = None;
        for (x, (day, figure)) in figures.iter().enumerate() {
            let now = figure.count().map(|count| y(rate(count, *day)));
            // Writing to a string cannot fail.
            let _ = match (last_y, now) {
                (Some(before), Some(now)) => write!(line, "l1 {}", now - before),
                // Round line ends make a line of no length visible: a single date between gaps.
                (None, Some(now)) => write!(line, "M{x} {now}h0"),
                (_, None) => Ok(()),
            };
            if *figure == Figure::Suppressed {
                let hidden_top = y(rate(Figure::SUPPRESSED_MAX, *day));
                let _ = write!(hidden, "M{x}.5 {HEIGHT}h-1V{hidden_top}h1z");
            }
            last_y = now;
        }
        let first = figures.first().map_or(history.last, |(day, _)| *day);
        let last = history.last;
        Plot {
            line,
            hidden,
            first,
            last,
            highest,
            complete: history.complete,
            steps,
            unit,
            units,
        }
    }

    /// Returns the SVG `viewBox`.
    pub fn view_box(&self) -> String {
        format!("0 0 {} {HEIGHT}", self.steps.max(1))
    }

    /// Returns a date's position in per cent from the left; `None` outside the series.
    pub fn across(&self, day: Day) -> Option<f64> {
        (self.first..=self.last).contains(&day).then(|| {
            f64::from(day - self.first) * 100.0 / f64::from((self.last - self.first).max(1))
        })
    }

    /// Returns a rate's position in per cent from the bottom.
    pub fn up(&self, rate: f64) -> f64 {
        rate * 100.0 / f64::from(self.unit * self.units)
    }

    /// Returns the rate axis' labels with their positions in per cent from the bottom.
    pub fn levels(&self) -> impl Iterator<Item = (u32, f64)> {
        (0..=self.units).map(|i| (i * self.unit, f64::from(i) * 100.0 / f64::from(self.units)))
    }
}

/// Returns a round distance between labels, and the number of them, at most four, that reaches the
/// highest value.
fn scale(highest: f64) -> (u32, u32) {
    let mut power = 1u32;
    loop {
        for unit in [power, 2 * power, 5 * power] {
            let units = (highest / f64::from(unit)).ceil();
            if units <= 4.0 && unit >= 5 {
                return (unit, (units as u32).max(1));
            }
        }
        power = power.saturating_mul(10).min(100_000_000);
    }
}

/// Returns the labels of the time axis: years, or months for a short series, few enough not to
/// overlap.
pub fn date_ticks(first: Day, last: Day, texts: &Texts) -> Vec<(Day, String)> {
    const MOST: usize = 6;
    for months in [1, 2, 3, 6, 12, 24, 60, 120] {
        let ticks: Vec<(Day, String)> = (first.year()..=last.year())
            .flat_map(|year| (1..=12u8).filter_map(move |month| Day::new(year, month, 1)))
            .filter(|day| ((day.year() * 12 + i32::from(day.month()) - 1) % months) == 0)
            .filter(|day| (first..=last).contains(day))
            .map(|day| (day, tick(day, months, texts)))
            .collect();
        if ticks.len() <= MOST {
            return ticks;
        }
    }
    vec![]
}

/// Formats a label: "Apr", or "2021" where only years are marked.
fn tick(day: Day, months: i32, texts: &Texts) -> String {
    if months >= 12 {
        return day.year().to_string();
    }
    month_short(day, texts).to_owned()
}

#[cfg(test)]
mod tests {
    use rising_view::InWords;
    use std::sync::Arc;

    use rising_model::domain::area::{Area, Level};
    use rising_model::domain::area_table::AreaTable;
    use rising_model::domain::series::{Cadence, CountsChunk, Series};

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn history(figures: &[Figure]) -> History {
        let first = day("2020-11-07");
        let area = Area {
            code: "E02000001".parse().unwrap(),
            name: "A".into(),
            translated: vec![],
            parent: None,
            population: 10_000.into(),
        };
        let chunk =
            CountsChunk::new(Cadence::Weekly, first, figures.len() as u32, figures).unwrap();
        History {
            level: Level::Msoa,
            area: 0,
            table: Arc::new(AreaTable::new(vec![area], vec![]).unwrap()),
            first,
            last: chunk.last(),
            series: Series::new(vec![Arc::new(chunk)]),
            step: 7,
            complete: true,
        }
    }

    #[test]
    fn plot_of_missing_figures_has_gaps_and_a_dot_for_a_single_date() {
        use Figure::{Count, Missing, Suppressed};
        let plot = Plot::of(&history(&[
            Count(10),
            Count(20),
            Missing,
            Count(5),
            Suppressed,
        ]));
        assert_eq!(plot.line.matches('M').count(), 2);
        assert_eq!(plot.hidden.matches('M').count(), 1);
        let (rate, on) = plot.highest.unwrap();
        assert_eq!(
            (rate.in_words(&Texts::default()).as_str(), on),
            ("200.0", day("2020-11-14"))
        );
        assert_eq!(plot.up(200.0), 100.0);
        assert_eq!(plot.across(day("2020-11-07")), Some(0.0));
        assert_eq!(plot.across(day("2020-12-05")), Some(100.0));
        assert_eq!(plot.across(day("2020-12-06")), None);
        let empty = Plot::of(&history(&[Missing]));
        assert!(empty.line.is_empty() && empty.highest.is_none());
        assert_eq!(empty.across(day("2020-11-07")), Some(0.0));
    }

    #[test]
    fn scale_is_round_and_has_at_most_four_labels() {
        assert_eq!(scale(0.0), (5, 1));
        assert_eq!(scale(19.0), (5, 4));
        assert_eq!(scale(21.0), (10, 3));
        assert_eq!(scale(485.9), (200, 3));
        assert_eq!(scale(2_400.0), (1_000, 3));
    }

    #[test]
    fn date_ticks_are_years_or_months() {
        let labels = |first, last| -> Vec<String> {
            date_ticks(day(first), day(last), &Texts::default())
                .into_iter()
                .map(|(_, text)| text)
                .collect()
        };
        assert_eq!(labels("2020-02-05", "2023-12-12"), ["2021", "2022", "2023"]);
        assert_eq!(
            labels("2020-03-21", "2020-11-28"),
            ["May", "Jul", "Sep", "Nov"]
        );
    }
}
