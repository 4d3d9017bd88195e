//! Extracts the members with cases from a zip, one after the other, as a stream.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::printable::{self, Printable};
use crate::source::error::SourceError;
use crate::source::store::{Store, digest, disk_error};

/// The most bytes of all members together: files of cases are shorter (all of England's have some
/// 40 MB), and longer ones could fill the disk.
const MAX_TOTAL_BYTES: u64 = 4 << 30;

/// Compression methods that need some megabytes of memory. Others use a dictionary of up to 4 GB,
/// as the archive states.
const METHODS: [CompressionMethod; 5] = [
    CompressionMethod::STORE,
    CompressionMethod::DEFLATE,
    CompressionMethod::DEFLATE64,
    CompressionMethod::BZIP2,
    CompressionMethod::ZSTD,
];

/// The most members that a pattern may match. One level in the archive has up to 26, one for each
/// letter.
const MAX_MEMBERS: usize = 1000;

/// The most members that are listed when none matches.
const LISTED: usize = 20;

/// An extracted member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in the zip.
    pub name: String,
    /// The extracted file.
    pub file: PathBuf,
    /// Its bytes.
    pub length: u64,
}

/// The reasons why a member cannot be extracted.
#[derive(Debug)]
pub enum ExtractError {
    /// A fault of the zip.
    Zip {
        /// The zip or its member.
        what: String,
        /// The reason, and what to do.
        reason: String,
        /// Whether another copy of the zip may be undamaged.
        is_damaged: bool,
    },
    /// An error of this machine.
    Local(SourceError),
}

/// Parses the setting `member` as a pattern.
///
/// # Errors
/// If it is not a pattern.
pub fn pattern(member: &str) -> Result<Pattern, SourceError> {
    Pattern::new(member).map_err(|error| SourceError::Setting {
        field: "member",
        reason: format!("\"{member}\": {error}"),
    })
}

/// Opens a zip.
///
/// # Errors
/// If it is not a zip, or truncated.
pub fn open(zip: &Path) -> Result<ZipArchive<BufReader<File>>, ExtractError> {
    let file =
        File::open(zip).map_err(|error| ExtractError::Local(disk_error(zip, "read")(error)))?;
    ZipArchive::new(BufReader::new(file))
        .map_err(|error| zip_error("the archive".into(), zip, error))
}

/// Extracts the members that are called `member`, or else those that match the pattern.
///
/// # Errors
/// If none matches, or one is damaged.
pub fn extract(
    zip: &Path,
    member: &str,
    pattern: &Pattern,
    store: &Store,
) -> Result<Vec<Member>, ExtractError> {
    /// `*` matches within one folder of the zip.
    const WITHIN: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let mut archive = open(zip)?;
    let mut names = vec![];
    for name in archive.file_names() {
        names.push(
            name.map_err(|error| zip_error("the archive".into(), zip, error))?
                .into_owned(),
        );
    }
    let mut found: Vec<_> = names.iter().filter(|name| *name == member).collect();
    if found.is_empty() {
        found = names
            .iter()
            .filter(|name| !name.ends_with('/') && pattern.matches_with(name, WITHIN))
            .collect();
        found.sort();
    }
    if found.is_empty() || found.len() > MAX_MEMBERS {
        let reason = if found.is_empty() {
            describe_no_match(&names, member)
        } else {
            format!(
                "{} members match the pattern; make it narrower in the source's setting member",
                found.len()
            )
        };
        return Err(ExtractError::Zip {
            what: format!("the member \"{member}\""),
            reason,
            is_damaged: false,
        });
    }
    let mut left = MAX_TOTAL_BYTES;
    let mut members: Vec<Member> = vec![];
    for name in found {
        let member = extract_member(&mut archive, zip, name, left, store)?;
        left -= member.length;
        if let Some(other) = members.iter().find(|other| other.file == member.file) {
            let reason = format!(
                "another member has the same file name, \"{}\"; ask the publisher",
                Printable::value(&other.name)
            );
            return Err(ExtractError::Zip {
                what: format!("the member \"{}\"", Printable::value(name)),
                reason,
                is_damaged: false,
            });
        }
        members.push(member);
    }
    Ok(members)
}

