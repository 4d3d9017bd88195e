//! What the site weighs, file by file and for a first visit.

use std::collections::BTreeMap;

use super::compress::Entry;
use super::preload::Preloads;

/// Prints a table: the files that every visit loads, those that each level's first view adds, parts
/// of the program that come later, and the rest as a sum. `first_view` are the paths of the files
/// that every visit loads. 1 kB is 1,000 bytes.
pub fn print(files: &BTreeMap<String, Entry>, first_view: &[String], preloads: Option<&Preloads>) {
    println!("\n{:>10} {:>10}", "kB", "brotli");
    // Before the first picture a browser waits for the page and its style sheet, and for no script.
    let paints = |name: &&String| name.ends_with(".html") || name.ends_with(".css");
    let picture = first_view
        .iter()
        .filter(paints)
        .filter_map(|name| files.get(name))
        .map(size)
        .fold((0, 0), add);
    row("first picture: the page and its style sheet", picture);
    let every_visit = list(files, first_view);
    row("every visit", every_visit);
    let mut shown: Vec<String> = first_view.to_vec();
    for (level, names) in preloads.iter().flat_map(|preloads| preloads.first_views()) {
        let added = list(files, &names);
        row(
            &format!("first view, {level}"),
            (every_visit.0 + added.0, every_visit.1 + added.1),
        );
        shown.extend(names);
    }
    let parts: Vec<String> = files
        .keys()
        .filter(|name| is_part(name, first_view))
        .cloned()
        .collect();
    if !parts.is_empty() {
        row("parts of the program, when needed", list(files, &parts));
        shown.extend(parts);
    }
    let rest: Vec<&Entry> = files
        .iter()
        .filter(|(name, _)| !shown.contains(name))
        .map(|(_, entry)| entry)
        .collect();
    if !rest.is_empty() {
        row(
            &format!("{} files more, when asked for", rest.len()),
            rest.into_iter().map(size).fold((0, 0), add),
        );
    }
    println!();
}

/// Is it WebAssembly that not every visit loads?
fn is_part(name: &str, first_view: &[String]) -> bool {
    name.ends_with(".wasm") && !first_view.iter().any(|other| other == name)
}

/// Prints a line for each file and returns their sum.
fn list(files: &BTreeMap<String, Entry>, names: &[String]) -> (usize, usize) {
    let mut sum = (0, 0);
    for name in names {
        if let Some(entry) = files.get(name) {
            println!("{}", line(name, size(entry)));
            sum = add(sum, size(entry));
        }
    }
    sum
}

fn row(what: &str, size: (usize, usize)) {
    println!("{}\n", line(&format!("= {what}"), size));
}

fn line(what: &str, (raw, brotli): (usize, usize)) -> String {
    let kilobytes = |bytes: usize| bytes as f64 / 1000.0;
    format!("{:10.1} {:10.1}  {what}", kilobytes(raw), kilobytes(brotli))
}

/// Raw, and as it is sent.
fn size(entry: &Entry) -> (usize, usize) {
    (
        entry.raw.len(),
        entry
            .copies
            .as_ref()
            .map_or(entry.raw.len(), |copies| copies.brotli.len()),
    )
}

fn add(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0 + b.0, a.1 + b.1)
}
