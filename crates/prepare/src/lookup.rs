//! Assigns the smallest areas of the 2011 census to the areas that the case figures use.
//!
//! The ONS postcode lookup has the small area and the authority of May 2022 of every postcode. Each
//! small area gets the authority of its postcodes. [`CodeChanges`] then replaces an authority of
//! any year by the one that the figures use (the edition of 2019, with the City of London in
//! Hackney and the Isles of Scilly in Cornwall).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use crate::printable::{self, Printable};
use serde::Deserialize;
use thiserror::Error;

/// An error in assigning small areas to reporting areas.
#[derive(Debug, Error)]
pub enum LookupError {
    /// A CSV file cannot be read or lacks a column.
    #[error(
        "{file}: {source}; use the pinned release of the file",
        source = printable::sentence(.source)
    )]
    Csv {
        /// The file.
        file: &'static str,
        /// The error of the CSV reader, with the line.
        source: csv::Error,
    },
    /// No postcode of the lookup is in a census area.
    #[error(
        "{kind} {code} is not in the postcode lookup, nor is any larger area it belongs to; use \
         boundaries and a lookup of the same edition",
        code = Printable::value(.code)
    )]
    Unmatched {
        /// The type of area: "LSOA", "output area", …
        kind: &'static str,
        /// Its code.
        code: String,
    },
    /// The postcodes of an English or Welsh LSOA are in two authorities or two MSOAs, which is
    /// impossible in the census geography.
    #[error(
        "LSOA {code} is in {count} combinations of MSOA and authority, one was expected",
        code = Printable::value(.code)
    )]
    Straddles {
        /// The LSOA.
        code: String,
        /// The number of combinations.
        count: usize,
    },
    /// No predecessor of an authority has the district name of an LSOA.
    #[error(
        "{authority} has no predecessor named {district:?} (needed for LSOA {lsoa}); add it to \
         the list of code changes",
        authority = Printable::value(.authority),
        lsoa = Printable::value(.lsoa)
    )]
    NoPredecessor {
        /// The newer authority's code.
        authority: String,
        /// The district name of 2011.
        district: String,
        /// The LSOA.
        lsoa: String,
    },
}

/// One line of the ONS file `PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.csv`; the other columns are not used.
#[derive(Debug, Deserialize)]
struct PostcodeRow<'a> {
    doterm: &'a str,
    oa11cd: &'a str,
    lsoa11cd: &'a str,
    msoa11cd: &'a str,
    ladcd: &'a str,
    ladnm: &'a str,
    ladnmw: &'a str,
}

/// The number of postcodes of each candidate.
type PostcodeCounts<T> = BTreeMap<T, u32>;

/// Returns the candidate with the most postcodes. Of equal ones it is the first in sorted order, so
/// that every run gives the same result.
fn most_frequent<T: Ord + Clone>(counts: &PostcodeCounts<T>) -> Option<T> {
    let mut best: Option<(&T, u32)> = None;
    for (candidate, &count) in counts {
        if best.is_none_or(|(_, most)| count > most) {
            best = Some((candidate, count));
        }
    }
    best.map(|(candidate, _)| candidate.clone())
}

/// An authority's names in the postcode lookup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityNames {
    /// In English.
    pub english: String,
    /// In Welsh, for Welsh authorities.
    pub welsh: Option<String>,
}

/// The postcode lookup, counted by small area.
#[derive(Debug, Default)]
pub struct PostcodeLookup {
    /// Lines read.
    pub rows: u64,
    /// Lines of postcodes in use.
    pub in_use: u64,
    /// Authorities of May 2022, by code.
    pub authorities: BTreeMap<String, AuthorityNames>,
    lsoas: BTreeMap<String, PostcodeCounts<(String, String)>>,
    scottish_in_use: BTreeMap<String, PostcodeCounts<String>>,
    scottish_ended: BTreeMap<String, PostcodeCounts<String>>,
    data_zones: BTreeMap<String, PostcodeCounts<String>>,
    northern_irish: BTreeMap<String, PostcodeCounts<String>>,
}

