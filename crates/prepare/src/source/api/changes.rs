//! Compares the areas of a round with those of the last complete round.

use std::collections::BTreeMap;

use crate::printable::{self, Printable, toml_string};

/// The areas of a round: names by code.
pub type Areas = BTreeMap<String, String>;

/// The differences between the areas of two rounds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaChanges {
    /// Codes whose name has changed: code, earlier name, present name.
    pub renamed: Vec<(String, String, String)>,
    /// Codes that no response has any more, with their names.
    pub missing_areas: Vec<(String, String)>,
    /// Codes that no earlier response had, with their names.
    pub new: Vec<(String, String)>,
}

impl AreaChanges {
    /// Compares the areas of two rounds. Areas whose earlier name the settings explain do not count
    /// as missing.
    pub fn between(before: &Areas, now: &Areas, explained: impl Fn(&str) -> bool) -> AreaChanges {
        let not_in = |these: &Areas, those: &Areas| -> Vec<(String, String)> {
            these
                .iter()
                .filter(|(code, _)| !those.contains_key(*code))
                .map(|(c, n)| (c.clone(), n.clone()))
                .collect()
        };
        let renamed = before.iter().filter_map(|(code, name)| {
            let other = now.get(code).filter(|other| *other != name)?;
            Some((code.clone(), name.clone(), other.clone()))
        });
        let mut missing_areas = not_in(before, now);
        missing_areas.retain(|(_, name)| !explained(name));
        AreaChanges {
            renamed: renamed.collect(),
            missing_areas,
            new: not_in(now, before),
        }
    }

    /// Returns the name and an explanation of each missing area.
    pub fn describe_missing(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let new: Vec<String> = self
            .new
            .iter()
            .map(|(code, name)| name_and_code(code, name))
            .collect();
        let new = if new.is_empty() {
            "none is new".to_owned()
        } else {
            format!(
                "new since then: {}",
                printable::list(new.iter().map(String::as_str))
            )
        };
        self.missing_areas.iter().map(move |(code, name)| {
            let reason = format!(
                "the area was in the last complete round, and no response has it now; {new}. If it \
                 was merged or split, use boundaries and a table of codes of the new edition, and \
                 write names.{} = \"the area that has its cases now\" in the source's settings; if \
                 it is only missing, ask the publisher",
                toml_string(name)
            );
            (name_and_code(code, name), reason)
        })
    }
}

/// Formats a name and a code as "Rutland (E06000017)".
pub fn name_and_code(code: &str, name: &str) -> String {
    format!(
        "{} ({})",
        Printable::value(name),
        Printable::truncated(code, 20)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(areas: &[(&str, &str)]) -> Areas {
        areas
            .iter()
            .map(|&(code, name)| (code.to_owned(), name.to_owned()))
            .collect()
    }

    #[test]
    fn changes_distinguish_renamed_split_and_merged_areas() {
        let before = areas(&[
            ("E1", "Shepway"),
            ("E2", "Aylesbury Vale"),
            ("E3", "Chiltern"),
            ("E4", "Rutland"),
        ]);
        let now = areas(&[
            ("E1", "Folkestone and Hythe"),
            ("E4", "Rutland"),
            ("E9", "Buckinghamshire"),
        ]);
        let changes = AreaChanges::between(&before, &now, |_| false);
        assert_eq!(
            changes.renamed,
            [("E1".into(), "Shepway".into(), "Folkestone and Hythe".into())]
        );
        let missing: Vec<_> = changes.describe_missing().collect();
        assert_eq!(missing.len(), 2);
        assert_eq!(missing[0].0, "Aylesbury Vale (E2)");
        assert!(
            missing[0].1.contains("Buckinghamshire (E9)")
                && missing[0].1.contains("names.\"Aylesbury Vale\"")
        );
        let explained = AreaChanges::between(&before, &now, |name| name != "Chiltern");
        assert_eq!(explained.missing_areas, [("E3".into(), "Chiltern".into())]);
        assert_eq!(
            AreaChanges::between(&before, &before, |_| false),
            AreaChanges::default()
        );
    }
}
