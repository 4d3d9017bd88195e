//! Writes the figures as CSV (RFC 4180) for spreadsheets.

use rising_model::encoding::csv::format_field;

use super::records::{AreaRecord, Columns, Value};

/// Makes Excel read the text as UTF-8; without it, "Ynys Môn" shows as "Ynys MÃ´n".
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Returns a header and a line for each area. A missing figure is an empty field; a rate has one
/// decimal and no thousands separator.
pub fn csv(records: &[AreaRecord], columns: Columns) -> String {
    let mut text = format!("{BYTE_ORDER_MARK}{}\r\n", columns.join(","));
    for record in records {
        text += &record.values().map(cell).join(",");
        text += "\r\n";
    }
    text
}

fn cell(value: Value) -> String {
    match value {
        Value::Text(text) => format_field(&text),
        Value::Number(number) => number.to_string(),
        Value::Rate(rate) => format!("{}.{}", rate.tenths() / 10, rate.tenths() % 10),
        Value::Flag(flag) => flag.to_string(),
        Value::None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Nation;
    use rising_model::domain::rate::Rate;
    use rising_words::Texts;

    use super::super::records::{columns, records, tests::shown};
    use super::*;

    #[test]
    fn csv_quotes_names_and_leaves_missing_figures_empty() {
        let (shown, authorities) = shown();
        let lines = [
            "\u{feff}code,name,authority,nation,date,count,count_suppressed,previous,\
             previous_suppressed,change,rate,previous_rate,direction,grade,population,\
             previous_population,population_estimate",
            "E00000001,\"'=Top & \"\"Bottom\"\"\",\"Anham, City of\",England,2020-11-28,5,false,,\
             true,,50.0,,rising,chance,10000,10000,",
            "E00000002,\"Ynys, Môn\",\"Anham, City of\",England,2020-11-28,,true,12,false,,,120.0,\
             falling,clear,10000,10000,",
            "E00000003,Nowhere,\"Anham, City of\",England,2020-11-28,,false,,false,,,,unknown,,\
             10000,10000,",
            "",
        ];
        assert_eq!(
            csv(
                &records(
                    &shown,
                    &Nation::England.into(),
                    Some(&authorities),
                    &Texts::default()
                ),
                columns(&shown)
            ),
            lines.join("\r\n")
        );
    }

    #[test]
    fn cell_of_a_number_has_no_thousands_separator() {
        assert_eq!(
            Rate::new(14_859, 1_000_000)
                .map(|rate| cell(Value::Rate(rate)))
                .as_deref(),
            Some("1485.9")
        );
        assert_eq!(cell(Value::Number(-7)), "-7");
    }
}
