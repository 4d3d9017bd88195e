//! Holds the town labels that orient readers on a map without a background.

use serde::{Deserialize, Serialize};

use crate::encoding::format::{self, FileKind, FormatError};

/// A town or city. Names of larger ones appear at lower zooms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The name on the map.
    pub name: String,
    /// Web Mercator, in pixels at zoom [`UNIT_ZOOM`]; see [`crate::shapes::geometry`].
    pub x: i32,
    /// The other coordinate, southwards, in the same pixels.
    pub y: i32,
    /// The number of inhabitants, which ranks the place.
    pub population: u32,
}

/// Zoom at which one unit of a place's coordinates is one CSS pixel.
pub const UNIT_ZOOM: u8 = 12;

/// Encodes a places file. The largest place comes first.
pub fn encode(places: &[Place]) -> Vec<u8> {
    format::encode(FileKind::Places, &places)
}

/// Decodes a places file. Never panics.
///
/// # Errors
/// If the bytes are not a places file.
pub fn decode(bytes: &[u8]) -> Result<Vec<Place>, FormatError> {
    format::decode(FileKind::Places, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn places_round_trip() {
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
