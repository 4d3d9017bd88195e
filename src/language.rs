//! The language that the page speaks, as its address asks (`?lang=cy`): the same for the page's whole life.

use std::cell::Cell;

use rising_words::Language;
use web_sys::UrlSearchParams;

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::En) };
}

/// The page's language.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Takes it from the address, before anything is written.
pub fn read_address() {
    let query = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let asked = UrlSearchParams::new_with_str(&query).ok().and_then(|query| query.get("lang"));
    LANGUAGE.set(asked.and_then(|tag| Language::parse(&tag)).unwrap_or_default());
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Runs with the page in that language.
    pub fn in_language(language: Language, run: impl FnOnce()) {
        LANGUAGE.set(language);
        run();
        LANGUAGE.set(Language::default());
    }
}
