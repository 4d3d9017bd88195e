//! Reads the table of area codes that are not in the data set, with the areas that count their
//! cases.

use std::path::Path;

use anyhow::Context;
use rising_model::domain::area::{Alias, AreaCode};
use rising_model::domain::area_table::AreaTable;

use crate::display_text;
use crate::input;
use crate::lookup::CodeChange;

/// The table of code changes, `old_code,old_name,new_code,new_name,reason`: one line for each pair
/// of an old code and an area that counts its cases.
#[derive(Debug, Default)]
pub struct Aliases(Vec<Alias>);

impl Aliases {
    /// Reads the table.
    ///
    /// # Errors
    /// If the file cannot be read, is not such a table, or has an invalid code.
    pub fn read(path: &Path) -> anyhow::Result<Aliases> {
        let content = input::read(path)?;
        Aliases::parse(&content)
            .with_context(|| format!("{}: the table of code changes", path.display()))
    }

    /// Parses the content of the table.
    ///
    /// # Errors
    /// If it is not such a table or has an invalid code.
    pub fn parse(content: &[u8]) -> anyhow::Result<Aliases> {
        let mut aliases: Vec<Alias> = vec![];
        for (line, change) in
            (2..).zip(csv::Reader::from_reader(content).deserialize::<CodeChange>())
        {
            let change = change?;
            let parse = |text: &str| {
                text.parse::<AreaCode>()
                    .with_context(|| format!("line {line}"))
            };
            let code = parse(&change.old_code)?;
            let target = parse(&change.new_code)?;
            match aliases.iter_mut().find(|alias| alias.code == code) {
                Some(alias) => alias.targets.push(target),
                None => {
                    let clean = |what: &str, text: &str| {
                        display_text::clean(format_args!("{what} of {code}"), text)
                            .with_context(|| format!("line {line}: {what}"))
                    };
                    let name = clean("old_name", &change.old_name)?;
                    let reason = clean("reason", &change.reason)?;
                    aliases.push(Alias {
                        code,
                        name,
                        targets: vec![target],
                        reason,
                    });
                }
            }
        }
        aliases.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Aliases(aliases))
    }

    /// Returns the areas that count the cases of a code; none if the table lacks the code.
    pub fn targets(&self, code: &AreaCode) -> &[AreaCode] {
        self.0
            .iter()
            .find(|alias| alias.code == *code)
            .map_or(&[], |alias| &alias.targets)
    }

    /// Returns the aliases whose targets are all in `table`. Users who search for an old code find
    /// these areas.
    pub fn within(&self, table: &AreaTable) -> Vec<Alias> {
        let has_known_targets = |alias: &&Alias| {
            table.index_of(&alias.code).is_none()
                && alias
                    .targets
                    .iter()
                    .all(|code| table.index_of(code).is_some())
        };
        self.0.iter().filter(has_known_targets).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::Area;

    use super::*;

    const TABLE: &str = "old_code,old_name,new_code,new_name,reason\n\
        E06000060,Buckinghamshire,E07000004,Aylesbury Vale,Formed in 2020\n\
        E06000060,Buckinghamshire,E07000005,Chiltern,Formed in 2020\n\
        E06000053,Isles of Scilly,E06000052,Cornwall,Counted there\n";

    #[test]
    fn parse_lines_of_one_code_makes_one_alias() {
        let aliases = Aliases::parse(TABLE.as_bytes()).unwrap();
        assert_eq!(aliases.targets(&"E06000060".parse().unwrap()).len(), 2);
        assert_eq!(aliases.targets(&"E06000052".parse().unwrap()), []);
        let area = |code: &str| Area {
            code: code.parse().unwrap(),
            name: code.into(),
            translated: vec![],
            parent: None,
            population: 1.into(),
        };
        let table = AreaTable::new(vec![area("E06000052"), area("E07000004")], vec![]).unwrap();
        let within: Vec<_> = aliases
            .within(&table)
            .into_iter()
            .map(|alias| alias.code.to_string())
            .collect();
        assert_eq!(within, ["E06000053"], "Chiltern is not in the table");
    }

    #[test]
    fn parse_invalid_code_is_error_with_line() {
        let error = Aliases::parse(TABLE.replace("E06000053", "?").as_bytes()).unwrap_err();
        assert!(format!("{error:#}").contains("line 4"), "{error:#}");
    }
}
