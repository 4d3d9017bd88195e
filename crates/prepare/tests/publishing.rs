//! Tests that a publication that is interrupted at any point leaves readers the earlier or the new
//! edition, and that the next run leaves no leftovers.
#![cfg(unix)]

mod common;
#[path = "publishing/obstacles.rs"]
mod obstacles;
#[path = "publishing/tracer.rs"]
mod tracer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::editions::{Inputs, age, content, copy_into, files_of, prepare_command, read, run};
use common::{error_output, printed};
use obstacles::Disk;
use tempfile::TempDir;

/// A folder with a published edition and an expired one, and a publication to interrupt.
struct Scenario {
    inputs: Inputs,
    folder: TempDir,
    /// The published manifest, and the one after it.
    manifests: [Vec<u8>; 2],
    /// The files after an undisturbed publication.
    done: BTreeMap<String, Vec<u8>>,
}

/// Replaced editions are kept for one day.
const KEEP: [&str; 4] = ["--keep-old", "24", "--keep-editions", "0"];

impl Scenario {
    fn new() -> Scenario {
        let (inputs, folder, after) = (Inputs::new(), new_folder(), new_folder());
        printed(&run(&inputs.publish(0, folder.path(), &["--precompress"])));
        printed(&run(&inputs.publish(1, folder.path(), &[])));
        let kept = kept_manifests(folder.path());
        assert_eq!(kept.len(), 1);
        age(&kept[0], 48);
        let old = read(folder.path()).unwrap();
        copy_into(folder.path(), after.path());
        printed(&run(&inputs.publish(2, after.path(), &KEEP)));
        let new = read(after.path()).unwrap();
        assert_ne!(old, new);
        let done = content(after.path());
        let gone = content(folder.path())
            .into_keys()
            .filter(|name| !done.contains_key(name))
            .count();
        assert!(
            gone >= 7,
            "an edition's manifest, and areas and counts with their copies: {gone}"
        );
        Scenario {
            inputs,
            folder,
            manifests: [old, new],
            done,
        }
    }

    /// Returns a copy of the folder before the publication.
    fn before(&self) -> TempDir {
        let folder = new_folder();
        copy_into(self.folder.path(), folder.path());
        folder
    }

    fn publish(&self, folder: &Path) -> Vec<String> {
        self.inputs.publish(2, folder, &KEEP)
    }

    /// Asserts that readers get one of the two editions, complete, and that the files of the
    /// earlier one still exist. Returns 0 for the earlier edition and 1 for the new one.
    fn served_edition(&self, folder: &Path, after: &str) -> usize {
        let manifest = read(folder).unwrap_or_else(|reason| panic!("{reason}, after {after}"));
        let position = self.manifests.iter().position(|known| *known == manifest);
        let position =
            position.unwrap_or_else(|| panic!("a manifest of neither edition, after {after}"));
        files_of(folder, &self.manifests[0])
            .unwrap_or_else(|reason| panic!("{reason}, after {after}"));
        position
    }

    /// Asserts that the next run completes the publication and removes the leftovers.
    fn assert_next_run_completes(&self, folder: &Path, after: &str) {
        let output = run(&self.publish(folder));
        assert!(
            output.status.success(),
            "{}, after {after}",
            String::from_utf8_lossy(&output.stderr)
        );
        let there = content(folder);
        let names =
            |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&there), names(&self.done), "after {after}");
        assert!(there == self.done, "after {after}");
    }

    /// Asserts that a failed run names the obstacle, its place and what to do. Returns the served
    /// edition.
    fn assert_failure_explained(
        &self,
        output: &Output,
        folder: &Path,
        advice: &str,
        after: &str,
    ) -> usize {
        let said = error_output(output);
        assert!(
            said.contains(folder.to_str().unwrap()) && said.contains(advice),
            "{said} after {after}"
        );
        let served_edition = self.served_edition(folder, after);
        assert_eq!(
            served_edition == 1,
            said.contains("the new edition is published, but"),
            "{said} after {after}"
        );
        served_edition
    }
}

/// Creates a folder, in memory if possible: publishing waits for the disk many times.
fn new_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .unwrap()
}

fn kept_manifests(folder: &Path) -> Vec<PathBuf> {
    let is_kept = |name: &str| name.starts_with("manifest.") && name != "manifest.json";
    content(folder)
        .into_keys()
        .filter(|name| is_kept(name))
        .map(|name| folder.join(name))
        .collect()
}

