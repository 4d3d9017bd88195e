//! Describes the visible and accessible content of the page, by roles, names and `data-testid`.

use serde::Deserialize;

/// The script that returns a [`PageState`].
pub(crate) const SCRIPT: &str = include_str!("page_state.js");

/// The page at one moment. Texts are as shown, with runs of white space as one space; the text of a
/// hidden element is empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PageState {
    /// The text of the address bar.
    pub address: String,
    /// Whether the app is complete. Until then, the prerendered map is in the page.
    pub complete: bool,
    /// The sentence at the top.
    pub verdict: String,
    /// The verdict's `data-direction`.
    pub direction: Option<String>,
    /// "12 rising, 302 falling, 1 unchanged".
    pub totals: String,
    /// The table's caption.
    pub caption: String,
    /// The table's rows.
    pub rows: Vec<TableRow>,
    /// The details of an area, if they are open.
    pub detail: Option<AreaDetails>,
    /// The slider of dates, if the page has one.
    pub timeline: Option<TimelineState>,
    /// The status line, if the page has one.
    pub status: Option<StatusLine>,
    /// The other texts with the role `status`: sentences about the link and the dates.
    pub notices: Vec<String>,
    /// The tooltip on the map.
    pub tooltip: String,
    /// The message of a page whose program has stopped or never started.
    pub failed: String,
    /// The element that has the focus.
    pub focus: Option<FocusState>,
    /// The first 4,000 characters of the page, for error messages.
    pub everything: String,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TableRow {
    /// The area's code.
    pub code: String,
    /// The area's name without its authority's.
    pub name: String,
    /// Rate, previous rate, count, previous count and direction, without commas.
    pub cells: Vec<String>,
    /// Its `aria-rowindex`; the header has 1.
    pub position: usize,
    /// Whether it is marked as the area whose details are open.
    pub current: bool,
}

/// An area's details.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AreaDetails {
    /// The area's code.
    pub code: String,
    /// The text of the details.
    pub text: String,
}

/// The slider of dates.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TimelineState {
    /// The position of the slider.
    pub value: i32,
    /// The first date.
    pub min: i32,
    /// The last date.
    pub max: i32,
    /// The date in words (`aria-valuetext`).
    pub words: String,
    /// Whether it can be moved.
    pub enabled: bool,
}

/// The status line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct StatusLine {
    /// Its `data-kind`.
    pub kind: String,
    /// The sentence, followed by the name of the button.
    pub text: String,
    /// Whether it has a button to try again.
    pub retry: bool,
}

/// The element that has the keyboard's focus.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FocusState {
    /// The name of its tag.
    pub tag: String,
    /// The `data-testid` of it or its nearest ancestor.
    pub region: String,
    /// The `data-code` of it or its nearest ancestor.
    pub code: Option<String>,
    /// Its text.
    pub text: String,
    /// Whether it is the map.
    pub map: bool,
}

impl PageState {
    /// Whether all requested data is shown.
    pub fn is_settled(&self) -> bool {
        self.complete
            && !self.totals.is_empty()
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

    /// The date of the slider in words; empty without a slider.
    pub fn date(&self) -> &str {
        self.timeline
            .as_ref()
            .map_or("", |timeline| &timeline.words)
    }

    /// The kind of the status line; empty without a status line.
    pub fn status_kind(&self) -> &str {
        self.status.as_ref().map_or("", |status| &status.kind)
    }

    /// The query of the address, including `?`; empty if it has none.
    pub fn query(&self) -> &str {
        self.address.find('?').map_or("", |at| &self.address[at..])
    }
}
