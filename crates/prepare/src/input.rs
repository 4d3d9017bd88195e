//! Opening inputs: gzip or not, with or without a byte order mark, and never more of them in memory
//! than is stated here, whatever a small file unpacks to.
//!
//! | read | in memory at most |
//! |---|---|
//! | line by line ([`open`]): cases, the lookup of postcodes | one line, [`MAX_LINE_BYTES`] |
//! | whole ([`read`]): all other inputs | [`MAX_WHOLE_BYTES`]; of gzip [`MAX_GZIP_RATIO`] times the file, or [`MIN_GZIP_LIMIT`] if that is more |

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};

use crate::printable::Printable;
use crate::problem::FileError;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The longest line of a file that is read line by line. Those of figures have some 100 bytes.
pub const MAX_LINE_BYTES: u64 = 1 << 20;

/// The longest file that is read line by line, unpacked. All of England's figures are some 40 MB.
pub const MAX_STREAMED_BYTES: u64 = 4 << 30;

/// The largest file that is read whole. Boundaries at full detail are some 300 MB.
pub const MAX_WHOLE_BYTES: u64 = 512 << 20;

/// Times its size that a gzip file may unpack to where it is read whole. Tables and boundaries
/// unpack to 3 to 15 times, a file made to fill memory to 1,000 times.
pub const MAX_GZIP_RATIO: u64 = 30;

/// What a gzip file may unpack to in any case where it is read whole.
pub const MIN_GZIP_LIMIT: u64 = 16 << 20;

/// The file's content, decompressed if it is gzip (told by its first bytes, not by its name),
/// without a byte order mark.
///
/// # Errors
/// If it cannot be opened, ends in the middle, or is longer than is stated above.
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

/// The file's lines as they come, decompressed as by [`read`].
///
/// # Errors
/// If it cannot be opened. What is wrong further on is an error of reading.
pub fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let file = File::open(path)?;
    let bar = progress_bar(
        file.metadata()?.len(),
        &format!("reading {}", path.display()),
    );
    limit_lines(BufReader::new(bar.wrap_read(file)))
}

/// The lines of an input as they come.
///
/// # Errors
/// If its beginning cannot be read.
pub fn limit_lines<'a>(input: impl BufRead + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let (unpacked, _) = decompress(input)?;
    let too_long = |line| {
        let reason = format!(
            "line {line} is longer than {MAX_LINE_BYTES} bytes, which no line of figures is"
        );
        io::Error::new(ErrorKind::InvalidData, reason)
    };
    let whole = LimitedReader {
        inner: unpacked,
        left: MAX_STREAMED_BYTES,
        most: MAX_STREAMED_BYTES,
    };
    Ok(Box::new(LineLimitReader {
        inner: whole,
        line: 1,
        length: 0,
        too_long,
    }))
}

/// What a reader gives, if that is no longer than `most`.
///
/// # Errors
/// If it is, or cannot be read.
pub fn read_to_limit(input: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    LimitedReader {
        inner: input,
        left: most,
        most,
    }
    .read_to_end(&mut content)?;
    Ok(content)
}

fn decode(input: impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    let (unpacked, is_gzip) = decompress(input)?;
    let times = MIN_GZIP_LIMIT.max(length.saturating_mul(MAX_GZIP_RATIO));
    read_to_limit(
        unpacked,
        if is_gzip {
            times.min(MAX_WHOLE_BYTES)
        } else {
            MAX_WHOLE_BYTES
        },
    )
}

/// The input without compression and byte order mark, and whether it was compressed.
fn decompress<'a>(mut input: impl BufRead + 'a) -> io::Result<(Box<dyn Read + 'a>, bool)> {
    let is_gzip = input.fill_buf()?.starts_with(&GZIP);
    let mut plain: Box<dyn Read + 'a> = if is_gzip {
        Box::new(MultiGzDecoder::new(input))
    } else {
        Box::new(input)
    };
    let mut begins = Vec::new();
    plain
        .by_ref()
        .take(BYTE_ORDER_MARK.len() as u64)
        .read_to_end(&mut begins)?;
    if begins == BYTE_ORDER_MARK {
        begins.clear();
    }
    Ok((Box::new(Cursor::new(begins).chain(plain)), is_gzip))
}

/// A reader that fails where more than a limit comes.
struct LimitedReader<R> {
    inner: R,
    left: u64,
    most: u64,
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte more than is left tells whether it is the end.
        let room = buffer
            .len()
            .min(usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..room])?;
        let Some(left) = self.left.checked_sub(read as u64) else {
            self.left = 0;
            let most = self.most;
            let reason = format!(
                "it unpacks to more than {most} bytes, which no file of this kind and size does"
            );
            return Err(io::Error::new(ErrorKind::FileTooLarge, reason));
        };
        self.left = left;
        Ok(read)
    }
}

/// A reader that fails where a line is longer than [`MAX_LINE_BYTES`].
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

/// A progress bar over that many steps; invisible where nobody watches.
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
    fn gzip_and_byte_order_mark_are_transparent() {
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
    fn a_cut_gzip_is_an_error() {
        let whole = gzip(&[7; 1000]);
        assert!(decode(&whole[..whole.len() - 9], 9).is_err());
    }

    #[test]
    fn content_beyond_the_limits_is_an_error_that_states_them() {
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
            "as a file of that size may"
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
    fn a_missing_file_is_named() {
        let error = read(Path::new("no/such.csv")).unwrap_err().to_string();
        assert!(
            error.contains("no/such.csv") && error.contains("check the path"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_read_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes[..], 0);
            let _ = decode(&[&GZIP[..], &bytes].concat()[..], 0);
        }
    }
}
