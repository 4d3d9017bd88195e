//! Tests that publications run one at a time, from reading to writing: a run that started earlier
//! never overwrites a later publication.
#![cfg(unix)]

mod common;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::editions::{Inputs, prepare_command};
use common::{error_output, prepare, printed, site};

fn path(folder: &Path) -> &str {
    folder.to_str().unwrap()
}

/// Whether a process holds a lock now.
fn is_held(lock: &Path) -> bool {
    fs::File::open(lock).is_ok_and(|file| file.try_lock().is_err())
}

/// `prerender` blocks while it reads the edition that a rollback replaces in the meantime.
#[test]
fn rollback_during_prerender_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    let data = folder.path().join("data");
    let page = || fs::read_to_string(folder.path().join("area/E06000017/index.html")).unwrap();
    let manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(data.join("manifest.json")).unwrap()).unwrap();
    let shapes = data.join(
        manifest["levels"]["ltla"]["shapes"]["file"]
            .as_str()
            .unwrap(),
    );
    let content = fs::read(&shapes).unwrap();
    fs::remove_file(&shapes).unwrap();
    if !Command::new("mkfifo")
        .arg(&shapes)
        .status()
        .is_ok_and(|status| status.success())
    {
        println!("skipped: mkfifo is not here");
        return;
    }
    let mut prerender = prepare_command(env!("CARGO_BIN_EXE_prepare"));
    let mut prerender = prerender
        .args(["prerender", "--site", path(folder.path())])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Opening the pipe blocks until it has a reader.
    let mut pipe = fs::File::options().write(true).open(&shapes).unwrap();
    let lock = folder.path().join(".prepare.lock");
    let begun = Instant::now();
    while !is_held(&lock) && begun.elapsed() < Duration::from_secs(5) {
        thread::sleep(Duration::from_millis(20));
    }
    assert!(
        is_held(&lock),
        "the edition is read without the site's lock"
    );
    // The rollback would read the same file, but is refused before that.
    let before = fs::read(data.join("manifest.json")).unwrap();
    let said = error_output(&prepare(["rollback", "--data", path(&data)]));
    assert!(
        said.contains("is being published to by `prepare prerender`"),
        "{said}"
    );
    assert_eq!(
        fs::read(data.join("manifest.json")).unwrap(),
        before,
        "the manifest is unchanged"
    );
    fs::write(folder.path().join("shapes"), &content).unwrap();
    fs::rename(folder.path().join("shapes"), &shapes).unwrap();
    pipe.write_all(&content).unwrap();
    drop(pipe);
    assert!(prerender.wait().unwrap().success());
    assert!(page().contains("39,928"));

    printed(&prepare(["rollback", "--data", path(&data)]));
    assert!(page().contains("39,927"), "the figures withdrawn are gone");
    printed(&prepare(["verify", path(folder.path())]));
}

#[test]
fn refresh_of_locked_site_publishes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let config = format!(
        "site = {:?}\ncache = {:?}\n[default]\nlevel = \"ltla\"\nnation = \
         \"england\"\n[levels.ltla]\n\
         boundaries = {:?}\npopulation = [{:?}]\naliases = {:?}\nfinal = true\n\
         [[levels.ltla.cases]]\nkind = \"files\"\npaths = [{:?}]\n",
        folder.path(),
        folder.path().join("cache"),
        fixtures.join("authorities.geojson"),
        fixtures.join("population.csv"),
        fixtures.join("aliases.csv"),
        fixtures.join("cases.csv")
    );
    let file = folder.path().join("rising.toml");
    fs::write(&file, config).unwrap();
    let manifest = || fs::read(folder.path().join("data/manifest.json")).unwrap();
    let before = manifest();
    let lock = fs::File::create(folder.path().join(".prepare.lock")).unwrap();
    lock.lock().unwrap();
    fs::write(
        folder.path().join(".prepare.lock"),
        "`prepare rollback`\u{1b}[2J, since noon",
    )
    .unwrap();
    let said = error_output(&prepare(["refresh", "--config", path(&file), "--afresh"]));
    assert!(
        said.contains("is being published to by `prepare rollback`�[2J, since noon"),
        "{said}"
    );
    assert_eq!(manifest(), before);
    drop(lock);
    printed(&prepare(["refresh", "--config", path(&file), "--afresh"]));
    assert_ne!(manifest(), before);
}

#[test]
fn publishing_commands_refuse_linked_lock() {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    let (victim, inputs) = (folder.path().join("victim"), Inputs::new());
    fs::write(&victim, "mine").unwrap();
    let data = folder.path().join("data");
    let config = folder.path().join("rising.toml");
    fs::write(&config, CONFIG).unwrap();
    let commands: [(&str, Vec<String>); 4] = [
        ("data/.prepare.lock", inputs.publish(2, &data, &[])),
        (
            "data/.prepare.lock",
            ["rollback", "--data", path(&data)]
                .map(str::to_owned)
                .to_vec(),
        ),
        (
            ".prepare.lock",
            ["prerender", "--site", path(folder.path())]
                .map(str::to_owned)
                .to_vec(),
        ),
        (
            ".rising-cache/lock",
            ["refresh", "--config", path(&config)]
                .map(str::to_owned)
                .to_vec(),
        ),
    ];
    fs::create_dir(folder.path().join(".rising-cache")).unwrap();
    for (lock, args) in commands {
        let lock = folder.path().join(lock);
        for target in [&victim, &folder.path().join("nowhere")] {
            symlink(target, &lock).unwrap();
            let said = error_output(&prepare(&args));
            assert!(
                said.contains("it is a link") && said.contains(path(&lock)),
                "{args:?}: {said}"
            );
            fs::remove_file(&lock).unwrap();
        }
    }
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
    assert!(!folder.path().join("nowhere").exists());
}

const CONFIG: &str = "out = \"data\"\n[levels.ltla]\nboundaries = \"b\"\npopulation = [\"p\"]\n\
    [[levels.ltla.cases]]\nkind = \"files\"\npaths = [\"c\"]\n";
