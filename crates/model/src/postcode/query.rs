//! From what a reader types to the part of the country's postcodes that it can mean.

use super::range::{PostcodeRange, letter_number};

/// What a reader typed, as far as it can be the beginning of a postcode, or all of one.
///
/// Text without a space can often be read in two ways ("HX11" is the district HX11, or sector 1 of
/// HX1), and only the postcodes themselves tell which is meant; so all readings are kept, the
/// likelier first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostcodeQuery {
    area: String,
    /// Never empty.
    readings: Vec<PostcodeRange>,
}

/// Letters and digits that are worth reading; a whole postcode has at most seven.
const LONGEST: usize = 7;

impl PostcodeQuery {
    /// `None` if it cannot be the beginning of a postcode: that takes one or two letters, then at
    /// least one digit.
    ///
    /// Case, full stops and hyphens do not matter. Spaces do where they divide a postcode's halves:
    /// "B1 1" is never B11. Where only a digit can stand, the letters O, I and L are read as 0 and
    /// 1 ("TR21 OLW") if there is a digit elsewhere; and as no area has an I in the second place,
    /// and none of one letter has a district 0, "EI 4AB" is read as E1 4AB and "S014" as SO14.
    pub fn parse(text: &str) -> Option<PostcodeQuery> {
        let mut characters = [0; LONGEST];
        let (mut length, mut spaces) = (0, [false; LONGEST]);
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
                    *characters.get_mut(length)? = byte.to_ascii_uppercase();
                    length += 1;
                }
                // C2 A0 is a space that does not break. It divides nothing after the last character
                // of a whole postcode.
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

        let divided = spaces[letters + 1..].contains(&true);
        let mut readings: Vec<PostcodeRange> = vec![];
        // As it stands; with letters taken for digits; and both again without regard to spaces.
        for attempt in 0..4 {
            if !readings.is_empty() {
                break;
            }
            let heed = attempt < 2 && divided;
            let digit = if attempt % 2 == 0 {
                as_it_stands
            } else {
                meant
            };
            // What reads as a whole postcode is likelier one than a part of a longer one.
            let order = if heed || rest.len() == 4 {
                [1, 2]
            } else {
                [2, 1]
            };
            for outward in order {
                if !heed || (spaces[letters + outward] && readings.is_empty()) {
                    read(rest, outward, digit, &mut readings);
                }
            }
            // A space in a wrong place ("HX11 UB") is forgiven where all of a postcode is there.
            readings.retain(|part| heed || !divided || part.is_whole());
        }
        (!readings.is_empty()).then_some(PostcodeQuery { area, readings })
    }

    /// The postcode area's letters: "HX".
    pub fn area(&self) -> &str {
        &self.area
    }

    /// As it is written: "HX1 1UB", "HX1 1", "HX1".
    pub fn in_words(&self) -> String {
        self.readings[0].written(&self.area)
    }

    /// Is it long enough to be one whole postcode?
    pub fn is_whole(&self) -> bool {
        self.readings.iter().any(|part| part.is_whole())
    }

    /// The next larger part: of "HX1 1UB" it is "HX1 1", of that "HX1", of that there is none.
    pub fn larger(&self) -> Option<PostcodeQuery> {
        let readings: Vec<PostcodeRange> = self
            .readings
            .iter()
            .filter_map(|part| part.larger())
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

/// How many characters name the area, two at the most; a digit must follow. Puts right what was
/// mistyped in them.
fn area_letters(characters: &mut [u8]) -> Option<usize> {
    // Without a digit of its own it is the beginning of a name: "Hal", "Win".
    let any_digit = characters.iter().any(u8::is_ascii_digit);
    if !any_digit || !characters.first()?.is_ascii_uppercase() {
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
    meant(*characters.get(letters)?).map(|_| letters)
}

/// The digit that stands there.
fn as_it_stands(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// The digit that stands there or must be meant where no letter can stand.
fn meant(byte: u8) -> Option<u32> {
    match byte {
        b'O' => Some(0),
        b'I' | b'L' => Some(1),
        _ => as_it_stands(byte),
    }
}

/// Adds the reading of what follows the area if its first `outward` characters name the district.
fn read(
    rest: &[u8],
    outward: usize,
    digit: fn(u8) -> Option<u32>,
    readings: &mut Vec<PostcodeRange>,
) {
    let Some((district, inward)) = rest.split_at_checked(outward) else {
        return;
    };
    let Some(district) = read_district(district, digit) else {
        return;
    };
    match *inward {
        [] => {
            readings.push(district);
            // There is no SW1 without a letter: it means SW1A, SW1E and the others together.
            readings.extend(district.with_any_letter());
        }
        [sector, ref unit @ ..] if unit.len() <= 2 => {
            let Some(sector) = digit(sector) else { return };
            let mut part = district.sector(sector);
            for &letter in unit {
                let Some(letter) = letter_number(letter) else {
                    return;
                };
                part = part.unit(letter);
            }
            readings.push(part);
        }
        _ => {}
    }
}

/// A district's number, with one letter after it at the most: "1", "21", "1A".
fn read_district(text: &[u8], digit: fn(u8) -> Option<u32>) -> Option<PostcodeRange> {
    let first = digit(*text.first()?)?;
    let Some(&second) = text.get(1) else {
        return Some(PostcodeRange::district(first, 0));
    };
    match (digit(second), second) {
        // Numbers are not written with a zero before them.
        (Some(_), _) if first == 0 => None,
        (Some(second), _) => Some(PostcodeRange::district(first * 10 + second, 0)),
        // No district has one of these.
        (None, b'I' | b'L' | b'O') => None,
        (None, _) => letter_number(second).map(|letter| PostcodeRange::district(first, letter + 1)),
    }
}
