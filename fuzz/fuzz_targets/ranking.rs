//! Searches names for any typed text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_search::ranking::Index;

const NAMES: [(&str, &str); 6] = [
    ("Bristol, City of", ""),
    ("St Albans", ""),
    ("King's Lynn and West Norfolk", ""),
    ("Ynys Môn", ""),
    ("Town Centre", "Calderdale"),
    ("Barrow-in-Furness", ""),
];

// The first line is the typed text. Each further line is a name, with its surrounding area after a
// bar.
fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let typed = lines.next().unwrap_or_default();
    let names: Vec<_> = NAMES
        .into_iter()
        .chain(lines.map(|line| line.split_once('|').unwrap_or((line, ""))))
        .collect();
    let mut index = Index::default();
    for (number, (name, within)) in (0..).zip(&names) {
        index.add(name, within, name.len() as u8 % 3, number % 5);
    }
    let limit = typed.len() % 10;
    let mut best: Vec<_> = index
        .best(typed, limit, &|_| true)
        .into_iter()
        .map(|hit| hit.at)
        .collect();
    assert!(best.len() <= limit);
    assert!(best.iter().all(|&at| usize::from(at) < names.len()));
    let found = best.len();
    best.sort_unstable();
    best.dedup();
    assert_eq!(best.len(), found, "a name is found once");
});
