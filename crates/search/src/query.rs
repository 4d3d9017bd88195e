//! Cleans a query, and finds postcodes and area codes in it.

use rising_model::lookup::postcode::PostcodeQuery;

/// Characters of a query that are read: a pasted address is shorter.
const MAX_LENGTH: usize = 200;

/// A postcode in a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Postcode {
    /// The query is a postcode or the beginning of one, or contains a whole one.
    Certain(PostcodeQuery),
    /// A word among others may be the beginning of one, or not: "A40 London".
    Perhaps(PostcodeQuery),
}

impl Postcode {
    /// Finds a postcode that is the query or a part of it, as in an address.
    pub fn find(text: &str) -> Option<Postcode> {
        if looks_like_code(text) {
            return None;
        }
        if let Some(typed) = PostcodeQuery::parse(text) {
            return Some(Postcode::Certain(typed));
        }
        let words: Vec<&str> = words(text).collect();
        // The last one is the likeliest: addresses end with the postcode, and may have similar
        // words before it, as in "Flat B1, 2AB House".
        let last = |read: &dyn Fn(&[&str]) -> Option<PostcodeQuery>| {
            let ways = (0..words.len())
                .rev()
                .flat_map(|at| [words.get(at..at + 2), words.get(at..=at)]);
            ways.flatten().find_map(read)
        };
        last(&|part| PostcodeQuery::parse(&part.join(" ")).filter(PostcodeQuery::is_whole))
            .map(Postcode::Certain)
            .or_else(|| last(&|part| PostcodeQuery::parse(&part.join(" "))).map(Postcode::Perhaps))
    }

    /// Returns the postcode or its beginning.
    pub fn typed(&self) -> &PostcodeQuery {
        match self {
            Postcode::Certain(typed) | Postcode::Perhaps(typed) => typed,
        }
    }
}

/// Splits a text into words that may be halves of a postcode or area codes.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let divides = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_'));
    text.split(divides).filter(|word| !word.is_empty())
}

/// Whether the text is the beginning of an area code rather than of a postcode: "E0600", "W06". No
/// postcode has four digits in a row. A 0 may be typed for the letter O, but no postcode area is
/// EO, NO or WO.
pub fn looks_like_code(text: &str) -> bool {
    let Some((letter, digits)) = text.as_bytes().split_first() else {
        return false;
    };
    let begins = digits.len() >= 4
        || digits.first() == Some(&b'0') && b"ENWenw".contains(letter) && digits.len() >= 2;
    begins && letter.is_ascii_alphabetic() && digits.iter().all(u8::is_ascii_digit)
}

/// Returns a query without direction marks, joiners and other invisible characters, with one kind
/// of space and hyphen, and with full-width characters as ASCII.
pub fn cleaned(text: &str) -> String {
    let visible = text.chars().filter_map(|sign| match sign {
        '\t'..='\r'
        | '\u{85}'
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{2028}'
        | '\u{2029}' => Some(' '),
        '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\0'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{180b}'..='\u{180f}' => None,
        '\u{115f}'
        | '\u{1160}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' => None,
        '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' => None,
        '\u{e0000}'..='\u{e0fff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(sign as u32 - 0xfee0),
        other => Some(other),
    });
    let text: String = visible.take(MAX_LENGTH).collect();
    text.trim().to_owned()
}

/// Returns at most 40 characters of a text for quotation.
pub fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaned_removes_invisible_characters() {
        for (typed, plain) in [
            ("\u{200b}HR4 9AA", "HR4 9AA"),
            ("HR4\u{a0}9AA\u{feff}", "HR4 9AA"),
            ("HR4\u{2009}9AA", "HR4 9AA"),
            ("\u{202a}HR4 9AA\u{202c}", "HR4 9AA"),
            ("\u{2067}Here\u{ad}ford\u{2069}\u{200e}", "Hereford"),
            ("Stoke\u{2011}on\u{2013}Trent", "Stoke-on-Trent"),
            ("ＨＲ４\u{3000}９ＡＡ", "HR4 9AA"),
            ("  Hereford\t\r\n", "Hereford"),
            ("\u{200d}\u{3164}", ""),
        ] {
            assert_eq!(cleaned(typed), plain, "{typed:?}");
        }
        assert_eq!(cleaned(&"é".repeat(9_999)).chars().count(), MAX_LENGTH);
    }

    #[test]
    fn find_returns_the_postcode_of_an_address() {
        for (typed, written) in [
            ("HR4 9AA", "HR4 9AA"),
            ("Hereford HR4 9AA", "HR4 9AA"),
            ("12 Broad Street, Hereford HR4 9AA", "HR4 9AA"),
            ("12 Broad Street, HR4 9AA, Hereford, UK", "HR4 9AA"),
            ("HR4 9AA Hereford", "HR4 9AA"),
            ("hr49aa, hereford", "HR4 9AA"),
            ("(HR4 9AA).", "HR4 9AA"),
            ("postcode: HR4-9AA please", "HR4 9AA"),
            ("HR4, 9AA", "HR4 9AA"),
            ("Flat B1, 10 Downing Street, London SW1A 2AA", "SW1A 2AA"),
            ("Manchester M1 1AE", "M1 1AE"),
            ("22 Acacia Avenue London W1 1AA England", "W1 1AA"),
        ] {
            let found = Postcode::find(typed);
            assert!(
                matches!(&found, Some(Postcode::Certain(typed)) if typed.in_words() == written),
                "{typed}: {found:?}"
            );
        }
    }

    #[test]
    fn find_of_a_beginning_among_words_is_uncertain() {
        for (typed, written) in [
            ("Hereford HR4", "HR4"),
            ("Victoria SW1", "SW1"),
            ("A40 London", "A40"),
        ] {
            let found = Postcode::find(typed);
            assert!(
                matches!(&found, Some(Postcode::Perhaps(typed)) if typed.in_words() == written),
                "{typed}: {found:?}"
            );
        }
    }

    #[test]
    fn find_of_names_and_area_codes_is_none() {
        let others = [
            "Hereford",
            "12 Broad Street",
            "Ross on Wye",
            "",
            "1st Avenue 2nd floor",
            "E06000019",
            "E02",
            "w06",
            "N0900",
        ];
        for typed in others {
            assert_eq!(Postcode::find(typed), None, "{typed}");
        }
        for typed in ["E14", "S12", "S014", "N1", "E1 4AB", "e"] {
            assert!(!looks_like_code(typed), "{typed}");
        }
    }

    #[test]
    fn quoted_shortens_long_queries() {
        assert_eq!(quoted("Hereford"), "Hereford");
        assert_eq!(quoted(&"é".repeat(50)), "é".repeat(40) + "…");
    }
}
