use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn location(authority: &str, district: &str, neighbourhood: Option<&str>) -> PostcodeLocation {
    let code = |text: &str| text.parse().unwrap();
    PostcodeLocation {
        authority: code(authority),
        district: code(district),
        neighbourhood: neighbourhood.map(code),
    }
}

/// Six unsorted locations, some with common codes.
fn locations() -> Vec<PostcodeLocation> {
    vec![
        location("W06000005", "W06000005", None),
        location("E08000033", "E08000033", Some("E02002251")),
        location("E08000033", "E08000033", Some("E02002252")),
        location("E06000052", "E06000052", Some("E02003922")),
        location("E06000052", "E06000053", Some("E02006781")),
        location("E08000033", "E08000033", None),
    ]
}

/// Returns postcodes from texts with a location each; a leading `-` marks a withdrawn one.
fn postcodes(area: &str, list: &[(&str, usize)]) -> Postcodes {
    let entries = list.iter().map(|&(text, location)| {
        let (found, unit) = PostcodeUnit::parse(text.trim_start_matches('-')).unwrap();
        assert_eq!(found, area);
        PostcodeEntry {
            unit,
            location,
            in_use: !text.starts_with('-'),
        }
    });
    Postcodes::new(area, &locations(), entries.collect()).unwrap()
}

fn found(postcodes: &Postcodes, typed: &str) -> Option<(String, bool, bool, Vec<u32>)> {
    let found = postcodes.find(&PostcodeQuery::parse(typed)?)?;
    Some((
        found.text,
        found.whole,
        found.in_use,
        found.locations.iter().map(|(_, count)| *count).collect(),
    ))
}

/// Returns the reading that matches, with the number of postcodes.
fn reading(postcodes: &Postcodes, typed: &str) -> Option<(String, u32)> {
    found(postcodes, typed).map(|(text, _, _, counts)| (text, counts.iter().sum()))
}

#[test]
fn query_of_whole_or_partial_postcode_is_normalised() {
    for (typed, area, words, whole) in [
        ("HX1 1UB", "HX", "HX1 1UB", true),
        ("hx11ub", "HX", "HX1 1UB", true),
        (" h.x.1-1 u b ", "HX", "HX1 1UB", true),
        ("hx 1 1ub", "HX", "HX1 1UB", true),
        ("hx1\u{a0}1ub\n", "HX", "HX1 1UB", true),
        ("HX1 1", "HX", "HX1 1", false),
        ("HX1 1U", "HX", "HX1 1U", false),
        ("HX1", "HX", "HX1", false),
        ("hx1 ", "HX", "HX1", false),
        ("HX11", "HX", "HX11", false),
        ("HX11 UB", "HX", "HX1 1UB", true),
        ("B1 1", "B", "B1 1", false),
        ("b1", "B", "B1", false),
        ("sw1a1aa", "SW", "SW1A 1AA", true),
        ("EC1A 1BB", "EC", "EC1A 1BB", true),
        ("ec1a1", "EC", "EC1A 1", false),
        ("W1A 0AX", "W", "W1A 0AX", true),
        ("TR21 OLW", "TR", "TR21 0LW", true),
        ("tr2l olw", "TR", "TR21 0LW", true),
        ("TR2IOLW", "TR", "TR21 0LW", true),
        ("LSI 1AB", "LS", "LS1 1AB", true),
        ("EI 4AB", "E", "E1 4AB", true),
        ("S014 2AB", "SO", "SO14 2AB", true),
        ("CRO 1AB", "CR", "CR0 1AB", true),
        ("hx1oub", "HX", "HX1 0UB", true),
    ] {
        let parsed = PostcodeQuery::parse(typed).unwrap_or_else(|| panic!("{typed}"));
        assert_eq!(
            (parsed.area(), parsed.in_words().as_str(), parsed.is_whole()),
            (area, words, whole),
            "{typed}"
        );
    }
}

#[test]
fn query_of_other_text_is_none() {
    for typed in [
        "",
        " ",
        "H",
        "HX",
        "Halifax",
        "1",
        "1HX",
        "HXX1",
        "HX1 1U1",
        "HX1 10B",
        "HX1 1UBB",
        "HX1 1UB 1",
        "HX111UBB",
        "HX01 1UB",
        "E02000001",
        "E06000052",
        "Hé1",
        "B1 AB",
        "HX1111",
        "S0",
        "Hal",
        "Win",
        "NI",
        "Bro",
        "HXO",
        "HX1,1UB",
        "M25 motorway",
    ] {
        assert_eq!(PostcodeQuery::parse(typed), None, "{typed}");
    }
}

