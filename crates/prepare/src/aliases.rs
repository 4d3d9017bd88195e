//! Codes that are not areas of the data set, and the areas that count their cases.

use std::path::Path;

use anyhow::Context;
use rising_model::area::{Alias, AreaCode, AreaTable};

use crate::display_text;
use crate::input;
use crate::lookup::CodeChange;

/// The table of code changes, `old_code,old_name,new_code,new_name,reason`, one line for each area
/// that an old code leads to.
#[derive(Debug, Default)]
pub struct Aliases(Vec<Alias>);

impl Aliases {
    /// Reads the table.
    ///
    /// # Errors
    /// If it cannot be read, or a code in it is none.
    pub fn read(path: &Path) -> anyhow::Result<Aliases> {
        let content = input::read(path)?;
        Aliases::parse(&content)
            .with_context(|| format!("{}: the table of code changes", path.display()))
    }

    /// Reads the content of such a table.
    ///
    /// # Errors
    /// If it is none, or a code in it is none.
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
            let (code, target) = (parse(&change.old_code)?, parse(&change.new_code)?);
            match aliases.iter_mut().find(|alias| alias.code == code) {
                Some(alias) => alias.targets.push(target),
                None => {
                    let clean = |what: &str, text: &str| {
                        display_text::clean(format_args!("{what} of {code}"), text)
                            .with_context(|| format!("line {line}: {what}"))
                    };
                    let (name, reason) = (
                        clean("old_name", &change.old_name)?,
                        clean("reason", &change.reason)?,
                    );
                    aliases.push(Alias {
                        code,
                        name,
                        targets: vec![target],
                        reason,
                    })
                }
            }
        }
        aliases.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Aliases(aliases))
    }

    /// The areas that a code leads to; none for a code that the table does not have.
    pub fn targets(&self, code: &AreaCode) -> &[AreaCode] {
        self.0
            .iter()
            .find(|alias| alias.code == *code)
            .map_or(&[], |alias| &alias.targets)
    }

    /// The codes that lead to areas of that table only, for the reader who asks for an old code.
    pub fn within(&self, table: &AreaTable) -> Vec<Alias> {
        let leads_to_areas = |alias: &&Alias| {
            table.index_of(&alias.code).is_none()
                && alias
                    .targets
                    .iter()
                    .all(|code| table.index_of(code).is_some())
        };
        self.0.iter().filter(leads_to_areas).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use rising_model::area::Area;

    use super::*;

    const TABLE: &str = "old_code,old_name,new_code,new_name,reason\n\
        E06000060,Buckinghamshire,E07000004,Aylesbury Vale,Formed in 2020\n\
        E06000060,Buckinghamshire,E07000005,Chiltern,Formed in 2020\n\
        E06000053,Isles of Scilly,E06000052,Cornwall,Counted there\n";

    #[test]
    fn lines_of_one_code_come_together() {
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
    fn a_bad_code_is_named_with_its_line() {
        let error = Aliases::parse(TABLE.replace("E06000053", "?").as_bytes()).unwrap_err();
        assert!(format!("{error:#}").contains("line 4"), "{error:#}");
    }
}
