//! Tests `prepare prerender` on the command line.

mod common;

use std::fs;
use std::io::Read as _;
use std::path::Path;

use common::{error_output, prepare, printed, public_data};

const PAGE: &str = "<html><head><link rel=\"stylesheet\" crossorigin href=\"./a.css\">\
    <!--slot:first-view-files--><!--/slot:first-view-files--></head><body>\n\
    <!--slot:prerendered-view--><div>an earlier one</div><!--/slot:prerendered-view-->\n<script \
    src=\"./app.js\"></script></body></html>";

fn prerender(site: &Path) -> std::process::Output {
    prerender_of(site, &public_data())
}

fn prerender_of(site: &Path, data: &Path) -> std::process::Output {
    prepare([
        "prerender",
        "--site",
        site.to_str().unwrap(),
        "--data",
        data.to_str().unwrap(),
    ])
}

#[test]
fn prerender_updates_site_to_data_set() {
    let site = tempfile::tempdir().unwrap();
    let page = site.path().join("index.html");
    fs::write(&page, PAGE).unwrap();
    for stale in ["index.html.br", "index.html.gz"] {
        fs::write(site.path().join(stale), "stale").unwrap();
    }
    let said = printed(&prerender(site.path()));
    assert!(
        said.contains("7 February 2021") && said.contains("380 area pages"),
        "{said}"
    );

    let html = fs::read_to_string(&page).unwrap();
    assert!(
        html.contains("12 of England's 315 local authorities were rising") && html.contains("<svg"),
        "{html:.500}"
    );
    let counts = fs::read_dir(public_data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let requested = counts
        .filter(|name| name.contains("ltla.counts") && html.contains(&format!("\"{name}\"")))
        .count();
    assert_eq!(
        requested, 1,
        "the page requests the figures of its date before the program asks"
    );
    assert!(
        html.starts_with("<html><head>") && html.ends_with("</script></body></html>"),
        "what is around it stays"
    );
    assert!(!html.contains("an earlier one"));
    let mut unpacked = String::new();
    let gzip = fs::File::open(site.path().join("index.html.gz")).unwrap();
    flate2::read::GzDecoder::new(gzip)
        .read_to_string(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, html, "the compressed copy is of the same page");
    assert_ne!(
        fs::read(site.path().join("index.html.br")).unwrap(),
        b"stale"
    );

    let rutland = fs::read_to_string(site.path().join("area/E06000017/index.html")).unwrap();
    assert!(
        rutland.contains("194 cases") && rutland.contains("href=\"../../a.css\""),
        "{rutland:.800}"
    );
    assert!(
        !site.path().join("area/E06000017/index.html.br").exists(),
        "it has no copies where there were none"
    );

    assert_eq!(printed(&prerender(site.path())), said);
    assert_eq!(fs::read_to_string(&page).unwrap(), html, "the same again");
}

/// The page is read on another day than it is written on.
#[test]
fn prerender_writes_last_date_but_not_age() {
    let (site, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let page = site.path().join("index.html");
    let line = |data: &Path| {
        fs::write(&page, PAGE).unwrap();
        printed(&prerender_of(site.path(), data));
        let html = fs::read_to_string(&page).unwrap();
        let (_, rest) = html.split_once("data-testid=\"age\">").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert_eq!(
        line(&public_data()),
        "An archive: figures up to 12 December 2023."
    );

    for entry in fs::read_dir(public_data()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), data.path().join(entry.file_name())).unwrap();
    }
    let manifest = data.path().join("manifest.json");
    let mut live: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    live["default"].as_object_mut().unwrap().remove("date");
    live["stale_after"] = serde_json::json!(9);
    fs::write(&manifest, live.to_string()).unwrap();
    assert_eq!(line(data.path()), "Figures up to 12 December 2023.");
}

#[test]
fn prerender_refuses_folder_without_site() {
    let folder = tempfile::tempdir().unwrap();
    assert!(error_output(&prerender(folder.path())).contains("give the folder of a site built by"));
    let page = folder.path().join("index.html");
    fs::write(&page, "<html></html>").unwrap();
    assert!(error_output(&prerender(folder.path())).contains("<!--slot:prerendered-view-->"));
    assert_eq!(fs::read_to_string(&page).unwrap(), "<html></html>");
    assert!(!folder.path().join("area").exists());
}
