//! Opens input files, gzip or not, with or without a byte order mark, within fixed limits of memory
//! whatever a small file unpacks to.
//!
//! | files | how they are read | most in memory |
//! |---|---|---|
//! | cases, the lookup of postcodes | line by line ([`open`]) | a line, [`MAX_LINE_BYTES`] |
//! | all others | whole ([`read`]) | [`MAX_WHOLE_BYTES`] |
//! | the same with gzip | whole ([`read`]) | [`MAX_GZIP_RATIO`] × the file, or [`MIN_GZIP_LIMIT`] |

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printable::Printable;
use crate::problem::FileError;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The longest line of a file that is read line by line. Lines of figures have about 100 bytes.
pub const MAX_LINE_BYTES: u64 = 1 << 20;

/// The largest unpacked size of a file that is read line by line. All of England's figures are
/// about 40 MB.
pub const MAX_STREAMED_BYTES: u64 = 4 << 30;

/// The largest file that is read whole. Boundaries at full detail are about 300 MB.
pub const MAX_WHOLE_BYTES: u64 = 512 << 20;

/// The largest ratio of unpacked to packed size of a gzip file that is read whole. Tables and
/// boundaries have 3 to 15, a file made to fill memory 1,000.
pub const MAX_GZIP_RATIO: u64 = 30;

/// The unpacked size, in bytes, that any gzip file may have when it is read whole.
pub const MIN_GZIP_LIMIT: u64 = 16 << 20;

/// Reads a file, decompressed if its first bytes are those of gzip, without a byte order mark.
///
/// # Errors
/// If the file cannot be opened, is cut short, or is larger than the limits.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |reason| FileError::Read {
        file: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let bar = progress_bar(length, &format!("reading {}", path.display()));
    let content = decode(BufReader::new(bar.wrap_read(file)), length).map_err(failed);
    bar.finish_and_clear();
    content
}

/// Opens a file to be read line by line, decompressed as by [`read`].
///
/// # Errors
/// If the file cannot be opened. Later faults are errors of the reader.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let bar = progress_bar(
        file.metadata()?.len(),
        &format!("reading {}", path.display()),
    );
    limit_lines(BufReader::new(bar.wrap_read(file)))
}

/// Decompresses an input and limits its size and the length of its lines.
///
/// # Errors
/// If the start of the input cannot be read.
pub fn limit_lines<'a>(input: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let (unpacked, _) = decompress(input)?;
    let too_long = |line| {
        let reason = format!(
            "line {line} is longer than {MAX_LINE_BYTES} bytes, the limit for a line of figures"
        );
        io::Error::new(ErrorKind::InvalidData, reason)
    };
    let whole = LimitedReader {
        inner: unpacked,
        left: MAX_STREAMED_BYTES,
        limit: MAX_STREAMED_BYTES,
    };
    Ok(Box::new(LineLimitReader {
        inner: whole,
        line: 1,
        length: 0,
        too_long,
    }))
}

/// Reads an input to its end.
///
/// # Errors
/// If it cannot be read, or has more than `limit` bytes.
pub fn read_to_limit(input: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    LimitedReader {
        inner: input,
        left: limit,
        limit,
    }
    .read_to_end(&mut content)?;
    Ok(content)
}

fn decode(input: impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    let (unpacked, is_gzip) = decompress(input)?;
    let gzip_limit = MIN_GZIP_LIMIT.max(length.saturating_mul(MAX_GZIP_RATIO));
    let limit = if is_gzip {
        gzip_limit.min(MAX_WHOLE_BYTES)
    } else {
        MAX_WHOLE_BYTES
    };
    read_to_limit(unpacked, limit)
}

/// Removes compression and the byte order mark, and returns whether the input was compressed.
fn decompress<'a>(mut input: impl BufRead + 'a) -> io::Result<(Box<dyn Read + 'a>, bool)> {
    let is_gzip = input.fill_buf()?.starts_with(&GZIP);
    let mut plain: Box<dyn Read + 'a> = if is_gzip {
        Box::new(MultiGzDecoder::new(input))
    } else {
        Box::new(input)
    };
    let mut start = Vec::new();
    plain
        .by_ref()
        .take(BYTE_ORDER_MARK.len() as u64)
        .read_to_end(&mut start)?;
    if start == BYTE_ORDER_MARK {
        start.clear();
    }
    Ok((Box::new(Cursor::new(start).chain(plain)), is_gzip))
}