#[test]
fn larger_goes_up_to_the_district() {
    let chain = |typed: &str| {
        let mut words = vec![];
        let mut next = PostcodeQuery::parse(typed);
        while let Some(typed) = next {
            words.push(typed.in_words());
            next = typed.larger();
        }
        words
    };
    assert_eq!(chain("HX1 1UB"), ["HX1 1UB", "HX1 1", "HX1"]);
    assert_eq!(chain("HX1 1U"), ["HX1 1U", "HX1 1", "HX1"]);
    assert_eq!(chain("sw1a1aa"), ["SW1A 1AA", "SW1A 1", "SW1A"]);
    assert_eq!(
        chain("HX11"),
        ["HX11", "HX1"],
        "only its reading as a sector has a larger range"
    );
}

#[test]
fn find_of_whole_postcode_gives_its_location() {
    let postcodes = postcodes(
        "HX",
        &[
            ("HX1 1UB", 1),
            ("HX1 1UA", 2),
            ("-HX1 1UD", 4),
            ("HX7 8AA", 0),
        ],
    );
    let found = postcodes
        .find(&PostcodeQuery::parse("hx11ub").unwrap())
        .unwrap();
    let expected = vec![(locations()[1].clone(), 1)];
    assert_eq!(
        found,
        PostcodeMatch {
            text: "HX1 1UB".into(),
            whole: true,
            in_use: true,
            locations: expected
        }
    );
    let found = postcodes
        .find(&PostcodeQuery::parse("HX1 1UD").unwrap())
        .unwrap();
    let expected = vec![(locations()[4].clone(), 1)];
    assert_eq!(
        found,
        PostcodeMatch {
            text: "HX1 1UD".into(),
            whole: true,
            in_use: false,
            locations: expected
        }
    );
    for absent in ["HX1 1UE", "HX1 1UC", "HX1 2UB", "HX2", "B1 1UB"] {
        assert_eq!(
            postcodes.find(&PostcodeQuery::parse(absent).unwrap()),
            None,
            "{absent}"
        );
    }
    assert_eq!((postcodes.len(), postcodes.is_empty()), (4, false));
}

#[test]
fn find_of_partial_postcode_counts_postcodes_in_use_most_first() {
    let list = [
        ("HX1 1AA", 2),
        ("HX1 1AB", 1),
        ("HX1 1BA", 1),
        ("-HX1 1BB", 2),
        ("-HX1 1BD", 2),
        ("HX1 2AA", 0),
        ("-HX2 9ZZ", 3),
    ];
    let postcodes = postcodes("HX", &list);
    let part = |typed: &str| {
        postcodes
            .find(&PostcodeQuery::parse(typed).unwrap())
            .unwrap()
            .locations
    };
    let [wales, first, second, cornwall, ..] = &locations()[..] else {
        unreachable!()
    };
    assert_eq!(
        part("HX1 1A"),
        [(first.clone(), 1), (second.clone(), 1)],
        "equal ones by code"
    );
    assert_eq!(part("HX1 1"), [(first.clone(), 2), (second.clone(), 1)]);
    assert_eq!(
        part("HX1"),
        [(first.clone(), 2), (second.clone(), 1), (wales.clone(), 1)]
    );
    assert_eq!(
        found(&postcodes, "HX2"),
        Some(("HX2".into(), false, false, vec![1])),
        "all are withdrawn"
    );
    assert_eq!(part("HX2"), [(cornwall.clone(), 1)]);
}

#[test]
fn find_without_a_space_prefers_readings_in_use() {
    let both = postcodes("HX", &[("HX1 1UB", 1), ("HX11 2AA", 1), ("HX11 2AB", 1)]);
    assert_eq!(reading(&both, "HX11"), Some(("HX11".into(), 2)));
    assert_eq!(
        reading(&both, "HX1 1"),
        Some(("HX1 1".into(), 1)),
        "the space separates the sector"
    );
    assert_eq!(reading(&both, "HX11 "), Some(("HX11".into(), 2)));
    assert_eq!(reading(&both, "HX11U"), Some(("HX1 1U".into(), 1)));
    assert_eq!(reading(&both, "HX112"), Some(("HX11 2".into(), 2)));
    let only_sector = postcodes("HX", &[("HX1 1UB", 1), ("-HX11 2AA", 1)]);
    assert_eq!(
        reading(&only_sector, "HX11"),
        Some(("HX1 1".into(), 1)),
        "the district is withdrawn"
    );
    assert_eq!(reading(&only_sector, "HX11 "), Some(("HX11".into(), 1)));
    assert_eq!(reading(&only_sector, "HX12"), None);
}

