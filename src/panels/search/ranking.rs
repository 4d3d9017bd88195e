//! Which names answer what was typed, the best first.

use std::cmp::Ordering;

use rising_model::area::AreaIndex;

use crate::sorting;

/// Everything that can be found, as normalised names one after the other: a string each would be
/// thousands of allocations when the reader types her first letter.
#[derive(Default)]
pub struct Index {
    names: Vec<u8>,
    withins: Vec<u8>,
    entries: Vec<IndexEntry>,
    /// What the last entry lies within, as it was given: neighbours in a list mostly share it.
    last_within: String,
}

/// One name.
struct IndexEntry {
    /// Where in `names` it stands.
    name: (u32, u32),
    /// Where in `withins` the area around it stands.
    within: (u32, u32),
    /// First letters of the words of both, a bit each.
    initials: u32,
    /// All letters of both.
    letters: u32,
    /// How likely the place is meant, whatever is typed: higher is likelier.
    fame: i16,
}

/// A name that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its position in the order added.
    pub at: AreaIndex,
    /// How far what was typed is from the name, one of [`distance`].
    pub distance: i16,
}

impl Hit {
    /// Whether every word typed stands whole in the name, one after the other.
    pub fn has_whole_words(self) -> bool {
        self.distance < distance::BEGINS
    }

    /// Whether the whole name was typed.
    pub fn is_whole(self) -> bool {
        self.distance == distance::WHOLE
    }
}

/// How far a name is from what was typed. The place that comes first has most fame left when its
/// distance is taken off; 4 is what twice as many people make, and no two places differ by 128.
mod distance {
    /// The whole name was typed.
    pub const WHOLE: i16 = 0;
    /// The name begins with the words typed. "Newcastle" is Newcastle upon Tyne rather than a town
    /// of a sixteenth of its people that has no more name.
    pub const FIRST_WORDS: i16 = 16;
    /// The words typed stand later in the name: "Yarmouth" is Great Yarmouth.
    pub const LATER_WORDS: i16 = 24;
    /// Added where words before the name's own need not have been typed: "Royal Borough of
    /// Greenwich".
    pub const SMALL_WORDS: i16 = 40;
    /// The name begins so, with more letters in the last word.
    pub const BEGINS: i16 = 150;
    /// The name continues so from one of its later words.
    pub const LATER_WORD: i16 = 170;
    /// Every word typed begins one of the name, or of what it lies within.
    pub const WORDS: i16 = 300;
    /// The letters stand somewhere in the name.
    pub const INSIDE: i16 = 450;
    /// Added where one letter is wrong, missing, too many or swapped with its neighbour.
    pub const WITH_ERROR: i16 = 600;
}

/// Errors are looked for where fewer names than this answer without.
const FEW: usize = 3;
/// Letters that a word must have for one of them to be wrong: of shorter ones too many are a letter
/// apart.
const LONG_ENOUGH: usize = 4;

impl Index {
    /// Adds a name. `within` is what tells it from others of that name, such as a neighbourhood's
    /// authority; it is searched as well, and may be empty. Of names that answer equally well the
    /// one of more `people` comes first; one of a kind that is rarely meant has a `handicap`, of 4
    /// for each time that its people count half. Positions count from 0 in the order added; a list
    /// that is longer than positions go is found up to there.
    pub fn add(&mut self, name: &str, within: &str, handicap: u8, people: u32) {
        // "Bristol, City of" is Bristol to everyone; the rest may be typed as well.
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

    /// The `limit` names that answer best, the best first, of those that `keep` has.
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
        // Far more than positions go cannot be found: each is found once.
        let best = sorting::first((0..found.len() as AreaIndex).collect(), limit, &|a, b| {
            self.compare(found[usize::from(a)], found[usize::from(b)])
        });
        best.into_iter().map(|at| found[usize::from(at)]).collect()
    }

    /// Positions of the names that were typed whole, of those that `keep` has.
    pub fn called(&self, typed: &str, keep: &dyn Fn(AreaIndex) -> bool) -> Vec<AreaIndex> {
        let mut found = vec![];
        self.by_words(&Query::new(typed), false, keep, &mut found);
        found
            .into_iter()
            .filter(|hit| hit.is_whole())
            .map(|hit| hit.at)
            .collect()
    }

    /// The entries that positions reach.
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

    /// Adds the names that have the words typed; with `error`, those that have one of them with an
    /// error.
    fn by_words(
        &self,
        typed: &Query,
        error: bool,
        keep: &dyn Fn(AreaIndex) -> bool,
        found: &mut Vec<Hit>,
    ) {
        // Most names have not these letters, or no words that begin so, and need no further look.
        let spelt = typed.needed.iter().fold(0, |bits, word| {
            bits | letters(if may_be_st(word) { b"s" } else { word })
        });
        // The first letter of each word, and the second, which it may have been swapped with.
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
            // A letter is lacking where it is wrong or too many, and then none are swapped.
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
            let Some(distance) = typed.answered_by(self.name(entry), within, error) else {
                continue;
            };
            if !error {
                found.push(Hit {
                    at: position,
                    distance,
                });
            } else if found[..before].iter().all(|known| known.at != position) {
                // That it would be the whole name says little where another letter makes it another
                // name.
                let distance =
                    distance.max(distance::BEGINS - distance::FIRST_WORDS) + distance::WITH_ERROR;
                found.push(Hit {
                    at: position,
                    distance,
                });
            }
        }
    }

    /// Adds the names not yet found that have the letters typed somewhere.
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

