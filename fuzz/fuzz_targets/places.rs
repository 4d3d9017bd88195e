//! Decodes places files with a valid frame and any content.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::encoding::format::{FileKind, frame};
use rising_model::shapes::places;

fuzz_target!(|content: &[u8]| {
    let Ok(found) = places::decode(&frame(FileKind::Places, content)) else {
        return;
    };
    assert_eq!(places::decode(&places::encode(&found)).as_ref(), Ok(&found));
});