impl PostcodeLookup {
    /// Counts the lookup's lines (about 2.7 million).
    ///
    /// # Errors
    /// If the CSV is broken or a column is missing.
    pub fn read(input: impl Read) -> Result<Self, LookupError> {
        let failed = |source| LookupError::Csv {
            file: "postcode lookup",
            source,
        };
        let mut lookup = Self::default();
        let mut reader = csv::Reader::from_reader(input);
        let headers = reader.headers().map_err(failed)?.clone();
        // Names with accents are UTF-8 in this release, although the publisher calls the file
        // Latin-1. Lines are read as bytes, so that an invalid one does not end the run.
        let mut raw = csv::ByteRecord::new();
        while reader.read_byte_record(&mut raw).map_err(failed)? {
            let record = csv::StringRecord::from_byte_record_lossy(raw.clone());
            let row: PostcodeRow = record.deserialize(Some(&headers)).map_err(failed)?;
            lookup.count(&row);
        }
        Ok(lookup)
    }

    fn count(&mut self, row: &PostcodeRow) {
        let in_use = row.doterm.is_empty();
        self.rows += 1;
        self.in_use += u64::from(in_use);
        if !row.ladcd.is_empty() && !self.authorities.contains_key(row.ladcd) {
            let welsh = (!row.ladnmw.is_empty()).then(|| row.ladnmw.to_owned());
            self.authorities.insert(
                row.ladcd.to_owned(),
                AuthorityNames {
                    english: row.ladnm.to_owned(),
                    welsh,
                },
            );
        }
        let count_postcode = |table: &mut BTreeMap<String, PostcodeCounts<String>>, area: &str| {
            *table
                .entry(area.to_owned())
                .or_default()
                .entry(row.ladcd.to_owned())
                .or_default() += 1;
        };
        match row.ladcd.bytes().next() {
            Some(b'E' | b'W') if in_use => {
                let place = (row.msoa11cd.to_owned(), row.ladcd.to_owned());
                *self
                    .lsoas
                    .entry(row.lsoa11cd.to_owned())
                    .or_default()
                    .entry(place)
                    .or_default() += 1;
            }
            Some(b'S') => {
                count_postcode(
                    if in_use {
                        &mut self.scottish_in_use
                    } else {
                        &mut self.scottish_ended
                    },
                    row.oa11cd,
                );
                count_postcode(&mut self.data_zones, row.lsoa11cd);
            }
            Some(b'N') if in_use => count_postcode(&mut self.northern_irish, row.lsoa11cd),
            _ => {}
        }
    }

