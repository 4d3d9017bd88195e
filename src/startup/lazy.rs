//! Loads the chunks of the program that the prerendered view can do without.
//!
//! Each chunk is a function at which the build cuts the program in two
//! (`xtask/src/site/split.rs`). Code that only this function reaches goes into a file of its own;
//! code that other functions reach too stays in the main file. Without the feature `split`, as in
//! tests or under another build tool, a chunk is part of the program and loads at once.
//!
//! A chunk holds pointers to functions, not views: a view is built where its reactive owner is.

use std::sync::Arc;

use leptos::prelude::provide_context;
use rising_words::choice::FileKind;

use crate::builder::Builder;
use crate::embed::EmbedChunk;
use crate::map::KeyboardNavigation;
use crate::offline::OfflineCache;
use crate::panels::{AreaView, Definitions, ExportPanels, SearchChunk, TablePager, definitions};
use crate::platform::split::chunk;
use crate::state::{File, Loader};

/// The chunks that load later.
#[derive(Clone, Copy)]
pub struct Chunks {
    /// All that the page shows beyond the prerendered view.
    pub details: Loader<DetailsChunk>,
    /// The search for areas.
    pub search: Loader<SearchChunk>,
    /// The line, table and sources below an embedded map.
    pub embed: Loader<EmbedChunk>,
    /// The story, the downloads and the embed builder.
    pub export: Loader<ExportChunk>,
    /// The offline copy of the edition.
    pub offline: Loader<OfflineCache>,
}

/// Loads at the reader's first action. Its members are small, so they share a file.
pub struct DetailsChunk {
    /// The details of one area.
    pub area: AreaView,
    /// The pages and the filter of the table.
    pub pager: TablePager,
    /// The actions of keys on the map.
    pub keyboard: KeyboardNavigation,
    /// The definitions of the page's terms.
    pub definitions: Definitions,
}

impl DetailsChunk {
    /// Only the chunk's own function may call this: other callers would pull the code into the
    /// main file.
    fn new() -> DetailsChunk {
        DetailsChunk {
            area: AreaView::new(),
            pager: TablePager::new(),
            keyboard: KeyboardNavigation::new(),
            definitions: Definitions(definitions),
        }
    }
}

/// Tools for journalists. A user rarely needs both, but they share so much code that one file is
/// smaller.
pub struct ExportChunk {
    /// The form that writes the HTML for embedding the map.
    pub builder: Builder,
    /// The story and the downloads.
    pub export_panels: ExportPanels,
}

impl ExportChunk {
    /// Only the chunk's own function may call this.
    fn new() -> ExportChunk {
        ExportChunk {
            builder: Builder::new(),
            export_panels: ExportPanels::new(),
        }
    }
}

impl Chunks {
    /// Creates the loaders and requests nothing.
    pub fn new() -> Chunks {
        Chunks {
            details: Loader::chunk(Some(FileKind::Details), || {
                Box::pin(async { Ok(Arc::new(details().await?) as _) })
            }),
            search: Loader::chunk(Some(FileKind::Search), || {
                Box::pin(async { Ok(Arc::new(search().await?) as _) })
            }),
            embed: Loader::chunk(Some(FileKind::Sources), || {
                Box::pin(async { Ok(Arc::new(embed().await?) as _) })
            }),
            export: Loader::chunk(Some(FileKind::Export), || {
                Box::pin(async { Ok(Arc::new(export().await?) as _) })
            }),
            offline: Loader::chunk(None, || {
                Box::pin(async { Ok(Arc::new(offline().await?) as _) })
            }),
        }
    }

    /// Provides each panel with its part of a chunk, as a context.
    pub fn provide(self) {
        provide_context(self.search);
        provide_context(
            self.details
                .member(|content| Some(content.downcast_ref::<DetailsChunk>()?.keyboard)),
        );
        provide_context(
            self.details
                .member(|content| Some(content.downcast_ref::<DetailsChunk>()?.area)),
        );
        provide_context(
            self.details
                .member(|content| Some(content.downcast_ref::<DetailsChunk>()?.pager)),
        );
        provide_context(
            self.details
                .member(|content| Some(content.downcast_ref::<DetailsChunk>()?.definitions)),
        );
        provide_context(
            self.export
                .member(|content| Some(content.downcast_ref::<ExportChunk>()?.export_panels)),
        );
        provide_context(
            self.export
                .member(|content| Some(content.downcast_ref::<ExportChunk>()?.builder)),
        );
    }

    /// The chunks that a reader waits for, for the status line.
    pub fn files(&self) -> [File; 4] {
        [
            self.details.file(),
            self.search.file(),
            self.embed.file(),
            self.export.file(),
        ]
    }
}

chunk!(details, DetailsChunk, DetailsChunk::new());
chunk!(search, SearchChunk, SearchChunk::new());
chunk!(embed, EmbedChunk, EmbedChunk::new());
chunk!(export, ExportChunk, ExportChunk::new());
chunk!(offline, OfflineCache, OfflineCache::new());
