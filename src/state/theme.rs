//! Chooses the light or dark theme: the link's choice, else the system's.

use leptos::prelude::*;
use rising_address::ThemeChoice;
use rising_look::Theme;

use crate::platform::media;
use crate::state::State;

/// The theme to paint in.
pub fn use_theme() -> Signal<Theme> {
    let request = expect_context::<State>().request();
    let system_is_dark = media::watch("(prefers-color-scheme: dark)");
    Signal::derive(move || match request.read().theme {
        ThemeChoice::Light => Theme::Light,
        ThemeChoice::Dark => Theme::Dark,
        ThemeChoice::Auto if system_is_dark.get() => Theme::Dark,
        ThemeChoice::Auto => Theme::Light,
    })
}
