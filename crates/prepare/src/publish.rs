//! Putting an edition where a server reads it, so that no reader ever sees half of one.
//!
//! Data files carry a hash of their content in their name and are never changed: each is written
//! beside its place and renamed into it, and the manifest, which names them, comes last. That one
//! rename is the publication. Before it, the manifest that was there is kept under a name with its
//! own hash; as long as it is there, so are the files that it names, for readers who opened the
//! page with it and for `prepare rollback`.
//!
//! A run that is killed leaves the edition before it or the new one, and what else it leaves the
//! next run removes.

mod copies;
mod disk;
mod edition;
mod error;
mod expiry;
mod folder;
mod history;
mod lock;
mod manifest;
mod options;
mod swap;

pub use disk::{
    TEMPORARY_PREFIX, create_folder, create_readable_folder, make_readable, remove_leftovers,
    replace,
};
pub use edition::{Edition, PublishOutcome, content_hash, make_all_readable};
pub use folder::DataFolder;
pub use history::{KeptEdition, read_kept_editions};
pub use lock::{LOCK, Lock, open_lock};
pub use manifest::{
    MANIFEST, file_names, files as data_files, hash_in_name, is_data_file, parse as parse_manifest,
    read_manifest,
};
pub use options::{KEEP_EDITIONS, KEEP_OLD, PublishOptions};
pub use swap::restore;
