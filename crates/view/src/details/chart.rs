//! The chart of an area's rate over the whole series, as data: its line, scales, labels and
//! sentences.

use std::fmt::Write as _;
use std::sync::Arc;

use rising_model::domain::area::{AreaIndex, Level};
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::day::Day;
use rising_model::domain::figure::Figure;
use rising_model::domain::rate::Rate;
use rising_model::domain::series::Series;
use rising_model::domain::trend::PUBLISHED_FROM;
use rising_words::{Texts, args};

use crate::area_figures::AreaFigures;
use crate::dates::month_short;
use crate::names::full_name;
use crate::{InWords, LevelView};

/// Height of the drawing in its own units. Horizontally, a unit is the step from one date to the
/// next.
const HEIGHT: i32 = 1000;

/// An area's figures over all dates that have loaded.
#[derive(Clone, Debug)]
pub struct AreaHistory {
    /// The area's level.
    pub level: Level,
    /// The area's position in the table.
    pub area: AreaIndex,
    /// The level's areas.
    pub table: Arc<AreaTable>,
    /// The counts of all areas.
    pub series: Series,
    /// The first date offered.
    pub first: Day,
    /// The last date offered.
    pub last: Day,
    /// The number of days from one date to the next.
    pub step: i32,
    /// Whether every counts file has loaded.
    pub complete: bool,
}

impl PartialEq for AreaHistory {
    /// Compares the length of the series, because files are only ever added to it.
    fn eq(&self, other: &AreaHistory) -> bool {
        let key = |history: &AreaHistory| {
            let AreaHistory {
                level,
                area,
                first,
                last,
                complete,
                ..
            } = *history;
            (level, area, first, last, complete, history.series.len())
        };
        key(self) == key(other)
    }
}

impl AreaHistory {
    /// Names the chart: "Rate per 100,000 people in North, Anham, 7 February 2020 to 12 December
    /// 2023".
    pub fn label(&self, authorities: Option<&AreaTable>, texts: &Texts) -> String {
        texts.chart_label(args::ChartLabel {
            first: &self.first.in_words(texts),
            last: &self.last.in_words(texts),
            place: &full_name(&self.table, self.area, authorities, texts),
        })
    }
}

/// A label of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The label.
    pub text: String,
    /// The position in per cent, from the left or from the bottom.
    pub at: f64,
}

/// The chart of one area.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The rate as an SVG path, with a gap where no figure is published.
    pub line: String,
    /// The dates with suppressed counts, as a path around areas from 0 to the rate of the largest
    /// count that is suppressed.
    pub hidden: String,
    first: Day,
    last: Day,
    /// The highest rate and the first date with it.
    highest: Option<(Rate, Day)>,
    /// Whether the figures of all dates have loaded.
    complete: bool,
    /// Number of steps from the first date to the last.
    steps: i32,
    /// Distance between the rate axis' labels.
    unit: u32,
    /// Number of labels above 0.
    units: u32,
}

