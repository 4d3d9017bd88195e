//! Frames every data file: magic number, kind, version, length and checksum, then the content.
//!
//! ```text
//! 0..6    "RISING"
//! 6       kind, see [`FileKind`]
//! 7       version of that kind's layout, see [`FileKind::versions`]
//! 8..12   length of the content in bytes, little endian
//! 12..16  CRC-32 (IEEE) of the content, little endian
//! 16..    content: postcard (varint integers, length-prefixed sequences)
//! ```
//!
//! Without the checksum, a file with a flipped bit could decode into wrong numbers.

use std::ops::RangeInclusive;

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use serde::Serialize;
use serde::de::DeserializeOwned;

const MAGIC: &[u8; 6] = b"RISING";
const HEADER: usize = 16;

/// One lookup table of 1 KB. Faster variants need sixteen such tables, which a browser would have
/// to load and which do not compress.
static CRC: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// The kind of a data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileKind {
    /// The areas of a level, with names, populations and aliases.
    Areas = 1,
    /// The shapes of a level: one topology.
    Shapes = 2,
    /// The counts of a level for a range of dates.
    Counts = 3,
    /// Towns for orientation on the map.
    Places = 4,
    /// The postcodes of one postcode area.
    Postcodes = 5,
    /// The gazetteer: names that people use for areas.
    Names = 6,
}

impl FileKind {
    /// The versions of the layout that can be decoded. Files are written in the last one. A change
    /// to the layout adds a version.
    fn versions(self) -> RangeInclusive<u8> {
        match self {
            // 2: names in other languages. 3: population vintages.
            FileKind::Areas => 2..=3,
            // 2: criteria that grade changes.
            FileKind::Counts => 1..=2,
            FileKind::Shapes | FileKind::Places | FileKind::Postcodes | FileKind::Names => 1..=1,
        }
    }

    /// The version that new files have.
    fn version(self) -> u8 {
        *self.versions().end()
    }

    fn name(kind: u8) -> &'static str {
        match kind {
            1 => "areas",
            2 => "shapes",
            3 => "counts",
            4 => "places",
            5 => "postcodes",
            6 => "names",
            _ => "unknown",
        }
    }
}

/// A fault in the bytes of a data file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "the message of each variant says what its fields hold"
)]
pub enum FormatError {
    #[error("this is not a Rising data file (it begins with {0:02x?})")]
    WrongMagic(Vec<u8>),
    #[error("this is a file of {got}, not of {expected}")]
    WrongKind {
        expected: &'static str,
        got: &'static str,
    },
    #[error("this file has format version {got}; this program reads version {known}")]
    WrongVersion { got: u8, known: u8 },
    #[error("the file is cut short: {got} bytes of content, but its header announces {expected}")]
    Truncated { expected: usize, got: usize },
    #[error("the file is damaged: its checksum is {got:08x}, not {expected:08x}")]
    WrongChecksum { expected: u32, got: u32 },
    #[error("the file's content is invalid: {0}")]
    Invalid(String),
}

/// Frames encoded content in the current version of its layout. The checksum is that of the
/// content, whether or not the content is valid.
pub fn frame(kind: FileKind, content: &[u8]) -> Vec<u8> {
    frame_version(kind, kind.version(), content)
}

/// Frames encoded content in another version of its layout, as in a file of an older edition.
pub fn frame_version(kind: FileKind, version: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + content.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[kind as u8, version]);
    bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&CRC.checksum(content).to_le_bytes());
    bytes.extend_from_slice(content);
    bytes
}

