//! Formats the history entry from which the details were opened.

/// The history entry from which the details were opened. Each entry with an open area stores its
/// own origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The number of entries from the origin to this entry.
    pub entries: usize,
    /// The query of the origin's view.
    pub query: String,
}

impl Origin {
    /// Parses an entry's `history.state`: one `.` for each entry since the origin, then the query.
    pub fn parse(state: &str) -> Option<Origin> {
        let entries = state.find('?').filter(|_| state.starts_with('.'))?;
        Some(Origin {
            entries,
            query: state[entries..].to_owned(),
        })
    }

    /// Formats the origin for [`Origin::parse`].
    pub fn state(&self) -> String {
        ".".repeat(self.entries) + &self.query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_round_trips_and_foreign_state_is_none() {
        let origin = Origin {
            entries: 3,
            query: "?date=2021-02-07".to_owned(),
        };
        assert_eq!(Origin::parse(&origin.state()), Some(origin));
        assert_eq!(
            ["", "..", "?", "x?date=2021-02-07"].map(Origin::parse),
            [const { None }; 4]
        );
    }
}
