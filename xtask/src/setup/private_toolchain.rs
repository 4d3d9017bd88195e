//! Builds a toolchain for WebAssembly where rustup cannot download the target: Debian's compiler,
//! with a standard library built from Debian's copy of its source. It is in the user's cache, so
//! that other checkouts find it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use super::debian;
use super::wasm_libraries::{TARGET, has_core_library};
use crate::command::{read_stdout, run_quietly};
use crate::context::{run_step, user_cache};

/// The compiler, its Cargo, the source of its standard library, and the linker.
const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const RUSTLIB: &str = "/usr/lib/rustlib";
const BUILD_TIMEOUT: Duration = Duration::from_mins(30);

/// Returns the toolchain that was built for the installed compiler, if it exists.
///
/// # Errors
/// If the environment names no cache folder.
pub fn find_existing() -> Result<Option<PathBuf>> {
    let Some(folder) = toolchain_folder()? else {
        return Ok(None);
    };
    Ok(has_core_library(&libraries(&folder)).then_some(folder))
}

/// Installs the packages and builds the toolchain.
///
/// # Errors
/// If Debian's packages cannot be installed, or the library does not compile.
pub fn build() -> Result<PathBuf> {
    debian::install("a compiler for the browser", &PACKAGES)?;
    let folder = toolchain_folder()?
        .with_context(|| format!("the package rustc-web did not install {RUSTC}"))?;
    run_step(
        "set-up: building Rust's standard library for the browser, once",
        "2 to 4 minutes",
        || {
            let parent = folder.parent().context("the cache has no folder")?;
            fs::create_dir_all(parent)
                .with_context(|| format!("cannot make {}", parent.display()))?;
            // On the file system of the cache, so that the finished toolchain can be renamed.
            let work = tempfile::Builder::new()
                .prefix("building-")
                .tempdir_in(parent)?;
            let built = build_libraries(work.path())?;
            let new = work.path().join("toolchain");
            assemble(&built, &new, &folder)?;
            move_into_place(&new, &folder)
        },
    )?;
    Ok(folder)
}

/// Returns the folder for the toolchain of Debian's compiler; `None` if the compiler is not
/// installed.
fn toolchain_folder() -> Result<Option<PathBuf>> {
    let Some(version) = read_stdout(Command::new(RUSTC).arg("-vV")) else {
        return Ok(None);
    };
    let field = |name: &str| {
        version
            .lines()
            .find_map(|l| l.strip_prefix(name))
            .unwrap_or("unknown")
            .trim()
    };
    let commit = field("commit-hash:");
    let key = format!(
        "wasm-toolchain-{}-{}",
        field("release:"),
        &commit[..commit.len().min(9)]
    );
    Ok(Some(user_cache()?.join(key)))
}

fn libraries(toolchain: &Path) -> PathBuf {
    toolchain.join("lib/rustlib").join(TARGET).join("lib")
}

/// Compiles an empty crate together with the standard library, and returns the folder of the
/// libraries.
fn build_libraries(work: &Path) -> Result<PathBuf> {
    let krate = work.join("stdbuild");
    fs::create_dir_all(krate.join("src"))?;
    fs::write(krate.join("src/lib.rs"), "")?;
    fs::write(
        krate.join("Cargo.toml"),
        "[package]\nname = \"stdbuild\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    let mut cargo = Command::new(CARGO);
    cargo
        .current_dir(&krate)
        .args(["build", "--release", "--target", TARGET, "--target-dir"])
        .arg(work.join("target"))
        .args([
            "-Z",
            "build-std=std,panic_abort,panic_unwind,proc_macro,test",
        ])
        .env("RUSTC", RUSTC)
        // Building the standard library is an unstable feature; linking it is not.
        .env("RUSTC_BOOTSTRAP", "1")
        // With bitcode, the libraries serve builds with and without link-time optimisation.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3")
        .env("CARGO_PROFILE_RELEASE_LTO", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    for inherited in [
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTUP_TOOLCHAIN",
        "LD_LIBRARY_PATH",
    ] {
        cargo.env_remove(inherited);
    }
    run_quietly(&mut cargo, BUILD_TIMEOUT)?;
    Ok(work.join("target").join(TARGET).join("release/deps"))
}

/// Creates in `new` a toolchain that will be moved to `home`.
fn assemble(built: &Path, new: &Path, home: &Path) -> Result<()> {
    let libraries = libraries(new);
    fs::create_dir_all(&libraries)?;
    for entry in fs::read_dir(built)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libstdbuild-") {
            fs::copy(entry.path(), libraries.join(name))?;
        }
    }
    ensure!(
        has_core_library(&libraries),
        "the standard library was built, but {} does not hold it",
        built.display()
    );
    for entry in fs::read_dir(RUSTLIB)? {
        let entry = entry?;
        if entry.file_name() != TARGET {
            link(
                &entry.path(),
                &new.join("lib/rustlib").join(entry.file_name()),
            )?;
        }
    }
    fs::create_dir_all(new.join("bin"))?;
    link(Path::new(CARGO), &new.join("bin/cargo"))?;
    for program in ["rustc", "rustdoc"] {
        // A symbolic link would search /usr for libraries.
        let script = format!(
            "#!/bin/sh\nexec /usr/bin/{program} --sysroot=\"{}\" \"$@\"\n",
            home.display()
        );
        write_script(&new.join("bin").join(program), &script)?;
    }
    Ok(())
}

/// Moves the finished toolchain to `home`, unless another process has put one there meanwhile.
fn move_into_place(new: &Path, home: &Path) -> Result<()> {
    if home.exists() && !has_core_library(&libraries(home)) {
        fs::remove_dir_all(home)
            .with_context(|| format!("cannot remove the broken {}", home.display()))?;
    }
    match fs::rename(new, home) {
        Err(_) if has_core_library(&libraries(home)) => Ok(()),
        renamed => {
            renamed.with_context(|| format!("cannot move the new toolchain to {}", home.display()))
        }
    }
}

#[cfg(unix)]
fn link(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(unix)]
fn write_script(file: &Path, script: &str) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(file, script)?;
    fs::set_permissions(file, fs::Permissions::from_mode(0o755))
}

// Unreachable: `debian::install` fails first on other systems.
#[cfg(not(unix))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(unix))]
fn write_script(_: &Path, _: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