/// A reader that fails if the input has more than `limit` bytes.
struct LimitedReader<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Reading one byte more than is left shows whether the input ends at the limit.
        let room = buffer
            .len()
            .min(usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..room])?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            self.left = 0;
            let limit = self.limit;
            let reason =
                format!("it unpacks to more than {limit} bytes, the limit for a file of its size");
            return Err(io::Error::new(ErrorKind::FileTooLarge, reason));
        };
        self.left = left;
        Ok(read)
    }
}

/// A reader that fails if a line is longer than [`MAX_LINE_BYTES`].
struct LineLimitReader<R, F> {
    inner: R,
    line: u64,
    length: u64,
    too_long: F,
}

impl<R: Read, F: Fn(u64) -> io::Error> Read for LineLimitReader<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.length > MAX_LINE_BYTES {
            return Err((self.too_long)(self.line));
        }
        let read = self.inner.read(buffer)?;
        for part in buffer[..read].split_inclusive(|byte| *byte == b'\n') {
            self.length += part.len() as u64;
            if self.length > MAX_LINE_BYTES {
                return Err((self.too_long)(self.line));
            }
            if part.ends_with(b"\n") {
                (self.line, self.length) = (self.line + 1, 0);
            }
        }
        Ok(read)
    }
}

/// Returns a progress bar of `length` steps, hidden if standard error is not a terminal.
pub fn progress_bar(length: u64, message: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}%")
        .unwrap_or(ProgressStyle::default_bar());
    ProgressBar::new(length)
        .with_style(style)
        .with_message(Printable::sentence(message).to_string())
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
    fn decode_removes_gzip_and_byte_order_mark() {
        for input in [
            b"a,b\n".to_vec(),
            b"\xef\xbb\xbfa,b\n".to_vec(),
            gzip(b"a,b\n"),
            gzip(b"\xef\xbb\xbfa,b\n"),
        ] {
            assert_eq!(decode(&input[..], 4).unwrap(), b"a,b\n");
            assert_eq!(
                read_to_limit(limit_lines(&input[..]).unwrap(), 4).unwrap(),
                b"a,b\n"
            );
        }
        let two_members = [gzip(b"a,"), gzip(b"b\n")].concat();
        assert_eq!(decode(&two_members[..], 4).unwrap(), b"a,b\n");
    }

    #[test]
    fn decode_truncated_gzip_is_error() {
        let whole = gzip(&[7; 1000]);
        assert!(decode(&whole[..whole.len() - 9], 9).is_err());
    }

    #[test]
    fn content_over_limit_is_error_that_names_limit() {
        let bomb = gzip(&vec![b' '; MIN_GZIP_LIMIT as usize + 1]);
        assert!(bomb.len() < 400_000);
        let error = decode(&bomb[..], bomb.len() as u64)
            .unwrap_err()
            .to_string();
        assert!(error.contains("more than 16777216 bytes"), "{error}");
        let fits = gzip(&vec![b' '; MIN_GZIP_LIMIT as usize]);
        assert_eq!(decode(&fits[..], 1).unwrap().len(), MIN_GZIP_LIMIT as usize);
        assert!(
            decode(&bomb[..], MIN_GZIP_LIMIT).is_ok(),
            "the limit depends on the size of the file"
        );

        let long = [b"a,b\n", &vec![b'x'; MAX_LINE_BYTES as usize + 1][..]].concat();
        let error = read_to_limit(limit_lines(&long[..]).unwrap(), u64::MAX)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 2 is longer than 1048576 bytes"),
            "{error}"
        );
        let many = b"a,b\n".repeat(MAX_LINE_BYTES as usize);
        assert_eq!(
            read_to_limit(limit_lines(&many[..]).unwrap(), u64::MAX).unwrap(),
            many
        );
        assert!(read_to_limit(&b"abc"[..], 2).is_err());
    }

    #[test]
    fn read_missing_file_is_error_that_names_it() {
        let error = read(Path::new("no/such.csv")).unwrap_err().to_string();
        assert!(
            error.contains("no/such.csv") && error.contains("check the path"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn decode_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes[..], 0);
            let _ = decode(&[&GZIP[..], &bytes].concat()[..], 0);
        }
    }
}
