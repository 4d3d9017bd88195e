//! Splits the program into a main chunk and chunks that load on demand (`src/startup/lazy.rs`).
//!
//! The split precedes wasm-bindgen, which binds the main chunk only: the others reach JavaScript
//! through it. All chunks share one memory and one function table, so a chunk works only with its
//! own build; names with hashes ensure that.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::site::hashed_name;

/// Linker arguments that keep the relocations, by which the chunks are separated.
pub const LINK_ARGUMENTS: [&str; 2] = ["-C", "link-arg=--emit-relocs"];

/// The module that loads the chunks, which wasm-bindgen's JavaScript imports.
const LOADER: &str = "./chunks.js";

/// Calls in that module, and those that replace them.
const LOADER_CALLS: [(&str, &str); 2] = [
    ("fetch(new URL(", "fetchChunk(new URL("),
    ("WebAssembly.instantiateStreaming(", "instantiateChunk("),
];

/// The module with the functions that replace them.
const CHUNK_FUNCTIONS: &str = include_str!("../../../web/fetch-chunk.js");
const CHUNK_FUNCTIONS_FILE: &str = "fetch-chunk.js";

/// The chunks of the program in a folder.
#[derive(Debug)]
pub struct SplitModules {
    /// The main chunk, for wasm-bindgen.
    pub main: PathBuf,
    /// The other chunks.
    pub later: Vec<PathBuf>,
    loader: PathBuf,
}

/// Splits the program. `glue` is the name of wasm-bindgen's JavaScript, which the loader imports
/// from its own folder.
///
/// # Errors
/// If the program was not linked with [`LINK_ARGUMENTS`], or has no split point.
pub fn split(program: &[u8], folder: &Path, glue: &str) -> Result<SplitModules> {
    let main = folder.join("main.wasm");
    let glue = format!("./{glue}");
    let mut options = wasm_split_cli_support::Options::new(program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &glue;
    options.link_name = LOADER;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("cannot split the program into chunks")?;
    let mut later = cut.split_modules;
    later.sort();
    ensure!(
        !later.is_empty(),
        "the program has no chunk that loads on demand"
    );
    let loader = folder.join(LOADER);
    let mut script = fs::read_to_string(&loader)?;
    for (theirs, ours) in LOADER_CALLS {
        ensure!(
            script.matches(theirs).count() == later.len(),
            "wasm_split's loader has changed: it must have `{theirs}` once for each chunk"
        );
        script = script.replace(theirs, ours);
    }
    let import =
        format!("import {{ fetchChunk, instantiateChunk }} from \"./{CHUNK_FUNCTIONS_FILE}\";\n");
    fs::write(folder.join(CHUNK_FUNCTIONS_FILE), CHUNK_FUNCTIONS)?;
    fs::write(&loader, import + &script)?;
    Ok(SplitModules {
        main,
        later,
        loader,
    })
}

/// Removes the custom sections, such as names, which no browser needs.
///
/// # Errors
/// If the bytes are not a module.
pub fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    let (header, mut rest) = module
        .split_at_checked(8)
        .context("a chunk is shorter than the header of a module")?;
    let mut kept = header.to_vec();
    while let [kind, after @ ..] = rest {
        let (length, digits) = leb128(after).context("a section has no length")?;
        let (section, next) = rest
            .split_at_checked(1 + digits + length)
            .context("a section is truncated")?;
        if *kind != 0 {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Ok(kept)
}

/// Decodes an unsigned LEB128 number, and returns it with its length in bytes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = 1 + bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let number = bytes[..digits]
        .iter()
        .rev()
        .fold(0_u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Some((usize::try_from(number).ok()?, digits))
}

impl SplitModules {
    /// Returns the name with a hash of a shrunk chunk, and writes it into the loader, which loads
    /// from the folder of the page's JavaScript.
    ///
    /// # Errors
    /// If the loader does not load the chunk.
    pub fn name(&self, chunk: &Path, content: &[u8]) -> Result<String> {
        let stem = chunk
            .file_stem()
            .context("a chunk has no name")?
            .to_string_lossy();
        let name = hashed_name(stem.trim_start_matches("split_"), ".wasm", content);
        let loader = fs::read_to_string(&self.loader)?;
        let before = format!("\"./{stem}.wasm\"");
        ensure!(
            loader.matches(&before).count() == 1,
            "wasm_split's loader must load {stem} once"
        );
        fs::write(
            &self.loader,
            loader.replace(&before, &format!("\"./{name}\"")),
        )?;
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::{leb128, without_custom_sections};

    #[test]
    fn without_custom_sections_keeps_all_others() {
        let module =
            |sections: &[&[u8]]| [b"\0asm\x01\0\0\0".as_slice(), &sections.concat()].concat();
        let (types, names, code) = (
            b"\x01\x02ab".as_slice(),
            b"\x00\x85\x00\x04name".as_slice(),
            b"\x0a\x00".as_slice(),
        );
        let stripped = without_custom_sections(&module(&[names, types, names, code])).unwrap();
        assert_eq!(stripped, module(&[types, code]));
        for cut in [
            b"\0asm".as_slice(),
            &module(&[b"\x01"]),
            &module(&[b"\x01\x05ab"]),
            &module(&[b"\x00\xff\xff\xff\xff\xff"]),
        ] {
            without_custom_sections(cut).unwrap_err();
        }
    }

    #[test]
    fn leb128_reads_to_last_byte() {
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26, 9]), Some((624_485, 3)));
        assert_eq!(leb128(&[0x80]), None);
        assert_eq!(leb128(&[]), None);
    }
}
