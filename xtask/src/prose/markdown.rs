//! Checks the lines and links of Markdown files.

use std::fs;
use std::path::Path;

use super::width_fault;

/// Returns a fault for each line that is too wide, except in tables and code blocks, and for an
/// address on a line of its own.
pub(super) fn find_wide(text: &str) -> Vec<String> {
    prose_lines(text)
        .filter(|(_, line)| !line.trim_start().starts_with('|'))
        .filter(|(_, line)| line.trim().contains(' ') || !line.contains("://"))
        .filter_map(|(number, line)| width_fault(number, line))
        .collect()
}

/// Returns a fault for each relative link to a missing file or heading. `file` is the document.
pub(super) fn find_broken_links(file: &Path, text: &str) -> Vec<String> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut faults = vec![];
    for (number, line) in prose_lines(text) {
        for target in link_targets(line) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = if path.is_empty() {
                file.to_owned()
            } else {
                folder.join(path)
            };
            if !linked.exists() {
                faults.push(format!("{number}: the link {target} leads to no file"));
            } else if !anchor.is_empty() && !has_anchor(&linked, anchor) {
                faults.push(format!("{number}: the link {target} leads to no heading"));
            }
        }
    }
    faults
}

/// Returns the lines outside code blocks with their numbers.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    (1..).zip(text.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        !in_code && !is_fence
    })
}

/// Returns the targets of the inline links and of a reference definition in a line.
fn link_targets(line: &str) -> Vec<&str> {
    let mut targets = vec![];
    let definition = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "));
    if let Some((_, target)) = definition {
        targets.extend(target.split_whitespace().next());
    }
    let mut rest = line;
    while let Some(at) = rest.find("](") {
        // An odd number of backticks before the brackets: they are inside a code span.
        let before = &line[..line.len() - rest.len() + at];
        let is_code = before.matches('`').count() % 2 == 1;
        rest = &rest[at + 2..];
        let target = rest.split([')', ' ']).next().filter(|_| !is_code);
        targets.extend(target.map(|target| target.trim_matches(['<', '>'])));
    }
    targets
}

/// Whether a document has a heading with this anchor. Anchors of other files are not checked.
fn has_anchor(file: &Path, anchor: &str) -> bool {
    if file.extension().is_none_or(|end| end != "md") {
        return true;
    }
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut slugs: Vec<String> = vec![];
    for (_, line) in prose_lines(&text) {
        if line.contains(&format!("<a id=\"{anchor}\"")) {
            return true;
        }
        let title = line.trim_start_matches('#');
        if title.len() < line.len() && title.starts_with(' ') {
            slugs.push(slug(title));
        }
    }
    // The second heading with the same text has the anchor `text-1`.
    let is_repeated = anchor.rsplit_once('-').is_some_and(|(stem, number)| {
        let count = slugs.iter().filter(|slug| *slug == stem).count();
        number
            .parse()
            .is_ok_and(|number: usize| (1..count).contains(&number))
    });
    is_repeated || slugs.iter().any(|slug| slug == anchor)
}

/// Returns the anchor that GitHub gives a heading.
fn slug(title: &str) -> String {
    let mut parts = title.split("](");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        // Without the target of a link.
        text += part.split_once(')').map_or(part, |(_, rest)| rest);
    }
    text.trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn find_wide_leaves_out_tables_code_and_addresses() {
        let wide = "a ".repeat(51);
        let address = format!("  https://example.org/{}", "a".repeat(90));
        let text = format!("{wide}\n| {wide} |\n```sh\n{wide}\n```\n{address}\n");
        assert_eq!(
            find_wide(&text),
            ["1: 102 characters; wrap the line at 100"]
        );
    }

    #[test]
    fn find_broken_links_reports_missing_files_and_headings() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other.md");
        fs::write(
            &other,
            "# The `first` one, [linked](x)\n## Twice\n## Twice\n",
        )
        .unwrap();
        let file = folder.path().join("file.md");
        let text = "# Here\n[a](other.md#the-first-one-linked) [b](other.md#twice-1) [c](#here)\n\
                    [d](other.md#twice-2) ![e](gone.png) `[f](code)` [g](https://example.org/#x)\n\
                    ```\n[h](gone.md)\n```\n[i]: gone.md\n";
        fs::write(&file, text).unwrap();
        assert_eq!(
            find_broken_links(&file, text),
            [
                "3: the link other.md#twice-2 leads to no heading",
                "3: the link gone.png leads to no file",
                "7: the link gone.md leads to no file"
            ]
        );
    }
}
