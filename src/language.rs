//! Holds the page's language, which the address sets (`?lang=cy`) and which never changes while the
//! page is open.

use std::cell::Cell;

use rising_words::Language;

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::En) };
}

/// The page's language.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Sets the page's language. To be called before any text is written.
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
}
