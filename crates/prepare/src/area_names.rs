//! Reads the table of display names, which replace names in the case files.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, ensure};
use rising_model::domain::area::AreaCode;
use serde::Deserialize;

use crate::input;

#[derive(Deserialize)]
struct NameRow {
    code: String,
    name: String,
}

/// Reads `code,name`.
///
/// # Errors
/// If the file cannot be read, a code is invalid or on two lines, or a name is empty.
pub fn read(path: &Path) -> anyhow::Result<BTreeMap<AreaCode, String>> {
    parse(&input::read(path)?).with_context(|| format!("{}: the table of names", path.display()))
}

/// Parses the content of the table.
///
/// # Errors
/// As [`read`].
pub fn parse(content: &[u8]) -> anyhow::Result<BTreeMap<AreaCode, String>> {
    let mut names = BTreeMap::new();
    for (line, row) in (2..).zip(csv::Reader::from_reader(content).deserialize()) {
        let NameRow { code, name } = row?;
        let code: AreaCode = code.parse().with_context(|| format!("line {line}"))?;
        ensure!(
            !name.trim().is_empty(),
            "line {line}: {code} has no name; fill it in or remove the line"
        );
        ensure!(
            names.insert(code.clone(), name).is_none(),
            "line {line}: {code} is on an earlier line too; remove one of the two"
        );
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_reads_names_and_rejects_bad_lines() {
        let names = parse(b"code,name\nE06000052,Cornwall and Isles of Scilly\n").unwrap();
        assert_eq!(
            names[&"E06000052".parse().unwrap()],
            "Cornwall and Isles of Scilly"
        );
        for (table, what) in [
            (
                "code,name\nE1,a\nE1,b\n",
                "line 3: E1 is on an earlier line",
            ),
            ("code,name\nE1,\n", "line 2: E1 has no name"),
            ("code,name\n?,a\n", "line 2"),
            ("code\nE1\n", "missing field"),
        ] {
            let error = parse(table.as_bytes()).err().unwrap();
            assert!(format!("{error:#}").contains(what), "{error:#}");
        }
    }
}