/// Returns the cache's file name for a member: its name in the archive, if that distinguishes it
/// from all others.
fn file_name(name: &str) -> String {
    /// File systems accept 255 bytes.
    const MAX_NAME_BYTES: usize = 200;
    // Separators are replaced by `~`, so that the folder's name distinguishes members whose files
    // have the same name.
    let plain = name.replace(['/', '\\'], "~");
    let is_own =
        name.len() <= MAX_NAME_BYTES && !name.contains(['~', '\\']) && !name.starts_with('.');
    if is_own && !name.contains(char::is_control) {
        return format!("members/{plain}");
    }
    // The extension says what the file is.
    let end: String = if name.ends_with(".gz") {
        ".csv.gz".into()
    } else {
        ".csv".into()
    };
    format!("members/~{}{end}", digest(name.as_bytes()))
}

fn extract_member(
    archive: &mut ZipArchive<BufReader<File>>,
    zip: &Path,
    name: &str,
    most: u64,
    store: &Store,
) -> Result<Member, ExtractError> {
    let what = format!("the member \"{}\"", Printable::value(name));
    let index = archive.index_for_name(name).ok_or(ZipError::FileNotFound);
    let raw = index.and_then(|index| Ok((index, archive.by_index_raw(index)?.compression())));
    let (index, method) = raw.map_err(|error| zip_error(what.clone(), zip, error))?;
    if !METHODS.contains(&method) {
        let reason = format!(
            "it is compressed by method {method}, which prepare cannot read; ask the publisher"
        );
        return Err(ExtractError::Zip {
            what,
            reason,
            is_damaged: false,
        });
    }
    let entry = archive
        .by_index(index)
        .map_err(|error| zip_error(what.clone(), zip, error))?;
    let length = entry.size();
    if length > most {
        let reason = format!(
            "it is {length} bytes long; with the members before it that is more than the limit of \
             {MAX_TOTAL_BYTES}; check the setting member"
        );
        return Err(ExtractError::Zip {
            what,
            reason,
            is_damaged: false,
        });
    }
    let path = store.path(&file_name(name));
    let local = ExtractError::Local;
    let mut file = store.unfinished(&path).map_err(local)?;
    let mut input = ErrorRecorder {
        inner: entry.take(length + 1),
        failed: None,
    };
    let copied = io::copy(&mut input, file.as_file_mut());
    match (copied, input.failed) {
        (_, Some(error)) => return Err(zip_error(what, zip, ZipError::Io(error))),
        (Err(error), None) => return Err(local(disk_error(&path, "written")(error))),
        (Ok(copied), None) if copied != length => {
            let reason = format!(
                "it has {copied} bytes where the zip states {length}; the zip is damaged, \
                 download it again"
            );
            return Err(ExtractError::Zip {
                what,
                reason,
                is_damaged: true,
            });
        }
        (Ok(_), None) => {}
    }
    store.finish(file, &path).map_err(local)?;
    Ok(Member {
        name: name.to_owned(),
        file: path,
        length,
    })
}

/// A reader that records its error, to distinguish it from an error of writing.
struct ErrorRecorder<R> {
    inner: R,
    failed: Option<io::Error>,
}

impl<R: Read> Read for ErrorRecorder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
            read => read,
        }
    }
}

fn zip_error(what: String, zip: &Path, error: ZipError) -> ExtractError {
    let (reason, is_damaged) = match error {
        ZipError::CompressionMethodNotSupported(method) => (
            format!(
                "it is compressed by method {method}, which prepare cannot read; ask the publisher"
            ),
            false,
        ),
        ZipError::UnsupportedArchive(why) => (
            format!("{why}; prepare cannot read that, ask the publisher"),
            false,
        ),
        ZipError::InvalidPassword => (
            "it is encrypted; ask the publisher for an archive without a password".to_owned(),
            false,
        ),
        error => (
            format!(
                "{}: {}; the zip is truncated or damaged, download it again",
                zip.display(),
                printable::sentence(&error)
            ),
            true,
        ),
    };
    ExtractError::Zip {
        what,
        reason,
        is_damaged,
    }
}