/// What was typed, word by word.
struct Query<'a> {
    text: &'a str,
    words: Vec<&'a [u8]>,
    /// Those that an answer must have: without the small ones, unless there is nothing else.
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

    /// How far that name is from what was typed; nothing where it does not answer.
    fn answered_by(&self, name: &[u8], within: &[u8], error: bool) -> Option<i16> {
        let mut from = Some(0);
        let mut later = false;
        while let Some(start) = from {
            let rest = &name[start..];
            if let Some((reach, is_direct)) = self.goes_on(rest, error) {
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
            // "City of Edinburgh" begins with Edinburgh.
            later |= !is_small(first_word(rest).0);
            from = rest
                .iter()
                .position(|&byte| byte == b' ')
                .map(|space| start + space + 1);
        }
        let mut errors = error;
        let every = self.needed.iter().all(|word| {
            // A word without its error first: another may need it.
            let has = |errors: &mut bool| {
                words(name)
                    .chain(words(within))
                    .any(|w| begins(w, word, errors).is_some())
            };
            (errors && self.needed.len() > 1 && has(&mut false)) || has(&mut errors)
        });
        every.then_some(distance::WORDS)
    }

    /// How much of the name the words typed are, if they stand here one after the other; and
    /// whether the first one does.
    fn goes_on(&self, name: &[u8], error: bool) -> Option<(Reach, bool)> {
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
                    // "Royal Borough of Greenwich".
                    _ if first.is_none() && is_small(word) => break,
                    _ if first.is_none() => return None,
                    _ if is_small(next) => rest = after,
                    // "Barrow on Furness".
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

/// How much of a name was typed.
enum Reach {
    /// All of it.
    Name,
    /// Some of its words, each whole.
    Words,
    /// Some of its words, the last incomplete.
    Letters,
}

/// Words that need not be typed, or that may be though the name has none of them: "Leeds City
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

/// Four times the logarithm to the base of 2, the fractions by halves and quarters of the number.
fn doublings(people: u32) -> i16 {
    let whole = people.max(1).ilog2();
    let quarters = ((u64::from(people.max(1)) << 2) >> whole) - 4;
    (whole * 4) as i16 + quarters as i16
}

/// The first word, and what comes after it.
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

/// The bit of a letter; digits share one.
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

/// Is "Saint" meant, whole or incomplete?
fn may_be_st(typed: &[u8]) -> bool {
    typed.len() >= 3 && b"saint".starts_with(typed)
}

/// Does that word of a name begin as typed? If so: is it all of it? An error in what was typed uses
/// up `errors`.
fn begins(word: &[u8], typed: &[u8], errors: &mut bool) -> Option<bool> {
    // Said first, since it is so of most words, and asked of thousands at each letter typed.
    let first = word.first();
    if first != typed.first() && (!*errors || first != typed.get(1)) {
        return None;
    }
    let so =
        |word: &[u8], typed: &[u8]| word.starts_with(typed).then_some(word.len() == typed.len());
    // Names have "st" for Saint; whoever types on from "sai" may mean that, or Saintfield.
    if word == b"st" && may_be_st(typed) {
        return Some(typed.len() == 5);
    }
    let same = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
    if same == typed.len() || !*errors || typed.len() < LONG_ENOUGH {
        return so(word, typed);
    }
    // The rest of both after the first letter that differs, with one error there.
    let (rest, wrong) = (&word[same..], &typed[same..]);
    let swapped = matches!((rest, wrong), ([a, b, ..], [c, d, ..]) if a == d && b == c);
    let ways = [
        if swapped {
            so(&rest[2..], &wrong[2..])
        } else {
            None
        },
        // The first letter is the one that nobody gets wrong.
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

/// Adds a text as names are compared, and says where it stands.
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

/// Lower case without accents, apostrophes and full stops; "&" as "and"; other signs as one space.
pub fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        // Both cases by hand: the standard library's tables of all the world's letters are 9 KB to
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

    /// Names in the order that they answer what is typed.
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
    fn typing_habits_do_not_matter() {
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
    fn the_whole_name_first_then_words_then_parts() {
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
    fn what_people_type_finds_what_they_mean() {
        let names = some();
        for (typed, meant) in [
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
                Some(&meant),
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
    fn one_letter_may_be_wrong_where_nothing_else_answers() {
        let names = some();
        for (typed, meant) in [
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
                meant,
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
    fn of_equal_answers_that_of_more_people_comes_first() {
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
    fn a_large_place_whose_name_has_more_words_comes_before_a_small_one() {
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
    fn doublings_count_four_each() {
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
    fn a_name_is_found_by_itself_whatever_is_around_it() {
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
