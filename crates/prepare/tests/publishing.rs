//! Whatever happens to a publisher at whatever moment: readers have the edition before or the new
//! one, and the next run leaves nothing lying about.
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
use common::{complaint, printed};
use obstacles::Disk;
use tempfile::TempDir;

/// A folder with an edition that readers are given and one before whose time is over, and a
/// publication to interrupt.
struct Scene {
    inputs: Inputs,
    folder: TempDir,
    /// The manifest that readers are given, and the one after it.
    manifests: [Vec<u8>; 2],
    /// What an undisturbed publication leaves.
    done: BTreeMap<String, Vec<u8>>,
}

/// Whatever is replaced is kept for a day and no longer.
const KEEP: [&str; 4] = ["--keep-old", "24", "--keep-editions", "0"];

impl Scene {
    fn new() -> Scene {
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
        Scene {
            inputs,
            folder,
            manifests: [old, new],
            done,
        }
    }

    /// A copy of the folder as it is before the publication.
    fn before(&self) -> TempDir {
        let folder = new_folder();
        copy_into(self.folder.path(), folder.path());
        folder
    }

    fn publish(&self, folder: &Path) -> Vec<String> {
        self.inputs.publish(2, folder, &KEEP)
    }

    /// What readers get after something went wrong: which of the two editions, whole. Who has the
    /// one before finds its files still.
    fn served(&self, folder: &Path, after: &str) -> usize {
        let manifest = read(folder).unwrap_or_else(|reason| panic!("{reason}, after {after}"));
        let position = self.manifests.iter().position(|known| *known == manifest);
        let position =
            position.unwrap_or_else(|| panic!("a manifest of neither edition, after {after}"));
        files_of(folder, &self.manifests[0])
            .unwrap_or_else(|reason| panic!("{reason}, after {after}"));
        position
    }

    /// The next run finishes the work and removes what is left of the one before.
    fn mended(&self, folder: &Path, after: &str) {
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

    /// A run that could not do its work says what is in the way, where, and what to do.
    fn explained(&self, output: &Output, folder: &Path, advice: &str, after: &str) -> usize {
        let said = complaint(output);
        assert!(
            said.contains(folder.to_str().unwrap()) && said.contains(advice),
            "{said} after {after}"
        );
        let served = self.served(folder, after);
        assert_eq!(
            served == 1,
            said.contains("the new edition is published, but"),
            "{said} after {after}"
        );
        served
    }
}

/// A folder, in memory where that can be had: a publisher waits for the disk again and again.
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
fn killed_at_any_change_it_makes_the_edition_is_the_old_or_the_new_one() {
    if !tracer::is_here() {
        return;
    }
    let scene = Scene::new();
    let folder = scene.before();
    let calls = tracer::changes(&scene.publish(folder.path()), folder.path());
    let kinds: BTreeSet<&str> = calls
        .iter()
        .map(|call| call.name.trim_end_matches("at"))
        .collect();
    for kind in ["open", "write", "fsync", "rename", "unlink"] {
        assert!(kinds.contains(kind), "{kinds:?}");
    }
    let mut served = [0; 2];
    for call in &calls {
        let folder = scene.before();
        let output = tracer::killed_at(call, &scene.publish(folder.path()));
        assert!(!output.status.success(), "killed at {}", call.shown);
        served[scene.served(folder.path(), &call.shown)] += 1;
        scene.mended(folder.path(), &call.shown);
    }
    println!(
        "killed at {} calls: {} times the old edition is served, {} times the new one",
        calls.len(),
        served[0],
        served[1]
    );
    assert!(served[0] > 20 && served[1] > 5, "{served:?}");
}

#[test]
fn killed_while_going_back_the_edition_is_one_of_the_two() {
    if !tracer::is_here() {
        return;
    }
    let scene = Scene::new();
    let start = scene.before();
    printed(&run(&scene.publish(start.path())));
    let again = |folder: &Path| {
        copy_into(start.path(), folder);
        ["rollback", "--data", folder.to_str().unwrap()].map(str::to_owned)
    };
    let folder = new_folder();
    let calls = tracer::changes(&again(folder.path()), folder.path());
    let mut served = [0; 2];
    for call in &calls {
        let folder = new_folder();
        assert!(
            !tracer::killed_at(call, &again(folder.path()))
                .status
                .success(),
            "killed at {}",
            call.shown
        );
        served[scene.served(folder.path(), &call.shown)] += 1;
        scene.mended(folder.path(), &call.shown);
    }
    println!(
        "killed at {} calls: {} times gone back, {} times not yet",
        calls.len(),
        served[0],
        served[1]
    );
    assert!(served[0] > 0 && served[1] > 5, "{served:?}");
}

#[test]
fn a_system_that_refuses_is_named_and_leaves_the_edition_that_there_was() {
    if !tracer::is_here() {
        return;
    }
    let scene = Scene::new();
    let folder = scene.before();
    let calls = tracer::changes(&scene.publish(folder.path()), folder.path());
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
        let folder = scene.before();
        let output = tracer::failing_at(call, error, &scene.publish(folder.path()));
        let after = format!("{error} at {}", call.shown);
        // What the lock says is for people, and the file is no lock by being there.
        if call.shown.contains(".prepare.lock") && kind != "open" {
            assert!(output.status.success(), "{after}");
        } else if call.shown.contains("ENOENT") {
            // Something that might have been there, and may not be looked for.
            scene.explained(&output, folder.path(), advice, &after);
        } else {
            afterwards += scene.explained(&output, folder.path(), advice, &after);
            refused += 1;
        }
        scene.mended(folder.path(), &after);
    }
    println!("{refused} refusals, {afterwards} of them after the rename");
    assert!(refused > 30 && afterwards > 5, "{refused}, {afterwards}");
}