#[test]
fn publish_killed_at_any_call_leaves_old_or_new_edition() {
    if !tracer::is_here() {
        return;
    }
    let scenario = Scenario::new();
    let folder = scenario.before();
    let calls = tracer::changes(&scenario.publish(folder.path()), folder.path());
    let kinds: BTreeSet<&str> = calls
        .iter()
        .map(|call| call.name.trim_end_matches("at"))
        .collect();
    for kind in ["open", "write", "fsync", "rename", "unlink"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let mut served_edition = [0; 2];
    for call in &calls {
        let folder = scenario.before();
        let output = tracer::killed_at(call, &scenario.publish(folder.path()));
        assert!(!output.status.success(), "killed at {}", call.shown);
        served_edition[scenario.served_edition(folder.path(), &call.shown)] += 1;
        scenario.assert_next_run_completes(folder.path(), &call.shown);
    }
    println!(
        "killed at {} calls: {} times the old edition is served, {} times the new one",
        calls.len(),
        served_edition[0],
        served_edition[1]
    );
    assert!(
        served_edition[0] > 20 && served_edition[1] > 5,
        "{served_edition:?}"
    );
}

#[test]
fn rollback_killed_at_any_call_leaves_either_edition() {
    if !tracer::is_here() {
        return;
    }
    let scenario = Scenario::new();
    let start = scenario.before();
    printed(&run(&scenario.publish(start.path())));
    let again = |folder: &Path| {
        copy_into(start.path(), folder);
        ["rollback", "--data", folder.to_str().unwrap()].map(str::to_owned)
    };
    let folder = new_folder();
    let calls = tracer::changes(&again(folder.path()), folder.path());
    let mut served_edition = [0; 2];
    for call in &calls {
        let folder = new_folder();
        assert!(
            !tracer::killed_at(call, &again(folder.path()))
                .status
                .success(),
            "killed at {}",
            call.shown
        );
        served_edition[scenario.served_edition(folder.path(), &call.shown)] += 1;
        scenario.assert_next_run_completes(folder.path(), &call.shown);
    }
    println!(
        "killed at {} calls: {} times restored, {} times not yet",
        calls.len(),
        served_edition[0],
        served_edition[1]
    );
    assert!(
        served_edition[0] > 0 && served_edition[1] > 5,
        "{served_edition:?}"
    );
}

#[test]
fn publish_failed_call_is_named_and_edition_stays() {
    if !tracer::is_here() {
        return;
    }
    let scenario = Scenario::new();
    let folder = scenario.before();
    let calls = tracer::changes(&scenario.publish(folder.path()), folder.path());
    let refusals = [
        ("write", "ENOSPC", "free some space"),
        ("fsync", "EIO", "check the folder and its disk"),
        ("rename", "EIO", "check the folder and its disk"),
        (
            "unlink",
            "EACCES",
            "let the user who runs this write in that folder",
        ),
        (
            "open",
            "EROFS",
            "let the user who runs this write in that folder",
        ),
    ];
    let (mut refused, mut afterwards) = (0, 0);
    for call in &calls {
        let kind = call.name.trim_end_matches("at");
        let Some((_, error, advice)) = refusals.iter().find(|(name, ..)| *name == kind) else {
            continue;
        };
        let folder = scenario.before();
        let output = tracer::failing_at(call, error, &scenario.publish(folder.path()));
        let after = format!("{error} at {}", call.shown);
        // The text in the lock is for people only, so a failure to write it is no error.
        if call.shown.contains(".prepare.lock") && kind != "open" {
            assert!(output.status.success(), "{after}");
        } else if call.shown.contains("ENOENT") {
            // The call was for a file that does not exist, and it must not be created.
            scenario.assert_failure_explained(&output, folder.path(), advice, &after);
        } else {
            afterwards += scenario.assert_failure_explained(&output, folder.path(), advice, &after);
            refused += 1;
        }
        scenario.assert_next_run_completes(folder.path(), &after);
    }
    println!("{refused} refusals, {afterwards} of them after the rename");
    assert!(refused > 30 && afterwards > 5, "{refused}, {afterwards}");
}

#[test]
fn publish_full_disk_leaves_earlier_edition() {
    let scenario = Scenario::new();
    let Some(disk) = Disk::mount() else { return };
    let folder = disk.path().join("data");
    let mut failed = 0;
    for pages in 0.. {
        assert!(pages < 100, "the space is never enough");
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_file(disk.path().join("filler"));
        fs::create_dir(&folder).unwrap();
        copy_into(scenario.folder.path(), &folder);
        disk.leave_room(pages);
        let output = run(&scenario.publish(&folder));
        let after = format!("{pages} pages of room");
        if output.status.success() {
            assert_eq!(scenario.served_edition(&folder, &after), 1);
            break;
        }
        scenario.assert_failure_explained(&output, &folder, "free some space", &after);
        let left: Vec<String> = content(&folder)
            .into_keys()
            .filter(|name| name.starts_with(".prepare"))
            .collect();
        assert!(left.is_empty(), "{left:?} after {after}");
        fs::remove_file(disk.path().join("filler")).unwrap();
        scenario.assert_next_run_completes(&folder, &after);
        failed += 1;
    }
    println!("the disk was full at {failed} points");
    assert!(failed > 5, "{failed}");
}

#[test]
fn publish_file_size_limit_is_named() {
    let scenario = Scenario::new();
    let folder = scenario.before();
    // With the signal ignored, exceeding the limit is an error. The limit does not apply to the
    // process that writes this test's fixtures.
    let limited = r#"trap '' XFSZ; ulimit -f 0; exec "$0" "$@""#;
    let mut command = prepare_command("sh");
    let output = command
        .args(["-c", limited, env!("CARGO_BIN_EXE_prepare")])
        .args(scenario.publish(folder.path()))
        .output();
    assert_eq!(
        scenario.assert_failure_explained(
            &output.unwrap(),
            folder.path(),
            "free some space",
            "a limit"
        ),
        0
    );
    scenario.assert_next_run_completes(folder.path(), "a limit");
}

#[test]
fn publish_unwritable_folder_is_named() {
    let scenario = Scenario::new();
    let advice = "let the user who runs this write in that folder";
    let folder = scenario.before();
    if obstacles::is_root() {
        if let Some(disk) = Disk::mount() {
            copy_into(scenario.folder.path(), disk.path());
            disk.remount("ro");
            let output = run(&scenario.publish(disk.path()));
            assert_eq!(
                scenario.assert_failure_explained(
                    &output,
                    disk.path(),
                    advice,
                    "a disk that is only read"
                ),
                0
            );
            disk.remount("rw");
            scenario.assert_next_run_completes(disk.path(), "a disk that is only read");
        }
        // Runs as another user, who may read the folder.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let args = scenario.publish(folder.path());
        let mut command = prepare_command("setpriv");
        command.args([
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            env!("CARGO_BIN_EXE_prepare"),
        ]);
        // Skipped if only root can access the program or an input.
        let output = command
            .args(args)
            .output()
            .ok()
            .filter(|output| error_output(output).contains(".prepare.lock"));
        match output {
            Some(output) => assert_eq!(
                scenario.assert_failure_explained(
                    &output,
                    folder.path(),
                    advice,
                    "somebody else's folder"
                ),
                0
            ),
            None => println!("skipped: another user cannot run `prepare` from where it was built"),
        }
    } else {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        let output = run(&scenario.publish(folder.path()));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(
            scenario.assert_failure_explained(
                &output,
                folder.path(),
                advice,
                "a folder that is only read"
            ),
            0
        );
    }
    scenario.assert_next_run_completes(folder.path(), "a folder that is only read");
}

#[test]
fn publish_never_breaks_concurrent_reader() {
    let (inputs, folder) = (Inputs::new(), new_folder());
    printed(&run(&inputs.publish(0, folder.path(), &["--precompress"])));
    let ended = AtomicBool::new(false);
    let (reads, seen) = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let (mut reads, mut seen) = (0, BTreeSet::new());
            while !ended.load(Ordering::SeqCst) {
                seen.insert(read(folder.path()).unwrap());
                reads += 1;
            }
            (reads, seen)
        });
        // An edition may be replaced while the reader is reading its files.
        let published: Vec<Output> = (0..50)
            .map(|n| run(&inputs.publish(1 + n % 2, folder.path(), &[])))
            .collect();
        ended.store(true, Ordering::SeqCst);
        published.iter().for_each(|output| drop(printed(output)));
        reader.join().unwrap()
    });
    println!("{reads} reads of {} editions", seen.len());
    assert!(
        reads > 50 && seen.len() >= 2,
        "{reads} reads of {} editions",
        seen.len()
    );
}

#[test]
fn publish_to_locked_folder_names_holder() {
    let scenario = Scenario::new();
    let folder = scenario.before();
    let lock = fs::File::create(folder.path().join(".prepare.lock")).unwrap();
    lock.lock().unwrap();
    fs::write(
        folder.path().join(".prepare.lock"),
        "`prepare names`, process 4711, since noon",
    )
    .unwrap();
    fs::write(folder.path().join(".prepare-theirs"), "half").unwrap();
    let before = content(folder.path());
    let data = folder.path().to_str().unwrap().to_owned();
    for args in [
        scenario.publish(folder.path()),
        vec!["rollback".into(), "--data".into(), data],
    ] {
        let said = error_output(&run(&args));
        assert!(
            said.contains("is being published to by `prepare names`, process 4711, since noon"),
            "{said}"
        );
    }
    assert!(content(folder.path()) == before);
    drop(lock);
    scenario.assert_next_run_completes(folder.path(), "another's run was killed");
}
