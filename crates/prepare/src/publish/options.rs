//! Defines the options that all publishing commands share.

use std::time::Duration;

/// Default hours that a replaced edition is kept.
pub const KEEP_OLD: u64 = 168;

/// Default number of replaced editions that are kept at any age.
pub const KEEP_EDITIONS: usize = 2;

/// Options of publishing an edition and of keeping earlier ones.
#[derive(Clone, Debug, clap::Args)]
pub struct PublishOptions {
    /// Hours to keep an edition after another has replaced it: its manifest, and the files that
    /// only it names. Pages that were opened with it request these files. 0 keeps nothing, not even
    /// for `prepare rollback`
    #[arg(long, value_name = "HOURS", default_value_t = KEEP_OLD)]
    keep_old: u64,

    /// Number of replaced editions to keep for `prepare rollback` at any age
    #[arg(long, value_name = "NUMBER", default_value_t = KEEP_EDITIONS)]
    keep_editions: usize,

    /// Write a .br and a .gz copy beside each data file, for servers that send these [default: if
    /// the published files have such copies]
    #[arg(long)]
    precompress: bool,
}

impl PublishOptions {
    /// Creates options from the values of a configuration.
    pub fn new(keep_old: u64, keep_editions: usize, precompress: bool) -> PublishOptions {
        PublishOptions {
            keep_old,
            keep_editions,
            precompress,
        }
    }

    /// Whether replaced editions are kept at all.
    pub(super) fn keeps(&self) -> bool {
        self.keep_old > 0
    }

    /// Whether to keep an edition that was replaced `age` ago, and after which `newer` others were
    /// replaced.
    pub(super) fn is_kept(&self, age: Duration, newer: usize) -> bool {
        self.keeps()
            && (age < Duration::from_secs(self.keep_old.saturating_mul(3600))
                || newer < self.keep_editions)
    }

    /// Whether to write compressed copies where the published files have none.
    pub(super) fn precompress(&self) -> bool {
        self.precompress
    }
}

#[cfg(test)]
impl PublishOptions {
    pub(super) fn keeping(hours: u64, editions: usize) -> PublishOptions {
        PublishOptions {
            keep_old: hours,
            keep_editions: editions,
            precompress: false,
        }
    }

    pub(super) fn compressed(self) -> PublishOptions {
        PublishOptions {
            precompress: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_kept_by_age_or_among_last() {
        let hours = |n: u64| Duration::from_secs(n * 3600);
        let options = PublishOptions::keeping(24, 2);
        assert!(
            options.is_kept(hours(23), 5) && !options.is_kept(hours(24), 2),
            "by age"
        );
        assert!(options.is_kept(hours(1000), 1), "for a rollback");
        assert!(
            !PublishOptions::keeping(0, 2).is_kept(hours(0), 0),
            "nothing at all"
        );
    }
}
