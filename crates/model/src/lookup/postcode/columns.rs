//! Stores an area's postcodes as run lengths, in the file and in memory. Runs are long, because
//! units are assigned in sequence, and postcodes with similar names are close to each other.

use super::range::{LETTERS, SECTOR, SECTORS};

/// The letters in use for a postcode's last two characters. The others are easily confused with
/// these or with digits.
const UNIT_LETTERS: [u8; 20] = *b"ABDEFGHJLNPQRSTUWXYZ";
/// Number of postcodes that a sector can have.
const SLOTS: u32 = 400;

/// The columns of an area's postcodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PostcodeColumns {
    /// The number of each sector with postcodes, as the difference from the one before.
    pub sectors: Vec<u32>,
    /// Lengths of runs of slots in these sectors: empty, taken, empty, …
    pub taken: Vec<u32>,
    /// Lengths of runs of postcodes: in use, withdrawn, in use, …
    pub in_use: Vec<u32>,
    /// Lengths of runs of postcodes at one location.
    pub runs: Vec<u32>,
    /// The location of each run.
    pub locations: Vec<u32>,
}

/// A postcode of the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PostcodeRecord {
    /// The number in a [`super::range::PostcodeRange`].
    pub number: u32,
    pub in_use: bool,
    pub location: u32,
}

/// Returns the sector of a postcode and its slot there; `None` if one of its last letters is not in
/// use.
pub(super) fn slot(number: u32) -> Option<(u32, u32)> {
    let position = |letter: u32| {
        UNIT_LETTERS
            .iter()
            .position(|&used| u32::from(used - b'A') == letter)
    };
    let (row, column) = (
        position(number / LETTERS % LETTERS)?,
        position(number % LETTERS)?,
    );
    Some((number / SECTOR, row as u32 * 20 + column as u32))
}

/// Returns the number of the postcode in a slot.
fn number(sector: u32, slot: u32) -> u32 {
    let letter = |position: u32| u32::from(UNIT_LETTERS[position as usize % 20] - b'A');
    sector * SECTOR + letter(slot / 20) * LETTERS + letter(slot)
}

/// Sums a column's values from position `first` on, each `step`th. Not inlined, because five copies
/// would make the app larger.
#[inline(never)]
fn sum(column: &[u32], first: usize, step: usize) -> u64 {
    column
        .iter()
        .skip(first)
        .step_by(step)
        .map(|&number| u64::from(number))
        .sum()
}

impl PostcodeColumns {
    /// Packs records that ascend by number. Skips those with letters not in use.
    pub fn pack(records: &[PostcodeRecord]) -> PostcodeColumns {
        let mut stored = PostcodeColumns::default();
        let mut last = None;
        // Slots of the listed sectors before the current one, and up to the last postcode.
        let (mut before, mut next) = (0, 0);
        let mut in_use = true;
        for (i, record) in records.iter().enumerate() {
            let Some((sector, slot)) = slot(record.number) else {
                continue;
            };
            if last != Some(sector) {
                stored.sectors.push(sector - last.unwrap_or(0));
                before = (stored.sectors.len() as u32 - 1) * SLOTS;
                last = Some(sector);
            }
            let gap = before + slot - next;
            next = before + slot + 1;
            match stored.taken.last_mut() {
                Some(run) if gap == 0 => *run += 1,
                _ => stored.taken.extend([gap, 1]),
            }
            match stored.in_use.last_mut() {
                Some(run) if in_use == record.in_use => *run += 1,
                None if record.in_use => stored.in_use.push(1),
                // The first run always counts postcodes in use.
                None => stored.in_use.extend([0, 1]),
                _ => stored.in_use.push(1),
            }
            in_use = record.in_use;
            match stored.runs.last_mut() {
                Some(run) if i > 0 && records[i - 1].location == record.location => *run += 1,
                _ => {
                    stored.runs.push(1);
                    stored.locations.push(record.location);
                }
            }
        }
        stored
    }

    /// Returns what is inconsistent in the columns, if anything. `locations` is the length of the
    /// list of locations.
    pub fn fault(&self, locations: usize) -> Option<&'static str> {
        let postcodes = sum(&self.taken, 1, 2);
        if sum(&self.sectors, 0, 1) >= u64::from(SECTORS)
            || self.sectors.iter().skip(1).any(|&step| step == 0)
        {
            return Some("its sectors do not ascend");
        }
        if sum(&self.taken, 0, 1) > self.sectors.len() as u64 * u64::from(SLOTS) {
            return Some("it has more postcodes than its sectors have room for");
        }
        if sum(&self.in_use, 0, 1) != postcodes
            || sum(&self.runs, 0, 1) != postcodes
            || self.runs.len() != self.locations.len()
        {
            return Some("its columns differ in number");
        }
        if self
            .locations
            .iter()
            .any(|&location| location as usize >= locations)
        {
            return Some("a postcode has a location that is not listed");
        }
        None
    }

    /// The number of postcodes.
    pub fn len(&self) -> usize {
        self.runs.iter().map(|&length| length as usize).sum()
    }

    /// Calls a function with each postcode, ascending.
    pub fn each(&self, mut visit: impl FnMut(PostcodeRecord)) {
        let mut sectors = self.sectors.iter();
        let (mut sector, mut end) = (0, 0);
        let mut use_runs = self.in_use.iter();
        let mut location_runs = self.runs.iter().zip(&self.locations);
        let (mut same_use, mut in_use) = (0, false);
        let (mut same_location, mut location) = (0, 0);
        let mut slot = 0;
        for (i, &length) in self.taken.iter().enumerate() {
            if i % 2 == 0 {
                slot += length;
                continue;
            }
            for _ in 0..length {
                while slot >= end {
                    let Some(step) = sectors.next() else { return };
                    sector += step;
                    end += SLOTS;
                }
                while same_use == 0 {
                    let Some(&length) = use_runs.next() else {
                        return;
                    };
                    (same_use, in_use) = (length, !in_use);
                }
                while same_location == 0 {
                    let Some((&length, &next)) = location_runs.next() else {
                        return;
                    };
                    (same_location, location) = (length, next);
                }
                (same_use, same_location) = (same_use - 1, same_location - 1);
                visit(PostcodeRecord {
                    number: number(sector, slot + SLOTS - end),
                    in_use,
                    location,
                });
                slot += 1;
            }
        }
    }
}
