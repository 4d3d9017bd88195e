//! Which names answer what was typed, the best first.

use std::cmp::Ordering;

use rising_model::area::AreaIndex;

use crate::order;

/// Everything that can be found, as normalised names one after the other: a string each would be thousands of
/// allocations when the reader types her first letter.
#[derive(Default)]
pub struct Index {
    names: Vec<u8>,
    withins: Vec<u8>,
    entries: Vec<Entry>,
    /// What the last entry lies within, as it was given: neighbours in a list mostly share it.
    last_within: String,
}

/// One name.
struct Entry {
    /// Where in `names` it stands.
    name: (u32, u32),
    /// Where in `withins` the area around it stands.
    within: (u32, u32),
    /// First letters of the words of both, a bit each.
    initials: u32,
    /// All letters of both.
    letters: u32,
    tier: u8,
    weight: u32,
}

/// How well a name answers, best first.
mod quality {
    /// The whole name was typed.
    pub const WHOLE: u8 = 0;
    /// The name begins so.
    pub const BEGINS: u8 = 1;
    /// The name goes on so from one of its later words.
    pub const LATER_WORD: u8 = 2;
    /// Every word typed begins one of the name, or of what it lies within.
    pub const WORDS: u8 = 3;
    /// The letters stand somewhere in the name.
    pub const INSIDE: u8 = 4;
    /// Added where one letter is wrong, missing, too many or swapped with its neighbour.
    pub const WITH_ERROR: u8 = 5;
    /// How many qualities there are.
    pub const ALL: usize = 9;
}

/// Errors are looked for where fewer names than this answer without.
const FEW: usize = 3;
/// Letters that a word must have for one of them to be wrong: of shorter ones too many are a letter apart.
const LONG_ENOUGH: usize = 4;