#[test]
fn find_of_district_number_falls_back_to_its_lettered_districts() {
    let westminster = postcodes(
        "SW",
        &[
            ("SW1A 1AA", 1),
            ("SW1E 5AA", 2),
            ("SW10 0AA", 2),
            ("-SW1 1AA", 1),
        ],
    );
    assert_eq!(reading(&westminster, "SW1"), Some(("SW1".into(), 2)));
    assert_eq!(reading(&westminster, "SW1A"), Some(("SW1A".into(), 1)));
    assert_eq!(reading(&westminster, "SW10"), Some(("SW10".into(), 1)));
    let east = postcodes("E", &[("E1 1AA", 1), ("E1W 1AA", 2)]);
    assert_eq!(reading(&east, "E1"), Some(("E1".into(), 1)));
    assert_eq!(reading(&east, "E1W"), Some(("E1W".into(), 1)));
}

#[test]
fn unit_parses_only_whole_postcodes_in_official_form() {
    for text in [
        "HX1 1U", "HX11UB", "hx1 1UB", "HX1 1CB", "HX1 1UK", "SW1", "TR21 OLW", "HX1  1UB", "",
    ] {
        assert_eq!(PostcodeUnit::parse(text), None, "{text}");
    }
    let (first, last) = (
        PostcodeUnit::parse("B1 1AA").unwrap(),
        PostcodeUnit::parse("ZE99W 9ZZ"),
    );
    assert_eq!((first.0.as_str(), last), ("B", None));
    assert!(
        PostcodeUnit::parse("SW1A 1AA") > PostcodeUnit::parse("SW1 9ZZ")
            && PostcodeUnit::parse("SW2 1AA") > PostcodeUnit::parse("SW1Y 1AA")
    );
}

#[test]
fn postcodes_refuse_duplicates_and_unknown_locations() {
    let unit = PostcodeUnit::parse("SW1A 1AA").unwrap().1;
    let entry = PostcodeEntry {
        unit,
        location: 5,
        in_use: true,
    };
    let twice = Postcodes::new(
        "SW",
        &locations(),
        vec![
            entry,
            PostcodeEntry {
                location: 1,
                ..entry
            },
        ],
    );
    assert_eq!(
        twice,
        Err(PostcodesError::DuplicatePostcode("SW1A 1AA".into()))
    );
    let nowhere = Postcodes::new("SW", &locations()[..5], vec![entry]);
    assert_eq!(
        nowhere,
        Err(PostcodesError::UnknownLocation("SW1A 1AA".into()))
    );
}

