//! Writes the finished files into `dist/` and replaces the folder at once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::compress::SiteFile;
use super::preload::MANIFEST;

/// Replaces the folder `dist` by one with exactly these files. A running server never serves a
/// mixture of two sites. All users may read the files under any umask: the web server is another
/// user.
///
/// # Errors
/// If a file cannot be written. `dist` is unchanged then.
pub fn replace(dist: &Path, files: &BTreeMap<String, SiteFile>) -> Result<()> {
    let new = append_extension(dist, "new");
    let old = append_extension(dist, "old");
    // An interrupted build may have left them.
    for left in [&new, &old] {
        if left.exists() {
            fs::remove_dir_all(left)
                .with_context(|| format!("cannot remove {}", left.display()))?;
        }
    }
    for (name, entry) in files {
        let file = new.join(name);
        let folder = file.parent().context("a file of the site has no folder")?;
        make_folder(folder)?;
        write(&file, &entry.raw)?;
        // No compressed copies of the manifest: a new edition becomes visible by one rename of it,
        // and the copies would still be the old edition's. Servers compress it on the fly.
        if let Some(copies) = entry.copies.as_ref().filter(|_| name != MANIFEST) {
            write(&append_extension(&file, "br"), &copies.brotli)?;
            write(&append_extension(&file, "gz"), &copies.gzip)?;
        }
    }
    if dist.exists() {
        fs::rename(dist, &old).with_context(|| format!("cannot move {} aside", dist.display()))?;
    }
    fs::rename(&new, dist).with_context(|| format!("cannot make {}", dist.display()))?;
    if old.exists() {
        fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(())
}

/// Creates a folder and its missing parents, readable by all users.
fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() || folder.as_os_str().is_empty() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), make_folder)?;
    fs::create_dir(folder)
        .and_then(|()| set_mode(folder, 0o755))
        .with_context(|| format!("cannot make {}", folder.display()))
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content)
        .and_then(|()| set_mode(file, 0o644))
        .with_context(|| format!("cannot write {}", file.display()))
}

fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Appends an extension: `dist` and `new` give `dist.new`.
fn append_extension(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::Command;

    use super::super::compress::CompressedCopies;
    use super::*;

    /// Environment variable with the folder that the test below writes when it runs itself under
    /// another umask.
    const DIST_VARIABLE: &str = "RISING_TEST_CLOSED_DIST";

    #[test]
    fn replace_makes_files_readable_under_any_umask() {
        if let Some(dist) = env::var_os(DIST_VARIABLE) {
            let copies = CompressedCopies {
                brotli: b"b".to_vec(),
                gzip: b"g".to_vec(),
            };
            let page = SiteFile {
                raw: b"<html>".to_vec(),
                copies: Some(copies),
            };
            let files = BTreeMap::from([("area/E06000017/index.html".to_owned(), page)]);
            return replace(Path::new(&dist), &files).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("sites/dist");
        let output = Command::new("sh")
            .args(["-c", r#"umask 077; exec "$0" replace_makes_files_readable"#])
            .arg(env::current_exe().unwrap())
            .env(DIST_VARIABLE, &dist)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for name in ["", "area", "area/E06000017"] {
            assert_eq!(mode(&dist.join(name)), 0o755, "{name}");
        }
        for end in ["", ".br", ".gz"] {
            let file = dist.join(format!("area/E06000017/index.html{end}"));
            assert_eq!(mode(&file), 0o644, "{}", file.display());
        }
    }

    #[test]
    fn replace_leaves_exactly_new_files_without_manifest_copies() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        for left in ["dist/stale.js", "dist.new/half.js", "dist.old/x"] {
            let file = folder.path().join(left);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let copies = CompressedCopies {
            brotli: b"b".to_vec(),
            gzip: b"g".to_vec(),
        };
        let files = BTreeMap::from([
            (
                "data/a.bin".to_owned(),
                SiteFile {
                    raw: b"a".to_vec(),
                    copies: Some(copies.clone()),
                },
            ),
            (
                "data/manifest.json".to_owned(),
                SiteFile {
                    raw: b"{}".to_vec(),
                    copies: Some(copies),
                },
            ),
            (
                "icon.png".to_owned(),
                SiteFile {
                    raw: b"i".to_vec(),
                    copies: None,
                },
            ),
        ]);
        replace(&dist, &files).unwrap();
        let names = |folder: &Path| {
            let mut names: Vec<_> = fs::read_dir(folder)
                .unwrap()
                .map(|e| e.unwrap().file_name())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(folder.path()), ["dist"]);
        assert_eq!(names(&dist), ["data", "icon.png"]);
        assert_eq!(
            names(&dist.join("data")),
            ["a.bin", "a.bin.br", "a.bin.gz", "manifest.json"]
        );
        assert_eq!(fs::read(dist.join("data/a.bin.br")).unwrap(), b"b");
    }
}
