//! The codings in which servers send files: copies in them lie beside the files, so that a server
//! need not compress.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// A coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentEncoding {
    Brotli,
    Gzip,
}

impl ContentEncoding {
    pub const ALL: [ContentEncoding; 2] = [ContentEncoding::Brotli, ContentEncoding::Gzip];

    /// As HTTP names it.
    pub fn name(self) -> &'static str {
        match self {
            ContentEncoding::Brotli => "br",
            ContentEncoding::Gzip => "gzip",
        }
    }

    /// What the name of a copy has at its end.
    pub fn extension(self) -> &'static str {
        match self {
            ContentEncoding::Brotli => ".br",
            ContentEncoding::Gzip => ".gz",
        }
    }

    /// Where the copy of a file is.
    pub fn copy_path(self, path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(self.extension());
        name.into()
    }

    /// The bytes as small as the coding makes them.
    pub fn compress(self, bytes: &[u8]) -> Vec<u8> {
        // Reading from and writing to memory cannot fail.
        match self {
            ContentEncoding::Brotli => {
                let params = BrotliEncoderParams {
                    quality: 11,
                    lgwin: 22,
                    ..Default::default()
                };
                let mut compressed = Vec::new();
                let _ = brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &params);
                compressed
            }
            ContentEncoding::Gzip => {
                let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
                let _ = gzip.write_all(bytes);
                gzip.finish().unwrap_or_default()
            }
        }
    }

    /// The bytes that were compressed, or the first `most` of them and one more.
    ///
    /// # Errors
    /// If they were not, or not wholly.
    pub fn decompress(self, bytes: &[u8], most: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        match self {
            ContentEncoding::Brotli => brotli::Decompressor::new(bytes, 4096)
                .take(most + 1)
                .read_to_end(&mut content)?,
            ContentEncoding::Gzip => MultiGzDecoder::new(bytes)
                .take(most + 1)
                .read_to_end(&mut content)?,
        };
        Ok(content)
    }
}

/// Size of the bytes as a server sends them at brotli's best quality.
pub fn brotli_size(bytes: &[u8]) -> u64 {
    ContentEncoding::Brotli.compress(bytes).len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let text = b"as it was, and ".repeat(100);
        for coding in ContentEncoding::ALL {
            let compressed = coding.compress(&text);
            assert!(compressed.len() < 100, "{coding:?}");
            assert_eq!(
                coding.decompress(&compressed, text.len() as u64).unwrap(),
                text
            );
            assert_eq!(
                coding.decompress(&compressed, 10).unwrap().len(),
                11,
                "no more than asked for"
            );
            assert!(
                coding
                    .decompress(&compressed[..compressed.len() / 2], 5000)
                    .is_err(),
                "{coding:?}: cut"
            );
            assert!(
                coding.decompress(b"something else", 5000).is_err(),
                "{coding:?}: no copy"
            );
        }
        assert_eq!(
            ContentEncoding::Gzip.copy_path(Path::new("a/b.bin")),
            Path::new("a/b.bin.gz")
        );
    }
}
