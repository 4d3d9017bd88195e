//! Parses typed postcodes and looks them up.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rising_model::postcode::{
    PostcodeEntry, PostcodeLocation, PostcodeQuery, PostcodeUnit, Postcodes,
};

const WRITTEN: [&str; 6] = [
    "HX1 1UB", "HX1 1UD", "HX1 2AA", "HX10 1AB", "HX1A 9ZZ", "HX9 9QQ",
];

static POSTCODES: LazyLock<Postcodes> = LazyLock::new(|| {
    let code = |text: &str| text.parse().expect("this is a code");
    let location = |number: u8| PostcodeLocation {
        authority: code(&format!("E{number}")),
        district: code("E0"),
        neighbourhood: (number == 1).then(|| code("E2")),
    };
    let entry = |(position, text): (usize, &&str)| {
        let (_, unit) = PostcodeUnit::parse(text).expect("this is a postcode");
        PostcodeEntry {
            unit,
            location: position % 2,
            in_use: position % 3 != 0,
        }
    };
    Postcodes::new(
        "HX",
        &[location(0), location(1)],
        WRITTEN.iter().enumerate().map(entry).collect(),
    )
    .expect("these are postcodes")
});

fuzz_target!(|text: &str| {
    PostcodeUnit::parse(text);
    let Some(typed) = PostcodeQuery::parse(text) else {
        return;
    };
    let written = typed.in_words();
    let again = PostcodeQuery::parse(&written)
        .unwrap_or_else(|| panic!("{written:?} cannot be read again"));
    assert_eq!(again.in_words(), written);
    assert_eq!(again.area(), typed.area());
    let mut part = Some(typed);
    for _ in 0..4 {
        let Some(typed) = part else { break };
        if let Some(found) = POSTCODES.find(&typed) {
            assert!(
                !found.locations.is_empty() && found.text.starts_with("HX"),
                "{found:?}"
            );
        }
        part = typed.larger();
    }
    assert_eq!(part, None, "a postcode has four parts at the most");
});
