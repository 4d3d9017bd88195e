//! Parses the small tables: code changes, names, places, and those of the gazetteer.

#![no_main]

use std::path::Path;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use rising_prepare::aliases::Aliases;
use rising_prepare::boundaries::Shape;
use rising_prepare::gazetteer::tables::{KnownAreas, parse_names, parse_towns, parse_welsh_names};
use rising_prepare::{area_names, places};

/// The table, which determines the header.
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Table {
    Aliases,
    AreaNames,
    Places,
    Towns,
    Names,
    Welsh,
}

impl Table {
    fn header(self) -> &'static str {
        match self {
            Table::Aliases => "old_code,old_name,new_code,new_name,reason\n",
            Table::AreaNames | Table::Welsh => "code,name\n",
            Table::Places => "name,lat,lon,population\n",
            Table::Towns => "name,authority,neighbourhood,population\n",
            Table::Names => "kind,name,codes,note\n",
        }
    }
}

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    table: Table,
    headed: bool,
    lines: &'a [u8],
}

fn shape(code: &str, parent: Option<&str>) -> Shape {
    let read = |text: &str| text.parse().expect("this is a code");
    Shape {
        code: read(code),
        name: Some("Ely".into()),
        parent: parent.map(read),
        rings: vec![],
    }
}

fuzz_target!(|input: Input| {
    let header = if input.headed {
        input.table.header()
    } else {
        ""
    };
    let content = [header.as_bytes(), input.lines].concat();
    let file = Path::new("table.csv");
    let authorities = [shape("E1", None), shape("W2", None)];
    let neighbourhoods = [shape("E3", Some("E1"))];
    let areas = KnownAreas::new(&authorities, &neighbourhoods);
    match input.table {
        Table::Aliases => {
            if let Ok(aliases) = Aliases::parse(&content) {
                assert!(aliases.targets(&authorities[0].code).len() <= input.lines.len());
            }
        }
        Table::AreaNames => {
            if let Ok(names) = area_names::parse(&content) {
                assert!(names.values().all(|name| !name.trim().is_empty()));
            }
        }
        Table::Places => {
            if let Ok(places) = places::parse(&content) {
                assert!(places.is_sorted_by_key(|place| std::cmp::Reverse(place.population)));
            }
        }
        Table::Towns | Table::Names | Table::Welsh => {
            let read = match input.table {
                Table::Towns => parse_towns,
                Table::Names => parse_names,
                _ => parse_welsh_names,
            };
            for named in read(&content, file, &areas).unwrap_or_default() {
                assert!(
                    !named.name.is_empty() && !named.authorities.is_empty(),
                    "{named:?}"
                );
            }
        }
    }
});
