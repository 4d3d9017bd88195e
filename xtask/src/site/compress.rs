//! Creates the compressed copies of the site's files, which any static server can send.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, Result};
use flate2::{Compression, write::GzEncoder};
use xxhash_rust::xxh3::xxh3_128;

use super::assets::Files;
use crate::context::run_step;

/// Extensions of compressed file formats.
const COMPRESSED_FORMATS: [&str; 10] = [
    "png", "jpg", "jpeg", "webp", "avif", "woff", "woff2", "gz", "br", "zip",
];
/// Bytes to compress above which progress is printed.
const MIN_BYTES_TO_ANNOUNCE: usize = 500_000;

/// A file of the site with its compressed copies.
#[derive(Debug)]
pub struct SiteFile {
    /// The uncompressed content.
    pub raw: Vec<u8>,
    /// Compressed copies; `None` if the format is compressed already.
    pub copies: Option<CompressedCopies>,
}

/// A file's content compressed at the highest level.
#[derive(Debug, Clone)]
pub struct CompressedCopies {
    /// The content of the `.br` file.
    pub brotli: Vec<u8>,
    /// The content of the `.gz` file.
    pub gzip: Vec<u8>,
}

/// Compresses all files with uncompressed formats. Reuses cached copies, and removes unused ones
/// from the cache.
///
/// # Errors
/// If the cache cannot be written.
pub fn compress_files(files: Files, cache: &Path) -> Result<BTreeMap<String, SiteFile>> {
    fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
    let keys: BTreeMap<&String, String> = files
        .iter()
        .filter(|(name, _)| is_compressible(name))
        .map(|(name, content)| (name, format!("{:032x}", xxh3_128(content))))
        .collect();
    let missing = find_missing(&keys, cache);
    let bytes: usize = missing.iter().map(|(name, _)| files[*name].len()).sum();
    let work = || fill_cache(&files, &missing, cache);
    if bytes > MIN_BYTES_TO_ANNOUNCE {
        let what = format!("compressing {} files, {} kB", missing.len(), bytes / 1000);
        run_step(
            &what,
            &format!("about {} s", bytes.div_ceil(1_000_000) * 3),
            work,
        )?;
    } else {
        work()?;
    }
    remove_other_entries(cache, keys.values())?;
    let mut copies: BTreeMap<String, CompressedCopies> = BTreeMap::new();
    for (name, key) in keys {
        let found =
            read_cached(cache, &key).with_context(|| format!("{key} is missing from the cache"))?;
        copies.insert(name.clone(), found);
    }
    Ok(files
        .into_iter()
        .map(|(name, raw)| {
            let copies = copies.remove(&name);
            (name, SiteFile { raw, copies })
        })
        .collect())
}

/// Returns a file for each key that is not in the cache. Files of equal content have the same key;
/// each key is listed once, since two workers must not write the same cache file.
fn find_missing<'a>(
    keys: &'a BTreeMap<&String, String>,
    cache: &Path,
) -> Vec<(&'a String, &'a String)> {
    let once: BTreeMap<&String, &String> = keys.iter().map(|(name, key)| (key, *name)).collect();
    once.into_iter()
        .filter(|(key, _)| read_cached(cache, key).is_none())
        .map(|(key, name)| (name, key))
        .collect()
}

/// Compresses the missing files on all cores, the largest first, to use all cores until the end.
fn fill_cache(files: &Files, missing: &[(&String, &String)], cache: &Path) -> Result<()> {
    let mut queue = missing.to_vec();
    queue.sort_by_key(|(name, _)| files[*name].len());
    let queue = Mutex::new(queue);
    let next = || {
        queue
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .pop()
    };
    let worker = || -> Result<()> {
        while let Some((name, key)) = next() {
            let copies =
                compress(&files[name]).with_context(|| format!("cannot compress {name}"))?;
            write(&cache.join(format!("{key}.gz")), &copies.gzip)?;
            write(&cache.join(format!("{key}.br")), &copies.brotli)?;
        }
        Ok(())
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

/// Writes a temporary file and renames it: an interrupted build must not leave half a file under a
/// key of its content.
fn write(file: &Path, content: &[u8]) -> Result<()> {
    let partial = file.with_extension("partial");
    fs::write(&partial, content)
        .and_then(|()| fs::rename(&partial, file))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn read_cached(cache: &Path, key: &str) -> Option<CompressedCopies> {
    let read = |end: &str| fs::read(cache.join(format!("{key}.{end}"))).ok();
    Some(CompressedCopies {
        brotli: read("br")?,
        gzip: read("gz")?,
    })
}

fn remove_other_entries<'a>(cache: &Path, keys: impl Iterator<Item = &'a String>) -> Result<()> {
    let keys: HashSet<&str> = keys.map(String::as_str).collect();
    for entry in fs::read_dir(cache)?.flatten() {
        let path = entry.path();
        if !path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .is_some_and(|stem| keys.contains(stem))
        {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

fn is_compressible(name: &str) -> bool {
    Path::new(name)
        .extension()
        .and_then(|end| end.to_str())
        .is_none_or(|end| !COMPRESSED_FORMATS.contains(&end))
}

/// Compresses at the highest levels of both formats: a file is compressed once and downloaded
/// often.
pub(crate) fn compress(content: &[u8]) -> std::io::Result<CompressedCopies> {
    let mut brotli = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: content.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut brotli, &params)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(content)?;
    Ok(CompressedCopies {
        brotli,
        gzip: gzip.finish()?,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn text() -> Vec<u8> {
        (0..2000)
            .flat_map(|n| format!("area {n}, ").into_bytes())
            .collect()
    }

    #[test]
    fn compressed_copies_round_trip_and_are_smaller() {
        let copies = compress(&text()).unwrap();
        assert!(copies.brotli.len() < copies.gzip.len() && copies.gzip.len() < text().len());
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut copies.brotli.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, text());
        unpacked.clear();
        flate2::read::GzDecoder::new(copies.gzip.as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text());
    }

    #[test]
    fn find_missing_lists_equal_content_once() {
        let cache = tempfile::tempdir().unwrap();
        let names = ["a.svg", "b.svg", "c.svg"].map(str::to_owned);
        let keys = BTreeMap::from([
            (&names[0], "1".to_owned()),
            (&names[1], "1".to_owned()),
            (&names[2], "2".to_owned()),
        ]);
        let found: Vec<&String> = find_missing(&keys, cache.path())
            .into_iter()
            .map(|(_, key)| key)
            .collect();
        assert_eq!(found, ["1", "2"]);
        let files = Files::from(names.map(|name| (name, text())));
        assert!(
            compress_files(files, cache.path())
                .unwrap()
                .values()
                .all(|entry| entry.copies.is_some())
        );
    }

    #[test]
    fn compress_files_reuses_cache_and_removes_old_entries() {
        let cache = tempfile::tempdir().unwrap();
        let files = Files::from([("a.bin".to_owned(), text()), ("b.png".to_owned(), text())]);
        let first = compress_files(files.clone(), cache.path()).unwrap();
        assert!(first["b.png"].copies.is_none());
        let key = format!("{:032x}", xxh3_128(&text()));
        fs::write(cache.path().join(format!("{key}.br")), "marked").unwrap();
        let second = compress_files(files, cache.path()).unwrap();
        assert_eq!(second["a.bin"].copies.as_ref().unwrap().brotli, b"marked");
        compress_files(
            Files::from([("c".to_owned(), b"other".to_vec())]),
            cache.path(),
        )
        .unwrap();
        assert!(!cache.path().join(format!("{key}.br")).exists());
    }
}
