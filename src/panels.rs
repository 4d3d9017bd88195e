//! The panels around the map, one component each. A panel derives its view from
//! [`crate::state::State`], changes the view only through the state's navigations, and depends on
//! no other panel.

pub mod area_link;
mod details;
mod export;
mod legend;
mod list;
mod notes;
mod search;
mod share;
mod status;
mod switches;
mod table_options;
mod timeline;
mod verdict;
mod verdict_text;

use leptos::prelude::*;

pub use details::{AreaView, Details};
pub use export::{ExportButtons, ExportPanels};
pub use legend::legend;
pub use list::{TablePager, list};
pub use notes::{Definitions, definitions, notes};
pub use search::{Search, SearchChunk};
pub use share::Share;
pub use status::StatusLine;
pub use switches::Switches;
pub use timeline::Timeline;
pub use verdict::{notices, verdict};
pub use verdict_text::VerdictContext;

/// Whether the timeline is playing. The page provides it as context, because live regions are
/// silent during playback.
#[derive(Clone, Copy)]
pub struct Playing(pub RwSignal<bool>);
