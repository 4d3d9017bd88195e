//! The postcodes of an area as numbers, so that all that begin alike are one range of them.

/// Letters A to Z in each of the last two places. Not all are used, but all can be typed.
pub(super) const LETTERS: u32 = 26;

/// Postcodes that begin with one district, sector and first letter.
const ROW: u32 = LETTERS;
/// Of one sector.
pub(super) const SECTOR: u32 = LETTERS * ROW;
/// Of one district.
const DISTRICT: u32 = 10 * SECTOR;
/// Of the districts of one number: without a letter, and with each.
const NUMBER: u32 = (LETTERS + 1) * DISTRICT;
/// Sectors that an area can have: of districts 0 to 99.
pub(super) const SECTORS: u32 = 100 * NUMBER / SECTOR;

/// All postcodes of an area that begin alike: those from `start` on, `size` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PostcodeRange {
    pub start: u32,
    pub size: u32,
}

impl PostcodeRange {
    /// `number` is 0 to 99, `letter` 0 for none, 1 for A.
    pub fn district(number: u32, letter: u32) -> PostcodeRange {
        PostcodeRange {
            start: number * NUMBER + letter * DISTRICT,
            size: DISTRICT,
        }
    }

    /// Of a district without a letter, the districts of its number with any.
    pub fn with_any_letter(self) -> Option<PostcodeRange> {
        self.start.is_multiple_of(NUMBER).then_some(PostcodeRange {
            size: NUMBER,
            ..self
        })
    }

    /// Sector 0 to 9 of a district.
    pub fn sector(self, sector: u32) -> PostcodeRange {
        PostcodeRange {
            start: self.start + sector * SECTOR,
            size: SECTOR,
        }
    }

    /// Of a sector, those with that first letter (0 for A) of the unit; of these, the one with that
    /// second letter.
    pub fn unit(self, letter: u32) -> PostcodeRange {
        let size = self.size / LETTERS;
        PostcodeRange {
            start: self.start + letter * size,
            size,
        }
    }

    /// Does that postcode begin so?
    pub fn contains(self, number: u32) -> bool {
        number.wrapping_sub(self.start) < self.size
    }

    /// Is it one postcode?
    pub fn is_whole(self) -> bool {
        self.size == 1
    }

    /// The sector of a unit or a row of units, the district of a sector.
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

    /// As it is written, with the letters of the area before it: "HX1 1UB", "HX1 1U", "HX1 1",
    /// "HX1".
    pub fn written(self, area: &str) -> String {
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

/// 0 for A, … 25 for Z.
pub(super) fn letter_number(byte: u8) -> Option<u32> {
    byte.is_ascii_uppercase().then(|| u32::from(byte - b'A'))
}
