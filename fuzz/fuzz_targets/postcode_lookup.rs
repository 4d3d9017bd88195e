//! Parses the publisher's lookup of postcodes.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use rising_prepare::postcodes::rows::LookupReader;

fuzz_target!(|input: (bool, &[u8])| {
    let (headed, lines) = input;
    let header: &[u8] = if headed {
        b"pcds,doterm,msoa11cd,ladcd,ladnm\n"
    } else {
        b""
    };
    let content = [header, lines].concat();
    let Ok(mut rows) = LookupReader::new(&content[..], Path::new("lookup.csv")) else {
        return;
    };
    while let Ok(Some(row)) = rows.next_row() {
        row.outside_uk();
    }
});
