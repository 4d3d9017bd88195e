//! The one thing that the page remembers about a reader, and only if she asks: her area. It stays
//! on her device.

use rising_model::area::{AreaCode, Level};
use web_sys::Storage;

/// Under this name, as `ltla:E08000033`.
const KEY: &str = "rising.area";

/// The area kept, if there is one.
pub fn load() -> Option<(Level, AreaCode)> {
    read(&storage()?.get_item(KEY).ok()??)
}

/// Keeps an area, or forgets it. False where the browser keeps nothing, as for pages inside others'
/// or private windows.
pub fn save(area: Option<(Level, &AreaCode)>) -> bool {
    let Some(storage) = storage() else {
        return false;
    };
    match area {
        Some((level, code)) => storage.set_item(KEY, &format!("{level}:{code}")).is_ok(),
        None => storage.remove_item(KEY).is_ok(),
    }
}

fn storage() -> Option<Storage> {
    // Asking throws where storage is blocked.
    leptos::prelude::window().local_storage().ok()?
}

/// Whatever is found there: another version of the page, or a person, may have written it.
fn read(kept: &str) -> Option<(Level, AreaCode)> {
    let (level, code) = kept.split_once(':')?;
    Some((level.parse().ok()?, code.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_kept_is_read() {
        assert_eq!(
            read("msoa:E02002927"),
            Some((Level::Msoa, "E02002927".parse().unwrap()))
        );
        for odd in [
            "",
            "ltla",
            "ltla:",
            "lsoa:E01000001",
            "ltla:<b>",
            "E08000033",
        ] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
