//! Limits the bytes of a first view. A change that needs more raises a limit here, and says in its
//! commit what readers get for it.

use anyhow::{Result, ensure};

use crate::site::FirstViewSizes;

/// Bytes of the first view of each level, compressed with brotli.
const BUDGET: [(&str, usize); 2] = [("ltla", 337_000), ("msoa", 442_000)];

/// Checks the sizes of the first views.
///
/// # Errors
/// If one is over its limit, or a level has no limit or no size.
pub fn check(sizes: &FirstViewSizes) -> Result<()> {
    for (level, limit) in BUDGET {
        let size = sizes.get(level).copied().unwrap_or_default();
        ensure!(
            size > 0,
            "the build gives no size of the first view of {level}"
        );
        ensure!(
            size <= limit,
            "the first view of {level} takes {size} bytes, {} over its limit in \
             xtask/src/checks/budget.rs",
            size - limit
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(by: isize) -> FirstViewSizes {
        let size =
            |(level, limit): (&str, usize)| (level.to_owned(), limit.saturating_add_signed(by));
        BUDGET.map(size).into()
    }

    #[test]
    fn check_accepts_the_limit_and_reports_what_is_over_it() {
        assert!(check(&sizes(0)).is_ok());
        let error = check(&sizes(7)).unwrap_err().to_string();
        assert!(
            error.contains("ltla") && error.contains(" 7 over"),
            "{error}"
        );
    }

    #[test]
    fn check_reports_a_level_without_size() {
        let mut sizes = sizes(0);
        sizes.remove("msoa");
        assert!(check(&sizes).unwrap_err().to_string().contains("msoa"));
    }
}
