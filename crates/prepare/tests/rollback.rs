//! Tests `prepare rollback` on the command line.

mod common;

use std::fs;
use std::path::Path;
use std::process::Output;

use common::editions::{Inputs, named, read, run};
use common::{error_output, prepare, printed, site};

fn rollback(data: &Path, more: &[&str]) -> Output {
    prepare(
        ["rollback", "--data", data.to_str().unwrap()]
            .iter()
            .chain(more),
    )
}

/// Returns the listed identities, the present one first.
fn listed_ids(data: &Path) -> Vec<String> {
    printed(&rollback(data, &["--list"]))
        .lines()
        .map(|line| line.split_once("  ").unwrap().0.to_owned())
        .collect()
}

#[test]
fn rollback_restores_earlier_edition_undoes_and_takes_id() {
    let (inputs, folder) = (Inputs::new(), tempfile::tempdir().unwrap());
    let data = folder.path();
    let manifests: Vec<Vec<u8>> = (0..3)
        .map(|number| {
            printed(&run(&inputs.publish(number, data, &[])));
            read(data).unwrap()
        })
        .collect();
    let list = printed(&rollback(data, &["--list"]));
    assert!(
        list.lines()
            .next()
            .unwrap()
            .contains("published now; figures to 7 February 2021"),
        "{list}"
    );
    assert_eq!(
        list.matches("UTC (within the hour); figures to 7 February 2021; complete")
            .count(),
        2,
        "{list}"
    );
    let [third, second, first] = &listed_ids(data)[..] else {
        panic!("{list}")
    };

    let said = printed(&rollback(data, &[]));
    assert!(
        said.contains(&format!("restored edition {second}; figures to")),
        "{said}"
    );
    assert!(said.contains(&format!("kept edition {third}")), "{said}");
    assert_eq!(read(data).unwrap(), manifests[1]);
    assert_eq!(
        &listed_ids(data),
        &[second.clone(), third.clone(), first.clone()]
    );
    printed(&rollback(data, &[]));
    assert_eq!(
        read(data).unwrap(),
        manifests[2],
        "the second call undoes the first"
    );
    printed(&rollback(data, &["--to", first]));
    assert_eq!(read(data).unwrap(), manifests[0]);

    for (wanted, expected) in [
        ("0123456789", "has no edition 0123456789; it has kept"),
        (first.as_str(), "nothing was changed"),
    ] {
        let error = error_output(&rollback(data, &["--to", wanted]));
        assert!(error.contains(expected), "{error}");
    }
    assert_eq!(read(data).unwrap(), manifests[0]);
    // The next publication starts from the restored edition.
    printed(&run(&inputs.publish(1, data, &[])));
    assert_eq!(read(data).unwrap(), manifests[1]);
}

#[test]
fn rollback_refuses_damaged_edition() {
    let (inputs, folder) = (Inputs::new(), tempfile::tempdir().unwrap());
    let data = folder.path();
    printed(&run(&inputs.publish(0, data, &[])));
    let first = named(&read(data).unwrap()).unwrap();
    printed(&run(&inputs.publish(1, data, &[])));
    let present = read(data).unwrap();
    let counts = data.join(first.iter().find(|name| name.contains("counts")).unwrap());
    let whole = fs::read(&counts).unwrap();
    let mut flipped = whole.clone();
    flipped[40] ^= 1;
    for (damage, expected) in [
        (Some(&flipped[..]), "SHA-256"),
        (Some(&whole[..50]), "bytes"),
        (None, "it does not exist"),
    ] {
        match damage {
            Some(bytes) => fs::write(&counts, bytes).unwrap(),
            None => fs::remove_file(&counts).unwrap(),
        }
        let error = error_output(&rollback(data, &[]));
        assert!(
            error.contains("is damaged and was not restored") && error.contains(expected),
            "{error}"
        );
        assert!(
            error.contains(counts.file_name().unwrap().to_str().unwrap()),
            "{error}"
        );
        assert!(printed(&rollback(data, &["--list"])).contains("not complete: ltla.counts."));
        assert_eq!(read(data).unwrap(), present);
    }
    fs::write(&counts, &whole).unwrap();
    let id = listed_ids(data).remove(1);
    fs::write(data.join(format!("manifest.{id}.json")), "{}").unwrap();
    let error = error_output(&rollback(data, &[]));
    assert!(error.contains("is damaged"), "{error}");
    assert_eq!(read(data).unwrap(), present);
}

#[test]
fn rollback_replaces_damaged_manifest() {
    let (inputs, folder) = (Inputs::new(), tempfile::tempdir().unwrap());
    let data = folder.path();
    printed(&run(&inputs.publish(0, data, &[])));
    let first = read(data).unwrap();
    printed(&run(&inputs.publish(1, data, &[])));
    fs::write(data.join("manifest.json"), "{\"version\": 99}").unwrap();
    let error = error_output(&run(&inputs.publish(1, data, &[])));
    assert!(
        error.contains("restore an earlier edition with `prepare rollback`"),
        "{error}"
    );
    assert!(printed(&rollback(data, &["--list"])).contains("cannot be read"));
    printed(&rollback(data, &[]));
    assert_eq!(read(data).unwrap(), first);
}

#[test]
fn rollback_without_kept_edition_fails() {
    let (inputs, folder) = (Inputs::new(), tempfile::tempdir().unwrap());
    let data = folder.path();
    assert!(
        error_output(&rollback(&data.join("nowhere"), &[]))
            .contains("nowhere has no manifest.json")
    );
    assert!(error_output(&rollback(data, &["--list"])).contains("has no edition"));
    printed(&run(&inputs.publish(0, data, &[])));
    printed(&run(&inputs.publish(1, data, &["--keep-old", "0"])));
    assert!(error_output(&rollback(data, &[])).contains("has no edition to restore"));
}

#[test]
fn rollback_updates_pages_of_site() {
    let folder = tempfile::tempdir().unwrap();
    site::make(folder.path(), 2);
    let page = || fs::read_to_string(folder.path().join("area/E06000017/index.html")).unwrap();
    assert!(page().contains("39,928"), "the second edition's people");
    let said = printed(&rollback(&folder.path().join("data"), &[]));
    assert!(
        said.contains("wrote the prerendered view of 6 February 2021"),
        "{said}"
    );
    assert!(
        page().contains("39,927") && !page().contains("39,928"),
        "the first edition's people"
    );
    assert!(!folder.path().join(".prepare.lock").exists());

    fs::write(folder.path().join("index.html"), "<html></html>").unwrap();
    let error = error_output(&rollback(&folder.path().join("data"), &[]));
    assert!(
        error.contains("is restored, but the page does not show it yet")
            && error.contains("prepare prerender"),
        "{error}"
    );
    assert!(listed_ids(&folder.path().join("data")).len() == 2);
}
