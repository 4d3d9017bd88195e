//! The panels around the map, one component each. Each derives what it shows from
//! [`crate::state::State`] and moves the reader only through its navigations; none knows another.

mod details;
mod export;
mod legend;
mod list;
mod notes;
mod search;
mod share;
mod status;
mod switches;
mod timeline;
mod verdict;
mod verdict_text;

use leptos::prelude::*;

pub use details::{AreaView, Details};
pub use export::{ExportButtons, ExportPanels};
pub use legend::Legend;
pub use list::{RisingList, TablePager};
pub use notes::{Notes, definitions};
pub use search::{Search, SearchChunk};
pub use share::Share;
pub use status::StatusLine;
pub use switches::Switches;
pub use timeline::Timeline;
pub use verdict::{Notices, Verdict};
pub use verdict_text::VerdictContext;

/// Are the dates running by themselves? Provided by the page, because what is announced to a screen
/// reader keeps quiet meanwhile.
#[derive(Clone, Copy)]
pub struct Playing(pub RwSignal<bool>);
