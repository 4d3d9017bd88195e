//! What the reader's system and screen are like, as CSS media queries ask it.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::MediaQueryList;

fn list(query: &str) -> Option<MediaQueryList> {
    window().match_media(query).ok().flatten()
}

/// Does the query match now?
pub fn matches(query: &str) -> bool {
    list(query).is_some_and(|list| list.matches())
}

/// Whether the query matches, now and whenever that changes.
pub fn watch(query: &str) -> ReadSignal<bool> {
    let (now, set_now) = signal(matches(query));
    let listener = list(query).map(|list| Listener::new(list, move |matches| set_now.set(matches)));
    // Kept for as long as the signal.
    StoredValue::new_local(listener);
    now
}

/// Listens until it is dropped.
struct Listener {
    list: MediaQueryList,
    _told: Closure<dyn Fn()>,
}

impl Listener {
    fn new(list: MediaQueryList, tell: impl Fn(bool) + 'static) -> Listener {
        let asked = list.clone();
        let told = Closure::<dyn Fn()>::new(move || tell(asked.matches()));
        list.set_onchange(Some(told.as_ref().unchecked_ref()));
        Listener { list, _told: told }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.list.set_onchange(None);
    }
}
