//! From the smallest areas of the 2011 census to the areas that the case figures use.
//!
//! The ONS postcode lookup says for every postcode in which small area and in which authority of
//! May 2022 it lies. Counting postcodes joins the small areas whose boundaries we have to their
//! authorities, and [`CodeChanges`] takes an authority of any year to the edition that the figures
//! are published in (2019, with the City of London within Hackney and the Isles of Scilly within
//! Cornwall).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use crate::printable::{self, Printable};
use serde::Deserialize;
use thiserror::Error;

/// Why small areas could not be joined to reporting areas.
#[derive(Debug, Error)]
pub enum LookupError {
    /// A CSV file cannot be read or lacks a column.
    #[error(
        "{file}: {source}; is this the pinned release of the file?",
        source = printable::sentence(.source)
    )]
    Csv {
        /// Which file.
        file: &'static str,
        /// What the CSV reader found, with the line.
        source: csv::Error,
    },
    /// A census area that no postcode of the lookup lies in.
    #[error(
        "{kind} {code} is not in the postcode lookup, nor is any larger area it belongs to; boundaries and lookup are of different editions",
        code = Printable::value(.code)
    )]
    Unmatched {
        /// What sort of area: "LSOA", "output area", …
        kind: &'static str,
        /// Its code.
        code: String,
    },
    /// An English or Welsh LSOA whose postcodes lie in two authorities or two MSOAs, which the
    /// census geography rules out.
    #[error(
        "LSOA {code} lies in {count} combinations of MSOA and authority, one was expected",
        code = Printable::value(.code)
    )]
    Straddles {
        /// The LSOA.
        code: String,
        /// How many combinations its postcodes name.
        count: usize,
    },
    /// An authority was split among its predecessors, but no predecessor has the district name of
    /// this LSOA.
    #[error(
        "{authority} has no predecessor named {district:?} (needed for LSOA {lsoa}); add it to the list of code changes",
        authority = Printable::value(.authority),
        lsoa = Printable::value(.lsoa)
    )]
    NoPredecessor {
        /// The newer authority's code.
        authority: String,
        /// The 2011 district name found.
        district: String,
        /// The LSOA that led there.
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

/// How many postcodes name each candidate.
type PostcodeCounts<T> = BTreeMap<T, u32>;

/// The candidate with most postcodes; of equals the first in order, so that a run can be repeated.
fn most_frequent<T: Ord + Clone>(votes: &PostcodeCounts<T>) -> Option<T> {
    let mut best: Option<(&T, u32)> = None;
    for (candidate, &count) in votes {
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

/// What the postcode lookup says, counted.
#[derive(Debug, Default)]
pub struct PostcodeLookup {
    /// Lines read.
    pub rows: u64,
    /// Lines of postcodes in use today.
    pub in_use: u64,
    /// Authorities of May 2022, by code.
    pub authorities: BTreeMap<String, AuthorityNames>,
    lsoas: BTreeMap<String, PostcodeCounts<(String, String)>>,
    scottish_live: BTreeMap<String, PostcodeCounts<String>>,
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
        // Names with accents are UTF-8 in this release although the publisher calls the file
        // Latin-1; reading bytes and converting per line keeps one odd byte from ending the run.
        let mut raw = csv::ByteRecord::new();
        while reader.read_byte_record(&mut raw).map_err(failed)? {
            let record = csv::StringRecord::from_byte_record_lossy(raw.clone());
            let row: PostcodeRow = record.deserialize(Some(&headers)).map_err(failed)?;
            lookup.count(&row);
        }
        Ok(lookup)
    }

    fn count(&mut self, row: &PostcodeRow) {
        let live = row.doterm.is_empty();
        self.rows += 1;
        self.in_use += u64::from(live);
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
        let vote = |table: &mut BTreeMap<String, PostcodeCounts<String>>, area: &str| {
            *table
                .entry(area.to_owned())
                .or_default()
                .entry(row.ladcd.to_owned())
                .or_default() += 1;
        };
        match row.ladcd.bytes().next() {
            Some(b'E' | b'W') if live => {
                let place = (row.msoa11cd.to_owned(), row.ladcd.to_owned());
                *self
                    .lsoas
                    .entry(row.lsoa11cd.to_owned())
                    .or_default()
                    .entry(place)
                    .or_default() += 1;
            }
            Some(b'S') => {
                vote(
                    if live {
                        &mut self.scottish_live
                    } else {
                        &mut self.scottish_ended
                    },
                    row.oa11cd,
                );
                vote(&mut self.data_zones, row.lsoa11cd);
            }
            Some(b'N') if live => vote(&mut self.northern_irish, row.lsoa11cd),
            _ => {}
        }
    }

    /// The MSOA and the reporting authority of every LSOA of England and Wales, given the LSOAs'
    /// codes and names as the boundary file has them.
    ///
    /// # Errors
    /// If an LSOA is not in the lookup, is in two places, or cannot be traced to a 2019 authority.
    pub fn england_and_wales<'a>(
        &self,
        lsoas: impl IntoIterator<Item = (&'a str, &'a str)>,
        changes: &CodeChanges,
    ) -> Result<Vec<Lsoa>, LookupError> {
        lsoas
            .into_iter()
            .map(|(code, name)| {
                let votes = self.lsoas.get(code).ok_or_else(|| LookupError::Unmatched {
                    kind: "LSOA",
                    code: code.to_owned(),
                })?;
                if votes.len() != 1 {
                    return Err(LookupError::Straddles {
                        code: code.to_owned(),
                        count: votes.len(),
                    });
                }
                let (msoa, authority) = votes.keys().next().expect("length is one").clone();
                let authority = changes.reporting_authority(&authority, code, name)?;
                Ok(Lsoa {
                    code: code.to_owned(),
                    msoa,
                    authority,
                })
            })
            .collect()
    }

    /// The council area of every Scottish output area, given each with its data zone. An output
    /// area without a postcode in use is joined by its ended postcodes, and failing these by its
    /// data zone.
    ///
    /// # Errors
    /// If neither the output area nor its data zone is in the lookup.
    pub fn scotland<'a>(
        &self,
        areas: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Scotland, LookupError> {
        let mut result = Scotland::default();
        for (area, data_zone) in areas {
            let council = if let Some(votes) = self.scottish_live.get(area) {
                most_frequent(votes)
            } else if let Some(votes) = self.scottish_ended.get(area) {
                result.by_ended_postcodes += 1;
                most_frequent(votes)
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

    /// The district of every super output area of Northern Ireland: where most of its postcodes
    /// lie, for ten of them straddle two districts.
    ///
    /// # Errors
    /// If an area is not in the lookup.
    pub fn northern_ireland<'a>(
        &self,
        areas: impl IntoIterator<Item = &'a str>,
    ) -> Result<NorthernIreland, LookupError> {
        let mut result = NorthernIreland::default();
        for area in areas.into_iter().collect::<BTreeSet<_>>() {
            let votes = self.northern_irish.get(area);
            let district = votes
                .and_then(most_frequent)
                .ok_or_else(|| LookupError::Unmatched {
                    kind: "super output area",
                    code: area.to_owned(),
                })?;
            if votes.is_some_and(|votes| votes.len() > 1) {
                result.straddling.push(area.to_owned());
            }
            result.districts.push((area.to_owned(), district));
        }
        Ok(result)
    }
}

/// An LSOA of 2011 and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lsoa {
    /// Code of the LSOA.
    pub code: String,
    /// Code of its MSOA, 2011 edition.
    pub msoa: String,
    /// Code of its authority as the case figures report it.
    pub authority: String,
}

/// Scotland's output areas with their council areas, and how many needed a second look.
#[derive(Debug, Default)]
pub struct Scotland {
    /// Output area and council area.
    pub councils: Vec<(String, String)>,
    /// Output areas joined by postcodes that are no longer in use.
    pub by_ended_postcodes: usize,
    /// Output areas that never had a postcode, joined by their data zone.
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

/// One fact of `data/lookup.csv`: an authority code that the figures do not use, and one that they
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
    /// Why, in a sentence for a reader.
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

    /// Every change, in order of the old code.
    pub fn iter(&self) -> impl Iterator<Item = &CodeChange> {
        self.0.values().flatten()
    }

    /// The reporting area of a code, if the code itself is none and has exactly one successor.
    pub fn successor(&self, code: &str) -> Option<&str> {
        match self.0.get(code).map(Vec::as_slice) {
            Some([only]) => Some(&only.new_code),
            _ => None,
        }
    }

    /// The reporting authority of an LSOA in an authority of any edition. Where the authority is
    /// made of several older ones, the LSOA's name decides: it is the 2011 district's name and a
    /// number ("Corby 001A").
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

    const HEADER: &str = "pcd7,pcd8,pcds,dointr,doterm,usertype,oa11cd,lsoa11cd,msoa11cd,ladcd,lsoa11nm,msoa11nm,ladnm,ladnmw";

    /// A lookup of lines given as `doterm oa lsoa msoa lad name welsh`, `-` for an empty field.
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
    fn an_lsoa_goes_to_its_msoa_and_authority() {
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
    fn a_newer_authority_is_split_by_the_2011_district_name() {
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
    fn an_unknown_predecessor_is_named() {
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
    fn an_unmatched_or_divided_lsoa_is_an_error() {
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
    fn a_scottish_output_area_falls_back_to_ended_postcodes_and_then_its_data_zone() {
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
    fn a_straddling_area_goes_where_most_postcodes_are() {
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
    fn welsh_names_are_kept_and_blank_ones_are_none() {
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
    fn a_missing_column_is_an_error() {
        let error = PostcodeLookup::read("pcd7,ladcd\nA,B\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("missing field"), "{error}");
    }
}
