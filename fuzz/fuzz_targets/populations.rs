//! Parses population files of both kinds, at both levels, alone and together, with one or two
//! estimates.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::Level;
use rising_prepare::population::{PopulationFile, Populations};
use rising_prepare::problem::Problems;

const HEADERS: [&str; 3] = [
    "areaCode,areaName,population\n",
    "MSOA Code,MSOA Name,Total Pop,LA Code (2019 boundaries),LA name (2019 boundaries)\n",
    "",
];

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    msoa: bool,
    /// Whether the second file applies from a date of its own.
    dated: bool,
    /// The position in [`HEADERS`] of each file's header, modulo its length.
    headers: [u8; 2],
    /// The lines of both files, separated by a zero byte.
    lines: &'a [u8],
}

fuzz_target!(|input: Input| {
    let level = if input.msoa { Level::Msoa } else { Level::Ltla };
    let (mut populations, mut problems) = (Populations::default(), Problems::default());
    let mut known = 0;
    let second = if input.dated {
        "newer.csv,from=2021-08-01"
    } else {
        "more.csv"
    };
    let files = ["population.csv", second]
        .map(|text| text.parse::<PopulationFile>().expect("names a file"));
    for ((header, file), lines) in input
        .headers
        .into_iter()
        .zip(&files)
        .zip(input.lines.splitn(2, |byte| *byte == 0))
    {
        let content = [
            HEADERS[usize::from(header) % HEADERS.len()].as_bytes(),
            lines,
        ]
        .concat();
        let _ = populations.add_file(file, &content, level, &mut problems);
        assert!(populations.len() >= known, "a further file removes no area");
        known = populations.len();
    }
    assert!(known as u64 <= populations.read);
});
