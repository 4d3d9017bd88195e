//! Compiles the app, binds it to JavaScript and shrinks it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;
use xxhash_rust::xxh3::Xxh3;

use super::support::{OLDEST, WASM_OPTIONS, check_wasm};
use super::{cache, hashed_name, split};
use crate::command::run;
use crate::context::{Context, run_step};
use crate::setup::{TARGET, Toolchain};

/// The files of the app with their names in the site.
#[derive(Debug)]
pub struct App {
    /// The JavaScript that loads the WebAssembly and connects it to the browser.
    pub glue: (String, Vec<u8>),
    /// The main chunk of WebAssembly.
    pub wasm: (String, Vec<u8>),
    /// The chunks that load on demand.
    pub chunks: Vec<(String, Vec<u8>)>,
}

/// Compiles the app if it is not up to date.
///
/// # Errors
/// If a tool fails, or the versions of wasm-bindgen's library and tool differ.
pub fn build(context: &Context, toolchain: &Toolchain) -> Result<App> {
    let lock =
        fs::read_to_string(context.root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    check_versions(&lock)?;
    let target = context.target.join("wasm");
    println!(
        "• compiling the app for the browser (2 to 9 minutes the first time, a second when nothing \
         has changed)"
    );
    run(toolchain
        .cargo()
        .current_dir(&context.root)
        .args([
            "rustc",
            "--release",
            "--package",
            "rising",
            "--bin",
            "rising",
            "--features",
            "split",
        ])
        .args(["--target", TARGET, "--target-dir"])
        .arg(&target)
        .arg("--")
        .args(split::LINK_ARGUMENTS))?;
    let raw = target.join(TARGET).join("release/rising.wasm");
    let bytes =
        fs::read(&raw).with_context(|| format!("cargo did not create {}", raw.display()))?;

    let folder = cache(context).join(format!("app-{}", cache_key(context, &bytes)?));
    if !folder.is_dir() {
        remove_older(context)?;
        run_step("binding and shrinking the app", "half a minute", || {
            bind_and_shrink(context, &bytes, &folder)
        })?;
    }
    let glue = fs::read(folder.join("rising.js"))?;
    let wasm = fs::read(folder.join("rising.wasm"))?;
    let app = App {
        glue: (hashed_name("rising", ".js", &glue), glue),
        wasm: (hashed_name("rising", "_bg.wasm", &wasm), wasm),
        chunks: read_files(&folder.join("chunks"))?,
    };
    for (name, module) in app
        .chunks
        .iter()
        .filter(|(name, _)| name.ends_with(".wasm"))
        .chain([&app.wasm])
    {
        check_wasm(name, module)?;
    }
    Ok(app)
}

/// Reads the files in a folder, sorted by name.
fn read_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut chunks = vec![];
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        chunks.push((
            entry.file_name().to_string_lossy().into_owned(),
            fs::read(entry.path())?,
        ));
    }
    chunks.sort();
    Ok(chunks)
}

/// Checks that wasm-bindgen's library and tool have the same version, which they require.
fn check_versions(lock: &str) -> Result<()> {
    let version = |package: &str| {
        let entry = format!("name = \"{package}\"\nversion = \"");
        let start = lock
            .find(&entry)
            .with_context(|| format!("Cargo.lock has no {package}"))?
            + entry.len();
        lock[start..]
            .split('"')
            .next()
            .with_context(|| format!("Cargo.lock has no version of {package}"))
    };
    let (app, tool) = (
        version("wasm-bindgen")?,
        version("wasm-bindgen-cli-support")?,
    );
    ensure!(
        app == tool,
        "Cargo.lock has wasm-bindgen {app} but wasm-bindgen-cli-support {tool}; they must be \
         equal: set both to the same version in Cargo.toml, or run \
         `cargo update -p wasm-bindgen --precise {tool}`"
    );
    Ok(())
}

