//! The program cut into parts: what the first picture needs, and what comes later (`src/lazy.rs`).
//!
//! The cut is made before wasm-bindgen, which then binds the main part alone: the others reach
//! JavaScript through it. All share one memory and one table of functions, so each part belongs to
//! the very build it was cut from; names with hashes keep it so.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::site::hashed_name;

/// What the linker must leave in the program, for its parts to be told apart.
pub const LINK_ARGUMENTS: [&str; 2] = ["-C", "link-arg=--emit-relocs"];

/// The module that loads the parts, which wasm-bindgen's glue imports.
const LOADER: &str = "./parts.js";

/// What that module does in ways of its own, and ours.
const CALLS: [(&str, &str); 2] = [
    ("fetch(new URL(", "request(new URL("),
    ("WebAssembly.instantiateStreaming(", "instantiate("),
];

/// Our ways.
const OURS: &str = include_str!("parts.js");

/// The program's parts, in a folder.
#[derive(Debug)]
pub struct Parts {
    /// The part for wasm-bindgen.
    pub main: PathBuf,
    /// The others.
    pub later: Vec<PathBuf>,
    loader: PathBuf,
}

/// Cuts the program. `glue` is what wasm-bindgen's JavaScript will be called, which `parts.js`
/// imports from beside it.
///
/// # Errors
/// If the program was not linked with [`LINK_ARGUMENTS`], or does not have a split point.
pub fn cut(program: &[u8], folder: &Path, glue: &str) -> Result<Parts> {
    let main = folder.join("main.wasm");
    let glue = format!("./{glue}");
    let mut options = wasm_split_cli_support::Options::new(program);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = &glue;
    options.link_name = LOADER;
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("cannot cut the program into parts")?;
    let mut later = cut.split_modules;
    later.sort();
    ensure!(
        !later.is_empty(),
        "the program has no part that comes later"
    );
    let loader = folder.join(LOADER);
    let mut script = fs::read_to_string(&loader)?;
    for (theirs, ours) in CALLS {
        ensure!(
            script.matches(theirs).count() == later.len(),
            "the loader of the program's parts has changed: {theirs}"
        );
        script = script.replace(theirs, ours);
    }
    fs::write(&loader, script + OURS)?;
    Ok(Parts {
        main,
        later,
        loader,
    })
}

/// A module without the names of what is in it, and whatever else no browser needs.
///
/// # Errors
/// If the bytes are not a module.
pub fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    let (header, mut rest) = module
        .split_at_checked(8)
        .context("a part of the program is too short for a module")?;
    let mut kept = header.to_vec();
    while let [kind, after @ ..] = rest {
        let (length, digits) = leb128(after).context("a section has no length")?;
        let (section, next) = rest
            .split_at_checked(1 + digits + length)
            .context("a section is cut off")?;
        if *kind != 0 {
            kept.extend_from_slice(section);
        }
        rest = next;
    }
    Ok(kept)
}

/// A number as WebAssembly writes it, and of how many bytes it was.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let digits = 1 + bytes.iter().take(5).position(|byte| byte & 0x80 == 0)?;
    let number = bytes[..digits]
        .iter()
        .rev()
        .fold(0_u64, |number, byte| number << 7 | u64::from(byte & 0x7f));
    Some((usize::try_from(number).ok()?, digits))
}

impl Parts {
    /// Gives a later part, shrunk, its name with a hash, and tells the loader, which looks beside
    /// the page's JavaScript.
    ///
    /// # Errors
    /// If the loader does not load that part.
    pub fn name(&self, part: &Path, content: &[u8]) -> Result<String> {
        let stem = part
            .file_stem()
            .context("a part has no name")?
            .to_string_lossy();
        let name = hashed_name(stem.trim_start_matches("split_"), ".wasm", content);
        let loader = fs::read_to_string(&self.loader)?;
        let before = format!("\"./{stem}.wasm\"");
        ensure!(
            loader.matches(&before).count() == 1,
            "the loader of the program's parts does not load {stem} once"
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
    fn custom_sections_go_and_all_others_stay() {
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
    fn numbers_are_read_to_their_end() {
        assert_eq!(leb128(&[0xe5, 0x8e, 0x26, 9]), Some((624_485, 3)));
        assert_eq!(leb128(&[0x80]), None);
        assert_eq!(leb128(&[]), None);
    }
}
