//! `prepare init`: a configuration to begin with.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::refresh::config::FILE;

/// A configuration for `prepare refresh`, every setting of which is explained.
const TEMPLATE: &str = include_str!("init/rising.toml");

/// Write a commented configuration for `prepare refresh`
///
/// Every setting is in it with what it means; those that have a default are commented out.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Example:
  prepare init                # writes rising.toml
  $EDITOR rising.toml
  prepare refresh --dry-run")]
pub struct Args {
    /// The file to write
    #[arg(default_value = FILE, value_name = "FILE")]
    file: PathBuf,
}

/// Writes the configuration and says what to do next.
///
/// # Errors
/// If there is such a file already, or it cannot be written.
pub fn run(args: &Args) -> anyhow::Result<String> {
    let file = args.file.display();
    match fs::File::create_new(&args.file) {
        Ok(mut created) => {
            created.write_all(TEMPLATE.as_bytes()).with_context(|| format!("{file} cannot be written"))?
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{file} is there already; remove it first, or give another name")
        }
        Err(error) => return Err(error).with_context(|| format!("{file} cannot be written; check its folder")),
    }
    Ok(format!("wrote {file}\nEdit it, then see what it would publish: prepare refresh --config {file} --dry-run\n"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::refresh::config::Config;

    #[test]
    fn the_template_is_a_configuration() {
        Config::parse(TEMPLATE, Path::new("")).unwrap();
    }

    /// A setting that is commented out is `#key = value` or `#[table]`; an explanation has a space after the sign.
    #[test]
    fn every_setting_in_it_is_one() {
        let all: String = TEMPLATE.lines().map(|line| uncommented(line).to_owned() + "\n").collect();
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
    fn what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let args = Args { file: folder.path().join(FILE) };
        run(&args).unwrap();
        fs::write(&args.file, "mine").unwrap();
        assert!(run(&args).unwrap_err().to_string().contains("is there already"));
        assert_eq!(fs::read_to_string(&args.file).unwrap(), "mine");
    }
}
