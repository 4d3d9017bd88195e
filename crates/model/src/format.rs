//! How every data file is framed: magic, kind, version, length and checksum, then the content.
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
//! The checksum is what tells a flipped bit from a figure: without it a damaged file may still
//! decode, into wrong numbers.

use std::ops::RangeInclusive;

use crc::{CRC_32_ISO_HDLC, Crc, Table};
use serde::Serialize;
use serde::de::DeserializeOwned;

const MAGIC: &[u8; 6] = b"RISING";
const HEADER: usize = 16;

/// One table of 1 KB. Faster ways take sixteen, which a browser would have to load and cannot
/// compress.
static CRC: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum FileKind {
    Areas = 1,
    Shapes = 2,
    Counts = 3,
    Places = 4,
    Postcodes = 5,
    Names = 6,
}

impl FileKind {
    /// The versions of its layout that are read; the last one is written. A change to the layout
    /// adds one.
    fn versions(self) -> RangeInclusive<u8> {
        match self {
            // 2: names in other languages. 3: population vintages.
            FileKind::Areas => 2..=3,
            // 2: what decides changes.
            FileKind::Counts => 1..=2,
            FileKind::Shapes | FileKind::Places | FileKind::Postcodes | FileKind::Names => 1..=1,
        }
    }

    /// The version that is written.
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

/// Why bytes are not the file they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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
    #[error("the file is cut short: {got} bytes of content where {expected} were announced")]
    Truncated { expected: usize, got: usize },
    #[error("the file is damaged: its checksum is {got:08x}, not {expected:08x}")]
    WrongChecksum { expected: u32, got: u32 },
    #[error("the file's content makes no sense: {0}")]
    Invalid(String),
}

/// Puts the header before a content already encoded: a file whose checksum is right, whatever is in
/// it.
pub fn frame(kind: FileKind, content: &[u8]) -> Vec<u8> {
    frame_version(kind, kind.version(), content)
}

/// The same for a version of the layout other than the one that is written: an older edition's
/// file.
pub fn frame_version(kind: FileKind, version: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + content.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&[kind as u8, version]);
    bytes.extend_from_slice(&(content.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&CRC.checksum(content).to_le_bytes());
    bytes.extend_from_slice(content);
    bytes
}

/// Checks the frame and returns the version of the layout with the content, which [`read`] reads.
///
/// # Errors
/// If the bytes are not a whole, undamaged file of that kind and of a version that is read.
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
    let (expected, got) = (number(8) as usize, content.len());
    if got != expected {
        return Err(FormatError::Truncated { expected, got });
    }
    let (expected, got) = (number(12), CRC.checksum(content));
    if got != expected {
        return Err(FormatError::WrongChecksum { expected, got });
    }
    Ok((version, content))
}

/// Encodes and frames a wire value.
pub(crate) fn encode<T: Serialize>(kind: FileKind, value: &T) -> Vec<u8> {
    let content = postcard::to_allocvec(value)
        .expect("wire values are plain data, which postcard always encodes");
    frame(kind, &content)
}

/// Reads a wire value from a framed file of a kind that has one layout.
pub(crate) fn decode<T: DeserializeOwned>(kind: FileKind, bytes: &[u8]) -> Result<T, FormatError> {
    read(unframe(kind, bytes)?.1)
}

/// Reads a wire value from a file's content.
///
/// # Errors
/// If the content is not such a value, or more than that.
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

/// The content's first value, and the bytes after it.
pub(crate) fn read_first<T: DeserializeOwned>(content: &[u8]) -> Result<(T, &[u8]), FormatError> {
    postcard::take_from_bytes(content).map_err(|error| FormatError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_its_own_error() {
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