/// Checks the frame, and returns the version of the layout and the content for [`read`].
///
/// # Errors
/// If the bytes are not a complete, undamaged file of that kind in a supported version.
pub(crate) fn unframe(kind: FileKind, bytes: &[u8]) -> Result<(u8, &[u8]), FormatError> {
    let Some((head, content)) = bytes.split_at_checked(HEADER) else {
        return Err(if bytes.starts_with(MAGIC) {
            FormatError::Truncated {
                expected: HEADER,
                got: bytes.len(),
            }
        } else {
            FormatError::WrongMagic(bytes.iter().take(6).copied().collect())
        });
    };
    if !head.starts_with(MAGIC) {
        return Err(FormatError::WrongMagic(head[..6].to_vec()));
    }
    if head[6] != kind as u8 {
        return Err(FormatError::WrongKind {
            expected: FileKind::name(kind as u8),
            got: FileKind::name(head[6]),
        });
    }
    let version = head[7];
    if !kind.versions().contains(&version) {
        return Err(FormatError::WrongVersion {
            got: version,
            known: kind.version(),
        });
    }
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let length = number(8) as usize;
    if content.len() != length {
        return Err(FormatError::Truncated {
            expected: length,
            got: content.len(),
        });
    }
    let expected = number(12);
    let got = CRC.checksum(content);
    if got != expected {
        return Err(FormatError::WrongChecksum { expected, got });
    }
    Ok((version, content))
}

/// Encodes and frames a value of [`crate::wire`].
pub(crate) fn encode<T: Serialize>(kind: FileKind, value: &T) -> Vec<u8> {
    let content = postcard::to_allocvec(value)
        .expect("wire values are plain data, which postcard can always encode");
    frame(kind, &content)
}

/// Decodes a value from a framed file of a kind that has only one layout.
///
/// # Errors
/// See [`unframe`] and [`read`].
pub(crate) fn decode<T: DeserializeOwned>(kind: FileKind, bytes: &[u8]) -> Result<T, FormatError> {
    read(unframe(kind, bytes)?.1)
}

/// Decodes a value from a file's content.
///
/// # Errors
/// If the content is not a value of that type, or bytes follow the value.
pub(crate) fn read<T: DeserializeOwned>(content: &[u8]) -> Result<T, FormatError> {
    let (value, rest) = read_first(content)?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(FormatError::Invalid(format!(
            "{} bytes are left over after the content",
            rest.len()
        )))
    }
}

/// Decodes the content's first value, and returns it with the bytes after it.
///
/// # Errors
/// If the content does not begin with a value of that type.
pub(crate) fn read_first<T: DeserializeOwned>(content: &[u8]) -> Result<(T, &[u8]), FormatError> {
    postcard::take_from_bytes(content).map_err(|error| FormatError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_reports_each_fault_by_its_own_error() {
        let good = encode(FileKind::Counts, &(1u32, 2u32));
        assert_eq!(decode::<(u32, u32)>(FileKind::Counts, &good), Ok((1, 2)));
        assert!(matches!(
            decode::<(u32, u32)>(FileKind::Counts, b"<html>"),
            Err(FormatError::WrongMagic(_))
        ));
        assert!(matches!(
            decode::<(u32, u32)>(FileKind::Counts, b"<!doctype html><p>404"),
            Err(FormatError::WrongMagic(_))
        ));
        assert!(matches!(
            decode::<(u32, u32)>(FileKind::Areas, &good),
            Err(FormatError::WrongKind { .. })
        ));
        for cut in 6..good.len() {
            let error = decode::<(u32, u32)>(FileKind::Counts, &good[..cut]).unwrap_err();
            assert!(
                matches!(error, FormatError::Truncated { .. }),
                "{cut}: {error}"
            );
        }
        let mut other = good.clone();
        other[7] = 99;
        let error = FormatError::WrongVersion {
            got: 99,
            known: FileKind::Counts.version(),
        };
        assert_eq!(decode::<(u32, u32)>(FileKind::Counts, &other), Err(error));
        for at in HEADER..good.len() {
            let mut flipped = good.clone();
            flipped[at] ^= 4;
            assert!(matches!(
                decode::<(u32, u32)>(FileKind::Counts, &flipped),
                Err(FormatError::WrongChecksum { .. })
            ));
        }
        assert!(matches!(
            decode::<u32>(FileKind::Counts, &good),
            Err(FormatError::Invalid(_))
        ));
    }
}
