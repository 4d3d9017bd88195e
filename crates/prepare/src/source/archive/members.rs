//! The members of a zip that have the cases, taken out one after the other as they stream by.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use crate::printable::{self, Printable};
use crate::source::error::SourceError;
use crate::source::store::{Store, digest, disk};

/// Members longer than that together are not files of cases; they would fill the disk. All of
/// England's are some 40 MB.
const LONGEST: u64 = 4 << 30;

/// Methods that unpack within some megabytes of memory. Others take a dictionary of up to 4 GB, as
/// large as the archive says.
const METHODS: [CompressionMethod; 5] = [
    CompressionMethod::STORE,
    CompressionMethod::DEFLATE,
    CompressionMethod::DEFLATE64,
    CompressionMethod::BZIP2,
    CompressionMethod::ZSTD,
];

/// More members than that are not meant by a pattern. One level in the archive has up to 26, a
/// letter each.
const MOST: usize = 1000;

/// Members listed when none is the one wanted.
const LISTED: usize = 20;

/// A member taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name in the zip.
    pub name: String,
    /// Where it is now.
    pub file: PathBuf,
    /// Its bytes.
    pub length: u64,
}

/// Why a member could not be taken out.
#[derive(Debug)]
pub enum Trouble {
    /// The zip's fault.
    Zip {
        /// The zip or its member.
        what: String,
        /// What is wrong and what to do.
        reason: String,
        /// Another copy of the zip may be whole.
        damaged: bool,
    },
    /// This machine's.
    Here(SourceError),
}

/// The setting `member` as a pattern.
///
/// # Errors
/// If it is none.
pub fn pattern(member: &str) -> Result<Pattern, SourceError> {
    Pattern::new(member).map_err(|error| SourceError::Setting {
        field: "member",
        reason: format!("\"{member}\": {error}"),
    })
}

/// Opens a zip.
///
/// # Errors
/// If it is none, or cut.
pub fn open(zip: &Path) -> Result<ZipArchive<BufReader<File>>, Trouble> {
    let file = File::open(zip).map_err(|error| Trouble::Here(disk(zip, "read")(error)))?;
    ZipArchive::new(BufReader::new(file)).map_err(|error| wrong("the archive".into(), zip, error))
}

/// Takes the members out.
///
/// # Errors
/// If there is none, or one is damaged.
pub fn extract(
    zip: &Path,
    member: &str,
    wanted: &Pattern,
    store: &Store,
) -> Result<Vec<Member>, Trouble> {
    /// A `*` stays within a folder of the zip.
    const WITHIN: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let mut archive = open(zip)?;
    let mut names = vec![];
    for name in archive.file_names() {
        names.push(
            name.map_err(|error| wrong("the archive".into(), zip, error))?
                .into_owned(),
        );
    }
    let mut found: Vec<_> = names.iter().filter(|name| *name == member).collect();
    if found.is_empty() {
        found = names
            .iter()
            .filter(|name| !name.ends_with('/') && wanted.matches_with(name, WITHIN))
            .collect();
        found.sort();
    }
    if found.is_empty() || found.len() > MOST {
        let reason = if found.is_empty() {
            missing(&names, member)
        } else {
            format!(
                "{} members are of that pattern; make it narrower in the source's setting member",
                found.len()
            )
        };
        return Err(Trouble::Zip {
            what: format!("the member \"{member}\""),
            reason,
            damaged: false,
        });
    }
    let mut left = LONGEST;
    let mut members: Vec<Member> = vec![];
    for name in found {
        let member = take_out(&mut archive, zip, name, left, store)?;
        left -= member.length;
        if let Some(other) = members.iter().find(|other| other.file == member.file) {
            let reason = format!(
                "the archive has another of that name, \"{}\"; ask the publisher",
                Printable::value(&other.name)
            );
            return Err(Trouble::Zip {
                what: format!("the member \"{}\"", Printable::value(name)),
                reason,
                damaged: false,
            });
        }
        members.push(member);
    }
    Ok(members)
}

/// Where a member goes in the cache: its name in the archive, if that tells it from all others.
fn file_name(name: &str) -> String {
    /// File systems take 255 bytes.
    const LONGEST_NAME: usize = 200;
    // The folder's name keeps members apart whose files have one name; separators become part of
    // it.
    let plain = name.replace(['/', '\\'], "~");
    let is_own =
        name.len() <= LONGEST_NAME && !name.contains(['~', '\\']) && !name.starts_with('.');
    if is_own && !name.contains(char::is_control) {
        return format!("members/{plain}");
    }
    // How it ends tells what it is.
    let end: String = if name.ends_with(".gz") {
        ".csv.gz".into()
    } else {
        ".csv".into()
    };
    format!("members/~{}{end}", digest(name.as_bytes()))
}

