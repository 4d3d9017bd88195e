//! Parses the commands of a document: its fenced blocks of `sh`.

use anyhow::{Result, bail, ensure};

/// First line of a block that does not run, up to the reason.
const NOT_RUN: &str = "# Not run by our tests:";

/// Languages of fenced blocks without commands.
const OTHERS: [&str; 2] = ["json", "toml"];

/// A fenced block of commands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The nearest heading above.
    pub heading: String,
    /// Line number of the first command.
    pub line: usize,
    /// The commands as written.
    pub script: String,
    /// Reason for not running them.
    pub not_run: Option<String>,
}

/// Returns the blocks of a document in order.
///
/// # Errors
/// If code is neither marked as commands nor as another language, or a block does not run and gives
/// no reason.
pub(super) fn read(document: &str) -> Result<Vec<Block>> {
    let mut blocks = vec![];
    let mut heading = String::new();
    let (mut after_blank, mut in_list) = (true, false);
    let mut lines = document.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let text = line.trim_start();
        if let Some(language) = text.strip_prefix("```") {
            let inside = lines
                .by_ref()
                .map(|(line, _)| line)
                .take_while(|line| line.trim() != "```");
            let script: String = inside.flat_map(|line| [line, "\n"]).collect();
            match language {
                "sh" => blocks.push(block(&heading, number + 1, script)?),
                language if OTHERS.contains(&language) => {}
                other => bail!(
                    "line {number}: a block of {other:?}; commands are ```sh, other code one of \
                     {OTHERS:?}"
                ),
            }
            after_blank = false;
            continue;
        }
        let is_item = ["- ", "* "].iter().any(|mark| text.starts_with(mark))
            || text
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with(". ");
        in_list = is_item || (in_list && (line.starts_with(' ') || line.is_empty()));
        ensure!(
            !(line.starts_with("    ") && after_blank && !in_list),
            "line {number}: an indented block; commands are ```sh, so that they are run"
        );
        if let Some(title) = line.strip_prefix('#') {
            title
                .trim_start_matches('#')
                .trim()
                .clone_into(&mut heading);
        }
        after_blank = line.is_empty();
    }
    Ok(blocks)
}

fn block(heading: &str, line: usize, script: String) -> Result<Block> {
    let not_run = script
        .strip_prefix(NOT_RUN)
        .map(|rest| rest.lines().next().unwrap_or_default().trim().to_owned());
    ensure!(
        not_run.as_deref() != Some(""),
        "line {line}: say why it is not run"
    );
    Ok(Block {
        heading: heading.to_owned(),
        line,
        script,
        not_run,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_returns_blocks_under_their_headings() {
        let document = "# A\n\ntext\n\n```sh\none\n  two\n```\n## B: c\n- item\n\n    of \
            it\n```json\n{}\n```\n\
                        ```sh\n# Not run by our tests: asks for money\npay\n```\n";
        let blocks = read(document).unwrap();
        let [first, second] = &blocks[..] else {
            panic!("{blocks:?}")
        };
        assert_eq!(
            (&*first.heading, first.line, &*first.script),
            ("A", 6, "one\n  two\n")
        );
        assert_eq!(first.not_run, None);
        assert_eq!((&*second.heading, second.line), ("B: c", 17));
        assert_eq!(second.not_run.as_deref(), Some("asks for money"));
    }

    #[test]
    fn read_refuses_code_that_would_not_run() {
        for (document, expected) in [
            ("a\n\n    prepare verify\n", "line 3: an indented block"),
            ("```\nprepare verify\n```\n", "line 1: a block of \"\""),
            (
                "```console\n$ prepare verify\n```\n",
                "line 1: a block of \"console\"",
            ),
            (
                "```sh\n# Not run by our tests:\nprepare verify\n```\n",
                "line 2: say why",
            ),
        ] {
            let said = read(document).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn publisher_documents_have_commands_that_run() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for name in super::super::DOCUMENTS {
            let blocks = read(&std::fs::read_to_string(root.join(name)).unwrap()).unwrap();
            assert!(
                blocks.iter().any(|block| block.not_run.is_none()),
                "{name}: {blocks:?}"
            );
        }
    }
}
