//! Ranks names by how well they match a query.

use std::cmp::Ordering;

use rising_model::domain::area::AreaIndex;
use rising_model::domain::sorting;

/// The index: normalised names in one buffer, because a string for each would be thousands of
/// allocations when the first letter is typed.
#[derive(Default)]
pub struct Index {
    names: Vec<u8>,
    withins: Vec<u8>,
    entries: Vec<IndexEntry>,
    /// The last entry's `within` as given. Neighbours in a list mostly share it, and it is then
    /// stored once.
    last_within: String,
}

/// A name of the index.
struct IndexEntry {
    /// Start and end in `names`.
    name: (u32, u32),
    /// Start and end in `withins`.
    within: (u32, u32),
    /// A bit for each first letter of the words of both.
    initials: u32,
    /// A bit for each letter of both.
    letters: u32,
    /// The prior likelihood of the place, whatever the query: higher is likelier.
    fame: i16,
}

/// A name that matches the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The name's position in the order added.
    pub at: AreaIndex,
    /// The distance between query and name; see [`distance`].
    pub distance: i16,
}

impl Hit {
    /// Whether the query's words are whole words of the name, one after the other.
    pub fn has_whole_words(self) -> bool {
        self.distance < distance::BEGINS
    }

    /// Whether the query is the whole name.
    pub fn is_whole(self) -> bool {
        self.distance == distance::WHOLE
    }
}

/// Distances between query and name. Names are ranked by fame minus distance. Doubling the
/// population adds 4 to the fame, and no two fames differ by 128 or more.
mod distance {
    /// The query is the whole name.
    pub const WHOLE: i16 = 0;
    /// The name begins with the query's words. "Newcastle" finds Newcastle upon Tyne before a town
    /// of exactly that name with less than a sixteenth of its population.
    pub const FIRST_WORDS: i16 = 16;
    /// The query's words are later in the name: "Yarmouth" finds Great Yarmouth.
    pub const LATER_WORDS: i16 = 24;
    /// Added where the query begins with small words that the name lacks: "Royal Borough of
    /// Greenwich".
    pub const SMALL_WORDS: i16 = 40;
    /// The name begins with the query, whose last word is incomplete.
    pub const BEGINS: i16 = 150;
    /// The name continues with the query from a later word, the last word being incomplete.
    pub const LATER_WORD: i16 = 170;
    /// Every word of the query begins a word of the name or of its `within`.
    pub const WORDS: i16 = 300;
    /// The query's letters are somewhere in the name.
    pub const INSIDE: i16 = 450;
    /// Added where one letter is wrong, missing, superfluous or swapped with its neighbour.
    pub const WITH_ERROR: i16 = 600;
}

/// Number of exact matches below which matches with an error are searched too.
const FEW: usize = 3;
/// Least number of letters of a word that may have an error: too many shorter words differ by one
/// letter.
const LONG_ENOUGH: usize = 4;

impl Index {
    /// Adds a name. Its position is the number of names added before.
    ///
    /// `within` distinguishes it from others of the same name, such as a neighbourhood's authority;
    /// it is searched too, and may be empty. Of names that match equally well, that of more
    /// `people` is first. `handicap` is for kinds of names that are rarely searched: each 4 counts
    /// as half the population. Names beyond the largest position are not found.
    pub fn add(&mut self, name: &str, within: &str, handicap: u8, people: u32) {
        // "Bristol, City of" is usually typed as "Bristol"; the rest is searched too.
        let (name, within) = match name.split_once(", ") {
            Some((plain, rest @ ("City of" | "County of"))) => {
                (plain, &*format!("{rest} {within}"))
            }
            _ => (name, within),
        };
        let name = push(&mut self.names, name);
        let around = match self.entries.last() {
            Some(last) if self.last_within == within => last.within,
            _ => {
                self.last_within.clear();
                self.last_within.push_str(within);
                push(&mut self.withins, within)
            }
        };
        let both = [part(&self.names, name), part(&self.withins, around)];
        let initials = both.iter().fold(0, |bits, text| bits | initials(text));
        let letters = both.iter().fold(0, |bits, text| bits | letters(text));
        let fame = doublings(people) - i16::from(handicap);
        self.entries.push(IndexEntry {
            name,
            within: around,
            initials,
            letters,
            fame,
        });
    }

