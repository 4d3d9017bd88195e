//! The figures as CSV (RFC 4180), for a spreadsheet.

use rising_model::clearness::Grade;
use rising_model::rate::Rate;
use rising_model::series::Figure;

use super::records::{Fields, Record, SUPPRESSED};

/// Without it Excel takes the text for another encoding: "Ynys MÃ´n".
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A header and a line for each area. A missing figure is empty; a rate has one decimal and no comma.
pub fn csv(records: &[Record], fields: Fields) -> String {
    let mut text = format!("{BYTE_ORDER_MARK}{}\r\n", fields.join(","));
    for record in records {
        let ([count, previous], [rate, previous_rate]) = (record.counts().map(cases), record.rates().map(decimal));
        let comparison = record.comparison;
        let grade = record.grade.map_or("", Grade::word).to_owned();
        let direction = comparison.direction().word().to_owned();
        let cells = [
            quoted(record.area.code.as_str()),
            quoted(&record.area.name),
            quoted(record.authority),
            count,
            previous,
            rate,
            previous_rate,
            direction,
            grade,
            record.populations[0].to_string(),
            record.populations[1].to_string(),
            quoted(record.estimate),
        ];
        text += &cells.join(",");
        text += "\r\n";
    }
    text
}

fn cases(figure: Figure) -> String {
    match figure {
        Figure::Missing => String::new(),
        Figure::Suppressed => SUPPRESSED.to_owned(),
        Figure::Count(count) => count.to_string(),
    }
}

fn decimal(rate: Option<Rate>) -> String {
    rate.map(|rate| format!("{}.{}", rate.tenths() / 10, rate.tenths() % 10)).unwrap_or_default()
}

/// In quotation marks wherever a comma, a mark or a line break asks for them, or the text begins like a formula.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) || text.starts_with(['=', '+', '-', '@']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use rising_model::area::Nation;

    use super::super::records::{fields, records, tests::shown};
    use super::*;

    #[test]
    fn every_kind_of_figure_and_name() {
        let (shown, authorities) = shown();
        let lines = [
            "\u{feff}code,name,authority,count,previous,rate,previous_rate,direction,grade,population,previous_population,population_estimate",
            "E00000001,\"=Top & \"\"Bottom\"\"\",\"Anham, City of\",5,suppressed,50.0,,rising,chance,10000,10000,",
            "E00000002,\"Ynys, Môn\",\"Anham, City of\",suppressed,12,,120.0,falling,clear,10000,10000,",
            "E00000003,Nowhere,\"Anham, City of\",,,,,unknown,,10000,10000,",
            "",
        ];
        assert_eq!(
            csv(&records(&shown, &Nation::England.into(), Some(&authorities)), fields(&shown)),
            lines.join("\r\n")
        );
    }

    #[test]
    fn rates_are_numbers_to_a_program() {
        assert_eq!(decimal(Rate::new(14_859, 1_000_000)), "1485.9");
        assert_eq!(decimal(None), "");
    }
}
