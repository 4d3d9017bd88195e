//! The panels around the map, one component each. Each derives what it shows from
//! [`crate::state::State`] and moves the reader only through its navigations; none knows another.

mod answer;
mod details;
mod legend;
mod list;
mod notes;
mod search;
mod share;
mod status;
mod switches;
mod takeaway;
mod timeline;
mod verdict;

use leptos::prelude::*;

pub use answer::Answering;
pub use details::{AreaView, Details};
pub use legend::Legend;
pub use list::{Browser, RisingList};
pub use notes::{Notes, definitions};
pub use search::{Finder, Search};
pub use share::Share;
pub use status::StatusLine;
pub use switches::Switches;
pub use takeaway::{TakeAway, TakenAway};
pub use timeline::Timeline;
pub use verdict::{Notices, Verdict};

/// Are the dates running by themselves? Provided by the page, because what is announced to a screen
/// reader keeps quiet meanwhile.
#[derive(Clone, Copy)]
pub struct Playing(pub RwSignal<bool>);
