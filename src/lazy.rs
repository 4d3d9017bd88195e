//! Parts of the program that come when they are first needed: what the first picture can do
//! without.
//!
//! Each part is a function behind which the build cuts the program in two
//! (`xtask/src/site/split.rs`). What only that function reaches goes into a file of its own; what
//! others reach as well stays. Without the feature `split`, as when tests or another build tool
//! compile the app, a part is simply there.
//!
//! A part gives pointers to functions, not views: those are made where their reactive owner is.

use std::sync::Arc;

use leptos::prelude::AnyView;
use rising_words::choice::Wanted;

use crate::builder::Builder;
use crate::fetch::FetchError;
use crate::frame::Frame;
use crate::map::KeyboardNavigation;
use crate::offline::Keeper;
use crate::panels::{AreaView, ExportPanels, Finder, TablePager, definitions};
use crate::state::{File, Loader};
use crate::url::LinkReader;

/// The parts of the program that come later. The page provides them.
#[derive(Clone, Copy)]
pub struct Parts {
    /// What shows more than the first picture.
    pub closer: Loader<Closer>,
    /// What finds areas.
    pub finder: Loader<Finder>,
    /// What only a page in an article has.
    pub frame: Loader<Frame>,
    /// What makes something of the page to take away.
    pub workshop: Loader<Workshop>,
    /// What has the edition kept.
    pub keeper: Loader<Keeper>,
}

/// Wanted as soon as the reader does anything, and small: one file.
pub struct Closer {
    /// What shows one area.
    pub area: AreaView,
    /// What leads through the whole table.
    pub pager: TablePager,
    /// What the keys on the map do.
    pub keyboard: KeyboardNavigation,
    /// What the words of the page mean.
    pub definitions: fn() -> AnyView,
}

impl Closer {
    /// Where this is called, the part has come.
    fn here() -> Closer {
        Closer {
            area: AreaView::here(),
            pager: TablePager::here(),
            keyboard: KeyboardNavigation::here(),
            definitions,
        }
    }
}

/// For journalists more than for readers, and rarely both: one file, since they share much.
pub struct Workshop {
    /// What makes the text that puts the map into an article.
    pub builder: Builder,
    /// What tells a story of the figures and makes files of them.
    pub export_panels: ExportPanels,
}

impl Workshop {
    /// Where this is called, the part has come.
    fn here() -> Workshop {
        Workshop {
            builder: Builder::here(),
            export_panels: ExportPanels::here(),
        }
    }
}

impl Parts {
    /// None is wanted yet.
    pub fn new() -> Parts {
        Parts {
            closer: Loader::program(Some(Wanted::Details), || {
                Box::pin(async { Ok(Arc::new(area().await?) as _) })
            }),
            finder: Loader::program(Some(Wanted::Search), || {
                Box::pin(async { Ok(Arc::new(finder().await?) as _) })
            }),
            frame: Loader::program(Some(Wanted::Sources), || {
                Box::pin(async { Ok(Arc::new(frame().await?) as _) })
            }),
            workshop: Loader::program(Some(Wanted::Workshop), || {
                Box::pin(async { Ok(Arc::new(workshop().await?) as _) })
            }),
            keeper: Loader::program(None, || {
                Box::pin(async { Ok(Arc::new(keeping().await?) as _) })
            }),
        }
    }

    /// Those that a reader waits for, for the status line.
    pub fn files(&self) -> [File; 4] {
        [
            self.closer.file(),
            self.finder.file(),
            self.frame.file(),
            self.workshop.file(),
        ]
    }
}

/// The browser's console has the reason.
impl From<leptos::wasm_split::SplitLoaderError> for FetchError {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> FetchError {
        FetchError::Program
    }
}

/// A function that gives what is in a part, once the part has come.
macro_rules! part {
    ($name:ident, $content:ty, $value:expr) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($name, wasm_split_path = leptos::wasm_split, fallible)]
        pub fn $name() -> Result<$content, FetchError> {
            Ok($value)
        }

        #[cfg(not(feature = "split"))]
        pub async fn $name() -> Result<$content, FetchError> {
            Ok($value)
        }
    };
}

part!(area, Closer, Closer::here());
part!(finder, Finder, Finder::here());
part!(frame, Frame, Frame::here());
part!(workshop, Workshop, Workshop::here());
part!(keeping, Keeper, Keeper::here());
part!(links, LinkReader, LinkReader::here());
