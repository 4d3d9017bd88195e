//! Parses API responses: any bytes, and any results within a response.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::Level;
use rising_prepare::cases::{ApiFilter, Cases};
use rising_prepare::problem::Problems;

fuzz_target!(|input: &[u8]| {
    let within = [br#"{"results":["#, input, b"]}"].concat();
    for content in [input, &within] {
        let (mut cases, mut problems) = (Cases::default(), Problems::default());
        if cases
            .add_content(
                Path::new("answer.json"),
                content,
                Level::Ltla,
                &ApiFilter::default(),
                &mut problems,
            )
            .is_ok()
        {
            let kept: usize = cases.areas.values().map(|area| area.days.len()).sum();
            assert_eq!(
                cases.row_counts.used(),
                kept as u64,
                "every result is used or dropped with a reason"
            );
        }
    }
});
