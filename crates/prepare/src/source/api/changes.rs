//! Areas that were there at the last complete round and are not now.

use std::collections::BTreeMap;

use crate::printable::{self, Printable, toml_string};

/// The areas of a round: name by code.
pub type Areas = BTreeMap<String, String>;

/// What has become of the areas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Codes that have another name: code, name before, name now.
    pub renamed: Vec<(String, String, String)>,
    /// Codes that no answer has any more.
    pub gone: Vec<(String, String)>,
    /// Codes that no answer had before.
    pub new: Vec<(String, String)>,
}

impl Changes {
    /// From the areas before to those now. An area whose old name the settings explain is not
    /// missed.
    pub fn between(before: &Areas, now: &Areas, explained: impl Fn(&str) -> bool) -> Changes {
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
        let mut gone = not_in(before, now);
        gone.retain(|(_, name)| !explained(name));
        Changes {
            renamed: renamed.collect(),
            gone,
            new: not_in(now, before),
        }
    }

    /// What is to be said of each area that is gone.
    pub fn missed(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let new: Vec<String> = self
            .new
            .iter()
            .map(|(code, name)| called(code, name))
            .collect();
        let new = if new.is_empty() {
            "none is new".to_owned()
        } else {
            format!(
                "new since then: {}",
                printable::list(new.iter().map(String::as_str))
            )
        };
        self.gone.iter().map(move |(code, name)| {
            let reason = format!(
                "the area was in the last complete round and no answer has it now; {new}. If it was merged or split, take boundaries and \
                 a table of codes of the new edition, and \
                 write names.{} = \"the area that has its cases now\" in the source's settings; \
                 if it is only absent, ask the publisher",
                toml_string(name)
            );
            (called(code, name), reason)
        })
    }
}

/// "Rutland (E06000017)".
pub fn called(code: &str, name: &str) -> String {
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
    fn renamed_split_and_merged_areas_are_told_apart() {
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
        let changes = Changes::between(&before, &now, |_| false);
        assert_eq!(
            changes.renamed,
            [("E1".into(), "Shepway".into(), "Folkestone and Hythe".into())]
        );
        let missed: Vec<_> = changes.missed().collect();
        assert_eq!(missed.len(), 2);
        assert_eq!(missed[0].0, "Aylesbury Vale (E2)");
        assert!(
            missed[0].1.contains("Buckinghamshire (E9)")
                && missed[0].1.contains("names.\"Aylesbury Vale\"")
        );
        let explained = Changes::between(&before, &now, |name| name != "Chiltern");
        assert_eq!(explained.gone, [("E3".into(), "Chiltern".into())]);
        assert_eq!(
            Changes::between(&before, &before, |_| false),
            Changes::default()
        );
    }
}
