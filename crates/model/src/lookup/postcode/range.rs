//! Numbers the postcodes of an area, so that those with a common beginning form one range.

/// The letters A to Z for each of the last two characters. Not all are in use, but a query can have
/// any.
pub(super) const LETTERS: u32 = 26;

/// Number of postcodes with one district, sector and first letter.
const ROW: u32 = LETTERS;
/// Number of postcodes of a sector.
pub(super) const SECTOR: u32 = LETTERS * ROW;
/// Number of postcodes of a district.
const DISTRICT: u32 = 10 * SECTOR;
/// Number of postcodes of all districts with one number: without a letter, and with each letter.
const NUMBER: u32 = (LETTERS + 1) * DISTRICT;
/// Number of sectors that an area can have, with districts 0 to 99.
pub(super) const SECTORS: u32 = 100 * NUMBER / SECTOR;

/// A range of postcodes with a common beginning: `size` numbers from `start` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PostcodeRange {
    pub start: u32,
    pub size: u32,
}

impl PostcodeRange {
    /// Returns the range of a district. `number` is 0 to 99, `letter` 0 for none, 1 for A.
    pub fn district(number: u32, letter: u32) -> PostcodeRange {
        PostcodeRange {
            start: number * NUMBER + letter * DISTRICT,
            size: DISTRICT,
        }
    }

    /// Returns the range of all districts with the number of a district without a letter; `None`
    /// for a district with a letter.
    pub fn with_any_letter(self) -> Option<PostcodeRange> {
        self.start.is_multiple_of(NUMBER).then_some(PostcodeRange {
            size: NUMBER,
            ..self
        })
    }

    /// Returns the range of sector 0 to 9 of a district.
    pub fn sector(self, sector: u32) -> PostcodeRange {
        PostcodeRange {
            start: self.start + sector * SECTOR,
            size: SECTOR,
        }
    }

    /// Narrows a sector to the units with a first letter (0 for A), or these to the unit with a
    /// second letter.
    pub fn unit(self, letter: u32) -> PostcodeRange {
        let size = self.size / LETTERS;
        PostcodeRange {
            start: self.start + letter * size,
            size,
        }
    }

    /// Whether the range contains the postcode with a number.
    pub fn contains(self, number: u32) -> bool {
        number.wrapping_sub(self.start) < self.size
    }

    /// Whether the range is one postcode.
    pub fn is_whole(self) -> bool {
        self.size == 1
    }

    /// Returns the sector of a unit or of a row of units, or the district of a sector.
    pub fn larger(self) -> Option<PostcodeRange> {
        let size = match self.size {
            DISTRICT.. => return None,
            SECTOR => DISTRICT,
            _ => SECTOR,
        };
        Some(PostcodeRange {
            start: self.start - self.start % size,
            size,
        })
    }

    /// Formats the range with the letters of the area: "HX1 1UB", "HX1 1U", "HX1 1", "HX1".
    pub fn in_words(self, area: &str) -> String {
        let mut text = area.to_owned();
        let digit =
            |text: &mut String, digit: u32| text.push(char::from(b'0' + (digit % 10) as u8));
        let letter =
            |text: &mut String, letter: u32| text.push(char::from(b'A' + (letter % LETTERS) as u8));
        let number = self.start / NUMBER;
        if number >= 10 {
            digit(&mut text, number / 10);
        }
        digit(&mut text, number);
        if let Some(suffix) = (self.start % NUMBER / DISTRICT).checked_sub(1) {
            letter(&mut text, suffix);
        }
        if self.size <= SECTOR {
            text.push(' ');
            digit(&mut text, self.start / SECTOR);
        }
        for row in [ROW, 1] {
            if self.size <= row {
                letter(&mut text, self.start / row);
            }
        }
        text
    }
}

/// Returns 0 for A to 25 for Z.
pub(super) fn letter_number(byte: u8) -> Option<u32> {
    byte.is_ascii_uppercase().then(|| u32::from(byte - b'A'))
}
