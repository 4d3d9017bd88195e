//! Repairs links that mail programs, content systems or people changed in transit.
//!
//! In the app a chunk of its own, which loads only if [`Request::parse_plain`] rejects the query.

use rising_words::args;
use rising_words::choice::Part;

use crate::request::Request;

/// The parameters of an address: name, kind, and the accepted values if they are few.
const PARAMETERS: [(&str, Part, &str); 9] = [
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

/// The length up to which a value is quoted in full, in characters.
const MAX_QUOTED: usize = 40;

/// Reads a query as it was before changes in transit. A value that cannot be parsed falls back to
/// the default and adds a sentence to the request's problems.
pub fn repair(query: &str) -> Request {
    let mut pairs = vec![];
    let mut unread = vec![];
    for (number, value) in split_parameters(query) {
        let (name, part, _) = PARAMETERS[number];
        let trimmed = trim_value(&value);
        let normal = if part == Part::Area {
            to_published_code(trimmed)
        } else {
            trimmed.to_ascii_lowercase()
        };
        let pair = format!("{name}={normal}");
        match Request::parse_plain(&pair).filter(|_| !normal.is_empty()) {
            Some(_) => pairs.push(pair),
            None => unread.push((number, value)),
        }
    }
    let mut request = Request::parse_plain(&pairs.join("&")).unwrap_or_default();
    let problem = |(number, value): (usize, String)| {
        let (_, part, choices) = PARAMETERS[number];
        request.language.texts().link_ignored(args::LinkIgnored {
            choices,
            part,
            value: &quote(&value),
        })
    };
    request.problems = unread.into_iter().map(problem).collect();
    request
}

/// Splits a query into known parameters: position in [`PARAMETERS`], and value. Of several
/// parameters of one name the first counts. Also splits at escaped separators (`&amp;`, `%26`) and
/// at a second `?`.
fn split_parameters(query: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = vec![];
    for pair in query.split('&') {
        for token in decode(pair).split(['&', '?', ';', '#']) {
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let name = name.trim_matches(|sign: char| !sign.is_ascii_alphanumeric());
            match PARAMETERS
                .iter()
                .position(|(own, ..)| name.eq_ignore_ascii_case(own))
            {
                // The rest is the address of another page.
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

/// Decodes percent-encoding until none is left: no name or value contains a percent sign, and some
/// programs encode a link more than once.
fn decode(text: &str) -> String {
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

/// Removes invisible characters from a value, and the punctuation that a sentence puts around it:
/// quotes, brackets, a full stop. Keeps a leading `<`, so that markup is not taken for a value.
fn trim_value(value: &str) -> String {
    let is_punctuation = |byte: u8| !byte.is_ascii_alphanumeric() && !b"-_".contains(&byte);
    let mut text = String::new();
    for sign in value.chars() {
        let sign = match sign {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            ' '..='~' => sign,
            _ => continue,
        };
        if !text.is_empty() || sign == '<' || !is_punctuation(sign as u8) {
            text.push(sign);
        }
    }
    while text.bytes().last().is_some_and(is_punctuation) {
        text.pop();
    }
    text
}

/// Whether the character is visible. Invisible ones can reorder the text around them or hide in it.
fn is_visible(sign: char) -> bool {
    !sign.is_control()
        && !matches!(sign,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Prepares a value for quoting in a sentence: shortened, without invisible characters, and
/// isolated from the sentence's text direction.
fn quote(value: &str) -> String {
    let mut signs = value.chars().filter(|sign| is_visible(*sign));
    let mut text: String = signs.by_ref().take(MAX_QUOTED).collect();
    if signs.next().is_some() {
        text.pop();
        text.push('…');
    }
    format!("\u{2068}{text}\u{2069}")
}

/// Converts a code to its published form: GSS codes begin with a capital letter.
fn to_published_code(code: String) -> String {
    let is_gss = code.len() == 9 && code.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if is_gss {
        code.to_ascii_uppercase()
    } else {
        code
    }
}

#[cfg(test)]
mod tests {
    use rising_model::domain::area::{Level, Nation};
    use rising_words::Language;

    use super::*;
    use crate::ThemeChoice;
    use crate::request::tests::read;

    #[test]
    fn choices_list_every_accepted_value() {
        let choices = |parameter: &str| {
            let found = PARAMETERS.iter().find(|(name, ..)| *name == parameter);
            found.unwrap().2
        };
        assert_eq!(choices("level"), Level::ALL.map(Level::slug).join(", "));
        assert_eq!(choices("nation"), Nation::ALL.map(Nation::slug).join(", "));
        assert_eq!(
            choices("theme"),
            ThemeChoice::ALL.map(ThemeChoice::slug).join(", ")
        );
        assert_eq!(choices("lang"), Language::ALL.map(Language::tag).join(", "));
    }

    #[test]
    fn read_repairs_link_changed_in_transit() {
        let original = read(
            "level=ltla&date=2021-02-07&area=E08000033&nation=england&rising=1&embed=1&theme=dark",
        );
        assert!(original.rising_only && original.embed && original.problems.is_empty());
        let query = original.query();
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
            assert_eq!(read(&changed), original, "{changed}");
        }
    }

    #[test]
    fn problem_quotes_value_shortened_and_isolated() {
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
        for (name, ..) in PARAMETERS {
            let problems = read(&format!("{name}={}", "No such value. ".repeat(30))).problems;
            assert!(
                problems.len() == 1 && problems[0].chars().count() < 200,
                "{name}: {problems:?}"
            );
        }
    }

    #[test]
    fn query_without_own_parameters_is_unspecified() {
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
                Request::parse_plain(query)
                    .unwrap_or_else(|| read(query))
                    .is_unspecified(),
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
            assert!(!read(query).is_unspecified(), "{query}");
        }
    }
}
