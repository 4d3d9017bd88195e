//! Defines areas (local authorities and MSOAs), their codes, nations and levels.

use crate::domain::population::Population;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A level of geography that a data set has figures for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Lower-tier local authorities.
    Ltla,
    /// Middle-layer super output areas: neighbourhoods of about 7,000 people, England only.
    Msoa,
}

impl Level {
    /// Both levels, the coarser first.
    pub const ALL: [Level; 2] = [Level::Ltla, Level::Msoa];

    /// The word used in URLs and file names: `ltla` or `msoa`.
    pub fn slug(self) -> &'static str {
        match self {
            Level::Ltla => "ltla",
            Level::Msoa => "msoa",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// A text that is none of the permitted slugs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{got}\" is not a {what}; it is one of {choices}")]
pub struct UnknownSlug {
    got: String,
    what: &'static str,
    choices: &'static str,
}

impl FromStr for Level {
    type Err = UnknownSlug;
    fn from_str(text: &str) -> Result<Level, UnknownSlug> {
        Level::ALL
            .into_iter()
            .find(|level| level.slug() == text)
            .ok_or_else(|| UnknownSlug {
                got: text.to_owned(),
                what: "level",
                choices: "ltla, msoa",
            })
    }
}

/// A nation whose areas are counted and ranked together. Nations count cases differently, so totals
/// are per nation; [`Nation::Uk`] shows all four side by side. For a data set of another country,
/// [`Nation::Uk`] stands for all its areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nation {
    /// Areas with codes of the letter E.
    England,
    /// Areas with codes of the letter W.
    Wales,
    /// Areas with codes of the letter S.
    Scotland,
    /// Areas with codes of the letter N.
    #[serde(rename = "ni")]
    NorthernIreland,
    /// All areas.
    Uk,
}

impl Nation {
    /// All nations, in the order of the page's menu.
    pub const ALL: [Nation; 5] = [
        Nation::England,
        Nation::Wales,
        Nation::Scotland,
        Nation::NorthernIreland,
        Nation::Uk,
    ];

    /// The word used in URLs.
    pub fn slug(self) -> &'static str {
        match self {
            Nation::England => "england",
            Nation::Wales => "wales",
            Nation::Scotland => "scotland",
            Nation::NorthernIreland => "ni",
            Nation::Uk => "uk",
        }
    }

    /// Whether the nation contains the area, by the letter of its GSS code. [`Nation::Uk`] contains
    /// all areas, whatever their codes.
    pub fn contains(self, code: &AreaCode) -> bool {
        self == Nation::Uk || code.nation() == Some(self)
    }
}

impl FromStr for Nation {
    type Err = UnknownSlug;
    fn from_str(text: &str) -> Result<Nation, UnknownSlug> {
        Nation::ALL
            .into_iter()
            .find(|nation| nation.slug() == text)
            .ok_or_else(|| UnknownSlug {
                got: text.to_owned(),
                what: "nation",
                choices: "england, wales, scotland, ni, uk",
            })
    }
}

/// An area's code: for British data its nine-character GSS code, such as `E06000017`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct AreaCode(String);

/// A text that cannot be an area code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an area code; a code is 1 to 16 letters, digits, hyphens or underscores")]
pub struct InvalidAreaCode(String);

impl AreaCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nation by the letter of a GSS code, which eight digits follow; `None` for codes of
    /// another scheme.
    pub fn nation(&self) -> Option<Nation> {
        let (letter, digits) = self.0.as_bytes().split_first()?;
        let nation = match letter {
            b'E' => Nation::England,
            b'W' => Nation::Wales,
            b'S' => Nation::Scotland,
            b'N' => Nation::NorthernIreland,
            _ => return None,
        };
        (digits.len() == 8 && digits.iter().all(u8::is_ascii_digit)).then_some(nation)
    }

    /// Whether this is the GSS code of a neighbourhood (entity number 02).
    pub fn is_neighbourhood(&self) -> bool {
        self.nation().is_some() && self.0[1..].starts_with("02")
    }
}

#[cfg(test)]
impl AreaCode {
    /// A code that was not checked, as a damaged file may have it.
    pub(crate) fn unchecked(text: &str) -> AreaCode {
        AreaCode(text.to_owned())
    }
}

impl TryFrom<String> for AreaCode {
    type Error = InvalidAreaCode;
    fn try_from(text: String) -> Result<AreaCode, InvalidAreaCode> {
        let ok = (1..=16).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if ok {
            Ok(AreaCode(text))
        } else {
            Err(InvalidAreaCode(text))
        }
    }
}

impl FromStr for AreaCode {
    type Err = InvalidAreaCode;
    fn from_str(text: &str) -> Result<AreaCode, InvalidAreaCode> {
        text.to_owned().try_into()
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Index of an area within its level's [`AreaTable`], shapes and counts, which share one order.
pub type AreaIndex = u16;

/// One area of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The code, unique within the level.
    pub code: AreaCode,
    /// The name a reader knows, such as "Golden Valley". MSOA names are not unique.
    pub name: String,
    /// Names in other languages, each with the language's tag.
    pub translated: Vec<(String, String)>,
    /// For an MSOA, the code of its authority.
    pub parent: Option<AreaCode>,
    /// People living there, by the date of a rate.
    pub population: Population,
}

impl Area {
    /// The name in the language with a tag, or the general name if it has none in that language.
    pub fn name_in(&self, tag: &str) -> &str {
        let own = self.translated.iter().find(|(other, _)| other == tag);
        own.map_or(&self.name, |(_, name)| name)
    }
}

/// A code that is not one of the level's areas, with the areas that count its cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// The code, which none of the level's areas has.
    pub code: AreaCode,
    /// The name of the area with this code.
    pub name: String,
    /// At least one; several where the old area is now reported in parts.
    pub targets: Vec<AreaCode>,
    /// One plain sentence for the reader that explains the alias.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nation_of_foreign_code_is_none() {
        let foreign = [
            "S01",
            "NO-03",
            "ES-M",
            "SE-AB",
            "E1",
            "W",
            "NL33",
            "EE-37",
            "05315",
            "2A",
            "DEA23",
            "01001",
            "S1234567A",
        ];
        for code in foreign.map(|text| text.parse::<AreaCode>().unwrap()) {
            assert_eq!(code.nation(), None, "{code}");
            assert!(
                Nation::Uk.contains(&code)
                    && !Nation::ALL[..4].iter().any(|nation| nation.contains(&code))
            );
        }
    }

    #[test]
    fn nation_contains_codes_with_its_letter() {
        let code: AreaCode = "S12000033".parse().unwrap();
        assert!(Nation::Scotland.contains(&code) && Nation::Uk.contains(&code));
        assert!(!Nation::England.contains(&code));
        for nation in Nation::ALL {
            assert_eq!(nation.slug().parse(), Ok(nation));
        }
    }
}
