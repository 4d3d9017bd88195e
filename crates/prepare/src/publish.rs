//! Publishes an edition in a folder that a web server reads, so that no reader ever receives half
//! of one.
//!
//! The name of a data file contains a hash of its content, and its content never changes. Each file
//! is written under a temporary name in the same folder and renamed. The manifest, which names the
//! data files, is renamed last: that one rename is the publication. Before it, the earlier manifest
//! is saved under a name that contains its own hash. While an earlier manifest is kept, the files
//! that it names are kept too, for readers who opened the page with it and for `prepare rollback`.
//!
//! A run that is killed leaves the earlier edition or the new one. The next run removes its
//! temporary files.

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
pub use edition::{Edition, PublishOutcome, make_all_readable};
pub use folder::DataFolder;
pub use history::{KeptEdition, read_kept_editions};
pub use lock::{LOCK, Lock, LockedFile, open_lock};
pub use manifest::{
    MANIFEST, content_hash, file_names, files as data_files, hash_in_name, is_data_file,
    parse as parse_manifest, read_manifest,
};
pub use options::{KEEP_EDITIONS, KEEP_OLD, PublishOptions};
pub use swap::restore;
