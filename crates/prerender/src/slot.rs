//! The slots of the page: the places that the build and `prepare` fill.
//!
//! In `index.html` a slot is a pair of comments, `<!--slot:name-->` and `<!--/slot:name-->`.
//! Between them is what the page shows under another build tool. The comments stay in the built
//! page, so that `prepare` can fill a slot again for a later edition.
//!
//! | slot | content | filled by |
//! |---|---|---|
//! | `policy` | the content security policy ([`crate::policy`]) | both |
//! | `address` | the site's address for search engines and social networks | the build |
//! | `description` | the page's description for these | both, if a data set has labels |
//! | `first-view-files` | the data files of the first view ([`crate::preload`]) | both |
//! | `failure-messages` | the messages of a failed start ([`crate::shell`]) | the build |
//! | `prerendered-view` | the first view; without a data set the page's outline | both |
//! | `masthead` | the outline's subject and links to other languages | the build |
//! | `script-needed` | the outline's message for browsers without scripts | the build |

/// A place of the page that the build or `prepare` fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The content security policy.
    Policy,
    /// The site's address.
    Address,
    /// The page's description.
    Description,
    /// The data files of the first view.
    FirstViewFiles,
    /// The messages of a failed start.
    FailureMessages,
    /// The first view, or the page's outline.
    PrerenderedView,
    /// The outline's subject and links to other languages.
    Masthead,
    /// The outline's message for browsers without scripts.
    ScriptNeeded,
}

/// A page lacks a slot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the page has no <!--slot:{0}--> that <!--/slot:{0}--> follows; if another version of this program \
     has built the site, build it again"
)]
pub struct MissingSlot(&'static str);

impl Slot {
    /// All slots, in the order of the page.
    pub const ALL: [Slot; 8] = [
        Slot::Policy,
        Slot::Address,
        Slot::Description,
        Slot::FirstViewFiles,
        Slot::FailureMessages,
        Slot::PrerenderedView,
        Slot::Masthead,
        Slot::ScriptNeeded,
    ];

    fn name(self) -> &'static str {
        match self {
            Slot::Policy => "policy",
            Slot::Address => "address",
            Slot::Description => "description",
            Slot::FirstViewFiles => "first-view-files",
            Slot::FailureMessages => "failure-messages",
            Slot::PrerenderedView => "prerendered-view",
            Slot::Masthead => "masthead",
            Slot::ScriptNeeded => "script-needed",
        }
    }

    /// Returns the slot's content in a page.
    ///
    /// # Errors
    /// If the page lacks the slot.
    pub fn content(self, page: &str) -> Result<&str, MissingSlot> {
        self.split(page).map(|[_, content, _]| content)
    }

    /// Returns the page with another content of the slot.
    ///
    /// # Errors
    /// If the page lacks the slot.
    pub fn fill(self, page: &str, content: &str) -> Result<String, MissingSlot> {
        let [before, _, after] = self.split(page)?;
        Ok([before, content, after].concat())
    }

    /// Splits a page into the part up to the slot's content, the content, and the rest.
    fn split(self, page: &str) -> Result<[&str; 3], MissingSlot> {
        let name = self.name();
        let start = format!("<!--slot:{name}-->");
        let from = page.find(&start).ok_or(MissingSlot(name))? + start.len();
        let length = page[from..]
            .find(&format!("<!--/slot:{name}-->"))
            .ok_or(MissingSlot(name))?;
        let (before, rest) = page.split_at(from);
        let (content, after) = rest.split_at(length);
        Ok([before, content, after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_source_has_each_slot_once() {
        let page = include_str!("../../../index.html");
        let named = Slot::ALL.map(|slot| format!("<!--slot:{}-->", slot.name()));
        let found: Vec<&str> = page
            .match_indices("<!--slot:")
            .map(|(at, _)| &page[at..])
            .collect();
        assert_eq!(found.len(), named.len());
        for (slot, (name, found)) in Slot::ALL.into_iter().zip(named.iter().zip(found)) {
            assert!(found.starts_with(name), "{name}");
            slot.content(page).unwrap();
        }
    }

    #[test]
    fn fill_replaces_content_and_keeps_slot() {
        let page = "<p><!--slot:masthead-->old<!--/slot:masthead--></p>";
        let filled = Slot::Masthead.fill(page, "new").unwrap();
        assert_eq!(
            filled,
            "<p><!--slot:masthead-->new<!--/slot:masthead--></p>"
        );
        assert_eq!(Slot::Masthead.content(&filled), Ok("new"));
        assert_eq!(Slot::Masthead.fill(&filled, "old").unwrap(), page);
    }

    #[test]
    fn fill_refuses_page_without_slot() {
        for page in [
            "",
            "<!--slot:address-->",
            "<!--/slot:address--><!--slot:address-->",
            "<!--slot:masthead--><!--/slot:masthead-->",
        ] {
            let error = Slot::Address.fill(page, "x").unwrap_err().to_string();
            assert!(error.contains("<!--slot:address-->"), "{error}");
        }
    }
}
