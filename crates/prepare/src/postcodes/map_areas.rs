//! Finds the areas of the map for the codes on a line of the lookup.

use std::collections::{BTreeMap, BTreeSet};

use rising_model::domain::area::AreaCode;
use rising_model::lookup::postcode::PostcodeLocation;

use super::rows::{LookupRow, RowError, RowFault, text};
use crate::aliases::Aliases;
use crate::boundaries::Shape;

/// The areas of the map.
pub(super) struct MapAreas<'a> {
    authorities: BTreeSet<&'a AreaCode>,
    /// The neighbourhoods, each with its authority.
    neighbourhoods: BTreeMap<&'a AreaCode, Option<&'a AreaCode>>,
    aliases: &'a Aliases,
}

impl<'a> MapAreas<'a> {
    pub fn new(
        authorities: &'a [Shape],
        neighbourhoods: &'a [Shape],
        aliases: &'a Aliases,
    ) -> Self {
        let parent = |shape: &'a Shape| (&shape.code, shape.parent.as_ref());
        MapAreas {
            authorities: authorities.iter().map(|shape| &shape.code).collect(),
            neighbourhoods: neighbourhoods.iter().map(parent).collect(),
            aliases,
        }
    }

    /// Returns the location of a line's postcode, and whether its neighbourhood is outside the
    /// authority that counts its cases.
    ///
    /// # Errors
    /// If a code has no area on the map.
    pub fn locate(&self, row: &LookupRow<'_>) -> Result<(PostcodeLocation, bool), RowError> {
        let unknown = || {
            row.fault(RowFault::UnknownAuthority {
                code: text(row.authority),
                name: text(row.name),
            })
        };
        let district: AreaCode = text(row.authority).parse().map_err(|_| unknown())?;
        let neighbourhood = self.neighbourhood(row)?;
        let parent = neighbourhood
            .as_ref()
            .and_then(|code| self.neighbourhoods[code]);
        let authority = match self.aliases.targets(&district) {
            _ if self.authorities.contains(&district) => &district,
            [] => return Err(unknown()),
            [only] => only,
            // The authority was formed from several. The neighbourhood decides between them.
            several => several
                .iter()
                .find(|target| Some(*target) == parent)
                .ok_or_else(|| {
                    row.fault(RowFault::Undecided {
                        code: district.to_string(),
                        targets: several
                            .iter()
                            .map(AreaCode::as_str)
                            .collect::<Vec<_>>()
                            .join(", "),
                        neighbourhood: text(row.neighbourhood),
                    })
                })?,
        };
        if !self.authorities.contains(authority) {
            let code = district.to_string();
            let target = authority.to_string();
            return Err(row.fault(RowFault::AliasWithoutArea { code, target }));
        }
        let across_authorities = parent.is_some_and(|parent| parent != authority);
        Ok((
            PostcodeLocation {
                authority: authority.clone(),
                district,
                neighbourhood,
            },
            across_authorities,
        ))
    }

    /// Returns the neighbourhood of a line; `None` outside England, where the map has none.
    fn neighbourhood(&self, row: &LookupRow<'_>) -> Result<Option<AreaCode>, RowError> {
        if !row.neighbourhood.starts_with(b"E") {
            return Ok(None);
        }
        let code = text(row.neighbourhood);
        let listed = code
            .parse()
            .ok()
            .filter(|code| self.neighbourhoods.contains_key(code));
        listed
            .map(Some)
            .ok_or_else(|| row.fault(RowFault::UnknownNeighbourhood(code)))
    }
}
