//! Putting the finished files into `dist/`, all at once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::compress::Entry;
use super::preload::MANIFEST;

/// Replaces the folder `dist` by one that holds exactly these files. A server that is serving it
/// goes on doing so, and never has half of one site and half of another. Everybody may read all of
/// it, whatever the umask: the web server is another user.
///
/// # Errors
/// If a file cannot be written; `dist` is then as it was before.
pub fn replace(dist: &Path, files: &BTreeMap<String, Entry>) -> Result<()> {
    let new = with_end(dist, "new");
    let old = with_end(dist, "old");
    // What an interrupted build may have left.
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
        // A new edition becomes visible by one rename of its manifest: a copy beside that would
        // still be the old edition's, and servers compress so small a file as they send it.
        if let Some(copies) = entry.copies.as_ref().filter(|_| name != MANIFEST) {
            write(&with_end(&file, "br"), &copies.brotli)?;
            write(&with_end(&file, "gz"), &copies.gzip)?;
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

/// Creates a folder and its missing parents, open to everybody.
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

/// `dist` and `new` make `dist.new`.
fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(end);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::Command;

    use super::super::compress::Copies;
    use super::*;

    /// Names the site that the test below writes when it runs itself under another umask.
    const CLOSED: &str = "RISING_TEST_CLOSED_DIST";

    #[test]
    fn umask_of_the_builder_leaves_everything_readable() {
        if let Some(dist) = env::var_os(CLOSED) {
            let copies = Copies {
                brotli: b"b".to_vec(),
                gzip: b"g".to_vec(),
            };
            let page = Entry {
                raw: b"<html>".to_vec(),
                copies: Some(copies),
            };
            let files = BTreeMap::from([("area/E06000017/index.html".to_owned(), page)]);
            return replace(Path::new(&dist), &files).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("sites/dist");
        let output = Command::new("sh")
            .args(["-c", r#"umask 077; exec "$0" umask_of_the_builder"#])
            .arg(env::current_exe().unwrap())
            .env(CLOSED, &dist)
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
    fn the_folder_holds_exactly_the_new_files_and_no_copy_of_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let dist = folder.path().join("dist");
        for left in ["dist/stale.js", "dist.new/half.js", "dist.old/x"] {
            let file = folder.path().join(left);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        let copies = Copies {
            brotli: b"b".to_vec(),
            gzip: b"g".to_vec(),
        };
        let files = BTreeMap::from([
            (
                "data/a.bin".to_owned(),
                Entry {
                    raw: b"a".to_vec(),
                    copies: Some(copies.clone()),
                },
            ),
            (
                "data/manifest.json".to_owned(),
                Entry {
                    raw: b"{}".to_vec(),
                    copies: Some(copies),
                },
            ),
            (
                "icon.png".to_owned(),
                Entry {
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
