//! A page out of some cache that is older than its site: the data set is made for a newer program.
//! Such a page loads itself again, once.

use std::cell::Cell;

use leptos::prelude::window;

use crate::fetch::FetchError;
use crate::prerendered;

thread_local! {
    static UNDER_WAY: Cell<bool> = const { Cell::new(false) };
}

/// Loads the page again if a newer one is what this file needs, and tells whether it does: then
/// there is nothing to say of the file. The server is asked for the page, whatever a cache has; the
/// reader's place is in its address.
///
/// A tab does so once for each version, however often it comes back; what then does not help is
/// said, and the reader may try again herself. That is left to her too where the map is there
/// already, with perhaps something typed beside it, and where the browser keeps nothing that would
/// tell the second time from the first, as in the sandbox of an article.
pub fn reload_if_older(error: &FetchError) -> bool {
    let Some(version) = error.newer() else {
        return false;
    };
    let begins = UNDER_WAY.get()
        || !prerendered::is_map_painted()
            && is_first_time(version)
            && window().location().reload().is_ok();
    UNDER_WAY.set(begins);
    begins
}

/// Has the tab not loaded the page for that version yet? From now on it has.
fn is_first_time((what, version): (&str, u32)) -> bool {
    // Asking throws where storage is blocked.
    let Ok(Some(storage)) = window().session_storage() else {
        return false;
    };
    let key = format!("rising.renewed {what} {version}");
    matches!(storage.get_item(&key), Ok(None)) && storage.set_item(&key, "").is_ok()
}
