//! Collects and minifies the site's files besides the page, and names them by hash.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::app::{App, esbuild, outfile};
use super::page::{Links, Page, TrunkElement};
use super::scripts::{page_script, public_script};
use super::support::OLDEST;
use super::{cache, hashed_name};
use crate::command::run;
use crate::context::Context;
use crate::style;

/// Files by their paths in the site, with slashes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The bundle of Leaflet's scripts.
const LEAFLET: &str = "target/web/leaflet.js";

/// All files but the page, with their names for the page.
#[derive(Debug, Default)]
pub struct Assets {
    /// The files.
    pub files: Files,
    /// The replacements of the page's elements.
    pub links: Links,
    /// The files that every visit loads, in the order of the page.
    pub first_view: Vec<String>,
    /// The files of the page: the program with all chunks, the style sheet and the icon.
    pub shell: Vec<String>,
}

impl Assets {
    /// Collects the files that the page asks for.
    ///
    /// # Errors
    /// If a file is missing, cannot be minified, or would overwrite another.
    pub fn gather(context: &Context, page: &Page, app: App) -> Result<Self> {
        let mut assets = Self {
            links: Links {
                app: (app.glue.0.clone(), app.wasm.0.clone()),
                ..Links::default()
            },
            ..Self::default()
        };
        let mut sheets = Vec::new();
        for reference in page.references() {
            match reference {
                TrunkElement::Rust => {}
                // Bundled with the names of the other files (`scripts`).
                TrunkElement::Inline { href } if href.ends_with(".js") => {}
                TrunkElement::Css { href } if href == style::BUNDLE => {
                    for file in style::files(&context.root)? {
                        let is_vendor = file.layer == style::VENDOR;
                        sheets.push(if is_vendor {
                            used_part(context, &file.path)?
                        } else {
                            file.path
                        });
                    }
                }
                TrunkElement::Css { href } => sheets.push(href.clone()),
                TrunkElement::Inline { href } => {
                    let content = inline_element(context, href)?;
                    assets.links.inline.insert(href.clone(), content);
                }
                TrunkElement::Icon { href, .. } => {
                    let name = assets.add_hashed(href, read(context, href)?)?;
                    assets.shell.push(name.clone());
                    assets.links.hashed.insert(href.clone(), name);
                }
                TrunkElement::Script { src } => {
                    let script = page_script(context, src, &[])?;
                    let name = assets.add_hashed(src, script.into_bytes())?;
                    assets.first_view.push(name.clone());
                    assets.links.hashed.insert(src.clone(), name);
                }
                TrunkElement::CopyDir { href, to } => {
                    assets.copy_folder(&context.root.join(href), to)?;
                }
                TrunkElement::CopyFile { href, to } => {
                    let name = Path::new(href)
                        .file_name()
                        .context("a file to copy has no name")?
                        .to_string_lossy();
                    let content = if href.ends_with(".js") {
                        public_script(context, href)?.into_bytes()
                    } else {
                        read(context, href)?
                    };
                    assets.add(join_path(to, &name), content)?;
                }
            }
        }
        if !sheets.is_empty() {
            let sheets: Vec<&str> = sheets.iter().map(String::as_str).collect();
            let (css, images) = minify_styles(context, &sheets)?;
            for (name, content) in images {
                assets.add(name, content)?;
            }
            let name = hashed_name("rising", ".css", &css);
            assets.first_view.push(name.clone());
            assets.links.css = Some(name.clone());
            assets.add(name, css)?;
        }
        for (name, content) in [app.glue, app.wasm] {
            assets.first_view.push(name.clone());
            assets.add(name, content)?;
        }
        for (name, content) in app.chunks {
            if name.starts_with("details-") {
                assets.links.area = Some(name.clone());
            }
            assets.shell.push(name.clone());
            assets.add(name, content)?;
        }
        assets.shell.extend(assets.first_view.iter().cloned());
        Ok(assets)
    }

    fn add(&mut self, name: String, content: Vec<u8>) -> Result<()> {
        ensure!(
            name != "index.html" && name != "404.html",
            "{name} of the site is made by the build; rename the one that is copied"
        );
        match self.files.insert(name.clone(), content) {
            None => Ok(()),
            Some(_) => bail!("two files would become {name} in the site; rename one"),
        }
    }

    /// Adds a file to the site's top folder, and returns its name with a hash.
    fn add_hashed(&mut self, path: &str, content: Vec<u8>) -> Result<String> {
        let (path, end) = path
            .rsplit_once('.')
            .map_or((path, String::new()), |(stem, end)| {
                (stem, format!(".{end}"))
            });
        let stem = path.rsplit('/').next().unwrap_or(path);
        let name = hashed_name(stem, &end, &content);
        // Equal content under another path gives the same name, which is fine.
        self.files.insert(name.clone(), content);
        Ok(name)
    }

