//! Prints the sizes of the site's files and of a first visit.

use std::collections::BTreeMap;

use super::compress::SiteFile;
use super::preload::Preloads;

/// The bytes of each level's first view, compressed with brotli: by the level's word in URLs.
pub type FirstViewSizes = BTreeMap<String, usize>;

/// Prints a table: the files that every visit loads (`first_view`), those that each level's first
/// view adds, chunks that load on demand, and the sum of the rest. 1 kB is 1,000 bytes. Returns the
/// sizes of the first views.
pub fn print_table(
    files: &BTreeMap<String, SiteFile>,
    first_view: &[String],
    preloads: Option<&Preloads>,
) -> FirstViewSizes {
    let mut first_views = FirstViewSizes::new();
    println!("\n{:>10} {:>10}", "kB", "brotli");
    // The first paint waits for the page and its style sheet, and for no script.
    let paints = |name: &&String| name.ends_with(".html") || name.ends_with(".css");
    let first_paint = first_view
        .iter()
        .filter(paints)
        .filter_map(|name| files.get(name))
        .map(size)
        .fold((0, 0), add);
    row("first paint: the page and its style sheet", first_paint);
    let every_visit = list(files, first_view);
    row("every visit", every_visit);
    let mut shown: Vec<String> = first_view.to_vec();
    for (level, names) in preloads.iter().flat_map(|preloads| preloads.first_views()) {
        let all = add(every_visit, list(files, &names));
        row(&format!("first view, {level}"), all);
        first_views.insert(level.to_owned(), all.1);
        shown.extend(names);
    }
    let chunks: Vec<String> = files
        .keys()
        .filter(|name| is_chunk(name, first_view))
        .cloned()
        .collect();
    if !chunks.is_empty() {
        row("chunks of the program, on demand", list(files, &chunks));
        shown.extend(chunks);
    }
    let rest: Vec<&SiteFile> = files
        .iter()
        .filter(|(name, _)| !shown.contains(name))
        .map(|(_, entry)| entry)
        .collect();
    if !rest.is_empty() {
        row(
            &format!("{} more files, on demand", rest.len()),
            rest.into_iter().map(size).fold((0, 0), add),
        );
    }
    println!();
    first_views
}

/// Whether a file is WebAssembly that not every visit loads.
fn is_chunk(name: &str, first_view: &[String]) -> bool {
    name.ends_with(".wasm") && !first_view.iter().any(|other| other == name)
}

/// Prints a line for each file and returns their sum.
fn list(files: &BTreeMap<String, SiteFile>, names: &[String]) -> (usize, usize) {
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

/// Returns the size as it is and compressed with brotli.
fn size(entry: &SiteFile) -> (usize, usize) {
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