impl Index {
    /// Adds a name. `within` is what tells it from others of that name, such as a neighbourhood's authority; it is
    /// searched as well, and may be empty. Of names that answer equally well the lower `tier` comes first, then the
    /// larger `weight`. Positions count from 0 in the order added; a list that is longer than positions go is found up
    /// to there.
    pub fn add(&mut self, name: &str, within: &str, tier: u8, weight: u32) {
        // "Bristol, City of" is Bristol to everyone; the rest may be typed as well.
        let (name, within) = match name.split_once(", ") {
            Some((plain, rest @ ("City of" | "County of"))) => (plain, &*format!("{rest} {within}")),
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
        self.entries.push(Entry { name, within: around, initials, letters, tier, weight });
    }

    /// Positions of the `limit` names that answer best, the best first.
    pub fn best(&self, typed: &str, limit: usize) -> Vec<AreaIndex> {
        let typed = normalised(typed);
        let typed = Typed::new(&typed);
        if typed.words.is_empty() || limit == 0 {
            return vec![];
        }
        let mut found = vec![];
        self.by_words(&typed, false, &mut found);
        if found.len() < limit {
            self.by_letters(&typed, &mut found);
        }
        if found.len() < FEW {
            self.by_words(&typed, true, &mut found);
        }
        // Only those of a quality that can be among the first are worth sorting.
        let mut numbers = [0; quality::ALL];
        found.iter().for_each(|(_, quality)| numbers[usize::from(*quality)] += 1);
        let mut enough = 0;
        let worst = numbers.iter().position(|number| {
            enough += number;
            enough >= limit
        });
        found.retain(|(_, quality)| worst.is_none_or(|worst| usize::from(*quality) <= worst));
        let best = order::first((0..found.len() as AreaIndex).collect(), limit, &|a, b| {
            self.compare(found[usize::from(a)], found[usize::from(b)])
        });
        best.into_iter().map(|at| found[usize::from(at)].0).collect()
    }

    /// The entries that positions reach.
    fn entries(&self) -> impl Iterator<Item = (AreaIndex, &Entry)> {
        (0..AreaIndex::MAX).zip(&self.entries)
    }

    fn name(&self, entry: &Entry) -> &[u8] {
        part(&self.names, entry.name)
    }

    fn compare(&self, (a, better): (AreaIndex, u8), (b, than): (AreaIndex, u8)) -> Ordering {
        let (one, other) = (&self.entries[usize::from(a)], &self.entries[usize::from(b)]);
        (better, one.tier, other.weight)
            .cmp(&(than, other.tier, one.weight))
            .then_with(|| self.name(one).cmp(self.name(other)))
            .then(a.cmp(&b))
    }

    /// Adds the names that have the words typed; with `error`, those that have one of them with an error.
    fn by_words(&self, typed: &Typed, error: bool, found: &mut Vec<(AreaIndex, u8)>) {
        // Most names have not these letters, or no words that begin so, and need no further look.
        let spelt = typed.needed.iter().fold(0, |bits, word| bits | letters(if may_be_st(word) { b"s" } else { word }));
        // The first letter of each word, and the second, which it may have been swapped with.
        let wanted: Vec<[u32; 2]> = typed
            .needed
            .iter()
            .map(|word| match word {
                [first, second, ..] if error && word.len() >= LONG_ENOUGH => [letter(*first), letter(*second)],
                _ => [letter(word[0]), 0],
            })
            .collect();
        let before = found.len();
        for (position, entry) in self.entries() {
            let lacking = (spelt & !entry.letters).count_ones();
            // A letter is lacking where it is wrong or too many, and then none are swapped.
            let may_begin =
                |[first, second]: &[u32; 2]| entry.initials & if lacking == 0 { first | second } else { *first } != 0;
            if lacking > u32::from(error) || !wanted.iter().all(may_begin) {
                continue;
            }
            let within = part(&self.withins, entry.within);
            let Some(quality) = typed.answered_by(self.name(entry), within, error) else { continue };
            if !error {
                found.push((position, quality));
            } else if found[..before].iter().all(|(known, _)| *known != position) {
                // That it would be the whole name says little where another letter makes it another name.
                found.push((position, quality.max(quality::BEGINS) + quality::WITH_ERROR));
            }
        }
    }

    /// Adds the names not yet found that have the letters typed somewhere.
    fn by_letters(&self, typed: &Typed, found: &mut Vec<(AreaIndex, u8)>) {
        let text = typed.text.as_bytes();
        let spelt = letters(text);
        let before = found.len();
        // Both lists ascend.
        let mut known = 0;
        for (position, entry) in self.entries() {
            if known < before && found[known].0 == position {
                known += 1;
                continue;
            }
            if spelt & !entry.letters != 0 {
                continue;
            }
            let name = self.name(entry);
            let has = (0..(name.len() + 1).saturating_sub(text.len()))
                .any(|at| name[at] == text[0] && name[at..].starts_with(text));
            if has {
                found.push((position, quality::INSIDE));
            }
        }
    }
}

/// What was typed, word by word.
struct Typed<'a> {
    text: &'a str,
    words: Vec<&'a [u8]>,
    /// Those that an answer must have: without the small ones, unless there is nothing else.
    needed: Vec<&'a [u8]>,
}

impl<'a> Typed<'a> {
    fn new(text: &'a str) -> Typed<'a> {
        let words: Vec<&[u8]> = words(text.as_bytes()).collect();
        let mut needed = words.clone();
        needed.retain(|word| !is_small(word));
        if needed.is_empty() {
            needed.clone_from(&words);
        }
        Typed { text, words, needed }
    }

    /// How well that name answers.
    fn answered_by(&self, name: &[u8], within: &[u8], error: bool) -> Option<u8> {
        let mut from = Some(0);
        let mut later = false;
        while let Some(start) = from {
            let rest = &name[start..];
            if let Some(whole) = self.goes_on(rest, error) {
                return Some(match (later, whole) {
                    (false, true) => quality::WHOLE,
                    (false, false) => quality::BEGINS,
                    (true, _) => quality::LATER_WORD,
                });
            }
            // "City of Edinburgh" begins with Edinburgh.
            later |= !is_small(first_word(rest).0);
            from = rest.iter().position(|&byte| byte == b' ').map(|space| start + space + 1);
        }
        let mut errors = error;
        let every = self.needed.iter().all(|word| {
            // A word without its error first: another may need it.
            let has = |errors: &mut bool| words(name).chain(words(within)).any(|w| begins(w, word, errors).is_some());
            (errors && self.needed.len() > 1 && has(&mut false)) || has(&mut errors)
        });
        every.then_some(quality::WORDS)
    }

    /// Do the words typed stand here, one after the other, the last perhaps incomplete? If so: is that all of it?
    fn goes_on(&self, name: &[u8], error: bool) -> Option<bool> {
        let mut errors = error;
        let mut rest = name;
        let mut whole = true;
        for (number, word) in self.words.iter().enumerate() {
            let last = number + 1 == self.words.len();
            loop {
                let (next, after) = first_word(rest);
                let mut left = errors;
                match begins(next, word, &mut left) {
                    Some(complete) if complete || last => {
                        (rest, whole, errors) = (after, complete, left);
                        break;
                    }
                    _ if number == 0 => return None,
                    _ if is_small(next) => rest = after,
                    // "Barrow on Furness".
                    _ if is_small(word) => break,
                    _ => return None,
                }
            }
        }
        Some(whole && words(rest).all(is_small))
    }
}

/// Words that need not be typed, or that may be though the name has none of them: "Leeds City Council".
fn is_small(word: &[u8]) -> bool {
    matches!(word, b"upon" | b"on" | b"in" | b"the" | b"of" | b"and")
        || matches!(word, b"city" | b"county" | b"council" | b"borough" | b"district" | b"royal")
}

/// The first word, and what comes after it.
fn first_word(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|&byte| byte == b' ') {
        Some(space) => (&text[..space], &text[space + 1..]),
        None => (text, &[]),
    }
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b' ').filter(|word| !word.is_empty())
}