    /// Returns the `limit` best matches, the best first, among the names that `keep` accepts.
    pub fn best(&self, typed: &str, limit: usize, keep: &dyn Fn(AreaIndex) -> bool) -> Vec<Hit> {
        let typed = normalised(typed);
        let typed = Query::new(&typed);
        if typed.words.is_empty() || limit == 0 {
            return vec![];
        }
        let mut found = vec![];
        self.by_words(&typed, false, keep, &mut found);
        if found.len() < limit {
            self.by_letters(&typed, keep, &mut found);
        }
        if found.len() < FEW {
            self.by_words(&typed, true, keep, &mut found);
        }
        // Each name is found at most once, so positions suffice.
        let best = sorting::first((0..found.len() as AreaIndex).collect(), limit, &|a, b| {
            self.compare(found[usize::from(a)], found[usize::from(b)])
        });
        best.into_iter().map(|at| found[usize::from(at)]).collect()
    }

    /// Returns the positions of the names that are wholly the query, among those that `keep`
    /// accepts.
    pub fn called(&self, typed: &str, keep: &dyn Fn(AreaIndex) -> bool) -> Vec<AreaIndex> {
        let mut found = vec![];
        self.by_words(&Query::new(typed), false, keep, &mut found);
        found
            .into_iter()
            .filter(|hit| hit.is_whole())
            .map(|hit| hit.at)
            .collect()
    }

    /// Returns the entries with their positions.
    fn entries(&self) -> impl Iterator<Item = (AreaIndex, &IndexEntry)> {
        (0..AreaIndex::MAX).zip(&self.entries)
    }

    fn name(&self, entry: &IndexEntry) -> &[u8] {
        part(&self.names, entry.name)
    }

    fn compare(&self, one: Hit, other: Hit) -> Ordering {
        let entry = |hit: Hit| &self.entries[usize::from(hit.at)];
        let merit = |hit: Hit| entry(hit).fame - hit.distance;
        merit(other)
            .cmp(&merit(one))
            .then_with(|| self.name(entry(one)).cmp(self.name(entry(other))))
            .then(one.at.cmp(&other.at))
    }

    /// Adds the names that match the query's words; with `error`, those that match with one error.
    fn by_words(
        &self,
        typed: &Query,
        error: bool,
        keep: &dyn Fn(AreaIndex) -> bool,
        found: &mut Vec<Hit>,
    ) {
        // Most names lack some of these letters or first letters, and are skipped by a bit test.
        let spelt = typed.needed.iter().fold(0, |bits, word| {
            bits | letters(if may_be_st(word) { b"s" } else { word })
        });
        // The first letter of each word, and the second, with which it may be swapped.
        let wanted: Vec<[u32; 2]> = typed
            .needed
            .iter()
            .map(|word| match word {
                [first, second, ..] if error && word.len() >= LONG_ENOUGH => {
                    [letter(*first), letter(*second)]
                }
                _ => [letter(word[0]), 0],
            })
            .collect();
        let before = found.len();
        for (position, entry) in self.entries() {
            let lacking = (spelt & !entry.letters).count_ones();
            // If a letter is lacking, it is the error, so no letters are swapped.
            let may_begin = |[first, second]: &[u32; 2]| {
                entry.initials & if lacking == 0 { first | second } else { *first } != 0
            };
            if lacking > u32::from(error) || !wanted.iter().all(may_begin) {
                continue;
            }
            let within = part(&self.withins, entry.within);
            if !keep(position) {
                continue;
            }
            let Some(distance) = typed.distance_to(self.name(entry), within, error) else {
                continue;
            };
            if !error {
                found.push(Hit {
                    at: position,
                    distance,
                });
            } else if found[..before].iter().all(|known| known.at != position) {
                // With an error, a match of the whole name is no better than one of a beginning:
                // one letter often makes another name.
                let distance =
                    distance.max(distance::BEGINS - distance::FIRST_WORDS) + distance::WITH_ERROR;
                found.push(Hit {
                    at: position,
                    distance,
                });
            }
        }
    }