impl Chart {
    /// Charts an area's history.
    pub fn new(history: &AreaHistory) -> Chart {
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
        Chart {
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

    /// Returns the labels of the rate axis from 0 up.
    pub fn rate_ticks(&self, texts: &Texts) -> Vec<Tick> {
        let tick = |number: u32| Tick {
            text: texts.number((number * self.unit).into()),
            at: f64::from(number) * 100.0 / f64::from(self.units),
        };
        (0..=self.units).map(tick).collect()
    }

    /// Returns the labels of the time axis: years, or months for a short series, few enough not to
    /// overlap. A label that would hang over an edge is left out.
    pub fn date_ticks(&self, texts: &Texts) -> Vec<Tick> {
        let ticks = date_ticks(self.first, self.last, texts).into_iter();
        let tick = |(day, text)| {
            let at = self.across(day)?;
            (4.0..=96.0).contains(&at).then_some(Tick { text, at })
        };
        ticks.filter_map(tick).collect()
    }

    /// Returns the position of the date shown, in per cent from the left, and of the area's rate at
    /// it, in per cent from the bottom. `None` for a date outside the series.
    pub fn mark(&self, view: &LevelView, area: AreaIndex) -> Option<(f64, Option<f64>)> {
        let across = self.across(view.snapshot.date())?;
        let rate = view.snapshot.rate(&view.table, area);
        Some((across, rate.map(|rate| self.up(rate.value()))))
    }

    /// Says the area's rate at the date shown, the highest rate, and what the chart leaves out:
    /// "485.9 on 7 February 2021; highest 1,485.9 on 4 January 2021."
    pub fn readout(&self, view: &LevelView, area: AreaIndex, texts: &Texts) -> String {
        let now = AreaFigures::new(view, area).rate_text(texts);
        let date = view.snapshot.date().in_words(texts);
        let mut words = match self.highest {
            Some((rate, day)) => texts.chart_now_and_highest(args::ChartNowAndHighest {
                date: &date,
                figure: &now,
                highest: &rate.in_words(texts),
                highest_date: &day.in_words(texts),
            }),
            None => texts.chart_now(args::ChartNow {
                date: &date,
                figure: &now,
            }),
        };
        if !self.hidden.is_empty() {
            words.push(' ');
            words += &texts.chart_hidden(PUBLISHED_FROM);
        }
        if !self.complete {
            words.push(' ');
            words += texts.chart_loading();
        }
        words
    }

    /// Returns a date's position in per cent from the left; `None` outside the series.
    fn across(&self, day: Day) -> Option<f64> {
        (self.first..=self.last).contains(&day).then(|| {
            f64::from(day - self.first) * 100.0 / f64::from((self.last - self.first).max(1))
        })
    }

    /// Returns a rate's position in per cent from the bottom.
    fn up(&self, rate: f64) -> f64 {
        rate * 100.0 / f64::from(self.unit * self.units)
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

/// Returns at most six dates with their labels.
fn date_ticks(first: Day, last: Day, texts: &Texts) -> Vec<(Day, String)> {
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
    use Figure::{Count, Missing, Suppressed};
    use rising_model::domain::series::{Cadence, CountsChunk};
    use rising_model::domain::snapshot::Snapshot;

    use rising_words::Language;

    use super::*;
    use crate::fixtures::{authorities, day, table};

    fn history(figures: &[Figure]) -> AreaHistory {
        let first = day("2020-11-07");
        let table = table(&[("E02000001", "A", Some("E00000001"))]);
        let chunk =
            CountsChunk::new(Cadence::Weekly, first, figures.len() as u32, figures).unwrap();
        AreaHistory {
            level: Level::Msoa,
            area: 0,
            table: Arc::new(table),
            first,
            last: chunk.last(),
            series: Series::new(vec![Arc::new(chunk)]),
            step: 7,
            complete: true,
        }
    }

    /// The level of a history at one of its dates.
    fn view(history: &AreaHistory, date: &str) -> LevelView {
        LevelView {
            level: history.level,
            table: history.table.clone(),
            snapshot: Arc::new(Snapshot::new(&history.table, &history.series, day(date))),
            step: history.step,
        }
    }

    #[test]
    fn histories_of_other_dates_differ() {
        let long = history(&[Count(10), Count(20), Count(30)]);
        let short = AreaHistory {
            last: day("2020-11-14"),
            ..long.clone()
        };
        assert_ne!(long, short);
        assert_eq!(long, long.clone());
    }

    #[test]
    fn chart_of_missing_figures_has_gaps_and_a_dot_for_a_single_date() {
        let history = history(&[Count(10), Count(20), Missing, Count(5), Suppressed]);
        let chart = Chart::new(&history);
        assert_eq!(chart.line.matches('M').count(), 2);
        assert_eq!(chart.hidden.matches('M').count(), 1);
        let (rate, on) = chart.highest.unwrap();
        assert_eq!((rate.tenths(), on), (2_000, day("2020-11-14")));
        assert_eq!(chart.up(200.0), 100.0);
        assert_eq!(chart.across(day("2020-11-07")), Some(0.0));
        assert_eq!(chart.across(day("2020-12-05")), Some(100.0));
        assert_eq!(chart.across(day("2020-12-06")), None);
        let mark = |date| chart.mark(&view(&history, date), 0);
        assert_eq!(mark("2020-11-14"), Some((25.0, Some(100.0))));
        assert_eq!(mark("2020-12-05"), Some((100.0, None)), "suppressed");
        assert_eq!(mark("2020-12-12"), None);
    }

    #[test]
    fn chart_without_figures_is_empty() {
        let empty = Chart::new(&history(&[Missing]));
        assert!(empty.line.is_empty() && empty.highest.is_none());
        assert_eq!(empty.across(day("2020-11-07")), Some(0.0));
    }

    #[test]
    fn readout_says_what_the_chart_leaves_out() {
        let texts = Language::En.texts();
        let history = history(&[Count(10), Count(20), Missing, Count(5), Suppressed]);
        let chart = Chart::new(&history);
        let say = |chart: &Chart, date| chart.readout(&view(&history, date), 0, &texts);
        let hidden = "Shaded weeks: fewer than 3 cases, not published.";
        assert_eq!(
            say(&chart, "2020-11-28"),
            format!("50.0 on 28 November 2020; highest 200.0 on 14 November 2020. {hidden}")
        );
        assert!(say(&chart, "2020-12-05").starts_with("not published on 5 December 2020;"));
        let loading = Chart {
            complete: false,
            hidden: String::new(),
            highest: None,
            ..chart
        };
        assert_eq!(
            say(&loading, "2020-11-21"),
            "no figure on 21 November 2020. Other dates are still loading."
        );
    }

    #[test]
    fn label_names_the_area_with_its_authority_once_that_is_known() {
        let (history, authorities) = (history(&[Count(10), Count(20)]), authorities());
        let say = |authorities| history.label(authorities, &Language::En.texts());
        assert_eq!(
            say(Some(&authorities)),
            "Rate per 100,000 people in A, Anham, 7 November 2020 to 14 November 2020"
        );
        assert_eq!(
            say(None),
            "Rate per 100,000 people in A, 7 November 2020 to 14 November 2020"
        );
    }

    #[test]
    fn rate_ticks_begin_at_0_and_reach_the_highest_rate() {
        let chart = Chart::new(&history(&[Count(10), Count(150)]));
        let ticks = chart.rate_ticks(&Language::En.texts());
        let ticks: Vec<(&str, f64)> = ticks.iter().map(|tick| (&*tick.text, tick.at)).collect();
        assert_eq!(
            ticks,
            [
                ("0", 0.0),
                ("500", 100.0 / 3.0),
                ("1,000", 200.0 / 3.0),
                ("1,500", 100.0)
            ]
        );
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
            date_ticks(day(first), day(last), &Language::En.texts())
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
