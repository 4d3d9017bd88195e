//! Creates the fresh folder that the commands run in. Its substitutes are:
//!
//! - `/srv`, `/etc`, `/var/lib` and `/usr/local` are folders below `machine`. The documents make
//!   everything in them that a new machine does not have.
//! - The working folder is a copy of the checkout without anything built.
//! - Commands run as an ordinary user: as `nobody` if the tests run as root. The umask is 077. Only
//!   `sudo COMMAND` may write into the folders of a new machine, and nothing else is different in
//!   it.
//! - `cargo` hands over what the tested checkout has built: compiling anew would take minutes.
//!   `cargo xtask serve` and `cargo xtask test` do nothing: other checks cover them.
//! - The editor writes a publisher's configuration: the folders that `prepare init` set, and the
//!   figures of the invented country in `tests/fixtures/elsewhere`.
//! - The site's address is that of nginx with `hosting/nginx.conf`.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use crate::command::{capture, read_stdout, run};
use crate::context::Context;
use crate::setup::Toolchain;
use crate::site;

/// Time limit of a block on a busy machine.
const BLOCK_TIMEOUT: Duration = Duration::from_mins(5);

/// The address of the site in the documents.
pub(super) const ADDRESS: &str = "https://rising.example.org/";

/// The site of docs/publish/install.md.
pub(super) const SITE: &str = "/srv/rising";

/// The site of another country, of docs/data/another-country.md, in the checkout.
const OTHER_SITE: &str = "target/sundria";

/// Folders of the checkout that the documents name.
const CHECKOUT_FOLDERS: [&str; 4] = ["data", "hosting", "public/data", "tests/fixtures"];

/// Folders of a new machine with a web server, systemd and cron.
const MACHINE: [&str; 6] = [
    "srv",
    "etc",
    "etc/systemd/system",
    "etc/cron.d",
    "var/lib",
    "usr/local/bin",
];

const CARGO: &str = r#"#!/bin/sh
set -e
case "$*" in
"xtask build" | "xtask build --base "*) rm -rf dist && cp -a "$TOOLS/../built/dist" dist ;;
"build --release -p rising-prepare") mkdir -p target/release && cp "$TOOLS/../built/prepare" target/release/ ;;
"run -p rising-prepare -- "*) shift 4 && exec "$TOOLS/../built/prepare" "$@" ;;
"xtask serve"* | "xtask test"*) ;;
*) echo "cargo $*: the test of the documents does not know it; see xtask/src/documents/sandbox.rs" >&2 && exit 1 ;;
esac
"#;

const SUDO: &str = r#"#!/bin/sh
cd "$TOOLS/../machine" && chmod u+w $MACHINE && cd "$OLDPWD" || exit
"$@"
status=$?
cd "$TOOLS/../machine" && chmod u-w $MACHINE
exit $status
"#;

const EDITOR: &str = r#"#!/bin/sh
set -e
folder=$(dirname "$1")
cp -r tests/fixtures/elsewhere/. "$folder/figures"
folders=$(grep -E '^(site|cache) = ' "$1")
sed -e '/^out = /d' -e 's,"\([a-z_]*\.\(csv\|json\|geojson\)\)","figures/\1",g' "$folder/figures/rising.toml" >"$folder/new"
{ echo "$folders" && cat "$folder/new"; } >"$1"
rm "$folder/new"
"#;

/// The fresh folder, removed on drop.
pub(super) struct Sandbox {
    root: TempDir,
    /// User and group of the commands, if not ours.
    user: Option<(u32, u32)>,
}

