//! Which names answer what was typed, the best first.

use rising_model::area::{AreaCode, AreaIndex};

use crate::order;

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub name: String,
    /// What tells areas of one name apart: a neighbourhood's authority.
    pub within: Option<String>,
    pub code: AreaCode,
    /// The name, normalised.
    key: String,
    /// Name and authority, normalised.
    all: String,
}

impl Entry {
    /// An area by that name.
    pub fn new(name: &str, within: Option<String>, code: AreaCode) -> Entry {
        let key = normalised(name);
        let all = match &within {
            Some(within) => format!("{key} {}", normalised(within)),
            None => key.clone(),
        };
        Entry { name: name.to_owned(), within, code, key, all }
    }

    /// How well the entry answers; smaller is better.
    fn rank(&self, wanted: &str) -> Option<u8> {
        let starts_a_word = |text: &str, word: &str| {
            text.match_indices(word).any(|(at, _)| at == 0 || text.as_bytes().get(at - 1) == Some(&b' '))
        };
        if self.key.starts_with(wanted) {
            Some(0)
        } else if starts_a_word(&self.key, wanted) {
            Some(1)
        } else if wanted.split(' ').all(|word| starts_a_word(&self.all, word)) {
            Some(2)
        } else {
            self.key.contains(wanted).then_some(3)
        }
    }
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

/// The `limit` entries that answer best: name begins so, a word of it begins so, every word typed
/// begins a word of the name or its authority, the name contains it. Equal ones by name.
pub fn best(entries: &[Entry], wanted: &str, limit: usize) -> Vec<Entry> {
    let mut found: Vec<(u8, &Entry)> = entries.iter().filter_map(|entry| Some((entry.rank(wanted)?, entry))).collect();
    // More than can be told apart by name are not worth sorting.
    found.truncate(AreaIndex::MAX.into());
    let key = |position: AreaIndex| found.get(usize::from(position)).map(|(rank, entry)| (*rank, entry.all.as_str()));
    let best = order::first((0..found.len() as AreaIndex).collect(), limit, &|a, b| key(a).cmp(&key(b)));
    best.into_iter().map(|position| found[usize::from(position)].1.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(names: &[(&str, &str)]) -> Vec<Entry> {
        let within = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        names.iter().map(|(name, w)| Entry::new(name, within(w), "E1".parse().unwrap())).collect()
    }

    fn names(entries: &[Entry], typed: &str) -> Vec<String> {
        best(entries, &normalised(typed), 8).into_iter().map(|entry| entry.name).collect()
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
        let all = entries(&[
            ("North Ashford", ""),
            ("Washford", ""),
            ("Ashfield", ""),
            ("Ashford", ""),
            ("Golden Valley", "Herefordshire, County of"),
            ("Golden Valley", "Ashford"),
        ]);
        assert_eq!(names(&all, "ashf"), ["Ashfield", "Ashford", "North Ashford", "Golden Valley", "Washford"]);
        assert_eq!(names(&all, "golden heref"), ["Golden Valley"]);
        assert_eq!(names(&all, "zzz"), Vec::<String>::new());
        assert_eq!(best(&all, "a", 2).len(), 2);
    }
}
