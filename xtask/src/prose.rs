//! Checks the form of comments and documents: docstrings that state instead of ask, lines of at
//! most 100 characters, and links that lead somewhere.
//!
//! Spelling is checked by `xtask/tests/spelling.rs`, whose dictionaries only tests compile.

mod comments;
mod markdown;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::check_counts::CheckCounts;
use crate::command::read_stdout;

/// Characters that a line of a comment or document may have.
const MAX_WIDTH: usize = 100;

/// Checks all tracked files and prints every fault with its place and its remedy. Docstrings,
/// comments, and the lines and links of documents count as one check each.
///
/// # Errors
/// If Git does not list the files, or a file cannot be read.
pub fn run(root: &Path) -> Result<CheckCounts> {
    let mut docstrings = vec![];
    let mut wide_comments = vec![];
    let mut wide_lines = vec![];
    let mut broken_links = vec![];
    for path in tracked_files(root)? {
        let extension = Path::new(&path).extension().and_then(|end| end.to_str());
        if !matches!(extension, Some("rs" | "md")) {
            continue;
        }
        // A file may be deleted and not committed yet.
        let file = root.join(&path);
        if !file.is_file() {
            continue;
        }
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let at_path = |fault: String| format!("{path}:{fault}");
        if extension == Some("rs") {
            docstrings.extend(comments::find_questions(&text).into_iter().map(at_path));
            wide_comments.extend(comments::find_wide(&text).into_iter().map(at_path));
        } else {
            wide_lines.extend(markdown::find_wide(&text).into_iter().map(at_path));
            let broken = markdown::find_broken_links(&file, &text);
            broken_links.extend(broken.into_iter().map(at_path));
        }
    }
    let mut counts = CheckCounts::default();
    for faults in [docstrings, wide_comments, wide_lines, broken_links] {
        for fault in &faults {
            println!("  {fault}");
        }
        counts = counts
            + if faults.is_empty() {
                CheckCounts::one_passed()
            } else {
                CheckCounts::one_failed()
            };
    }
    Ok(counts)
}

/// Returns the paths of all files that Git tracks, relative to the root.
///
/// # Errors
/// If Git is missing or the folder is no repository.
pub fn tracked_files(root: &Path) -> Result<Vec<String>> {
    let list = read_stdout(
        Command::new("git")
            .arg("-C")
            .arg(root)
            .args(["ls-files", "-z"]),
    )
    .context("`git ls-files` failed: install Git and run this in a clone")?;
    Ok(list
        .split('\0')
        .filter(|path| !path.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Returns a fault for a line that is too wide.
fn width_fault(number: usize, line: &str) -> Option<String> {
    let width = line.chars().count();
    (width > MAX_WIDTH)
        .then(|| format!("{number}: {width} characters; wrap the line at {MAX_WIDTH}"))
}