#[test]
fn decode_refuses_inconsistent_columns() {
    let good = postcodes(
        "HX",
        &[
            ("HX1 1UA", 2),
            ("HX1 1UB", 1),
            ("-HX1 2UD", 4),
            ("HX7 8AA", 0),
        ],
    );
    type Change = fn(&mut PostcodeColumns);
    let changes: [(Change, &str); 8] = [
        (|bad| bad.sectors[1] = 0, "do not ascend"),
        (|bad| bad.sectors[0] = u32::MAX, "do not ascend"),
        (|bad| bad.taken[0] = u32::MAX, "room"),
        (|bad| bad.taken.push(2000), "room"),
        (|bad| bad.in_use[0] += 1, "differ in number"),
        (|bad| bad.runs[0] += 1, "differ in number"),
        (|bad| bad.locations.push(0), "differ in number"),
        (|bad| bad.locations[0] = 4, "not listed"),
    ];
    for (change, expected) in changes {
        let mut bad = good.clone();
        change(&mut bad.columns);
        let error = Postcodes::decode(&bad.encode()).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

/// Any postcodes of the area AB, each with its location and whether it is in use.
fn any_postcodes() -> impl Strategy<Value = BTreeMap<String, (usize, bool)>> {
    let postcode = "AB([1-9]?[0-9]|1[A-HJKMNP-Y]) [0-9][ABDEFGHJLNPQRSTUWXYZ]{2}";
    // Few districts and letters, so that many postcodes are adjacent.
    let crowded = "AB(1|11|1A) [01][AB][ABDEFGHJLNPQRSTUWXYZ]";
    prop::collection::btree_map(
        prop_oneof![postcode, crowded],
        (0..6usize, any::<bool>()),
        1..200,
    )
}

fn packed(list: &BTreeMap<String, (usize, bool)>) -> Postcodes {
    let entry = |(text, &(location, in_use)): (&String, _)| PostcodeEntry {
        unit: PostcodeUnit::parse(text).unwrap().1,
        location,
        in_use,
    };
    Postcodes::new("AB", &locations(), list.iter().map(entry).collect()).unwrap()
}

proptest! {
    #[test]
    fn postcodes_round_trip(list in any_postcodes()) {
        let postcodes = packed(&list);
        prop_assert_eq!(postcodes.len(), list.len());
        prop_assert_eq!(Postcodes::decode(&postcodes.encode()).unwrap(), postcodes);
    }

    #[test]
    fn find_gives_every_postcode(list in any_postcodes()) {
        let postcodes = packed(&list);
        for (text, &(location, in_use)) in &list {
            for typed in [text.clone(), text.replace(' ', "").to_lowercase()] {
                let found = postcodes.find(&PostcodeQuery::parse(&typed).unwrap()).unwrap();
                prop_assert_eq!((&found.text, found.whole, found.in_use), (text, true, in_use));
                prop_assert_eq!(found.locations, [(locations()[location].clone(), 1)]);
            }
        }
    }

    /// A query with a space matches the postcodes whose text begins with it.
    #[test]
    fn find_of_partial_postcode_with_space_matches_by_prefix(
        list in any_postcodes(),
        at in any::<prop::sample::Index>(),
        rest in 1..4usize,
    ) {
        let whole = list.keys().nth(at.index(list.len())).unwrap();
        let typed = &whole[..whole.find(' ').unwrap() + rest];
        let expected = |in_use: bool| {
            let is_expected = |(text, entry): &(&String, &(usize, bool))| {
                text.starts_with(typed) && entry.1 == in_use
            };
            list.iter().filter(is_expected).count() as u32
        };
        let found = packed(&list).find(&PostcodeQuery::parse(typed).unwrap()).unwrap();
        let in_use = expected(true) > 0;
        let counts: Vec<u32> = found.locations.iter().map(|(_, count)| *count).collect();
        // "AB1 " alone may also be the lettered districts of that number.
        prop_assume!(rest > 1 || in_use);
        prop_assert_eq!(found.text.as_str(), typed.trim_end());
        prop_assert_eq!(found.in_use, in_use);
        prop_assert_eq!(counts.iter().sum::<u32>(), expected(in_use));
        prop_assert!(counts.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn query_of_any_text_does_not_panic(text in any::<String>()) {
        let _ = PostcodeQuery::parse(&text);
    }

    #[test]
    fn query_in_words_parses_to_itself(text in "[A-Za-z0-9IlO .-]{0,10}") {
        let mut next = PostcodeQuery::parse(&text);
        let mut steps = 0;
        while let Some(typed) = next {
            let words = typed.in_words();
            let again = PostcodeQuery::parse(&words).map(|again| again.in_words());
            prop_assert_eq!(again, Some(words));
            let is_valid = |range: &PostcodeRange| range.start + range.size <= 100 * 27 * 10 * 676;
            prop_assert!(typed.readings().iter().all(is_valid));
            next = typed.larger();
            steps += 1;
        }
        prop_assert!(steps <= 3);
    }

    #[test]
    fn decode_of_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Postcodes::decode(&bytes);
        let _ = Postcodes::decode(&format::frame(FileKind::Postcodes, &bytes));
    }

    /// A file that decodes can be searched.
    #[test]
    fn decode_and_find_in_changed_file_do_not_panic(
        list in any_postcodes(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let good = packed(&list).encode();
        let mut content = good[16..].to_vec();
        let at = at.index(content.len());
        content[at] = byte;
        if let Ok(postcodes) = Postcodes::decode(&format::frame(FileKind::Postcodes, &content)) {
            for typed in ["AB1", "AB1 1AB", "AB11"] {
                let _ = postcodes.find(&PostcodeQuery::parse(typed).unwrap());
            }
        }
    }
}
