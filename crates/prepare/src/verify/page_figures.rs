//! Extracts the sentences and rows with figures from a page's HTML.

use std::collections::BTreeMap;

/// The elements with figures: name, start and end in the HTML.
const ELEMENTS: [(&str, &str, &str); 6] = [
    ("the verdict", "data-testid=\"verdict\"", "</p>"),
    ("the totals", "data-testid=\"totals\"", "</span>"),
    ("the age", "data-testid=\"age\"", "</p>"),
    ("the support", "data-testid=\"support\"", "</p>"),
    (
        "its neighbourhoods",
        "data-testid=\"neighbourhoods\"",
        "</p>",
    ),
    ("the population", "<footer class=\"notes\"><p", "</p>"),
];

/// Returns the texts with figures, by the name of their element; empty for a page without figures.
pub(super) fn figures(html: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (name, place, end) in ELEMENTS {
        let text = html
            .split_once(place)
            .and_then(|(_, rest)| Some(rest.split_once('>')?.1.split_once(end)?.0));
        found.extend(text.map(|text| (name.to_owned(), text_of(text))));
    }
    for row in html.split("<tr ").skip(1) {
        let Some((attributes, rest)) = row.split_once('>') else {
            continue;
        };
        let code = attributes
            .split_once("data-code=\"")
            .and_then(|(_, code)| code.split_once('"'));
        let cells = rest.split_once("</tr>");
        if let (Some((code, _)), Some((cells, _))) = (code, cells) {
            found.insert(format!("the row of {code}"), text_of(cells));
        }
    }
    found
}

/// Returns the first difference between the figures of a page and the correct ones: what it shows,
/// and what it should show.
pub(super) fn difference(
    shown: &BTreeMap<String, String>,
    correct: &BTreeMap<String, String>,
) -> Option<[String; 2]> {
    let none = || "nothing".to_owned();
    let place = correct
        .keys()
        .chain(shown.keys())
        .find(|place| shown.get(*place) != correct.get(*place))?;
    let quote = |texts: &BTreeMap<String, String>| {
        texts
            .get(place)
            .map_or_else(none, |text| format!("\"{text}\""))
    };
    Some([
        format!("{place} is {}", quote(shown)),
        format!("{place} to be {}", quote(correct)),
    ])
}

/// Returns the text of an HTML fragment, with a space for each tag.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut is_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => is_tag = true,
            '>' if is_tag => {
                is_tag = false;
                text.push(' ');
            }
            letter if !is_tag => text.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_names_element_with_other_figure() {
        let page = |count: u32| {
            format!(
                "<p class=\"sentence\" data-testid=\"verdict\">1 <b>rising</b></p><table>\
                 <tr aria-rowindex=\"2\" data-code=\"E1\" data-direction=\"up\"><th>A</th><td>{count}</td></tr></table>"
            )
        };
        let right = figures(&page(7));
        assert_eq!(right.get("the row of E1").map(String::as_str), Some("A 7"));
        assert_eq!(
            right.get("the verdict").map(String::as_str),
            Some("1 rising")
        );
        assert_eq!(difference(&figures(&page(7)), &right), None);
        let [got, expected] = difference(&figures(&page(8)), &right).unwrap();
        assert_eq!(
            [got.as_str(), &expected],
            ["the row of E1 is \"A 8\"", "the row of E1 to be \"A 7\""]
        );
        assert!(figures("<p>").is_empty());
        assert!(difference(&figures("<p>"), &right).unwrap()[0].ends_with("is nothing"));
    }
}
