//! Links as they arrive: mail programs, content systems and people change them on their way. What
//! only this needs comes as a part of the program (`src/lazy.rs`), where [`Request::plain`] does
//! not do.

use rising_words::choice::Part;

use super::Request;

/// The names that an address may have, what each is, and the values that it may have if they are
/// few.
const NAMES: [(&str, Part, &str); 9] = [
    ("level", Part::Level, "ltla, msoa"),
    ("date", Part::Date, ""),
    ("area", Part::Area, ""),
    ("within", Part::Area, ""),
    ("nation", Part::Nation, "england, wales, scotland, ni, uk"),
    ("rising", Part::Switch, "1, 0"),
    ("embed", Part::Switch, "1, 0"),
    ("theme", Part::Theme, "light, dark, auto"),
    ("lang", Part::Language, "en, cy"),
];

/// The longest value that is quoted whole, in characters.
const QUOTED: usize = 40;

/// Reads any query.
pub struct LinkReader(pub fn(&str) -> Request);

impl LinkReader {
    /// Where this is called, the part has come.
    pub fn new() -> LinkReader {
        LinkReader(read)
    }
}

/// Reads a query as it was meant. A value that cannot be read falls back to the default and leaves
/// a sentence.
pub fn read(query: &str) -> Request {
    let mut pairs = vec![];
    let mut unread = vec![];
    for (number, value) in parts(query) {
        let (name, part, _) = NAMES[number];
        let tidy = tidied(&value);
        let tidy = if part == Part::Area {
            published(tidy)
        } else {
            tidy.to_ascii_lowercase()
        };
        let pair = format!("{name}={tidy}");
        match Request::plain(&pair).filter(|_| !tidy.is_empty()) {
            Some(_) => pairs.push(pair),
            None => unread.push((number, value)),
        }
    }
    let mut request = Request::plain(&pairs.join("&")).unwrap_or_default();
    let said = |(number, value): (usize, String)| {
        let (_, part, choices) = NAMES[number];
        request
            .language
            .link_ignored(choices, part, &quoted(&value))
    };
    request.problems = unread.into_iter().map(said).collect();
    request
}

/// The parts of a query with a name that an address may have, by its number; of several of a name
/// the first. A part may hold others: where the sign before them was escaped (`&amp;`, `%26`) or is
/// a second `?`.
fn parts(query: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = vec![];
    for part in query.split('&') {
        for token in decoded(part).split(['&', '?', ';', '#']) {
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let name = name.trim_matches(|sign: char| !sign.is_ascii_alphanumeric());
            match NAMES
                .iter()
                .position(|(own, ..)| name.eq_ignore_ascii_case(own))
            {
                // The rest belongs to another page's address.
                None if value.contains('/') => break,
                Some(own)
                    if value.bytes().any(|byte| byte > b' ')
                        && found.iter().all(|(number, _)| *number != own) =>
                {
                    found.push((own, value.to_owned()));
                }
                _ => {}
            }
        }
    }
    found
}

