//! Formats times for messages.

use std::time::{SystemTime, UNIX_EPOCH};

use rising_model::domain::day::Day;

/// Formats a time as "2021-02-07 16:05 UTC".
pub fn format_utc(time: SystemTime) -> String {
    let minutes = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
        / 60;
    let day = i32::try_from(minutes / (24 * 60))
        .ok()
        .and_then(Day::from_number);
    let day = day.map(|day| day.to_string()).unwrap_or_default();
    format!("{day} {:02}:{:02} UTC", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn format_utc_gives_date_and_minutes() {
        assert_eq!(
            format_utc(UNIX_EPOCH + Duration::from_secs(1_612_713_959)),
            "2021-02-07 16:05 UTC"
        );
        assert_eq!(format_utc(UNIX_EPOCH), "1970-01-01 00:00 UTC");
    }
}
