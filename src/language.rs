//! The language that the page speaks, as its address asks (`?lang=cy`): the same for the page's
//! whole life.

use std::cell::Cell;

use rising_words::Language;

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::En) };
}

/// The page's language.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Sets it, before anything is written.
pub fn set_language(language: Language) {
    LANGUAGE.set(language);
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
