//! What commands that publish can be told about it.

use std::time::Duration;

/// Hours that a replaced edition is kept.
pub const KEEP_OLD: u64 = 168;

/// Replaced editions that are kept whatever their age.
pub const KEEP_EDITIONS: usize = 2;

/// How an edition is put in its place, and how long those before it stay.
#[derive(Clone, Debug, clap::Args)]
pub struct PublishOptions {
    /// Hours that an edition is kept once another has taken its place: its manifest, and the files
    /// only it names. Pages that were opened with it ask for these. With 0 nothing is kept, not
    /// even for `prepare rollback`
    #[arg(long, value_name = "HOURS", default_value_t = KEEP_OLD)]
    keep_old: u64,

    /// Editions that are kept for `prepare rollback` whatever their age
    #[arg(long, value_name = "NUMBER", default_value_t = KEEP_EDITIONS)]
    keep_editions: usize,

    /// Write a .br and a .gz beside each data file, for servers that send such copies [default: if
    /// the files there have some]
    #[arg(long)]
    precompress: bool,
}

impl PublishOptions {
    /// As a configuration has them.
    pub fn new(keep_old: u64, keep_editions: usize, precompress: bool) -> PublishOptions {
        PublishOptions {
            keep_old,
            keep_editions,
            precompress,
        }
    }

    /// Is an edition kept at all?
    pub(super) fn keeps(&self) -> bool {
        self.keep_old > 0
    }

    /// Is an edition kept that another replaced that long ago, after which `newer` others were
    /// replaced?
    pub(super) fn keep(&self, age: Duration, newer: usize) -> bool {
        self.keeps()
            && (age < Duration::from_secs(self.keep_old.saturating_mul(3600))
                || newer < self.keep_editions)
    }

    /// Are there to be copies where there were none?
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
    fn what_is_young_or_among_the_last_is_kept() {
        let hours = |n: u64| Duration::from_secs(n * 3600);
        let options = PublishOptions::keeping(24, 2);
        assert!(
            options.keep(hours(23), 5) && !options.keep(hours(24), 2),
            "by age"
        );
        assert!(options.keep(hours(1000), 1), "for a rollback");
        assert!(
            !PublishOptions::keeping(0, 2).keep(hours(0), 0),
            "nothing at all"
        );
    }
}