/// Without percent signs, which no name or value has: what was encoded more than once is decoded as
/// often.
fn decoded(text: &str) -> String {
    let mut bytes = vec![];
    for byte in text.bytes() {
        bytes.push(if byte == b'+' { b' ' } else { byte });
        let digit = |byte: u8| char::from(byte).to_digit(16);
        if let [.., b'%', high, low] = bytes[..]
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            bytes.truncate(bytes.len() - 3);
            bytes.push((high * 16 + low) as u8);
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// A value without what is not seen, and without what a sentence puts around it: quotes, brackets,
/// a full stop. What begins with `<` is markup and no value.
fn tidied(value: &str) -> String {
    let around = |byte: u8| !byte.is_ascii_alphanumeric() && !b"-_".contains(&byte);
    let mut text = String::new();
    for sign in value.chars() {
        let sign = match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            ' '..='~' => sign,
            _ => continue,
        };
        if !text.is_empty() || sign == '<' || !around(sign as u8) {
            text.push(sign);
        }
    }
    while text.bytes().last().is_some_and(around) {
        text.pop();
    }
    text
}

/// Whether a reader sees the character. Others change the order of what stands around them, or hide
/// in it.
fn is_seen(sign: char) -> bool {
    !sign.is_control()
        && !matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A value as a sentence quotes it: cut, without what is not seen, and apart from the sentence's
/// direction of writing.
fn quoted(value: &str) -> String {
    let mut signs = value.chars().filter(|sign| is_seen(*sign));
    let mut text: String = signs.by_ref().take(QUOTED).collect();
    if signs.next().is_some() {
        text.pop();
        text.push('…');
    }
    format!("\u{2068}{text}\u{2069}")
}

/// A code as it is published: GSS codes begin with a capital letter.
fn published(code: String) -> String {
    let is_gss = code.len() == 9 && code.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if is_gss {
        code.to_ascii_uppercase()
    } else {
        code
    }
}

#[cfg(test)]
mod tests {
    use rising_model::area::{Level, Nation};
    use rising_words::Language;

    use super::super::tests::read;
    use super::*;

    #[test]
    fn choices_are_all_that_there_are() {
        let choices = |wanted: &str| NAMES.iter().find(|(name, ..)| *name == wanted).unwrap().2;
        assert_eq!(choices("level"), Level::ALL.map(Level::slug).join(", "));
        assert_eq!(choices("nation"), Nation::ALL.map(Nation::slug).join(", "));
        assert_eq!(choices("lang"), Language::ALL.map(Language::tag).join(", "));
    }

    #[test]
    fn link_changed_on_its_way_is_read_as_it_was_meant() {
        let meant = read(
            "level=ltla&date=2021-02-07&area=E08000033&nation=england&rising=1&embed=1&theme=dark",
        );
        assert!(meant.rising_only && meant.embed && meant.problems.is_empty());
        let query = meant.query();
        let each_value = |change: &dyn Fn(&str) -> String| {
            let change = |pair: &str| {
                pair.split_once('=')
                    .map(|(name, value)| format!("{name}={}", change(value)))
            };
            query[1..]
                .split('&')
                .filter_map(change)
                .collect::<Vec<_>>()
                .join("&")
        };
        let mut changed = vec![
            query.replace('&', "&amp;"),
            query.replace('&', "&amp;amp;amp;"),
            query.replacen('&', "&amp;amp;", 3),
            query.replace('&', "&#38;"),
            query.replace('&', "&amp;#038;"),
            query.replace('&', "&#x26;"),
            query.replace('&', "?"),
            query.replace('&', ";"),
            query.replace('&', "%26"),
            query.replace('&', "%26amp%3B"),
            query.replace('=', "%3D"),
            query.replace('=', "%253D"),
            query.replace('&', "&%20"),
            query.replace('&', "&\u{200b}"),
            query.replace('=', "[]="),
            query.replace('=', " = "),
            query.to_uppercase(),
            query.to_lowercase(),
            format!("{query}&utm_source=x&fbclid=IwAR0_a-b&gclid=1"),
            format!("?utm_source=x&amp;{}", &query[1..]),
            format!("{query}?fbclid=IwAR0"),
            format!("{query}&ref=https%3A%2F%2Fa.example%2F%3Farea%3DE06000001%26level%3Dmsoa"),
            format!("?ref=https://a.example/?area=E06000001&{}", &query[1..]),
            query.replace("2021-02-07", "2021\u{2011}02\u{2013}07"),
        ];
        for sign in [
            ".",
            ",",
            ";",
            ":",
            "!",
            "?",
            ")",
            "]",
            "}",
            ">",
            "\"",
            "'",
            "’",
            "”",
            "»",
            "…",
            ").",
            "%22)",
            "&quot;",
            "%20",
            "+",
            "\u{a0}",
            "\u{200b}",
            "\u{202e}",
            "%E2%80%8B",
            "/",
            "#",
            "*",
            "`",
            "\\",
            "%00",
            "%0A",
            "。",
            "）",
        ] {
            changed.push(format!("{query}{sign}"));
            changed.push(each_value(&|value| format!("{value}{sign}")));
        }
        for sign in [
            "(", "[", "\"", "'", "“", "«", "%20", "+", "\u{feff}", "%09", "*", "‘",
        ] {
            changed.push(each_value(&|value| format!("{sign}{value}")));
        }
        for changed in changed {
            assert_eq!(read(&changed), meant, "{changed}");
        }
    }

    #[test]
    fn value_of_a_link_is_quoted_short_and_apart() {
        let quotes = |value: &str| {
            let said = read(&format!("date={value}")).problems.remove(0);
            let (_, rest) = said.split_once('\u{2068}').unwrap();
            rest.split_once('\u{2069}').unwrap().0.to_owned()
        };
        assert_eq!(quotes(&"9".repeat(40)), "9".repeat(40));
        assert_eq!(quotes(&"9".repeat(41)), "9".repeat(39) + "…");
        assert_eq!(quotes(&"ŵ".repeat(3000)).chars().count(), 40);
        assert_eq!(
            quotes("a\u{202e}b\u{2066}c\u{2069}d\u{200b}e%0A%1Bf\u{e0041}"),
            "abcdef"
        );
        for (name, ..) in NAMES {
            let problems = read(&format!("{name}={}", "No such value. ".repeat(30))).problems;
            assert!(
                problems.len() == 1 && problems[0].chars().count() < 200,
                "{name}: {problems:?}"
            );
        }
    }

    #[test]
    fn address_of_others_parameters_chooses_nothing() {
        for query in [
            "",
            "?",
            "?&",
            "?utm_source=a&utm_medium=b",
            "?fbclid=IwAR0",
            "?gclid=1&msclkid=2",
            "?theme=dark",
            "?lang=cy&theme=light",
            "?THEME=dark&amp;lang=en",
            "?area=&level=",
            "?ref=https://a.example/?area=E06000001",
            "?&#table",
        ] {
            assert!(
                Request::plain(query)
                    .unwrap_or_else(|| read(query))
                    .is_open(),
                "{query}"
            );
        }
        for query in [
            "?area=E06000001",
            "?utm_source=a&amp;area=E06000001",
            "?AREA=x",
            "?embed=1",
            "?rising=1",
            "?date=never",
        ] {
            assert!(!read(query).is_open(), "{query}");
        }
    }
}
