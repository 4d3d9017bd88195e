//! Leaves out the rules of Leaflet's style sheet for parts that its bundle lacks: popups, markers
//! and most controls are two thirds of it.

use anyhow::{Result, anyhow};
use cssparser::{Delimiter, ParseError, Parser, Token};

/// Returns a style sheet without the selectors that need a class which the script never sets.
///
/// # Errors
/// If the style sheet has unbalanced brackets.
pub fn used_rules(sheet: &str, script: &str) -> Result<String> {
    let mut parser = Parser::new(sheet);
    let mut kept = String::new();
    while !parser.is_exhausted() {
        parser.skip_whitespace();
        let selectors = parser
            .parse_until_before(Delimiter::CurlyBracketBlock, |prelude| {
                prelude.parse_comma_separated(read_selector)
            })
            .map_err(unbalanced)?;
        let block_start = parser.position();
        parser.expect_curly_bracket_block().map_err(unbalanced)?;
        parser.parse_nested_block(skip).map_err(unbalanced)?;
        let used: Vec<&str> = selectors
            .iter()
            .filter(|(_, classes)| classes.iter().all(|class| is_set_by(script, class)))
            .map(|(selector, _)| *selector)
            .collect();
        if !used.is_empty() {
            kept += &used.join(", ");
            kept += " ";
            kept += parser.slice_from(block_start);
            kept.push('\n');
        }
    }
    Ok(kept)
}

/// Reads one selector or the condition of an at-rule, and returns its text and classes.
fn read_selector<'i>(parser: &mut Parser<'i>) -> Result<(&'i str, Vec<String>), ParseError<()>> {
    parser.skip_whitespace();
    let start = parser.position();
    let mut classes = Vec::new();
    while let Ok(token) = parser.next() {
        if *token == Token::Delim('.') {
            classes.push(parser.expect_ident()?.to_string());
        }
    }
    Ok((parser.slice_from(start).trim(), classes))
}

fn skip(parser: &mut Parser<'_>) -> Result<(), ParseError<()>> {
    while parser.next().is_ok() {}
    Ok(())
}

fn unbalanced(error: impl std::fmt::Debug) -> anyhow::Error {
    anyhow!("the style sheet cannot be parsed: {error:?}")
}

/// Whether a script sets a class. Leaflet puts some together: `leaflet-top` from `top`, and
/// `leaflet-tile-pane` from `tilePane`.
fn is_set_by(script: &str, class: &str) -> bool {
    let name = class.strip_prefix("leaflet-").unwrap_or(class);
    let pane = name.strip_suffix("-pane");
    script.contains(name) || pane.is_some_and(|pane| script.contains(&format!("{pane}Pane")))
}

#[cfg(test)]
mod tests {
    use super::used_rules;

    #[test]
    fn used_rules_drops_selectors_of_classes_that_are_never_set() {
        let sheet = "/* a, b { } */\n.leaflet-tile-pane, .leaflet-popup a,\n.leaflet-top { top: 0; }\n\
                     .leaflet-popup { color: red }\nimg.leaflet-tile { width: 0 }\n\
                     @media print { .leaflet-popup { top: 0 } }";
        let script = "e='leaflet-'+'top',this.createPane('tilePane'),t.className='leaflet-tile'";
        assert_eq!(
            used_rules(sheet, script).unwrap(),
            ".leaflet-tile-pane, .leaflet-top { top: 0; }\nimg.leaflet-tile { width: 0 }\n\
             @media print { .leaflet-popup { top: 0 } }\n"
        );
    }

    #[test]
    fn used_rules_refuses_text_without_a_block() {
        assert!(used_rules(".leaflet-tile", "leaflet-tile").is_err());
    }
}
