//! Reads the query of any link, plain or changed in transit, and the state of a history entry.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_address::{Origin, Request, repair, whole_query};

/// The most characters of a problem: 40 of the value, and a sentence about it.
const LONGEST_PROBLEM: usize = 200;

// The text after the first line is the address after the `#`.
fuzz_target!(|text: &str| {
    let (search, hash) = text.split_once('\n').unwrap_or((text, ""));
    let query = whole_query(search.to_owned(), hash);
    let request = repair(&query);
    if let Some(plain) = Request::parse_plain(&query) {
        assert_eq!(plain, request, "both parsers agree");
    }
    assert!(request.problems.len() <= 9, "one for each parameter");
    for problem in &request.problems {
        assert!(
            problem.chars().count() < LONGEST_PROBLEM,
            "{problem} is too long"
        );
        assert!(!problem.chars().any(char::is_control));
    }

    let written = request.query();
    let again = Request::parse_plain(&written).expect("a written query is plain");
    assert_eq!(again.query(), written);
    assert_eq!(
        again,
        Request {
            problems: vec![],
            ..request
        }
    );
    assert_eq!(
        repair(&written.replace('&', "&amp;")),
        again,
        "escaped for HTML"
    );
    if let Some(origin) = Origin::parse(text) {
        assert_eq!(Origin::parse(&origin.state()), Some(origin));
    }
});