/// Describes which members may be meant: the CSV files, the most similar names first.
fn describe_no_match(names: &[String], member: &str) -> String {
    let files = names.iter().filter(|name| !name.ends_with('/')).count();
    let is_csv = |name: &str| {
        [".csv", ".csv.gz"]
            .iter()
            .any(|ending| name.to_lowercase().ends_with(ending))
    };
    let mut tables: Vec<&String> = names.iter().filter(|name| is_csv(name)).collect();
    if tables.is_empty() {
        return format!(
            "none of the archive's {files} members matches, and none is a .csv; check address and \
             path"
        );
    }
    let distance = |name: &str| {
        1.0 - strsim::normalized_levenshtein(&name.to_lowercase(), &member.to_lowercase())
    };
    tables.sort_by_cached_key(|name| ((distance(name) * 1e6) as u64, (*name).clone()));
    let mut listed: String = tables
        .iter()
        .take(LISTED)
        .map(|name| format!("\n    {}", Printable::value(name)))
        .collect();
    if tables.len() > LISTED {
        listed += &format!("\n    and {} more", tables.len() - LISTED);
    }
    format!(
        "none of the archive's {files} members matches; set member to one of its .csv files, or to \
         a pattern with * for several:{listed}\n   "
    )
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::printable::MAX_VALUE_CHARS;

    fn zip(folder: &Path, members: &[(&str, &[u8])]) -> PathBuf {
        let path = folder.join("cases.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, content) in members {
            zip.start_file(*name, SimpleFileOptions::default().large_file(true))
                .unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap();
        path
    }

    fn take(zip: &Path, folder: &Path, member: &str) -> Result<Vec<Member>, String> {
        let store = Store::open(folder.join("cache")).unwrap();
        extract(zip, member, &pattern(member).unwrap(), &store).map_err(|trouble| match trouble {
            ExtractError::Zip {
                what,
                reason,
                is_damaged,
            } => format!("{what}: {reason} {is_damaged}"),
            ExtractError::Local(error) => error.to_string(),
        })
    }

    const MEMBERS: &[(&str, &[u8])] = &[
        (
            "Cases/ltla_newCasesBySpecimenDate.csv",
            b"area_type,area_name\n",
        ),
        ("Cases/ltla_newCasesByPublishDate.csv", b"two"),
        ("Cases/older/ltla_x.csv", b"three"),
        ("Deaths/read me.txt", b"four"),
    ];

    #[test]
    fn extract_finds_members_by_name_or_pattern() {
        let folder = tempfile::tempdir().unwrap();
        let zip = zip(folder.path(), MEMBERS);
        let one = take(&zip, folder.path(), "Cases/ltla_newCasesBySpecimenDate.csv").unwrap();
        assert_eq!(std::fs::read(&one[0].file).unwrap(), MEMBERS[0].1);
        let names = |pattern| -> Vec<String> {
            take(&zip, folder.path(), pattern)
                .unwrap()
                .into_iter()
                .map(|member| member.name)
                .collect()
        };
        assert_eq!(
            names("Cases/ltla_*.csv"),
            [
                "Cases/ltla_newCasesByPublishDate.csv",
                "Cases/ltla_newCasesBySpecimenDate.csv"
            ]
        );
        assert_eq!(names("**/ltla_x.csv"), ["Cases/older/ltla_x.csv"]);
    }

    /// The archive's neighbourhood members, one for each first letter, packed or not.
    #[test]
    fn extract_pattern_matches_any_number_of_members() {
        let folder = tempfile::tempdir().unwrap();
        let name = |n: usize| {
            format!("Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_{n:03}.csv")
        };
        let names: Vec<String> = (0..130)
            .map(name)
            .map(|csv| csv.replace("7.csv", "7.csv.gz"))
            .collect();
        let mut members: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), name.as_bytes()))
            .collect();
        members.extend_from_slice(MEMBERS);
        let zip = zip(folder.path(), &members);
        let taken = take(
            &zip,
            folder.path(),
            "Cases/msoa_newCasesBySpecimenDateRollingRate_areas_letter_*.csv*",
        )
        .unwrap();
        assert_eq!(
            taken.iter().map(|member| &member.name).collect::<Vec<_>>(),
            names.iter().collect::<Vec<_>>()
        );
        for member in taken {
            assert_eq!(std::fs::read(&member.file).unwrap(), member.name.as_bytes());
        }
    }

    #[test]
    fn extract_members_never_collide() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("{}.csv", "x".repeat(300));
        let names = ["a/b.csv", "a~b.csv", "a\\b.csv", ".unfinished-b.csv", &long];
        let members: Vec<(&str, &[u8])> =
            names.iter().map(|name| (*name, name.as_bytes())).collect();
        let taken = take(&zip(folder.path(), &members), folder.path(), "**/*.csv").unwrap();
        assert_eq!(taken.len(), names.len(), "{taken:?}");
        for member in taken {
            assert_eq!(std::fs::read(&member.file).unwrap(), member.name.as_bytes());
        }
    }

    #[test]
    fn extract_unknown_member_lists_most_similar_csv_first() {
        let folder = tempfile::tempdir().unwrap();
        let zip = zip(folder.path(), MEMBERS);
        let error = take(&zip, folder.path(), "cases/ltla_newcasesbyspecimendate.csv").unwrap_err();
        assert_eq!(
            error,
            "the member \"cases/ltla_newcasesbyspecimendate.csv\": none of the archive's 4 \
             members matches; set member to \
             one of its .csv files, or to a pattern with * for several:\n    \
             Cases/ltla_newCasesBySpecimenDate.csv\n    Cases/ltla_newCasesByPublishDate.csv\n    \
             Cases/older/ltla_x.csv\n    false"
        );
    }

    #[test]
    fn extract_unknown_member_list_is_bounded_and_cleaned() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("Cases/{}.csv", "x".repeat(300));
        let names: Vec<String> = (0..25).map(|n| format!("Cases/msoa_{n:02}.CSV")).collect();
        let mut members: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &b"a"[..]))
            .collect();
        members.extend([("Cases/\u{1b}[2Jmsoa_areas.csv", &b"a"[..]), (&long, b"a")]);
        let error = take(
            &zip(folder.path(), &members),
            folder.path(),
            "Cases/msoa_areas_*.csv",
        )
        .unwrap_err();
        assert!(
            error.contains("27 members") && error.contains("\n    and 7 more\n"),
            "{error}"
        );
        assert!(
            error.contains("several:\n    Cases/�[2Jmsoa_areas.csv\n") && !error.contains('\u{1b}'),
            "{error}"
        );
        let error = take(
            &zip(folder.path(), &members[26..]),
            folder.path(),
            "msoa.csv",
        )
        .unwrap_err();
        let listed = error.lines().nth(1).unwrap().trim();
        assert!(
            listed.ends_with("x…") && listed.chars().count() == MAX_VALUE_CHARS + 1,
            "{error}"
        );
    }

    #[test]
    fn extract_from_zip_without_csv_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = take(
            &zip(folder.path(), &MEMBERS[3..]),
            folder.path(),
            "Cases/msoa_*.csv",
        )
        .unwrap_err();
        assert!(
            error.contains("none of the archive's 1 members matches, and none is a .csv"),
            "{error}"
        );
    }

    #[test]
    fn extract_refuses_damaged_zips_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = zip(folder.path(), &[("a.csv", &[b'x'; 5000])]);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 30]).unwrap();
        let error = take(&path, folder.path(), "a.csv").unwrap_err();
        assert!(
            error.contains("cases.zip")
                && error.contains("truncated or damaged")
                && error.ends_with("true"),
            "{error}"
        );
        // A wrong checksum, in the member's own header and in the directory.
        let stored = folder.path().join("stored.zip");
        let mut zip = ZipWriter::new(File::create(&stored).unwrap());
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file("a.csv", plain).unwrap();
        zip.write_all(&[b'x'; 5000]).unwrap();
        zip.finish().unwrap();
        let mut bytes = std::fs::read(&stored).unwrap();
        bytes[1000] ^= 1;
        std::fs::write(&stored, bytes).unwrap();
        let error = take(&stored, folder.path(), "a.csv").unwrap_err();
        assert!(
            error.contains("the member \"a.csv\"") && error.contains("checksum"),
            "{error}"
        );
        assert_eq!(
            std::fs::read_dir(folder.path().join("cache/members"))
                .unwrap()
                .count(),
            0
        );
    }

    #[test]
    fn extract_refuses_other_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.zip");
        std::fs::write(&path, "<html>").unwrap();
        assert!(
            take(&path, folder.path(), "a.csv")
                .unwrap_err()
                .contains("page.zip")
        );
        assert!(
            take(&folder.path().join("no.zip"), folder.path(), "a.csv")
                .unwrap_err()
                .contains("no.zip")
        );
        assert!(pattern("a[").unwrap_err().to_string().contains("member"));
    }
}
