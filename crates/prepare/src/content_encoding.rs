//! Compresses and decompresses files by the content encodings of HTTP. Compressed copies are
//! published beside the files, so that a server does not have to compress.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

/// A content encoding of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentEncoding {
    Brotli,
    Gzip,
}

impl ContentEncoding {
    pub const ALL: [ContentEncoding; 2] = [ContentEncoding::Brotli, ContentEncoding::Gzip];

    /// Returns its name in HTTP headers.
    pub fn name(self) -> &'static str {
        match self {
            ContentEncoding::Brotli => "br",
            ContentEncoding::Gzip => "gzip",
        }
    }

    /// Returns the suffix of a copy's file name.
    pub fn extension(self) -> &'static str {
        match self {
            ContentEncoding::Brotli => ".br",
            ContentEncoding::Gzip => ".gz",
        }
    }

    /// Returns the path of the compressed copy of a file.
    pub fn copy_path(self, path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(self.extension());
        name.into()
    }

    /// Compresses at the best quality.
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

    /// Decompresses, up to `limit` + 1 bytes: a longer result shows that the content is over the
    /// limit.
    ///
    /// # Errors
    /// If `bytes` are not of this encoding, or are cut short.
    pub fn decompress(self, bytes: &[u8], limit: u64) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        match self {
            ContentEncoding::Brotli => brotli::Decompressor::new(bytes, 4096)
                .take(limit + 1)
                .read_to_end(&mut content)?,
            ContentEncoding::Gzip => MultiGzDecoder::new(bytes)
                .take(limit + 1)
                .read_to_end(&mut content)?,
        };
        Ok(content)
    }
}

/// Returns the size of the bytes after Brotli at its best quality.
pub fn brotli_size(bytes: &[u8]) -> u64 {
    ContentEncoding::Brotli.compress(bytes).len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decompress_returns_compressed_bytes() {
        let text = b"as it was, and ".repeat(100);
        for encoding in ContentEncoding::ALL {
            let compressed = encoding.compress(&text);
            assert!(compressed.len() < 100, "{encoding:?}");
            assert_eq!(
                encoding.decompress(&compressed, text.len() as u64).unwrap(),
                text
            );
            assert_eq!(
                encoding.decompress(&compressed, 10).unwrap().len(),
                11,
                "the limit and one byte"
            );
            assert!(
                encoding
                    .decompress(&compressed[..compressed.len() / 2], 5000)
                    .is_err(),
                "{encoding:?}: cut short"
            );
            assert!(
                encoding.decompress(b"something else", 5000).is_err(),
                "{encoding:?}: not compressed"
            );
        }
        assert_eq!(
            ContentEncoding::Gzip.copy_path(Path::new("a/b.bin")),
            Path::new("a/b.bin.gz")
        );
    }
}
