//! Builds and checks the API's addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::ApiSource;
use crate::printable::Printable;

/// The most results that the API sends in one response.
pub const PAGE_SIZE: u64 = 365;

/// Characters to encode: names contain spaces, commas and apostrophes.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a name as a part of an address or file name.
pub fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NAME).to_string()
}

impl ApiSource {
    /// Returns the address of the list of areas.
    pub(super) fn listing_address(&self) -> String {
        let parts = [
            ("themes", &self.theme),
            ("sub_themes", &self.sub_theme),
            ("topics", &self.topic),
            ("geography_types", &self.geography_type),
        ];
        let path: String = parts
            .iter()
            .map(|(kind, name)| format!("/{kind}/{}", encoded(name)))
            .collect();
        format!("{}{path}/geographies", self.base.trim_end_matches('/'))
    }

    /// Returns the address of the first page of an area's figures of a year.
    pub(super) fn series_address(&self, area: &str, year: i16) -> String {
        let (listing, metric) = (self.listing_address(), encoded(&self.metric));
        format!(
            "{listing}/{}/metrics/{metric}?page_size={PAGE_SIZE}&year={year}",
            encoded(area)
        )
    }
}

/// Checks that `next` is page `number` of the series whose first page is `first`.
///
/// # Errors
/// The reason why it is not.
pub fn check_next_page(first: &str, next: &str, number: u64) -> Result<(), String> {
    let wrong = |why: &str| {
        Err(format!(
            "the next page is given as {}, {why}; ask the publisher",
            Printable::sentence(next)
        ))
    };
    let (Ok(first), Ok(next)) = (Url::parse(first), Url::parse(next)) else {
        return wrong("which is not a valid address");
    };
    // Servers differ in which characters of a name they encode.
    let path = |url: &Url| {
        percent_decode_str(url.path())
            .decode_utf8_lossy()
            .into_owned()
    };
    if first.origin() != next.origin() {
        return wrong("which is another server");
    }
    if path(&first) != path(&next) {
        return wrong("which is of another area or metric");
    }
    let page = next
        .query_pairs()
        .find(|(key, _)| key == "page")
        .and_then(|(_, value)| value.parse::<u64>().ok());
    match page {
        Some(page) if page != number => Err(format!(
            "page {number} is missing: the page before gives page {page} as the next; ask the publisher"
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_address_encodes_names() {
        let address = ApiSource::default().series_address("Bristol, City of", 2026);
        assert_eq!(
            address,
            "https://api.ukhsa-dashboard.data.gov.uk/themes/infectious_disease/sub_themes/respiratory/topics/COVID-19\
             /geography_types/Lower%20Tier%20Local%20Authority/geographies/Bristol%2C%20City%20of\
             /metrics/COVID-19_cases_casesByDay?page_size=365&year=2026"
        );
        for (name, expected) in [
            ("King's Lynn", "King%27s%20Lynn"),
            ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("Môn", "M%C3%B4n"),
        ] {
            assert_eq!(encoded(name), expected);
        }
    }

    #[test]
    fn check_next_page_requires_same_server_and_series() {
        let first = ApiSource::default().series_address("Bristol, City of", 2026);
        let next = first.replace("%2C", ",") + "&page=2";
        assert_eq!(check_next_page(&first, &next, 2), Ok(()));
        assert_eq!(
            check_next_page(&first, &format!("{first}&cursor=abc"), 2),
            Ok(()),
            "pages need not be numbered"
        );
        for (next, why) in [
            (next.replace("https:", "http:"), "another server"),
            (next.replace("ukhsa", "ukhsb"), "another server"),
            (next.replace("Bristol", "Bath"), "of another area"),
            ("?page=2".to_owned(), "not a valid address"),
        ] {
            let error = check_next_page(&first, &next, 2).unwrap_err();
            assert!(error.contains(why) && error.contains(&next), "{error}");
        }
        assert!(
            check_next_page(&first, &next, 3)
                .unwrap_err()
                .contains("page 3 is missing")
        );
        assert!(
            check_next_page(&first, &format!("{first}&page=4"), 3)
                .unwrap_err()
                .contains("page 3 is missing")
        );
    }
}
