//! Evaluates CSS media queries: the system's preferences and the screen's properties.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::MediaQueryList;

fn list(query: &str) -> Option<MediaQueryList> {
    window().match_media(query).ok().flatten()
}

/// Whether the query matches now.
pub fn matches(query: &str) -> bool {
    list(query).is_some_and(|list| list.matches())
}

/// Whether the query matches, as a signal.
pub fn watch(query: &str) -> ReadSignal<bool> {
    let (now, set_now) = signal(matches(query));
    let listener = list(query).map(|list| Listener::new(list, move |matches| set_now.set(matches)));
    // The listener lives as long as the signal.
    StoredValue::new_local(listener);
    now
}

/// Listens until it is dropped.
struct Listener {
    list: MediaQueryList,
    _callback: Closure<dyn Fn()>,
}

impl Listener {
    fn new(list: MediaQueryList, changed: impl Fn(bool) + 'static) -> Listener {
        let query = list.clone();
        let callback = Closure::<dyn Fn()>::new(move || changed(query.matches()));
        list.set_onchange(Some(callback.as_ref().unchecked_ref()));
        Listener {
            list,
            _callback: callback,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.list.set_onchange(None);
    }
}
