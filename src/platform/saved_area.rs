//! Saves "my area" in the browser's local storage, at the reader's request. Nothing else about a
//! reader is stored, and it never leaves the device.

use rising_model::domain::area::{AreaCode, Level};
use web_sys::Storage;

/// The storage key. The value is a level and a code, such as `ltla:E08000033`.
const KEY: &str = "rising.area";

/// The saved area, if any.
pub fn load() -> Option<(Level, AreaCode)> {
    parse(&storage()?.get_item(KEY).ok()??)
}

/// Saves an area, or removes the saved one. Returns `false` where the browser stores nothing, as in
/// some frames and private windows.
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
    // Access throws where storage is blocked.
    leptos::prelude::window().local_storage().ok()?
}

/// Parses a stored value, which another version of the page or a person may have written.
fn parse(stored: &str) -> Option<(Level, AreaCode)> {
    let (level, code) = stored.split_once(':')?;
    Some((level.parse().ok()?, code.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_accepts_only_level_and_code() {
        assert_eq!(
            parse("msoa:E02002927"),
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
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