fn take_out(
    archive: &mut ZipArchive<BufReader<File>>,
    zip: &Path,
    name: &str,
    most: u64,
    store: &Store,
) -> Result<Member, Trouble> {
    let what = format!("the member \"{}\"", Printable::value(name));
    let index = archive.index_for_name(name).ok_or(ZipError::FileNotFound);
    let raw = index.and_then(|index| Ok((index, archive.by_index_raw(index)?.compression())));
    let (index, method) = raw.map_err(|error| wrong(what.clone(), zip, error))?;
    if !METHODS.contains(&method) {
        let reason = format!(
            "it is compressed by method {method}, which prepare cannot read; ask the publisher"
        );
        return Err(Trouble::Zip {
            what,
            reason,
            damaged: false,
        });
    }
    let entry = archive
        .by_index(index)
        .map_err(|error| wrong(what.clone(), zip, error))?;
    let length = entry.size();
    if length > most {
        let reason = format!(
            "it is {length} bytes long; with those before it that is more than {LONGEST}, which no files of cases are; \
             check the setting member"
        );
        return Err(Trouble::Zip {
            what,
            reason,
            damaged: false,
        });
    }
    let path = store.path(&file_name(name));
    let here = Trouble::Here;
    let mut file = store.unfinished(&path).map_err(here)?;
    let mut input = Tell {
        inner: entry.take(length + 1),
        failed: None,
    };
    let copied = io::copy(&mut input, file.as_file_mut());
    match (copied, input.failed) {
        (_, Some(error)) => return Err(wrong(what, zip, ZipError::Io(error))),
        (Err(error), None) => return Err(here(disk(&path, "written")(error))),
        (Ok(copied), None) if copied != length => {
            let reason = format!(
                "it has {copied} bytes where the zip says {length}; the zip is damaged, get it again"
            );
            return Err(Trouble::Zip {
                what,
                reason,
                damaged: true,
            });
        }
        (Ok(_), None) => {}
    }
    store.finish(file, &path).map_err(here)?;
    Ok(Member {
        name: name.to_owned(),
        file: path,
        length,
    })
}

/// Keeps the error of reading apart from that of writing.
struct Tell<R> {
    inner: R,
    failed: Option<io::Error>,
}

impl<R: Read> Read for Tell<R> {
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

fn wrong(what: String, zip: &Path, error: ZipError) -> Trouble {
    let (reason, damaged) = match error {
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
            "it is encrypted; ask the publisher for one that is open".to_owned(),
            false,
        ),
        error => (
            format!(
                "{}: {}; the zip is cut or damaged, get it again",
                zip.display(),
                printable::sentence(&error)
            ),
            true,
        ),
    };
    Trouble::Zip {
        what,
        reason,
        damaged,
    }
}

/// Says which members may be meant: the CSV files, the most alike first.
fn missing(names: &[String], member: &str) -> String {
    let files = names.iter().filter(|name| !name.ends_with('/')).count();
    let is_csv = |name: &str| {
        [".csv", ".csv.gz"]
            .iter()
            .any(|ending| name.to_lowercase().ends_with(ending))
    };
    let mut tables: Vec<&String> = names.iter().filter(|name| is_csv(name)).collect();
    if tables.is_empty() {
        return format!(
            "none of the archive's {files} members is that, and none is a .csv; check address and path"
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
        "none of the archive's {files} members is that; set member to one of its .csv files, or to a pattern with * of \
         several:{listed}\n   "
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
            Trouble::Zip {
                what,
                reason,
                damaged,
            } => format!("{what}: {reason} {damaged}"),
            Trouble::Here(error) => error.to_string(),
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
    fn members_are_taken_out_by_name_or_pattern() {
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

    /// The archive's members of neighbourhoods, one for each first letter, whatever packs them.
    #[test]
    fn pattern_takes_out_all_members_however_many() {
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
    fn members_never_take_each_others_place() {
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
    fn missing_member_is_named_with_the_csv_files_most_alike_first() {
        let folder = tempfile::tempdir().unwrap();
        let zip = zip(folder.path(), MEMBERS);
        let error = take(&zip, folder.path(), "cases/ltla_newcasesbyspecimendate.csv").unwrap_err();
        assert_eq!(
            error,
            "the member \"cases/ltla_newcasesbyspecimendate.csv\": none of the archive's 4 members is that; set member to \
             one of its .csv files, or to a pattern with * of several:\n    \
             Cases/ltla_newCasesBySpecimenDate.csv\n    Cases/ltla_newCasesByPublishDate.csv\n    \
             Cases/older/ltla_x.csv\n    false"
        );
    }

    #[test]
    fn list_of_members_is_bounded_and_cleaned() {
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
    fn archive_without_csv_files_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = take(
            &zip(folder.path(), &MEMBERS[3..]),
            folder.path(),
            "Cases/msoa_*.csv",
        )
        .unwrap_err();
        assert!(
            error.contains("none of the archive's 1 members is that, and none is a .csv"),
            "{error}"
        );
    }

    #[test]
    fn cut_and_damaged_zips_are_refused_and_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = zip(folder.path(), &[("a.csv", &[b'x'; 5000])]);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 30]).unwrap();
        let error = take(&path, folder.path(), "a.csv").unwrap_err();
        assert!(
            error.contains("cases.zip")
                && error.contains("cut or damaged")
                && error.ends_with("true"),
            "{error}"
        );
        // Another checksum: in the member's own header and in the directory.
        let stored = folder.path().join("stored.zip");
        let mut zip = ZipWriter::new(File::create(&stored).unwrap());
        let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
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
    fn what_is_no_zip_is_refused() {
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