    /// Returns the MSOA and the reporting authority of each LSOA of England and Wales. `lsoas` are
    /// the codes and names in the boundary file.
    ///
    /// # Errors
    /// If an LSOA is not in the lookup, is in two MSOAs or authorities, or has no authority of
    /// 2019.
    pub fn england_and_wales<'a>(
        &self,
        lsoas: impl IntoIterator<Item = (&'a str, &'a str)>,
        changes: &CodeChanges,
    ) -> Result<Vec<Lsoa>, LookupError> {
        lsoas
            .into_iter()
            .map(|(code, name)| {
                let counts = self.lsoas.get(code).ok_or_else(|| LookupError::Unmatched {
                    kind: "LSOA",
                    code: code.to_owned(),
                })?;
                if counts.len() != 1 {
                    return Err(LookupError::Straddles {
                        code: code.to_owned(),
                        count: counts.len(),
                    });
                }
                let (msoa, authority) = counts.keys().next().expect("length is one").clone();
                let authority = changes.reporting_authority(&authority, code, name)?;
                Ok(Lsoa {
                    code: code.to_owned(),
                    msoa,
                    authority,
                })
            })
            .collect()
    }

    /// Returns the council area of each Scottish output area; `areas` are output areas with their
    /// data zones. An output area without postcodes in use is assigned by its ended postcodes, and
    /// one without any postcode by its data zone.
    ///
    /// # Errors
    /// If neither the output area nor its data zone is in the lookup.
    pub fn scotland<'a>(
        &self,
        areas: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Scotland, LookupError> {
        let mut result = Scotland::default();
        for (area, data_zone) in areas {
            let council = if let Some(counts) = self.scottish_in_use.get(area) {
                most_frequent(counts)
            } else if let Some(counts) = self.scottish_ended.get(area) {
                result.by_ended_postcodes += 1;
                most_frequent(counts)
            } else {
                result.by_data_zone += 1;
                self.data_zones.get(data_zone).and_then(most_frequent)
            };
            let council = council.ok_or_else(|| LookupError::Unmatched {
                kind: "output area",
                code: area.to_owned(),
            })?;
            result.councils.push((area.to_owned(), council));
        }
        Ok(result)
    }

    /// Returns the district of each super output area of Northern Ireland: that of most of its
    /// postcodes, because ten of them are in two districts.
    ///
    /// # Errors
    /// If an area is not in the lookup.
    pub fn northern_ireland<'a>(
        &self,
        areas: impl IntoIterator<Item = &'a str>,
    ) -> Result<NorthernIreland, LookupError> {
        let mut result = NorthernIreland::default();
        for area in areas.into_iter().collect::<BTreeSet<_>>() {
            let counts = self.northern_irish.get(area);
            let district =
                counts
                    .and_then(most_frequent)
                    .ok_or_else(|| LookupError::Unmatched {
                        kind: "super output area",
                        code: area.to_owned(),
                    })?;
            if counts.is_some_and(|counts| counts.len() > 1) {
                result.straddling.push(area.to_owned());
            }
            result.districts.push((area.to_owned(), district));
        }
        Ok(result)
    }
}

/// An LSOA of 2011 with its larger areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lsoa {
    /// Code of the LSOA.
    pub code: String,
    /// Code of its MSOA, 2011 edition.
    pub msoa: String,
    /// Code of its authority in the case figures.
    pub authority: String,
}

/// Scotland's output areas with their council areas, and the numbers that were assigned indirectly.
#[derive(Debug, Default)]
pub struct Scotland {
    /// Output area and council area.
    pub councils: Vec<(String, String)>,
    /// The number of output areas assigned by postcodes that are no longer in use.
    pub by_ended_postcodes: usize,
    /// The number of output areas without any postcode, assigned by their data zone.
    pub by_data_zone: usize,
}

/// Northern Ireland's super output areas with their districts.
#[derive(Debug, Default)]
pub struct NorthernIreland {
    /// Super output area and district.
    pub districts: Vec<(String, String)>,
    /// Super output areas with postcodes in more than one district.
    pub straddling: Vec<String>,
}

/// A line of `data/lookup.csv`: an authority code that the figures do not use, and one that they
/// use in its place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CodeChange {
    /// The code that is not reported.
    pub old_code: String,
    /// Its authority's name.
    pub old_name: String,
    /// A reporting authority that covers all or, if the old code has several lines, part of it.
    pub new_code: String,
    /// The reporting authority's name.
    pub new_name: String,
    /// The reason, in a sentence that the page shows.
    pub reason: String,
}

/// All the code changes of `data/lookup.csv`.
#[derive(Debug)]
pub struct CodeChanges(BTreeMap<String, Vec<CodeChange>>);

impl CodeChanges {
    /// Reads the CSV `old_code,old_name,new_code,new_name,reason`.
    ///
    /// # Errors
    /// If the CSV is broken or a column is missing.
    pub fn read(input: impl Read) -> Result<Self, LookupError> {
        let mut changes = BTreeMap::<String, Vec<CodeChange>>::new();
        for change in csv::Reader::from_reader(input).deserialize() {
            let change: CodeChange = change.map_err(|source| LookupError::Csv {
                file: "list of code changes",
                source,
            })?;
            changes
                .entry(change.old_code.clone())
                .or_default()
                .push(change);
        }
        Ok(Self(changes))
    }

