//! Parses case files in every dialect: the input chooses the header and the level, and has any
//! lines.

#![no_main]

use std::path::Path;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::Level;
use rising_prepare::cases::{ApiFilter, Cases, DIALECTS};
use rising_prepare::problem::Problems;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// A position in [`DIALECTS`] modulo its length + 1; the last one means no header.
    dialect: u8,
    level: bool,
    lines: &'a [u8],
}

fuzz_target!(|input: Input| {
    let level = if input.level {
        Level::Msoa
    } else {
        Level::Ltla
    };
    let header = DIALECTS.get(usize::from(input.dialect) % (DIALECTS.len() + 1));
    let header = header
        .map(|dialect| dialect.columns().collect::<Vec<_>>().join(",") + "\n")
        .unwrap_or_default();
    let content = [header.as_bytes(), input.lines].concat();
    let (mut cases, mut problems) = (Cases::default(), Problems::default());
    if cases
        .add_content(
            Path::new("cases.csv"),
            &content,
            level,
            &ApiFilter::default(),
            &mut problems,
        )
        .is_err()
    {
        return;
    }
    cases.recover_counts(|_, _| Some(12_163), &mut problems);
    let kept: usize = cases.areas.values().map(|area| area.days.len()).sum();
    assert_eq!(
        cases.row_counts.used(),
        kept as u64,
        "every line is used or dropped with a reason"
    );
    assert!(problems.all().len() as u64 <= cases.row_counts.dropped.values().sum::<u64>());
    for problem in problems.all() {
        assert!(
            problem.to_string().starts_with("cases.csv, "),
            "{problem} does not say where"
        );
    }
});