    /// Adds all files of a folder except hidden ones.
    fn copy_folder(&mut self, folder: &Path, to: &str) -> Result<()> {
        for entry in
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().into_string().map_err(|name| {
                anyhow::anyhow!("the file name {} is not Unicode", name.display())
            })?;
            if name.starts_with('.') {
                continue;
            }
            let path = entry.path();
            if path.is_dir() {
                self.copy_folder(&path, &join_path(to, &name))?;
            } else {
                let content =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                self.add(join_path(to, &name), content)?;
            }
        }
        Ok(())
    }
}

fn join_path(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

fn read(context: &Context, path: &str) -> Result<Vec<u8>> {
    fs::read(context.root.join(path))
        .with_context(|| format!("index.html asks for {path}, which cannot be read"))
}

/// Writes the part of Leaflet's style sheet that its bundle needs, and returns the file's path.
fn used_part(context: &Context, path: &str) -> Result<String> {
    let sheet = String::from_utf8(read(context, path)?)?;
    let script = page_script(context, LEAFLET, &[])?;
    let used = style::vendor::used_rules(&sheet, &script).with_context(|| format!("in {path}"))?;
    let file = cache(context).join("leaflet.css");
    fs::write(&file, used)?;
    file.to_str()
        .map(str::to_owned)
        .context("the target folder's path is not Unicode")
}

/// Returns the element with a file's content.
fn inline_element(context: &Context, path: &str) -> Result<String> {
    let text = |content| String::from_utf8(content).with_context(|| format!("{path} is not text"));
    Ok(match path.rsplit('.').next() {
        Some("css") => format!(
            "<style>{}</style>",
            text(minify_styles(context, &[path])?.0)?.trim_end()
        ),
        Some("svg" | "html") => text(read(context, path)?)?.trim_end().to_owned(),
        _ => bail!("{path} cannot be part of a page; CSS, JavaScript, SVG and HTML can"),
    })
}

/// Joins and minifies style sheets in their order. Also returns the images and fonts that they
/// name.
fn minify_styles(context: &Context, paths: &[&str]) -> Result<(Vec<u8>, Files)> {
    let work = tempfile::tempdir_in(cache(context))?;
    let out = work.path().join("out");
    let main = out.join("main.css");
    let mut joined = String::new();
    for path in paths {
        let file = context.root.join(path);
        ensure!(
            file.is_file(),
            "index.html asks for {path}, which is missing"
        );
        let _ = writeln!(
            joined,
            "@import {};",
            serde_json::Value::from(file.to_string_lossy())
        );
    }
    let entry = work.path().join("main.css");
    fs::write(&entry, joined)?;
    run(esbuild(context)
        .arg(entry)
        .args(["--bundle", "--minify", OLDEST])
        .arg("--asset-names=[name]-[hash]")
        .args(["png", "svg", "webp", "woff2"].map(|end| format!("--loader:.{end}=file")))
        .arg(outfile(&main)))?;
    let mut images = Files::new();
    for entry in fs::read_dir(&out)? {
        let file = entry?.path();
        if file != main {
            let name = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            images.insert(name, fs::read(&file)?);
        }
    }
    Ok((fs::read(main)?, images))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_folder_skips_hidden_and_refuses_duplicates() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data/deep")).unwrap();
        for file in ["robots.txt", ".gitkeep", "data/deep/a.bin"] {
            fs::write(folder.path().join(file), file).unwrap();
        }
        let mut assets = Assets::default();
        assets.copy_folder(folder.path(), "").unwrap();
        assets
            .copy_folder(&folder.path().join("data"), "more")
            .unwrap();
        let names: Vec<&String> = assets.files.keys().collect();
        assert_eq!(names, ["data/deep/a.bin", "more/deep/a.bin", "robots.txt"]);
        assert!(
            assets
                .copy_folder(folder.path(), "")
                .unwrap_err()
                .to_string()
                .contains("two files")
        );
        fs::write(folder.path().join("index.html"), "").unwrap();
        assert!(
            assets.copy_folder(folder.path(), "x/..").is_ok(),
            "only the top folder has the page"
        );
        assert!(
            Assets::default()
                .copy_folder(folder.path(), "")
                .unwrap_err()
                .to_string()
                .contains("rename")
        );
    }

    #[test]
    fn add_hashed_keeps_stem_and_extension() {
        let mut assets = Assets::default();
        let name = assets
            .add_hashed("node_modules/leaflet/dist/leaflet.js", b"content".to_vec())
            .unwrap();
        assert!(
            name.starts_with("leaflet-")
                && name.ends_with(".js")
                && name.len() == "leaflet-.js".len() + 16,
            "{name}"
        );
        assert_ne!(
            name,
            assets.add_hashed("leaflet.js", b"other".to_vec()).unwrap()
        );
    }
}
