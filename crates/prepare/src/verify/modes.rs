//! Whether a web server, which is another user, can read what is published.

use std::path::Path;

use super::report::{Finding, Group};
use super::walk::{Entry, entries};

/// What to do about a file that only its owner can read.
const OPEN: &str =
    "run `chmod -R u=rwX,go=rX` on the site's folder; what `prepare` writes is open by itself";

/// All checks of who may read a folder and what is in it.
pub(super) fn check(folder: &Path) -> Group {
    let mut group = Group::new("permissions");
    let (entries, closed) = entries(folder);
    for (path, error) in closed {
        let advice = "let the user who runs this read it";
        group.fail(finding(
            &path,
            "a folder that can be read",
            error.to_string(),
            advice,
        ));
    }
    let mut files = 0;
    // Web servers do not show what begins with a dot.
    for entry in entries
        .iter()
        .filter(|entry| !entry.name().starts_with('.'))
    {
        files += usize::from(!entry.is_folder());
        look_at(entry, &mut group);
    }
    if let Some(closed) = closed_above(folder) {
        group
            .note(format!("{closed} can be entered by its owner and group only: the web server has to be one of them"));
    }
    group.say(format!("{files} files that every user can read"));
    group
}

fn look_at(entry: &Entry, group: &mut Group) {
    let expected = match (&entry.there, entry.is_folder()) {
        (Err(error), _) if entry.is_link => {
            let got = format!("it leads nowhere: {error}");
            return group.fail(finding(
                &entry.path,
                "a link to something",
                got,
                "remove it, or what it leads to is missing",
            ));
        }
        (Err(error), _) => {
            return group.fail(finding(
                &entry.path,
                "a file that can be read",
                error.to_string(),
                OPEN,
            ));
        }
        (Ok(_), true) => "a folder that every user can enter",
        (Ok(_), false) => "a file that every user can read",
    };
    let lacking = entry
        .there
        .as_ref()
        .ok()
        .and_then(|there| lacking(there, entry.is_folder()));
    group.check(lacking.is_none(), || {
        finding(
            &entry.path,
            expected,
            format!("its mode is {:04o}", lacking.unwrap_or_default()),
            OPEN,
        )
    });
    if entry.is_link
        && let Some(closed) = closed_above(&entry.path)
    {
        group.note(format!(
            "{} leads into {closed}, which its owner and group only can enter: the web server has to be one of them",
            entry.path.display()
        ));
    }
}

fn finding(file: &Path, expected: &str, got: String, advice: &str) -> Finding {
    Finding {
        file: file.display().to_string(),
        expected: expected.to_owned(),
        got,
        advice: advice.to_owned(),
    }
}

/// The mode of what others cannot read, or, of a folder, enter.
#[cfg(unix)]
fn lacking(there: &std::fs::Metadata, is_folder: bool) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = there.permissions().mode() & 0o7777;
    let needed = if is_folder { 0o001 } else { 0o004 };
    (mode & needed == 0).then_some(mode)
}

/// Elsewhere there are no such modes.
#[cfg(not(unix))]
fn lacking(_: &std::fs::Metadata, _: bool) -> Option<u32> {
    None
}

/// The outermost folder around a path, or it itself, that others cannot enter.
fn closed_above(path: &Path) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let folders: Vec<&Path> = real.ancestors().filter(|path| path.is_dir()).collect();
    let is_closed = |folder: &&&Path| {
        folder
            .metadata()
            .is_ok_and(|there| lacking(&there, true).is_some())
    };
    folders
        .iter()
        .rev()
        .find(is_closed)
        .map(|folder| folder.display().to_string())
}
