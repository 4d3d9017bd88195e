//! Packs and unpacks the corpus: inputs found by earlier runs, in one committed file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use tar::{Archive, Builder, Header};

/// File name of the packed corpus.
pub const PACKED: &str = "corpus.tar.gz";

/// Unpacks the committed corpus into `corpus/TARGET/`, next to inputs of later runs. Leaves
/// existing files as they are.
///
/// # Errors
/// If the packed corpus cannot be read, or a file cannot be written.
pub fn unpack(folder: &Path) -> Result<()> {
    let packed = folder.join(PACKED);
    let unpack = || -> Result<()> {
        for entry in Archive::new(GzDecoder::new(File::open(&packed)?)).entries()? {
            let mut entry = entry?;
            let name = entry.path()?.into_owned();
            let to = corpus_folder(folder).join(&name);
            if to.exists() {
                continue;
            }
            fs::create_dir_all(to.parent().unwrap_or(folder))?;
            // `unpack_in` refuses a path outside the folder.
            if !entry.unpack_in(corpus_folder(folder))? {
                bail!("{} is not within the corpus", name.display());
            }
        }
        Ok(())
    };
    unpack().with_context(|| format!("cannot unpack {}", packed.display()))
}

/// Packs the files in the folder of each target, and returns their number. The same inputs give the
/// same bytes: a file is named by its digest.
///
/// # Errors
/// If an input cannot be read or the packed file cannot be written.
pub fn pack(folder: &Path, inputs: &BTreeMap<String, PathBuf>) -> Result<usize> {
    let mut files = BTreeMap::new();
    for (target, inputs) in inputs {
        for input in
            fs::read_dir(inputs).with_context(|| format!("cannot read {}", inputs.display()))?
        {
            let mut bytes = vec![];
            File::open(input?.path())?.read_to_end(&mut bytes)?;
            files.insert(format!("{target}/{}", digest(&bytes)), bytes);
        }
    }
    let packed = folder.join(PACKED);
    let write = || -> io::Result<()> {
        let mut archive = Builder::new(GzEncoder::new(File::create(&packed)?, Compression::best()));
        for (name, bytes) in &files {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, bytes.as_slice())?;
        }
        archive.into_inner()?.finish()?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", packed.display()))?;
    Ok(files.len())
}

/// Returns the folder of inputs that runs have found, with a folder for each target. It is not
/// committed.
pub fn corpus_folder(folder: &Path) -> PathBuf {
    folder.join("corpus")
}

/// Returns the first 16 hexadecimal digits of an input's SHA-256.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corpus_packed_and_unpacked_has_the_same_inputs() {
        let [from, to] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let found = from.path().join("found");
        fs::create_dir(&found).unwrap();
        fs::write(found.join("a"), b"one").unwrap();
        fs::write(found.join("b"), b"").unwrap();
        fs::write(found.join("twice"), b"one").unwrap();
        let inputs = BTreeMap::from([("areas".to_owned(), found)]);
        assert_eq!(pack(to.path(), &inputs).unwrap(), 2);
        let first = fs::read(to.path().join(PACKED)).unwrap();
        pack(to.path(), &inputs).unwrap();
        assert_eq!(
            fs::read(to.path().join(PACKED)).unwrap(),
            first,
            "packed twice"
        );

        unpack(to.path()).unwrap();
        let areas = corpus_folder(to.path()).join("areas");
        let mut contents: Vec<_> = fs::read_dir(areas)
            .unwrap()
            .map(|entry| fs::read(entry.unwrap().path()).unwrap())
            .collect();
        contents.sort();
        assert_eq!(contents, [b"".to_vec(), b"one".to_vec()]);
    }

    #[test]
    fn unpack_of_a_damaged_corpus_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PACKED), b"not gzip").unwrap();
        let error = format!("{:#}", unpack(folder.path()).unwrap_err());
        assert!(error.contains(PACKED), "{error}");
    }
}
