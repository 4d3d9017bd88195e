//! Tests `prepare install`: readers get the new program with the published figures, and nothing
//! remains of the earlier version or of another country.
#![cfg(unix)]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use common::editions::{Inputs, copy_into, prepare_command, run};
use common::site::{copies, make};
use common::{error_output, prepare, printed, root};
use tempfile::TempDir;

/// Makes a build of the program with an edition of both levels.
fn build() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), 1);
    for name in ["sw.js", "offline.json"] {
        copies(&folder.path().join(name));
    }
    folder
}

/// Makes a build of the next version: another style sheet, a service worker without compressed
/// copies, and a page with other text.
fn next_version(of: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy_into(of, folder.path());
    let inside = |name: &str| folder.path().join(name);
    let page = fs::read_to_string(inside("index.html")).unwrap();
    let page = page.replace(common::site::STYLE, "rising-fedcba9876543210.css");
    fs::write(
        inside("index.html"),
        page.replace("<body>", "<body class=\"next\">"),
    )
    .unwrap();
    fs::write(
        inside("offline.json"),
        fs::read_to_string(inside("offline.json"))
            .unwrap()
            .replace(common::site::STYLE, "rising-fedcba9876543210.css"),
    )
    .unwrap();
    fs::rename(
        inside(common::site::STYLE),
        inside("rising-fedcba9876543210.css"),
    )
    .unwrap();
    for end in [".br", ".gz"] {
        let name = |name: &str| inside(&format!("{name}{end}"));
        fs::rename(
            name(common::site::STYLE),
            name("rising-fedcba9876543210.css"),
        )
        .unwrap();
        fs::remove_file(name("sw.js")).unwrap();
    }
    fs::write(inside("sw.js"), "'next';").unwrap();
    for name in ["index.html", "offline.json"] {
        copies(&inside(name));
    }
    folder
}

/// Installs under a umask that closes new files to all other users.
fn install(build: &Path, site: &Path) -> Output {
    let command = r#"umask 077; exec "$0" install "$1" --site "$2""#;
    prepare_command("sh")
        .args(["-c", command, env!("CARGO_BIN_EXE_prepare")])
        .args([build, site])
        .output()
        .unwrap()
}

/// Asserts that `verify` passes.
fn assert_verified(site: &Path) {
    let said = printed(&prepare(["verify", site.to_str().unwrap()]));
    assert!(
        !said.contains('✗') && !said.contains("prepare prerender"),
        "{said}"
    );
}

fn data(site: &Path) -> PathBuf {
    site.join("data")
}

fn text(site: &Path, name: &str) -> String {
    fs::read_to_string(site.join(name)).unwrap()
}

#[test]
fn install_into_a_new_folder_publishes_the_build() {
    let (build, outer) = (build(), tempfile::tempdir().unwrap());
    let site = outer.path().join("srv/rising");
    let said = printed(&install(build.path(), &site));
    assert!(
        said.contains("installed the figures of the build"),
        "{said}"
    );
    assert_verified(&site);
    for name in [
        "index.html",
        "index.html.br",
        "sw.js.gz",
        "area/E06000017/index.html",
        "data/manifest.json",
    ] {
        assert_eq!(
            fs::read(site.join(name)).unwrap(),
            fs::read(build.path().join(name)).unwrap(),
            "{name}"
        );
        assert_eq!(
            fs::metadata(site.join(name)).unwrap().permissions().mode() & 0o777,
            0o644,
            "{name}"
        );
    }
    let again = printed(&install(build.path(), &site));
    assert!(again.contains(", 0 of them new or changed"), "{again}");
}

#[test]
fn install_over_an_edition_keeps_its_figures_and_no_stale_copy() {
    let (build, outer) = (build(), tempfile::tempdir().unwrap());
    let site = outer.path().join("site");
    printed(&install(build.path(), &site));
    // This edition is not in the build.
    printed(&run(&Inputs::new().publish(7, &data(&site), &[])));
    printed(&prepare(["prerender", "--site", site.to_str().unwrap()]));
    let published = text(&site, "data/manifest.json");
    assert_ne!(published, text(build.path(), "data/manifest.json"));

    let next = next_version(build.path());
    let said = printed(&install(next.path(), &site));
    assert!(said.contains("kept the published figures"), "{said}");
    assert_verified(&site);
    assert_eq!(text(&site, "data/manifest.json"), published);
    assert!(text(&site, "index.html").contains("<body class=\"next\">"));
    assert_eq!(text(&site, "sw.js"), "'next';");
    assert!(!site.join("sw.js.br").exists() && !site.join("sw.js.gz").exists());
    for name in [
        "index.html.br",
        "index.html.gz",
        "area/E06000017/index.html",
    ] {
        assert!(site.join(name).is_file(), "{name}");
    }
    assert!(
        site.join(common::site::STYLE).is_file(),
        "pages that are open may need it"
    );
}

#[test]
fn install_around_another_country_writes_only_its_pages() {
    let (build, outer) = (build(), tempfile::tempdir().unwrap());
    fs::create_dir(build.path().join("cards")).unwrap();
    fs::write(build.path().join("cards/E06000017.png"), "card").unwrap();
    let site = outer.path().join("site");
    let fixtures = root().join("tests/fixtures/elsewhere");
    let arguments = "compile --level ltla --weekly --cases weekly.csv --population people.csv --boundaries \
        districts.geojson --labels labels.json --final --out";
    let compiled = prepare_command(env!("CARGO_BIN_EXE_prepare"))
        .current_dir(fixtures)
        .args(arguments.split_whitespace())
        .arg(data(&site))
        .output()
        .unwrap();
    printed(&compiled);
    printed(&install(build.path(), &site));
    assert_verified(&site);
    let areas: Vec<_> = fs::read_dir(site.join("area"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(areas.len(), 6, "{areas:?}");
    assert!(
        site.join("index.html.br").is_file(),
        "the page has copies where the build's page has some"
    );
    assert!(!site.join("cards").exists());
}

#[test]
fn install_of_unusable_folders_changes_nothing() {
    let (build, empty) = (build(), tempfile::tempdir().unwrap());
    let said = error_output(&install(empty.path(), build.path()));
    assert!(said.contains("cargo xtask build"), "{said}");
    let said = error_output(&install(build.path(), build.path()));
    assert!(said.contains("give two different folders"), "{said}");
    let site = empty.path().join("site");
    fs::create_dir_all(data(&site)).unwrap();
    fs::write(data(&site).join("manifest.json"), "{}").unwrap();
    let said = error_output(&install(build.path(), &site));
    assert!(said.contains("nothing was installed"), "{said}");
    assert!(!site.join("sw.js").exists() && !site.join("index.html").exists());
}
