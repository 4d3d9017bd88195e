//! Reloads, once, a cached page that is older than its site and cannot read the site's data set.

use std::cell::Cell;

use leptos::prelude::window;

use crate::platform::fetch::FetchError;
use crate::platform::first_paint::is_map_painted;

thread_local! {
    static RELOADING: Cell<bool> = const { Cell::new(false) };
}

/// Reloads the page if the file needs a newer program. Returns whether it does, in which case the
/// error need not be shown. A reload asks the server, whatever a cache holds, and the address keeps
/// the view.
///
/// A tab reloads once for each version. If that does not help, the error is shown and the reader
/// can try again. The reader also decides once the map is painted, because something may have been
/// typed by then, and where the browser has no session storage to tell a second reload from the
/// first, as in an article's sandbox.
pub fn reload_if_older(error: &FetchError) -> bool {
    let Some(version) = error.newer() else {
        return false;
    };
    let reloads = RELOADING.get()
        || !is_map_painted() && is_first_time(version) && window().location().reload().is_ok();
    RELOADING.set(reloads);
    reloads
}

/// Whether this tab has not reloaded for the version before. Records that it now has.
fn is_first_time((what, version): (&str, u32)) -> bool {
    // Access throws where storage is blocked.
    let Ok(Some(storage)) = window().session_storage() else {
        return false;
    };
    let key = format!("rising.renewed {what} {version}");
    matches!(storage.get_item(&key), Ok(None)) && storage.set_item(&key, "").is_ok()
}