/// Returns a hash of all inputs of the finished files, including the source of this module.
fn cache_key(context: &Context, wasm: &[u8]) -> Result<String> {
    let mut hash = Xxh3::new();
    hash.update(wasm);
    hash.update(&fs::read(context.root.join("package-lock.json"))?);
    hash.update(include_bytes!("app.rs"));
    hash.update(include_bytes!("split.rs"));
    hash.update(include_bytes!("support.rs"));
    hash.update(include_bytes!("../../../web/fetch-chunk.js"));
    // The form of the chunks' names.
    hash.update(hashed_name("", "", b"").as_bytes());
    Ok(format!("{:032x}", hash.digest128()))
}

/// Removes cached files of earlier versions of the app.
fn remove_older(context: &Context) -> Result<()> {
    for entry in fs::read_dir(cache(context))?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("app-") {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn bind_and_shrink(context: &Context, raw: &[u8], folder: &Path) -> Result<()> {
    let work = tempfile::tempdir_in(cache(context))?;
    let chunks = split::split(raw, work.path(), "rising.js")?;
    Bindgen::new()
        .input_path(&chunks.main)
        .out_name("rising")
        .web(true)?
        .typescript(false)
        // The page passes the path of the WebAssembly: its name has a hash.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The other chunks import them.
        .keep_lld_exports(true)
        .generate(work.path())?;
    let done = work.path().join("done");
    fs::create_dir_all(done.join("chunks"))?;
    shrink(
        context,
        &work.path().join("rising_bg.wasm"),
        &done.join("rising.wasm"),
    )?;
    for chunk in &chunks.later {
        let shrunk = work.path().join("shrunk.wasm");
        fs::write(chunk, split::without_custom_sections(&fs::read(chunk)?)?)?;
        shrink(context, chunk, &shrunk)?;
        let name = chunks.name(chunk, &fs::read(&shrunk)?)?;
        fs::rename(shrunk, done.join("chunks").join(name))?;
    }
    // Bundled: JavaScript snippets of crates would otherwise be further sequential requests.
    run(esbuild(context)
        .arg(work.path().join("rising.js"))
        .args(["--bundle", "--format=esm", "--minify", OLDEST])
        // wasm-bindgen imports the module with the chunk loaders once for each chunk.
        .arg("--log-override:duplicate-object-key=silent")
        .arg(outfile(&done.join("rising.js"))))?;
    fs::rename(done, folder).with_context(|| format!("cannot make {}", folder.display()))
}

fn shrink(context: &Context, from: &Path, to: &Path) -> Result<()> {
    run(Command::new(context.node_modules().join(".bin/wasm-opt"))
        .arg("-Oz")
        .args(WASM_OPTIONS)
        .arg("-o")
        .arg(to)
        .arg(from))
}

/// Returns a command for npm's esbuild that prints warnings only.
pub(super) fn esbuild(context: &Context) -> Command {
    let mut command = Command::new(context.node_modules().join(".bin/esbuild"));
    command
        .arg("--log-level=warning")
        .current_dir(&context.root)
        .env("NODE_PATH", context.node_modules());
    command
}

/// Returns esbuild's option for the output file.
pub(super) fn outfile(file: &Path) -> std::ffi::OsString {
    let mut option = std::ffi::OsString::from("--outfile=");
    option.push(file);
    option
}

#[cfg(test)]
mod tests {
    use super::check_versions;

    #[test]
    fn check_versions_refuses_unequal_versions() {
        let lock = |app: &str, tool: &str| {
            format!(
                "[[package]]\nname = \"wasm-bindgen\"\nversion = \"{app}\"\n\n\
                 [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{tool}\"\n"
            )
        };
        check_versions(&lock("0.2.130", "0.2.130")).unwrap();
        let refused = check_versions(&lock("0.2.131", "0.2.130"))
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("0.2.131") && refused.contains("--precise 0.2.130"),
            "{refused}"
        );
        check_versions("").unwrap_err();
    }
}
