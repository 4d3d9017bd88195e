//! What is on the page, as a reader or a screen reader finds it: by roles, names and `data-testid`.

use serde::Deserialize;

/// The script that fills [`Seen`].
pub(crate) const SCRIPT: &str = include_str!("seen.js");

/// A page at one moment. Texts are as shown, with runs of white space as one space; empty if
/// hidden.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Seen {
    /// The address bar.
    pub address: String,
    /// The sentence at the top.
    pub verdict: String,
    /// The verdict's `data-direction`.
    pub direction: Option<String>,
    /// "12 rising, 302 falling, 1 unchanged".
    pub totals: String,
    /// The table's caption.
    pub caption: String,
    /// The table's rows.
    pub rows: Vec<Row>,
    /// An area's details, if they are open.
    pub detail: Option<Detail>,
    /// The slider, if there is one.
    pub timeline: Option<Timeline>,
    /// The status line, if there is one.
    pub status: Option<StatusLine>,
    /// What else is announced as a status: sentences about the link and the dates.
    pub notices: Vec<String>,
    /// What is said beside the pointer.
    pub tooltip: String,
    /// The plain message of a page whose program has stopped or never started.
    pub failed: String,
    /// Where the keyboard is.
    pub focus: Option<Focus>,
    /// The beginning of all text, for messages.
    pub everything: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// The area's code.
    pub code: String,
    /// The area's name without its authority's.
    pub name: String,
    /// Rate, previous rate, count, previous count and direction, without commas.
    pub cells: Vec<String>,
    /// Its place in the whole table, as a screen reader counts: the header is 1.
    pub position: usize,
    /// Marked as the one whose details are open.
    pub current: bool,
}

/// An area's details.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Detail {
    /// The area's code.
    pub code: String,
    /// All of the text.
    pub text: String,
}

/// The slider of dates.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Timeline {
    /// Where it stands.
    pub value: i32,
    /// The first date.
    pub min: i32,
    /// The last date.
    pub max: i32,
    /// What a screen reader says for the value.
    pub words: String,
    /// It can be moved.
    pub enabled: bool,
}

/// The status line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StatusLine {
    /// Its `data-kind`.
    pub kind: String,
    /// The sentence, with the button's name after it.
    pub text: String,
    /// There is a button to try again.
    pub retry: bool,
}

/// The element that has the keyboard's focus.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Focus {
    /// Its tag.
    pub tag: String,
    /// The `data-testid` it is in.
    pub region: String,
    /// The `data-code` it is in.
    pub code: Option<String>,
    /// Its text.
    pub text: String,
    /// It is the map.
    pub map: bool,
}

impl Seen {
    /// Everything that was wanted is there.
    pub fn settled(&self) -> bool {
        !self.totals.is_empty()
            && self
                .status
                .as_ref()
                .is_some_and(|status| status.kind == "quiet")
    }

    /// The code of the area whose details are open.
    pub fn open_area(&self) -> Option<&str> {
        self.detail.as_ref().map(|detail| detail.code.as_str())
    }

    /// The text of the details; empty if none are open.
    pub fn detail_text(&self) -> &str {
        self.detail.as_ref().map_or("", |detail| &detail.text)
    }

    /// The date at which the slider stands, in words; empty without one.
    pub fn date(&self) -> &str {
        self.timeline
            .as_ref()
            .map_or("", |timeline| &timeline.words)
    }

    /// The kind of the status line; empty without one.
    pub fn status_kind(&self) -> &str {
        self.status.as_ref().map_or("", |status| &status.kind)
    }

    /// The query string of the address, `?` included; empty without one.
    pub fn query(&self) -> &str {
        self.address.find('?').map_or("", |at| &self.address[at..])
    }
}