    /// Adds the names not found yet that contain the query's letters anywhere.
    fn by_letters(&self, typed: &Query, keep: &dyn Fn(AreaIndex) -> bool, found: &mut Vec<Hit>) {
        let text = typed.text.as_bytes();
        let spelt = letters(text);
        let before = found.len();
        // Both lists ascend.
        let mut known = 0;
        for (position, entry) in self.entries() {
            if known < before && found[known].at == position {
                known += 1;
                continue;
            }
            if spelt & !entry.letters != 0 {
                continue;
            }
            let name = self.name(entry);
            let has = (0..(name.len() + 1).saturating_sub(text.len()))
                .any(|at| name[at] == text[0] && name[at..].starts_with(text));
            if has && keep(position) {
                found.push(Hit {
                    at: position,
                    distance: distance::INSIDE,
                });
            }
        }
    }
}

/// A query and its words.
struct Query<'a> {
    text: &'a str,
    words: Vec<&'a [u8]>,
    /// The words that a name must match: all but the small ones, unless all are small.
    needed: Vec<&'a [u8]>,
}

impl<'a> Query<'a> {
    fn new(text: &'a str) -> Query<'a> {
        let words: Vec<&[u8]> = words(text.as_bytes()).collect();
        let mut needed = words.clone();
        needed.retain(|word| !is_small(word));
        if needed.is_empty() {
            needed.clone_from(&words);
        }
        Query {
            text,
            words,
            needed,
        }
    }

    /// Returns the distance between a name and the query; `None` if they do not match.
    fn distance_to(&self, name: &[u8], within: &[u8], error: bool) -> Option<i16> {
        let mut from = Some(0);
        let mut later = false;
        while let Some(start) = from {
            let rest = &name[start..];
            if let Some((reach, is_direct)) = self.matches_start(rest, error) {
                let distance = match (later, reach) {
                    (false, Reach::Name) => distance::WHOLE,
                    (false, Reach::Words) => distance::FIRST_WORDS,
                    (true, Reach::Name | Reach::Words) => distance::LATER_WORDS,
                    (false, Reach::Letters) => distance::BEGINS,
                    (true, Reach::Letters) => distance::LATER_WORD,
                };
                return Some(if is_direct {
                    distance
                } else {
                    distance + distance::SMALL_WORDS
                });
            }
            // Small words do not count as the beginning: "City of Edinburgh" begins with Edinburgh.
            later |= !is_small(first_word(rest).0);
            from = rest
                .iter()
                .position(|&byte| byte == b' ')
                .map(|space| start + space + 1);
        }
        let mut errors = error;
        let every = self.needed.iter().all(|word| {
            // First tries a word without an error, because another word may need the one allowed.
            let has = |errors: &mut bool| {
                words(name)
                    .chain(words(within))
                    .any(|w| begins(w, word, errors).is_some())
            };
            (errors && self.needed.len() > 1 && has(&mut false)) || has(&mut errors)
        });
        every.then_some(distance::WORDS)
    }

    /// Matches the query's words with the start of `name`, one after the other. Returns how much of
    /// the name they are, and whether the query's first word is among them.
    fn matches_start(&self, name: &[u8], error: bool) -> Option<(Reach, bool)> {
        let mut errors = error;
        let mut rest = name;
        let mut whole = true;
        let mut first = None;
        for (number, word) in self.words.iter().enumerate() {
            let last = number + 1 == self.words.len();
            loop {
                let (next, after) = first_word(rest);
                let mut left = errors;
                match begins(next, word, &mut left) {
                    Some(complete) if complete || last => {
                        (rest, whole, errors) = (after, complete, left);
                        first.get_or_insert(number);
                        break;
                    }
                    // Skips a small word at the query's start: "Royal Borough of Greenwich".
                    _ if first.is_none() && is_small(word) => break,
                    _ if first.is_none() => return None,
                    _ if is_small(next) => rest = after,
                    // Skips a small word that the name lacks: "Barrow on Furness".
                    _ if is_small(word) => break,
                    _ => return None,
                }
            }
        }
        let reach = match whole {
            true if words(rest).all(is_small) => Reach::Name,
            true => Reach::Words,
            false => Reach::Letters,
        };
        Some((reach, first? == 0))
    }
}

/// The part of a name that a query matches.
enum Reach {
    /// The whole name.
    Name,
    /// Some words, each whole.
    Words,
    /// Some words, the last incomplete.
    Letters,
}

/// Whether a word is small: it may be missing in the query, or in the name, as in "Leeds City
/// Council".
fn is_small(word: &[u8]) -> bool {
    matches!(word, b"upon" | b"on" | b"in" | b"the" | b"of" | b"and")
        || matches!(
            word,
            b"city"
                | b"county"
                | b"council"
                | b"borough"
                | b"district"
                | b"royal"
                | b"metropolitan"
        )
}

/// Returns about four times the base-2 logarithm, interpolated linearly between powers of 2.
fn doublings(people: u32) -> i16 {
    let whole = people.max(1).ilog2();
    let quarters = ((u64::from(people.max(1)) << 2) >> whole) - 4;
    (whole * 4) as i16 + quarters as i16
}

/// Returns the first word, and the rest after it.
fn first_word(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == b' ') {
        Some(space) => (&text[..space], &text[space + 1..]),
        None => (text, &[]),
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ')
        .filter(|word| !word.is_empty())
}

/// Returns the bit of a letter; digits share one.
fn letter(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        _ => 1 << 26,
    }
}

