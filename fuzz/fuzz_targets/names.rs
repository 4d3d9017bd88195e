//! Decodes names files with a valid frame and any content.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::encoding::format::{FileKind, frame};
use rising_model::lookup::gazetteer::Gazetteer;

fuzz_target!(|content: &[u8]| {
    let Ok(gazetteer) = Gazetteer::decode(&frame(FileKind::Names, content)) else {
        return;
    };
    assert_eq!(
        Gazetteer::decode(&gazetteer.encode()).as_ref(),
        Ok(&gazetteer)
    );
    for named in gazetteer.entries() {
        assert!(
            !named.name.is_empty() && !named.authorities.is_empty(),
            "{named:?}"
        );
    }
});
