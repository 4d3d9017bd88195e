//! Decodes any bytes as every kind of data file, without a valid frame: tests the checks of magic,
//! length and checksum.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rising_model::domain::area_table::AreaTable;
use rising_model::domain::series::CountsChunk;
use rising_model::lookup::gazetteer::Gazetteer;
use rising_model::lookup::postcode::Postcodes;
use rising_model::shapes::geometry::Topology;
use rising_model::shapes::places;

fuzz_target!(|bytes: &[u8]| {
    let read = [
        AreaTable::decode(bytes).is_ok(),
        Topology::decode(bytes).is_ok(),
        CountsChunk::decode(bytes).is_ok(),
        places::decode(bytes).is_ok(),
        Gazetteer::decode(bytes).is_ok(),
        Postcodes::decode(bytes).is_ok(),
    ];
    assert!(
        read.iter().filter(|ok| **ok).count() <= 1,
        "one file is of one kind"
    );
});
