//! What was typed, without the signs that do not show, and what stands out in it: a postcode, an
//! area's code.

use rising_model::postcode::PostcodeQuery;

/// Characters that are read: a pasted address is shorter.
const LONGEST: usize = 200;

/// A postcode that was typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Postcode {
    /// Nothing else was typed, or the postcode is whole.
    Certain(PostcodeQuery),
    /// The beginning of one beside other words, which may be another thing: "A40 London".
    Perhaps(PostcodeQuery),
}

impl Postcode {
    /// The postcode in what was typed: all of it, or as part of an address.
    pub fn find(text: &str) -> Option<Postcode> {
        if looks_like_code(text) {
            return None;
        }
        if let Some(typed) = PostcodeQuery::parse(text) {
            return Some(Postcode::Certain(typed));
        }
        let words: Vec<&str> = words(text).collect();
        // The last is the likeliest: an address ends with it, and "Flat B1, 2AB House" has
        // something alike before.
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

    /// The postcode or its beginning.
    pub fn typed(&self) -> &PostcodeQuery {
        match self {
            Postcode::Certain(typed) | Postcode::Perhaps(typed) => typed,
        }
    }
}

/// Words that may be a postcode's halves or an area's code.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let divides = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_'));
    text.split(divides).filter(|word| !word.is_empty())
}

/// Whether it is the beginning of an area's code rather than of a postcode: "E0600", "W06". No
/// postcode has four digits in a row, and no postcode area is called EO, NO or WO.
pub fn looks_like_code(text: &str) -> bool {
    let Some((letter, digits)) = text.as_bytes().split_first() else {
        return false;
    };
    let begins = digits.len() >= 4
        || digits.first() == Some(&b'0') && b"ENWenw".contains(letter) && digits.len() >= 2;
    begins && letter.is_ascii_alphabetic() && digits.iter().all(u8::is_ascii_digit)
}

/// What was typed or pasted, as it reads: without marks of direction, joiners and other signs that
/// do not show; with one kind of space and hyphen; in letters of one width.
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
    let text: String = visible.take(LONGEST).collect();
    text.trim().to_owned()
}

/// At most 40 characters of it, to be quoted.
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
    fn cleaned_text_has_no_sign_that_does_not_show() {
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
        assert_eq!(cleaned(&"é".repeat(9_999)).chars().count(), LONGEST);
    }

    #[test]
    fn postcode_within_an_address_is_found() {
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
    fn beginning_of_a_postcode_beside_words_is_found_as_a_possibility() {
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
    fn words_and_codes_are_no_postcode() {
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
    fn long_entries_are_quoted_in_part() {
        assert_eq!(quoted("Hereford"), "Hereford");
        assert_eq!(quoted(&"é".repeat(50)), "é".repeat(40) + "…");
    }
}
