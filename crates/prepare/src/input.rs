//! Opening inputs: gzip or not, with or without a byte order mark.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printable::Printable;
use crate::problem::FileError;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The file's content, decompressed if it is gzip (told by its first bytes, not by its name),
/// without a byte order mark.
///
/// # Errors
/// If it cannot be opened, or ends in the middle.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |reason| FileError::Read { file: path.to_owned(), reason };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let bar = bar(length, &format!("reading {}", path.display()));
    let content = decode(BufReader::new(bar.wrap_read(file))).map_err(failed);
    bar.finish_and_clear();
    content
}

fn decode(mut input: impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut content = Vec::new();
    if input.fill_buf()?.starts_with(&GZIP) {
        MultiGzDecoder::new(input).read_to_end(&mut content)?;
    } else {
        input.read_to_end(&mut content)?;
    }
    if content.starts_with(BYTE_ORDER_MARK) {
        content.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(content)
}

/// A progress bar over that many steps; invisible where nobody watches.
pub fn bar(length: u64, message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}%").unwrap_or(ProgressStyle::default_bar());
    ProgressBar::new(length).with_style(style).with_message(Printable::sentence(message).to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(vec![], Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_and_byte_order_mark_are_transparent() {
        for input in [b"a,b\n".to_vec(), b"\xef\xbb\xbfa,b\n".to_vec(), gzip(b"a,b\n"), gzip(b"\xef\xbb\xbfa,b\n")] {
            assert_eq!(decode(&input[..]).unwrap(), b"a,b\n");
        }
        let two_members = [gzip(b"a,"), gzip(b"b\n")].concat();
        assert_eq!(decode(&two_members[..]).unwrap(), b"a,b\n");
    }

    #[test]
    fn a_cut_gzip_is_an_error() {
        let whole = gzip(&[7; 1000]);
        assert!(decode(&whole[..whole.len() - 9]).is_err());
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such.csv")).unwrap_err().to_string();
        assert!(error.contains("no/such.csv") && error.contains("check the path"), "{error}");
    }

    proptest! {
        #[test]
        fn any_bytes_read_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes[..]);
            let _ = decode(&[&GZIP[..], &bytes].concat()[..]);
        }
    }
}
