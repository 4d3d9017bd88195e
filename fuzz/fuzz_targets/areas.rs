//! Decodes areas files of both versions with a valid frame and any content.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area::AreaCode;
use rising_model::domain::area_table::AreaTable;
use rising_model::encoding::format::{FileKind, frame, frame_version};
use rising_words::Language;

fuzz_target!(|content: &[u8]| {
    let _ = AreaTable::decode(&frame_version(FileKind::Areas, 2, content));
    let Ok(table) = AreaTable::decode(&frame(FileKind::Areas, content)) else {
        return;
    };
    assert_eq!(AreaTable::decode(&table.encode()).as_ref(), Ok(&table));
    let is_code = |code: &AreaCode| code.as_str().parse().as_ref() == Ok(code);
    for (index, area) in (0..).zip(table.areas()) {
        assert!(is_code(&area.code) && area.population.first() > 0 && area.population.latest() > 0);
        assert_eq!(table.index_of(&area.code), Some(index));
        let _ = Language::ALL.map(|language| area.name_in(language.tag()));
        if let Some(parent) = &area.parent {
            assert!(is_code(parent) && table.children_of(parent).any(|child| child == index));
        }
    }
    for alias in table.aliases() {
        assert!(is_code(&alias.code) && table.alias(&alias.code).is_some());
        assert!(
            !alias.targets.is_empty()
                && alias
                    .targets
                    .iter()
                    .all(|code| table.index_of(code).is_some())
        );
    }
});