#[test]
fn a_disk_that_is_full_at_any_point_leaves_the_edition_that_there_was() {
    let scene = Scene::new();
    let Some(disk) = Disk::mount() else { return };
    let folder = disk.path().join("data");
    let mut failed = 0;
    for pages in 0.. {
        assert!(pages < 100, "it never has enough");
        let _ = fs::remove_dir_all(&folder);
        let _ = fs::remove_file(disk.path().join("filler"));
        fs::create_dir(&folder).unwrap();
        copy_into(scene.folder.path(), &folder);
        disk.leave_room(pages);
        let output = run(&scene.publish(&folder));
        let after = format!("{pages} pages of room");
        if output.status.success() {
            assert_eq!(scene.served(&folder, &after), 1);
            break;
        }
        scene.explained(&output, &folder, "free some space", &after);
        let left: Vec<String> = content(&folder)
            .into_keys()
            .filter(|name| name.starts_with(".prepare"))
            .collect();
        assert!(left.is_empty(), "{left:?} after {after}");
        fs::remove_file(disk.path().join("filler")).unwrap();
        scene.mended(&folder, &after);
        failed += 1;
    }
    println!("the disk was full at {failed} points");
    assert!(failed > 5, "{failed}");
}

#[test]
fn a_limit_on_the_size_of_files_is_named() {
    let scene = Scene::new();
    let folder = scene.before();
    // Ignored, the signal becomes an error. The fixtures of this test are not written by the
    // limited process.
    let limited = r#"trap '' XFSZ; ulimit -f 0; exec "$0" "$@""#;
    let mut command = prepare_command("sh");
    let output = command
        .args(["-c", limited, env!("CARGO_BIN_EXE_prepare")])
        .args(scene.publish(folder.path()))
        .output();
    assert_eq!(
        scene.explained(
            &output.unwrap(),
            folder.path(),
            "free some space",
            "a limit"
        ),
        0
    );
    scene.mended(folder.path(), "a limit");
}

#[test]
fn a_folder_that_may_not_be_written_to_is_named() {
    let scene = Scene::new();
    let advice = "let the user who runs this write in that folder";
    let folder = scene.before();
    if obstacles::is_root() {
        if let Some(disk) = Disk::mount() {
            copy_into(scene.folder.path(), disk.path());
            disk.remount("ro");
            let output = run(&scene.publish(disk.path()));
            assert_eq!(
                scene.explained(&output, disk.path(), advice, "a disk that is only read"),
                0
            );
            disk.remount("rw");
            scene.mended(disk.path(), "a disk that is only read");
        }
        // As somebody else, who may read it.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let args = scene.publish(folder.path());
        let mut command = prepare_command("setpriv");
        command.args([
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            env!("CARGO_BIN_EXE_prepare"),
        ]);
        // Unless the program, or an input, is where only root may look.
        let output = command
            .args(args)
            .output()
            .ok()
            .filter(|output| complaint(output).contains(".prepare.lock"));
        match output {
            Some(output) => assert_eq!(
                scene.explained(&output, folder.path(), advice, "somebody else's folder"),
                0
            ),
            None => println!("skipped: another user cannot run `prepare` from where it was built"),
        }
    } else {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        let output = run(&scene.publish(folder.path()));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(
            scene.explained(&output, folder.path(), advice, "a folder that is only read"),
            0
        );
    }
    scene.mended(folder.path(), "a folder that is only read");
}

#[test]
fn readers_never_meet_a_torn_or_missing_file_while_editions_come_and_go() {
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
        // The files of an edition that has just been replaced may be those that the reader is at.
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
fn a_second_publisher_is_told_of_the_first_and_changes_nothing() {
    let scene = Scene::new();
    let folder = scene.before();
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
        scene.publish(folder.path()),
        vec!["rollback".into(), "--data".into(), data],
    ] {
        let said = complaint(&run(&args));
        assert!(
            said.contains("is being published to by `prepare names`, process 4711, since noon"),
            "{said}"
        );
    }
    assert!(content(folder.path()) == before);
    drop(lock);
    scene.mended(folder.path(), "another's run was killed");
}
