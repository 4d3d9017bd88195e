//! Holds the page's texts: its language, which the address sets (`?lang=cy`) and which never
//! changes while the page is open, with the labels of its data set.

use std::cell::RefCell;

use rising_words::{Language, Texts};

thread_local! {
    static TEXTS: RefCell<Texts> = RefCell::new(Language::En.texts());
}

/// The page's texts.
pub fn texts() -> Texts {
    TEXTS.with_borrow(Texts::clone)
}

/// Sets the page's texts. The language is to be set before any text is written.
pub fn set_texts(texts: Texts) {
    TEXTS.set(texts);
}
