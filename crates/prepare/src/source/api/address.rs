//! The API's addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::ApiSource;
use crate::printable::Printable;

/// The most results that the API gives in one answer.
pub const PAGE_SIZE: u64 = 365;

/// Everything but what never needs to be encoded: names have spaces, commas and apostrophes in
/// them.
const NAME: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name as a part of an address, or of a file's name.
pub fn encoded(name: &str) -> String {
    utf8_percent_encode(name, NAME).to_string()
}

impl ApiSource {
    /// Where the areas are listed.
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

    /// Where the figures of an area and year begin.
    pub(super) fn series_address(&self, area: &str, year: i16) -> String {
        let (listing, metric) = (self.listing_address(), encoded(&self.metric));
        format!(
            "{listing}/{}/metrics/{metric}?page_size={PAGE_SIZE}&year={year}",
            encoded(area)
        )
    }
}

/// Whether `next` goes on where the first page of number 1 began, as page `number`.
///
/// # Errors
/// What is wrong with it, if it leads elsewhere.
pub fn follows(first: &str, next: &str, number: u64) -> Result<(), String> {
    let wrong = |why: &str| {
        Err(format!(
            "the next page is said to be at {}, {why}; ask the publisher",
            Printable::sentence(next)
        ))
    };
    let (Ok(first), Ok(next)) = (Url::parse(first), Url::parse(next)) else {
        return wrong("which is no address");
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
        return wrong("which is not of this area and metric");
    }
    let page = next
        .query_pairs()
        .find(|(key, _)| key == "page")
        .and_then(|(_, value)| value.parse::<u64>().ok());
    match page {
        Some(page) if page != number => Err(format!(
            "page {number} is missing: the page before names page {page} as the next; ask the publisher"
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_encoded_in_addresses() {
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
    fn the_next_page_must_be_of_the_same_server_and_series() {
        let first = ApiSource::default().series_address("Bristol, City of", 2026);
        let next = first.replace("%2C", ",") + "&page=2";
        assert_eq!(follows(&first, &next, 2), Ok(()));
        assert_eq!(
            follows(&first, &format!("{first}&cursor=abc"), 2),
            Ok(()),
            "pages need not be numbered"
        );
        for (next, why) in [
            (next.replace("https:", "http:"), "another server"),
            (next.replace("ukhsa", "ukhsb"), "another server"),
            (next.replace("Bristol", "Bath"), "not of this area"),
            ("?page=2".to_owned(), "no address"),
        ] {
            let error = follows(&first, &next, 2).unwrap_err();
            assert!(error.contains(why) && error.contains(&next), "{error}");
        }
        assert!(
            follows(&first, &next, 3)
                .unwrap_err()
                .contains("page 3 is missing")
        );
        assert!(
            follows(&first, &format!("{first}&page=4"), 3)
                .unwrap_err()
                .contains("page 3 is missing")
        );
    }
}
