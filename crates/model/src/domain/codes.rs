//! Lays out a column of area codes in a file.

use serde::{Deserialize, Serialize};

use crate::domain::area::AreaCode;
use crate::encoding::format::FormatError;

/// Codes such as E02000001, E02000002. Prefix and digits are stored apart, the digits as
/// differences.
#[derive(Serialize, Deserialize)]
pub(crate) struct Codes {
    /// Runs of codes alike in form: prefix, number of digits after it, number of codes.
    runs: Vec<(String, u8, u32)>,
    /// Difference of each code's number from the one before.
    deltas: Vec<i64>,
}

impl Codes {
    pub fn pack<'a>(codes: impl Iterator<Item = &'a AreaCode>) -> Codes {
        let (mut runs, mut deltas, mut last) = (Vec::<(String, u8, u32)>::new(), Vec::new(), 0i64);
        for code in codes {
            let text = code.as_str();
            // At most 15 digits, so that the number fits an i64. Further digits belong to the
            // prefix.
            let digits = text
                .bytes()
                .rev()
                .take(15)
                .take_while(u8::is_ascii_digit)
                .count();
            let (prefix, number) = text.split_at(text.len() - digits);
            match runs.last_mut() {
                Some(run) if run.0 == prefix && usize::from(run.1) == digits => run.2 += 1,
                _ => runs.push((prefix.to_owned(), digits as u8, 1)),
            }
            let number = number.parse().unwrap_or(0);
            deltas.push(number - last);
            last = number;
        }
        Codes { runs, deltas }
    }

    pub fn unpack(self) -> Result<Vec<AreaCode>, FormatError> {
        let mut codes = Vec::with_capacity(self.deltas.len());
        let (mut deltas, mut last) = (self.deltas.into_iter(), 0i64);
        for (prefix, digits, count) in self.runs {
            for delta in deltas.by_ref().take(count as usize) {
                last = last.wrapping_add(delta);
                let width = usize::from(digits);
                let text = if width == 0 {
                    prefix.clone()
                } else {
                    format!("{prefix}{last:0width$}")
                };
                codes.push(
                    text.parse()
                        .map_err(|error| FormatError::Invalid(format!("{error}")))?,
                );
            }
        }
        if deltas.next().is_some() {
            return Err(FormatError::Invalid(
                "more codes than the runs announce".into(),
            ));
        }
        Ok(codes)
    }
}