    /// Returns all changes, sorted by old code.
    pub fn iter(&self) -> impl Iterator<Item = &CodeChange> {
        self.0.values().flatten()
    }

    /// Returns the reporting area of a code that is not one itself and has exactly one successor.
    pub fn successor(&self, code: &str) -> Option<&str> {
        match self.0.get(code).map(Vec::as_slice) {
            Some([only]) => Some(&only.new_code),
            _ => None,
        }
    }

    /// Returns the reporting authority of an LSOA in an authority of any edition. If the authority
    /// was formed from several, the LSOA's name decides: it is the name of the district of 2011
    /// with a number ("Corby 001A").
    fn reporting_authority(
        &self,
        authority: &str,
        lsoa: &str,
        lsoa_name: &str,
    ) -> Result<String, LookupError> {
        let Some(changes) = self.0.get(authority) else {
            return Ok(authority.to_owned());
        };
        if let [only] = changes.as_slice() {
            return Ok(only.new_code.clone());
        }
        let district = lsoa_name
            .rsplit_once(' ')
            .map_or(lsoa_name, |(district, _)| district);
        changes
            .iter()
            .find(|change| change.new_name == district)
            .map(|change| change.new_code.clone())
            .ok_or_else(|| LookupError::NoPredecessor {
                authority: authority.to_owned(),
                district: district.to_owned(),
                lsoa: lsoa.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,\
                          lsoa11nm,msoa11nm,ladnm,ladnmw";

    /// Returns a lookup of lines `doterm oa lsoa msoa lad name welsh`, with `-` for an empty field.
    fn lookup(lines: &[&str]) -> PostcodeLookup {
        let mut csv = format!("{HEADER}\n");
        for line in lines {
            let fields: Vec<_> = line
                .split(' ')
                .map(|field| if field == "-" { "" } else { field })
                .collect();
            let [doterm, oa, lsoa, msoa, lad, name, welsh] = fields[..] else {
                panic!("seven fields: {line}")
            };
            csv += &format!("P,P,P,200001,{doterm},0,{oa},{lsoa},{msoa},{lad},,,{name},{welsh}\n");
        }
        PostcodeLookup::read(csv.as_bytes()).unwrap()
    }

    fn changes() -> CodeChanges {
        CodeChanges::read(
            "old_code,old_name,new_code,new_name,reason\n\
             E06000053,Isles of Scilly,E06000052,Cornwall,counted there\n\
             E06000061,North Northamptonshire,E07000150,Corby,formed in 2021\n\
             E06000061,North Northamptonshire,E07000153,Kettering,formed in 2021\n"
                .as_bytes(),
        )
        .unwrap()
    }

    #[test]
    fn lsoa_gets_msoa_and_authority_of_its_postcodes() {
        let lookup = lookup(&["- - E01000001 E02000001 E06000001 Hartlepool -"]);
        let joined = lookup
            .england_and_wales([("E01000001", "Hartlepool 001A")], &changes())
            .unwrap();
        let expected = Lsoa {
            code: "E01000001".into(),
            msoa: "E02000001".into(),
            authority: "E06000001".into(),
        };
        assert_eq!(joined, [expected]);
    }

    #[test]
    fn lsoa_of_merged_authority_gets_its_2011_district() {
        let lookup = lookup(&[
            "- - E01000001 E02000001 E06000061 North -",
            "- - E01000002 E02000002 E06000061 North -",
            "- - E01000003 E02000003 E06000053 Scilly -",
        ]);
        let names = [
            ("E01000001", "Corby 001A"),
            ("E01000002", "Kettering 010C"),
            ("E01000003", "Isles of Scilly 001A"),
        ];
        let joined = lookup.england_and_wales(names, &changes()).unwrap();
        let authorities: Vec<_> = joined.iter().map(|lsoa| lsoa.authority.as_str()).collect();
        assert_eq!(authorities, ["E07000150", "E07000153", "E06000052"]);
    }

    #[test]
    fn lsoa_without_predecessor_is_error_that_names_district() {
        let lookup = lookup(&["- - E01000001 E02000001 E06000061 North -"]);
        let error = lookup
            .england_and_wales([("E01000001", "Daventry 001A")], &changes())
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("E06000061 has no predecessor named \"Daventry\""),
            "{error}"
        );
    }

    #[test]
    fn lsoa_without_postcode_or_in_two_authorities_is_error() {
        let lookup = lookup(&[
            "- - E01000001 E02000001 E06000001 A -",
            "- - E01000001 E02000001 E06000002 B -",
            "200101 - E01000009 E02000001 E06000001 A -",
        ]);
        let divided = lookup
            .england_and_wales([("E01000001", "A 001A")], &changes())
            .unwrap_err();
        assert!(
            matches!(divided, LookupError::Straddles { count: 2, .. }),
            "{divided}"
        );
        let ended = lookup
            .england_and_wales([("E01000009", "A 001A")], &changes())
            .unwrap_err();
        assert!(
            matches!(ended, LookupError::Unmatched { kind: "LSOA", .. }),
            "{ended}"
        );
    }

    #[test]
    fn scottish_output_area_uses_ended_postcodes_then_data_zone() {
        let lookup = lookup(&[
            "- S00000001 S01000001 S02000001 S12000005 C -",
            "200101 S00000001 S01000001 S02000001 S12000006 D -",
            "200101 S00000002 S01000002 S02000001 S12000006 D -",
            "- S00000009 S01000003 S02000001 S12000008 E -",
        ]);
        let areas = [
            ("S00000001", "S01000001"),
            ("S00000002", "S01000002"),
            ("S00000003", "S01000003"),
        ];
        let scotland = lookup.scotland(areas).unwrap();
        let councils: Vec<_> = scotland
            .councils
            .iter()
            .map(|(_, council)| council.as_str())
            .collect();
        assert_eq!(councils, ["S12000005", "S12000006", "S12000008"]);
        assert_eq!((scotland.by_ended_postcodes, scotland.by_data_zone), (1, 1));
        assert!(lookup.scotland([("S00000004", "S01000004")]).is_err());
    }

    #[test]
    fn area_in_two_districts_gets_district_of_most_postcodes() {
        let lookup = lookup(&[
            "- N1 95AA01 N9 N09000002 A -",
            "- N1 95AA01 N9 N09000003 B -",
            "- N1 95AA01 N9 N09000003 B -",
            "- N1 95AA02 N9 N09000002 A -",
        ]);
        let joined = lookup
            .northern_ireland(["95AA02", "95AA01", "95AA01"])
            .unwrap();
        let pairs: Vec<_> = joined
            .districts
            .iter()
            .map(|(area, district)| (area.as_str(), district.as_str()))
            .collect();
        assert_eq!(pairs, [("95AA01", "N09000003"), ("95AA02", "N09000002")]);
        assert_eq!(joined.straddling, ["95AA01"]);
    }

    #[test]
    fn welsh_name_is_read_and_blank_is_none() {
        let lookup = lookup(&[
            "- - W01000001 W02000001 W06000015 Cardiff Caerdydd",
            "- - E01 E02 E06000001 Hartlepool -",
        ]);
        assert_eq!(
            lookup.authorities["W06000015"].welsh.as_deref(),
            Some("Caerdydd")
        );
        assert_eq!(lookup.authorities["E06000001"].welsh, None);
        assert_eq!((lookup.rows, lookup.in_use), (2, 2));
    }

    #[test]
    fn read_missing_column_is_error() {
        let error = PostcodeLookup::read("pcd7,ladcd\nA,B\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("missing field"), "{error}");
    }
}
