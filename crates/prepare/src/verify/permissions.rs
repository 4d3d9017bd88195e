//! Checks that a web server, which runs as another user, can read what is published.

use std::path::Path;

use super::report::{CheckGroup, FailedCheck};
use super::walk::{Entry, entries};

/// The advice for a file that only its owner can read.
const CHMOD: &str =
    "run `chmod -R u=rwX,go=rX` on the site's folder; what `prepare` writes is open by itself";

/// Checks the permissions of a folder and everything in it.
pub(super) fn check(folder: &Path) -> CheckGroup {
    let mut group = CheckGroup::new("permissions");
    let (entries, closed) = entries(folder);
    for (path, error) in closed {
        let advice = "let the user who runs this read it";
        group.fail(FailedCheck::new(
            path.display(),
            "a folder that can be read",
            error.to_string(),
            advice,
        ));
    }
    let mut files = 0;
    // Web servers do not send files whose names begin with a dot.
    for entry in entries
        .iter()
        .filter(|entry| !entry.name().starts_with('.'))
    {
        files += usize::from(!entry.is_folder());
        check_entry(entry, &mut group);
    }
    if let Some(closed) = closed_above(folder) {
        group.note(format!(
            "only its owner and group can enter {closed}: the web server has to be one of them"
        ));
    }
    group.summarise(format!("{files} files that every user can read"));
    group
}

fn check_entry(entry: &Entry, group: &mut CheckGroup) {
    let expected = match (&entry.metadata, entry.is_folder()) {
        (Err(error), _) if entry.is_link => {
            let got = format!("its target cannot be read: {error}");
            return group.fail(FailedCheck::new(
                entry.path.display(),
                "a link to an existing file",
                got,
                "remove it, or restore its target",
            ));
        }
        (Err(error), _) => {
            return group.fail(FailedCheck::new(
                entry.path.display(),
                "a file that can be read",
                error.to_string(),
                CHMOD,
            ));
        }
        (Ok(_), true) => "a folder that every user can enter",
        (Ok(_), false) => "a file that every user can read",
    };
    let mode = entry
        .metadata
        .as_ref()
        .ok()
        .and_then(|metadata| unreadable_mode(metadata, entry.is_folder()));
    group.check(mode.is_none(), || {
        FailedCheck::new(
            entry.path.display(),
            expected,
            format!("its mode is {:04o}", mode.unwrap_or_default()),
            CHMOD,
        )
    });
    if entry.is_link
        && let Some(closed) = closed_above(&entry.path)
    {
        group.note(format!(
            "{} links into {closed}, which only its owner and group can enter: the web server has \
             to be one of them",
            entry.path.display()
        ));
    }
}

/// Returns the mode of a file that others cannot read, or of a folder that others cannot enter.
#[cfg(unix)]
fn unreadable_mode(metadata: &std::fs::Metadata, is_folder: bool) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o7777;
    let needed = if is_folder { 0o001 } else { 0o004 };
    (mode & needed == 0).then_some(mode)
}

/// Other systems do not have these modes.
#[cfg(not(unix))]
fn unreadable_mode(_: &std::fs::Metadata, _: bool) -> Option<u32> {
    None
}

/// Returns the outermost folder of a path, or the path itself, that others cannot enter.
fn closed_above(path: &Path) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let folders: Vec<&Path> = real.ancestors().filter(|path| path.is_dir()).collect();
    let is_closed = |folder: &&&Path| {
        folder
            .metadata()
            .is_ok_and(|metadata| unreadable_mode(&metadata, true).is_some())
    };
    folders
        .iter()
        .rev()
        .find(is_closed)
        .map(|folder| folder.display().to_string())
}
