//! Parses a typed postcode, whole or in part, into the ranges of postcodes that it can mean.

use super::range::{PostcodeRange, letter_number};

/// A typed postcode, whole or the beginning of one.
///
/// Text without a space often has two readings ("HX11" is the district HX11, or sector 1 of HX1).
/// Only the list of postcodes can decide between them, so the query has all readings, the likelier
/// first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostcodeQuery {
    area: String,
    /// Never empty.
    readings: Vec<PostcodeRange>,
}

/// The most letters and digits of a postcode.
const MAX_LENGTH: usize = 7;

impl PostcodeQuery {
    /// Parses text. `None` if it cannot be the beginning of a postcode, which has one or two
    /// letters and then at least one digit.
    ///
    /// Ignores case, full stops and hyphens. A space between the two halves of a postcode counts:
    /// "B1 1" is never B11. In the place of a digit, O means 0, and I and L mean 1 ("TR21 OLW"), if
    /// the text has another digit. "EI 4AB" means E1 4AB, because no area has I as its second
    /// letter, and "S014" means SO14, because no area of one letter has a district 0.
    pub fn parse(text: &str) -> Option<PostcodeQuery> {
        let mut characters = [0; MAX_LENGTH];
        let (mut length, mut spaces) = (0, [false; MAX_LENGTH]);
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
                    *characters.get_mut(length)? = byte.to_ascii_uppercase();
                    length += 1;
                }
                // C2 A0 is a no-break space. A space after seven characters has no effect.
                b' ' | b'\t' | b'\n' | b'\r' | 0xa0 => {
                    if let Some(space) = spaces.get_mut(length) {
                        *space = true;
                    }
                }
                b'.' | b'-' | 0xc2 => {}
                _ => return None,
            }
        }
        let characters = &mut characters[..length];
        let letters = area_letters(characters)?;
        let (area, rest) = characters.split_at(letters);
        let area = area.iter().map(|&byte| char::from(byte)).collect();

        let is_divided = spaces[letters + 1..].contains(&true);
        let mut readings: Vec<PostcodeRange> = vec![];
        // Attempts: exact digits; letters as digits; then both again without regard to spaces.
        for attempt in 0..4 {
            if !readings.is_empty() {
                break;
            }
            let heeds_spaces = attempt < 2 && is_divided;
            let digit = if attempt % 2 == 0 {
                exact_digit
            } else {
                likely_digit
            };
            // A whole postcode is likelier than a part of a longer one.
            let order = if heeds_spaces || rest.len() == 4 {
                [1, 2]
            } else {
                [2, 1]
            };
            for outward in order {
                if !heeds_spaces || (spaces[letters + outward] && readings.is_empty()) {
                    add_reading(rest, outward, digit, &mut readings);
                }
            }
            // A space in the wrong place ("HX11 UB") is accepted only in a whole postcode.
            readings.retain(|range| heeds_spaces || !is_divided || range.is_whole());
        }
        (!readings.is_empty()).then_some(PostcodeQuery { area, readings })
    }

    /// The postcode area's letters: "HX".
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Formats the likeliest reading: "HX1 1UB", "HX1 1", "HX1".
    pub fn in_words(&self) -> String {
        self.readings[0].in_words(&self.area)
    }

    /// Whether a reading is one whole postcode.
    pub fn is_whole(&self) -> bool {
        self.readings.iter().any(|range| range.is_whole())
    }

    /// Returns the next larger range: "HX1 1" for "HX1 1UB", "HX1" for "HX1 1", `None` for "HX1".
    pub fn larger(&self) -> Option<PostcodeQuery> {
        let readings: Vec<PostcodeRange> = self
            .readings
            .iter()
            .filter_map(|range| range.larger())
            .collect();
        (!readings.is_empty()).then(|| PostcodeQuery {
            area: self.area.clone(),
            readings,
        })
    }

    pub(super) fn readings(&self) -> &[PostcodeRange] {
        &self.readings
    }
}

/// Returns the number of letters of the area, 1 or 2, which a digit must follow. Corrects a
/// mistyped second character.
fn area_letters(characters: &mut [u8]) -> Option<usize> {
    // Text without a true digit is the beginning of a name: "Hal", "Win".
    let has_digit = characters.iter().any(u8::is_ascii_digit);
    if !has_digit || !characters.first()?.is_ascii_uppercase() {
        return None;
    }
    match characters.get_mut(1)? {
        second @ b'I' => *second = b'1',
        second @ b'0' => *second = b'O',
        _ => {}
    }
    let letters = if characters[1].is_ascii_uppercase() {
        2
    } else {
        1
    };
    likely_digit(*characters.get(letters)?).map(|_| letters)
}

/// Returns the value of a digit.
fn exact_digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// Returns the value of a digit, or of a letter that is typed for a digit.
fn likely_digit(byte: u8) -> Option<u32> {
    match byte {
        b'O' => Some(0),
        b'I' | b'L' => Some(1),
        _ => exact_digit(byte),
    }
}

/// Adds the readings of the characters after the area, if the first `outward` of them name the
/// district.
fn add_reading(
    rest: &[u8],
    outward: usize,
    digit: fn(u8) -> Option<u32>,
    readings: &mut Vec<PostcodeRange>,
) {
    let Some((district, inward)) = rest.split_at_checked(outward) else {
        return;
    };
    let Some(district) = parse_district(district, digit) else {
        return;
    };
    match *inward {
        [] => {
            readings.push(district);
            // SW1 means SW1A, SW1E and the others, because no district is called SW1 alone.
            readings.extend(district.with_any_letter());
        }
        [sector, ref unit @ ..] if unit.len() <= 2 => {
            let Some(sector) = digit(sector) else { return };
            let mut range = district.sector(sector);
            for &letter in unit {
                let Some(letter) = letter_number(letter) else {
                    return;
                };
                range = range.unit(letter);
            }
            readings.push(range);
        }
        _ => {}
    }
}

/// Parses a district's number, with at most one letter after it: "1", "21", "1A".
fn parse_district(text: &[u8], digit: fn(u8) -> Option<u32>) -> Option<PostcodeRange> {
    let first = digit(*text.first()?)?;
    let Some(&second) = text.get(1) else {
        return Some(PostcodeRange::district(first, 0));
    };
    match (digit(second), second) {
        // Numbers have no leading zero.
        (Some(_), _) if first == 0 => None,
        (Some(second), _) => Some(PostcodeRange::district(first * 10 + second, 0)),
        // No district has one of these letters.
        (None, b'I' | b'L' | b'O') => None,
        (None, _) => letter_number(second).map(|letter| PostcodeRange::district(first, letter + 1)),
    }
}
