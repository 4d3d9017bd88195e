//! Town names that help a reader find herself on a map without a background.

use serde::{Deserialize, Serialize};

use crate::format::{self, FileKind, FormatError};

/// A town or city. The more people, the earlier its name is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub name: String,
    /// Web Mercator, in pixels of a world [`UNIT_ZOOM`] wide; see [`crate::geometry`].
    pub x: i32,
    pub y: i32,
    pub population: u32,
}

/// Zoom at which a place's coordinates are CSS pixels.
pub const UNIT_ZOOM: u8 = 12;

/// The places file's bytes; the largest place first.
pub fn encode(places: &[Place]) -> Vec<u8> {
    format::encode(FileKind::Places, &places)
}

/// Reads a places file. Any bytes give places or an error.
pub fn decode(bytes: &[u8]) -> Result<Vec<Place>, FormatError> {
    format::decode(FileKind::Places, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn round_trips() {
        let places = vec![Place {
            name: "Leominster".into(),
            x: 5,
            y: -6,
            population: 11_700,
        }];
        assert_eq!(decode(&encode(&places)).unwrap(), places);
    }

    proptest! {
        #[test]
        fn any_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = decode(&format::frame(FileKind::Places, &bytes));
        }
    }
}
