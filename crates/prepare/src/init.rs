//! Implements `prepare init`, which writes a configuration to start from.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::refresh::config::FILE;

/// The template: a configuration for `prepare refresh` with an explanation of every setting.
const TEMPLATE: &str = include_str!("init/rising.toml");

/// Write a commented configuration for `prepare refresh`
///
/// The file explains every setting; those that have a default are commented out.
#[derive(Debug, Default, clap::Args)]
#[command(after_long_help = "\
Example:
  prepare init                # writes rising.toml
  $EDITOR rising.toml
  prepare refresh --dry-run")]
pub struct Args {
    /// The file to write
    #[arg(default_value = FILE, value_name = "FILE")]
    file: PathBuf,

    /// Folder of the site that the figures are for; replaces `out` in the file
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,

    /// Folder for fetched files
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,
}

/// Writes the configuration and returns the next step.
///
/// # Errors
/// If the file exists already or cannot be written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let file = args.file.display();
    let text = filled_in(args)?;
    match fs::File::create_new(&args.file) {
        Ok(mut created) => created
            .write_all(text.as_bytes())
            .with_context(|| format!("{file} cannot be written"))?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{file} exists already; remove it first, or give another name")
        }
        Err(error) => {
            return Err(error)
                .with_context(|| format!("{file} cannot be written; check its folder"));
        }
    }
    Ok(format!(
        "wrote {file}\nEdit it, then see what it would publish: prepare refresh --config {file} \
         --dry-run\n"
    ))
}

/// Returns the template with the folders of the arguments filled in.
fn filled_in(args: &Args) -> anyhow::Result<String> {
    let mut text = TEMPLATE.to_owned();
    if let Some(site) = &args.site {
        text = text.replace("\nout = \"public/data\"\n", "\n#out = \"public/data\"\n");
        text = text.replace(
            "\n#site = \"/srv/rising\"\n",
            &format!("\nsite = {}\n", quoted(site)?),
        );
    }
    if let Some(cache) = &args.cache {
        text = text.replace(
            "\n#cache = \".rising-cache\"\n",
            &format!("\ncache = {}\n", quoted(cache)?),
        );
    }
    Ok(text)
}

/// Returns a path as an absolute one in TOML's quotes.
fn quoted(path: &Path) -> anyhow::Result<String> {
    let path = std::path::absolute(path).with_context(|| path.display().to_string())?;
    let text = path.to_str().with_context(|| {
        format!(
            "{} is not UTF-8, which a configuration has to be",
            path.display()
        )
    })?;
    Ok(toml::Value::from(text).to_string())
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::refresh::config::Config;

    #[test]
    fn template_parses() {
        Config::parse(TEMPLATE, Path::new("")).unwrap();
    }

    /// A setting that is commented out is `#key = value` or `#[table]`; an explanation has a space
    /// after the `#`.
    #[test]
    fn template_with_all_settings_uncommented_parses() {
        let all: String = TEMPLATE
            .lines()
            .map(|line| uncommented(line).to_owned() + "\n")
            .collect();
        let config = Config::parse(&all, Path::new("")).unwrap();
        assert!(config.site.is_some() && config.tiles.is_some() && config.breaks.is_some());
        assert_eq!((config.levels().count(), config.accept.len()), (2, 1));
    }

    fn uncommented(line: &str) -> &str {
        match line.strip_prefix('#') {
            Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => setting,
            _ => line,
        }
    }

    #[test]
    fn filled_in_with_folders_sets_site_and_cache() {
        let args = Args {
            site: Some("/srv/a \"map\"".into()),
            cache: Some("/var/lib/rising/cache".into()),
            ..Args::default()
        };
        let config = Config::parse(&filled_in(&args).unwrap(), Path::new("/etc/rising")).unwrap();
        assert_eq!(config.site.as_deref(), Some(Path::new("/srv/a \"map\"")));
        assert_eq!(config.out(), Path::new("/srv/a \"map\"/data"));
        assert_eq!(config.cache, Path::new("/var/lib/rising/cache"));
    }

    #[test]
    fn run_refuses_existing_file() {
        let folder = tempfile::tempdir().unwrap();
        let args = Args {
            file: folder.path().join(FILE),
            ..Args::default()
        };
        run(&args).unwrap();
        fs::write(&args.file, "mine").unwrap();
        assert!(
            run(&args)
                .unwrap_err()
                .to_string()
                .contains("exists already")
        );
        assert_eq!(fs::read_to_string(&args.file).unwrap(), "mine");
    }
}