fn letters(text: &[u8]) -> u32 {
    text.iter().fold(0, |bits, &byte| {
        if byte == b' ' {
            bits
        } else {
            bits | letter(byte)
        }
    })
}

fn initials(text: &[u8]) -> u32 {
    words(text).fold(0, |bits, word| bits | letter(word[0]))
}

/// Whether a word is "saint" or a beginning of it.
fn may_be_st(typed: &[u8]) -> bool {
    typed.len() >= 3 && b"saint".starts_with(typed)
}

/// Returns whether `typed` is the whole word of a name, if the word begins with it. `errors` allows
/// one wrong letter in `typed`, and is cleared when that is used.
fn begins(word: &[u8], typed: &[u8], errors: &mut bool) -> Option<bool> {
    // Rejects most words at once: this runs for thousands of words at each letter typed.
    let first = word.first();
    if first != typed.first() && (!*errors || first != typed.get(1)) {
        return None;
    }
    let so =
        |word: &[u8], typed: &[u8]| word.starts_with(typed).then_some(word.len() == typed.len());
    // The index has "st" for "saint"; "sai" may continue as "saint" or as "saintfield".
    if word == b"st" && may_be_st(typed) {
        return Some(typed.len() == 5);
    }
    let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
    if same == typed.len() || !*errors || typed.len() < LONG_ENOUGH {
        return so(word, typed);
    }
    // The rest of both from the first letter that differs, where the error is.
    let rest = &word[same..];
    let wrong = &typed[same..];
    let swapped = matches!((rest, wrong), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    let ways = [
        if swapped {
            so(&rest[2..], &wrong[2..])
        } else {
            None
        },
        // An error in the first letter is not allowed.
        rest.get(1..)
            .filter(|_| same > 0)
            .and_then(|rest| so(rest, &wrong[1..])),
        rest.get(1..)
            .filter(|_| same > 0)
            .and_then(|rest| so(rest, wrong)),
        if same > 0 {
            so(rest, &wrong[1..])
        } else {
            None
        },
    ];
    let best = ways.into_iter().flatten().reduce(|a, b| a || b);
    *errors = best.is_none();
    best
}

/// Appends the normalised text, with "st" for "saint", and returns its start and end.
fn push(out: &mut Vec<u8>, text: &str) -> (u32, u32) {
    let start = out.len() as u32;
    for word in words(normalised(text).as_bytes()) {
        if out.len() as u32 > start {
            out.push(b' ');
        }
        out.extend_from_slice(if word == b"saint" { b"st" } else { word });
    }
    (start, out.len() as u32)
}

fn part(text: &[u8], (start, end): (u32, u32)) -> &[u8] {
    &text[start as usize..end as usize]
}

/// Returns the text in lower case without accents, apostrophes and full stops, with "and" for "&"
/// and one space for other signs.
pub fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        // Lists both cases, because the standard library's Unicode tables would add 9 KB to the
        // download.
        let plain = match letter.to_ascii_lowercase() {
            letter @ ('a'..='z' | '0'..='9') => letter,
            'à'..='å' | 'À'..='Å' => 'a',
            'è'..='ë' | 'È'..='Ë' => 'e',
            'ì'..='ï' | 'Ì'..='Ï' => 'i',
            'ò'..='ö' | 'Ò'..='Ö' => 'o',
            'ù'..='ü' | 'Ù'..='Ü' => 'u',
            'ç' | 'Ç' => 'c',
            'ý' | 'Ý' | 'ÿ' | 'Ÿ' | 'ŷ' | 'Ŷ' => 'y',
            'ŵ' | 'Ŵ' => 'w',
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '.' | '\u{300}'..='\u{36f}' => continue,
            '&' => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
                out.push_str("and ");
                continue;
            }
            _ => ' ',
        };
        if plain != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(plain);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: u8 = 0;
    const TOWN: u8 = 0;
    const NEIGHBOURHOOD: u8 = 12;

    /// An index with its names.
    struct Names(Index, Vec<&'static str>);

    impl Names {
        fn new(all: &[(&'static str, &str, u8, u32)]) -> Names {
            let mut index = Index::default();
            for (name, within, handicap, people) in all {
                index.add(name, within, *handicap, *people);
            }
            Names(index, all.iter().map(|(name, ..)| *name).collect())
        }

        fn best(&self, typed: &str) -> Vec<&'static str> {
            self.positions(typed, 8)
                .into_iter()
                .map(|at| self.1[usize::from(at)])
                .collect()
        }

        fn positions(&self, typed: &str, limit: usize) -> Vec<AreaIndex> {
            self.0
                .best(typed, limit, &|_| true)
                .into_iter()
                .map(|hit| hit.at)
                .collect()
        }
    }

    fn some() -> Names {
        Names::new(&[
            ("Calderdale", "", AUTHORITY, 150_000),
            ("Newark and Sherwood", "", AUTHORITY, 150_000),
            ("King's Lynn and West Norfolk", "", AUTHORITY, 150_000),
            ("Stoke-on-Trent", "", AUTHORITY, 150_000),
            ("Barrow-in-Furness", "", AUTHORITY, 150_000),
            ("St. Helens", "", AUTHORITY, 150_000),
            ("St Albans", "", AUTHORITY, 150_000),
            ("Kingston upon Hull, City of", "", AUTHORITY, 150_000),
            ("Isle of Anglesey", "Ynys Môn", AUTHORITY, 150_000),
            ("Herefordshire, County of", "", AUTHORITY, 150_000),
            ("Bath and North East Somerset", "", AUTHORITY, 150_000),
            (
                "B&NES",
                "see Bath and North East Somerset",
                AUTHORITY,
                150_000,
            ),
            ("City of Edinburgh", "", AUTHORITY, 150_000),
            ("Glasgow City", "", AUTHORITY, 150_000),
            ("County Durham", "", AUTHORITY, 150_000),
            ("Durham City", "County Durham", NEIGHBOURHOOD, 8_000),
            ("Royal Leamington Spa", "Warwick", TOWN, 50_000),
            ("Halifax", "Calderdale", TOWN, 88_000),
            ("Barrow", "West Suffolk", TOWN, 1_700),
            ("Barlow", "Selby", TOWN, 700),
            ("Stafford", "Stafford", TOWN, 63_000),
            ("Saintfield", "Newry, Mourne and Down", TOWN, 3_000),
            (
                "Golden Valley",
                "Herefordshire, County of",
                NEIGHBOURHOOD,
                8_000,
            ),
            ("Golden Valley", "Ashfield", NEIGHBOURHOOD, 8_000),
            ("Halifax Central", "Calderdale", NEIGHBOURHOOD, 8_000),
        ])
    }

    #[test]
    fn normalised_ignores_case_accents_and_punctuation() {
        for (typed, plain) in [
            ("  King's   Lynn ", "kings lynn"),
            ("Brighton & Hove", "brighton and hove"),
            (
                "Wigmore, Orleton&Brimfield",
                "wigmore orleton and brimfield",
            ),
            ("St. Helens", "st helens"),
            ("Stoke-on-Trent", "stoke on trent"),
            ("Ynys Môn", "ynys mon"),
            ("Ŷ ŴÊÉN ÇÔTÉ", "y ween cote"),
            ("&", "and"),
            ("…", ""),
        ] {
            assert_eq!(normalised(typed), plain);
        }
    }

    #[test]
    fn best_lists_whole_names_before_words_before_parts() {
        let names = Names::new(&[
            ("North Ashford", "", AUTHORITY, 0),
            ("Washford", "", AUTHORITY, 0),
            ("Ashfield", "", AUTHORITY, 0),
            ("Ashford", "", AUTHORITY, 0),
            ("Golden Valley", "Herefordshire, County of", AUTHORITY, 0),
            ("Golden Valley", "Ashford", AUTHORITY, 0),
        ]);
        assert_eq!(
            names.best("ashf"),
            [
                "Ashfield",
                "Ashford",
                "North Ashford",
                "Golden Valley",
                "Washford"
            ]
        );
        assert_eq!(names.best("ashford")[0], "Ashford");
        assert_eq!(names.best("golden heref"), ["Golden Valley"]);
        assert_eq!(names.positions("golden heref", 8), [4]);
        assert_eq!(names.best("zzz"), Vec::<&str>::new());
        assert_eq!(names.positions("a", 2).len(), 2);
        assert!(names.positions("a", 0).is_empty() && names.positions(" … ", 8).is_empty());
    }

    #[test]
    fn best_finds_names_by_typical_queries() {
        let names = some();
        for (typed, expected) in [
            ("halifax", "Halifax"),
            ("calderdale", "Calderdale"),
            ("newark & sherwood", "Newark and Sherwood"),
            ("newark sherwood", "Newark and Sherwood"),
            ("sherwood newark", "Newark and Sherwood"),
            ("b&nes", "B&NES"),
            ("bath & north", "Bath and North East Somerset"),
            ("saint helens", "St. Helens"),
            ("st helens", "St. Helens"),
            ("saint al", "St Albans"),
            ("sain", "St Albans"),
            ("kings lynn", "King's Lynn and West Norfolk"),
            ("ynys mon", "Isle of Anglesey"),
            ("herefordshire", "Herefordshire, County of"),
            ("county of herefordshire", "Herefordshire, County of"),
            ("hull", "Kingston upon Hull, City of"),
            ("kingston on hull", "Kingston upon Hull, City of"),
            ("barrow in furness", "Barrow-in-Furness"),
            ("barrow furness", "Barrow-in-Furness"),
            ("barrow", "Barrow-in-Furness"),
            ("barrow west suffolk", "Barrow"),
            ("stoke on trent", "Stoke-on-Trent"),
            ("stoke trent", "Stoke-on-Trent"),
            ("stoke o", "Stoke-on-Trent"),
            ("isle anglesey", "Isle of Anglesey"),
            ("edinburgh", "City of Edinburgh"),
            ("edinburgh city council", "City of Edinburgh"),
            ("glasgow", "Glasgow City"),
            ("durham", "County Durham"),
            ("county of durham", "County Durham"),
            ("royal borough of golden valley", "Golden Valley"),
            ("royal", "Royal Leamington Spa"),
            ("leamington spa", "Royal Leamington Spa"),
            ("city", "City of Edinburgh"),
            ("county d", "County Durham"),
        ] {
            assert_eq!(
                names.best(typed).first(),
                Some(&expected),
                "{typed}: {:?}",
                names.best(typed)
            );
        }
        assert_eq!(
            names.best("saint"),
            ["St Albans", "St. Helens", "Saintfield"]
        );
        assert_eq!(names.positions("golden valley heref", 1), [22]);
    }

    #[test]
    fn best_allows_one_wrong_letter_where_few_names_match() {
        let names = some();
        for (typed, expected) in [
            ("edinbrugh", "City of Edinburgh"),
            ("caldedale", "Calderdale"),
            ("caldderdale", "Calderdale"),
            ("calderdsl", "Calderdale"),
            ("cladedale", ""),
            ("cladderdale", ""),
            ("claderdale", "Calderdale"),
            ("aclderdale", "Calderdale"),
            ("balderdale", ""),
            ("hallifax", "Halifax"),
            ("barow", "Barrow-in-Furness"),
            ("barow in furness", "Barrow-in-Furness"),
            ("newark sherwod", "Newark and Sherwood"),
            ("nwark sherwod", ""),
            ("golden vally heref", "Golden Valley"),
            ("sanit", "Saintfield"),
            ("hla", ""),
        ] {
            assert_eq!(
                names.best(typed).first().copied().unwrap_or_default(),
                expected,
                "{typed}"
            );
        }
        assert_eq!(
            names.best("halifax"),
            ["Halifax", "Halifax Central"],
            "each once"
        );
        let near = Names::new(&[
            ("Barton", "", TOWN, 1),
            ("Barton Hill", "", TOWN, 1),
            ("Barton Mills", "", TOWN, 1),
            ("Burton", "", TOWN, 9),
        ]);
        assert_eq!(
            near.best("barton"),
            ["Barton", "Barton Hill", "Barton Mills"],
            "three are enough"
        );
        assert_eq!(
            near.best("barton h"),
            ["Barton Hill"],
            "a short word has no error"
        );
        assert_eq!(near.best("barton mi"), ["Barton Mills"]);
        assert_eq!(
            near.best("burton"),
            ["Burton", "Barton", "Barton Hill", "Barton Mills"],
            "those without error first"
        );
    }

    #[test]
    fn best_of_equal_matches_has_the_largest_population_first() {
        let names = Names::new(&[
            ("Newport B", "", TOWN, 5),
            ("Newport A", "", TOWN, 5),
            ("Newport", "Isle of Wight", TOWN, 25_000),
            ("Newport", "Telford and Wrekin", TOWN, 15_000),
            ("Newport", "", AUTHORITY, 154_000),
            ("Newport East", "", NEIGHBOURHOOD, 8_000),
            ("Newport C", "", TOWN, 6),
        ]);
        assert_eq!(names.positions("newport", 8), [4, 2, 3, 5, 6, 1, 0]);
        assert_eq!(names.positions("newport telford", 1), [3]);
        assert_eq!(names.positions("newport", 3), [4, 2, 3]);
    }

    #[test]
    fn best_lists_a_large_place_of_a_longer_name_before_a_small_place() {
        let names = Names::new(&[
            ("Newcastle", "Newry, Mourne and Down", TOWN, 7_400),
            ("Newcastle upon Tyne", "", AUTHORITY, 302_000),
            ("Great Yarmouth", "", AUTHORITY, 99_000),
            ("Yarmouth", "Isle of Wight", TOWN, 800),
            ("Ash", "Guildford", TOWN, 6_000),
            ("Ashford", "", AUTHORITY, 130_000),
            ("Epping", "Epping Forest", TOWN, 11_000),
            ("Epping Forest", "", AUTHORITY, 131_000),
        ]);
        for (typed, order) in [
            ("newcastle", ["Newcastle upon Tyne", "Newcastle"]),
            ("yarmouth", ["Great Yarmouth", "Yarmouth"]),
            ("ash", ["Ash", "Ashford"]),
            ("epping", ["Epping", "Epping Forest"]),
            ("newcastle newry", ["Newcastle", ""]),
        ] {
            let best = names.best(typed);
            assert_eq!(
                [best[0], best.get(1).copied().unwrap_or_default()],
                order,
                "{typed}"
            );
        }
    }

    #[test]
    fn doublings_are_four_per_doubling() {
        for (people, expected) in [
            (0, 0),
            (1, 0),
            (2, 4),
            (3, 6),
            (4, 8),
            (5, 9),
            (1024, 40),
            (u32::MAX, 127),
        ] {
            assert_eq!(doublings(people), expected, "{people}");
        }
    }

    #[test]
    fn best_finds_each_name_by_itself() {
        let names = some();
        for (position, name) in names.1.iter().enumerate() {
            let best = names.positions(name, 4);
            assert!(
                best.iter().any(|at| names.1[usize::from(*at)] == *name),
                "{name} at {position}: {best:?}"
            );
        }
    }
}
