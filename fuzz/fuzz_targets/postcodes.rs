//! Decodes postcodes files with a valid frame and any content, and looks up a postcode in valid
//! ones.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::encoding::format::{FileKind, frame};
use rising_model::lookup::postcode::{PostcodeQuery, Postcodes};

fuzz_target!(|input: ([u8; 8], &[u8])| {
    let (text, content) = input;
    let Ok(postcodes) = Postcodes::decode(&frame(FileKind::Postcodes, content)) else {
        return;
    };
    assert_eq!(
        Postcodes::decode(&postcodes.encode()).as_ref(),
        Ok(&postcodes)
    );
    let typed = str::from_utf8(&text).ok().and_then(PostcodeQuery::parse);
    if let Some(found) = typed.and_then(|typed| postcodes.find(&typed)) {
        let number: u64 = found
            .locations
            .iter()
            .map(|(_, number)| u64::from(*number))
            .sum();
        assert!(number > 0 && number <= postcodes.len() as u64, "{found:?}");
        assert!(!found.whole || number == 1, "{found:?}");
    }
});