/// The bit of a letter; digits share one.
fn letter(byte: u8) -> u32 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        _ => 1 << 26,
    }
}

fn letters(text: &[u8]) -> u32 {
    text.iter().fold(0, |bits, &byte| if byte == b' ' { bits } else { bits | letter(byte) })
}

fn initials(text: &[u8]) -> u32 {
    words(text).fold(0, |bits, word| bits | letter(word[0]))
}

/// Is "Saint" meant, whole or incomplete?
fn may_be_st(typed: &[u8]) -> bool {
    typed.len() >= 3 && b"saint".starts_with(typed)
}

/// Does that word of a name begin as typed? If so: is it all of it? An error in what was typed uses up `errors`.
fn begins(word: &[u8], typed: &[u8], errors: &mut bool) -> Option<bool> {
    // Said first, since it is so of most words, and asked of thousands at each letter typed.
    let first = word.first();
    if first != typed.first() && (!*errors || first != typed.get(1)) {
        return None;
    }
    let so = |word: &[u8], typed: &[u8]| word.starts_with(typed).then_some(word.len() == typed.len());
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
        if swapped { so(&rest[2..], &wrong[2..]) } else { None },
        // The first letter is the one that nobody gets wrong.
        rest.get(1..).filter(|_| same > 0).and_then(|rest| so(rest, &wrong[1..])),
        rest.get(1..).filter(|_| same > 0).and_then(|rest| so(rest, wrong)),
        if same > 0 { so(rest, &wrong[1..]) } else { None },
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
        // Both cases by hand: the standard library's tables of all the world's letters are 9 KB to download.
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
            '\'' | '’' | '.' | '\u{300}'..='\u{36f}' => continue,
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
    const TOWN: u8 = 1;
    const NEIGHBOURHOOD: u8 = 2;

    /// Names in the order that they answer what is typed.
    struct Names(Index, Vec<&'static str>);

    impl Names {
        fn new(all: &[(&'static str, &str, u8, u32)]) -> Names {
            let mut index = Index::default();
            for (name, within, tier, weight) in all {
                index.add(name, within, *tier, *weight);
            }
            Names(index, all.iter().map(|(name, ..)| *name).collect())
        }

        fn best(&self, typed: &str) -> Vec<&'static str> {
            self.0.best(typed, 8).into_iter().map(|at| self.1[usize::from(at)]).collect()
        }
    }

    fn some() -> Names {
        Names::new(&[
            ("Calderdale", "", AUTHORITY, 0),
            ("Newark and Sherwood", "", AUTHORITY, 0),
            ("King's Lynn and West Norfolk", "", AUTHORITY, 0),
            ("Stoke-on-Trent", "", AUTHORITY, 0),
            ("Barrow-in-Furness", "", AUTHORITY, 0),
            ("St. Helens", "", AUTHORITY, 0),
            ("St Albans", "", AUTHORITY, 0),
            ("Kingston upon Hull, City of", "", AUTHORITY, 0),
            ("Isle of Anglesey", "Ynys Môn", AUTHORITY, 0),
            ("Herefordshire, County of", "", AUTHORITY, 0),
            ("Bath and North East Somerset", "", AUTHORITY, 0),
            ("B&NES", "see Bath and North East Somerset", AUTHORITY, 0),
            ("City of Edinburgh", "", AUTHORITY, 0),
            ("Glasgow City", "", AUTHORITY, 0),
            ("County Durham", "", AUTHORITY, 0),
            ("Durham City", "County Durham", NEIGHBOURHOOD, 0),
            ("Royal Leamington Spa", "Warwick", TOWN, 50_000),
            ("Halifax", "Calderdale", TOWN, 88_000),
            ("Barrow", "West Suffolk", TOWN, 1_700),
            ("Barlow", "Selby", TOWN, 700),
            ("Stafford", "Stafford", TOWN, 63_000),
            ("Saintfield", "Newry, Mourne and Down", TOWN, 3_000),
            ("Golden Valley", "Herefordshire, County of", NEIGHBOURHOOD, 0),
            ("Golden Valley", "Ashfield", NEIGHBOURHOOD, 0),
            ("Halifax Central", "Calderdale", NEIGHBOURHOOD, 0),
        ])
    }

    #[test]
    fn typing_habits_do_not_matter() {
        for (typed, plain) in [
            ("  King's   Lynn ", "kings lynn"),
            ("Brighton & Hove", "brighton and hove"),
            ("Wigmore, Orleton&Brimfield", "wigmore orleton and brimfield"),
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
        assert_eq!(names.best("ashf"), ["Ashfield", "Ashford", "North Ashford", "Golden Valley", "Washford"]);
        assert_eq!(names.best("ashford")[0], "Ashford");
        assert_eq!(names.best("golden heref"), ["Golden Valley"]);
        assert_eq!(names.0.best("golden heref", 8), [4]);
        assert_eq!(names.best("zzz"), Vec::<&str>::new());
        assert_eq!(names.0.best("a", 2).len(), 2);
        assert!(names.0.best("a", 0).is_empty() && names.0.best(" … ", 8).is_empty());
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
            ("barrow", "Barrow"),
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
            assert_eq!(names.best(typed).first(), Some(&meant), "{typed}: {:?}", names.best(typed));
        }
        assert_eq!(names.best("saint"), ["St Albans", "St. Helens", "Saintfield"]);
        assert_eq!(names.0.best("golden valley heref", 1), [22]);
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
            assert_eq!(names.best(typed).first().copied().unwrap_or_default(), meant, "{typed}");
        }
        assert_eq!(names.best("halifax"), ["Halifax", "Halifax Central"], "each once");
        let near = Names::new(&[
            ("Barton", "", TOWN, 1),
            ("Barton Hill", "", TOWN, 1),
            ("Barton Mills", "", TOWN, 1),
            ("Burton", "", TOWN, 9),
        ]);
        assert_eq!(near.best("barton"), ["Barton", "Barton Hill", "Barton Mills"], "three are enough");
        assert_eq!(near.best("barton h"), ["Barton Hill"], "a short word has no error");
        assert_eq!(near.best("barton mi"), ["Barton Mills"]);
        assert_eq!(
            near.best("burton"),
            ["Burton", "Barton", "Barton Hill", "Barton Mills"],
            "those without error first"
        );
    }

    #[test]
    fn of_equal_answers_the_tier_then_the_weight_then_the_name() {
        let names = Names::new(&[
            ("Newport B", "", TOWN, 5),
            ("Newport A", "", TOWN, 5),
            ("Newport", "Isle of Wight", TOWN, 25_000),
            ("Newport", "Telford and Wrekin", TOWN, 15_000),
            ("Newport", "", AUTHORITY, 0),
            ("Newport East", "", NEIGHBOURHOOD, 0),
            ("Newport C", "", TOWN, 6),
        ]);
        assert_eq!(names.0.best("newport", 8), [4, 2, 3, 6, 1, 0, 5]);
        assert_eq!(names.0.best("newport telford", 1), [3]);
        assert_eq!(names.0.best("newport", 3), [4, 2, 3]);
    }

    #[test]
    fn a_name_is_found_by_itself_whatever_is_around_it() {
        let names = some();
        for (position, name) in names.1.iter().enumerate() {
            let best = names.0.best(name, 4);
            assert!(best.iter().any(|at| names.1[usize::from(*at)] == *name), "{name} at {position}: {best:?}");
        }
    }
}