impl Sandbox {
    /// Creates the folder with the built site and tool.
    ///
    /// # Errors
    /// If the site or the tool does not compile, or the system refuses.
    pub(super) fn make(context: &Context) -> Result<Self> {
        run(Toolchain::Host.cargo().current_dir(&context.root).args([
            "build",
            "--quiet",
            "-p",
            "rising-prepare",
        ]))?;
        let root = tempfile::tempdir().context("cannot write to the temporary folder")?;
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o755))?;
        let inside = |name: &str| root.path().join(name);
        let built = inside("built");
        fs::create_dir(&built)?;
        site::build(context, Some(ADDRESS), Some(&built.join("dist")))?;
        fs::copy(context.target.join("debug/prepare"), built.join("prepare"))
            .context("cannot copy prepare")?;
        for name in MACHINE {
            fs::create_dir_all(inside("machine").join(name))?;
        }
        for name in ["home", "tools"] {
            fs::create_dir(inside(name))?;
        }
        for name in CHECKOUT_FOLDERS {
            copy_folder(&context.root.join(name), &inside("checkout").join(name))?;
        }
        for (name, text) in [("cargo", CARGO), ("sudo", SUDO), ("editor", EDITOR)] {
            let file = inside("tools").join(name);
            fs::write(&file, text)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
        }
        let user = ordinary_user()?;
        if let Some((uid, gid)) = user {
            for name in ["checkout", "home", "machine"] {
                change_owner(&inside(name), uid, gid)?;
            }
        }
        let sandbox = Self { root, user };
        sandbox.set_machine_mode(0o555)?;
        Ok(sandbox)
    }

    /// Sets the mode of the folders of a new machine.
    fn set_machine_mode(&self, mode: u32) -> Result<()> {
        for name in MACHINE {
            fs::set_permissions(self.machine(name), fs::Permissions::from_mode(mode))?;
        }
        Ok(())
    }

    /// Returns the path below the folder that stands for a path of the machine.
    pub(super) fn machine(&self, path: &str) -> PathBuf {
        self.root
            .path()
            .join("machine")
            .join(path.trim_start_matches('/'))
    }

    /// Returns the text with each path of the machine replaced.
    pub(super) fn translate_paths(&self, text: &str) -> String {
        const FOLDERS: [&str; 4] = ["/srv/", "/etc/", "/var/lib/", "/usr/local/"];
        let machine = self.root.path().join("machine").display().to_string();
        let mut here = String::new();
        for (at, character) in text.char_indices() {
            let before = text[..at].chars().next_back();
            let is_start =
                before.is_none_or(|before| before.is_whitespace() || "\"'=>".contains(before));
            if is_start && FOLDERS.iter().any(|folder| text[at..].starts_with(folder)) {
                here += &machine;
            }
            here.push(character);
        }
        here
    }

    /// Runs commands as a reader of the documents does, and returns their output.
    ///
    /// # Errors
    /// If one fails; the message is the output.
    pub(super) fn run(&self, script: &str) -> Result<String> {
        let inside = |name: &str| self.root.path().join(name);
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!(
            "{}:{}:{path}",
            inside("tools").display(),
            inside("machine/usr/local/bin").display()
        );
        let mut command = Command::new("/bin/sh");
        command
            .args([
                "-c",
                &format!("umask 077\nset -e\n{}", self.translate_paths(script)),
            ])
            .current_dir(inside("checkout"))
            .env_clear()
            .env("PATH", path)
            .env("HOME", inside("home"))
            .env("EDITOR", inside("tools/editor"))
            .env("TOOLS", inside("tools"))
            .env("MACHINE", MACHINE.join(" "));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        let said = capture(&mut command, BLOCK_TIMEOUT)?;
        if !said.succeeded() {
            bail!("{}", said.output);
        }
        Ok(said.output)
    }

    /// Verifies each site that exists.
    ///
    /// # Errors
    /// If `prepare verify` finds something wrong.
    pub(super) fn verify(&self) -> Result<()> {
        let sites = [
            self.machine(SITE),
            self.root.path().join("checkout").join(OTHER_SITE),
        ];
        for site in sites
            .iter()
            .filter(|site| site.join("index.html").is_file())
        {
            let prepare = self.root.path().join("built/prepare");
            let said = self.run(&format!(
                "'{}' verify '{}'",
                prepare.display(),
                site.display()
            ))?;
            ensure!(!said.contains("run `prepare prerender"), "{said}");
        }
        Ok(())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // An ordinary user could not remove files from folders without write permission.
        let _ = self.set_machine_mode(0o755);
    }
}

/// Returns the user and group for the commands: `nobody` for root, since permissions do not bind
/// root.
fn ordinary_user() -> Result<Option<(u32, u32)>> {
    let id =
        |arguments: &[&str]| read_stdout(Command::new("id").args(arguments)).context("`id` failed");
    if id(&["-u"])? != "0" {
        return Ok(None);
    }
    Ok(Some((
        id(&["-u", "nobody"])?.parse()?,
        id(&["-g", "nobody"])?.parse()?,
    )))
}

fn change_owner(path: &Path, uid: u32, gid: u32) -> Result<()> {
    chown(path, Some(uid), Some(gid))
        .with_context(|| format!("cannot change the owner of {}", path.display()))?;
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            change_owner(&entry?.path(), uid, gid)?;
        }
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let name = entry?.file_name();
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            copy_folder(&from, &to)?;
        } else {
            fs::copy(&from, &to).with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}
