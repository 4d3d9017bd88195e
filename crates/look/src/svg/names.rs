//! Writes names of areas and towns as SVG.

use std::fmt::Write;

use super::elements::{escaped, stroke};
use crate::colours::hex;
use crate::labels::{self, Label};
use crate::look::Look;
use crate::towns::Town;

/// Returns labels and towns as SVG elements; empty without either.
pub fn names(look: &Look, labels: &[Label], towns: &[Town]) -> String {
    if labels.is_empty() && towns.is_empty() {
        return String::new();
    }
    let colours = look.colours();
    let mut out = format!(
        "<g font-family=\"sans-serif\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\" {} \
         stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\">\n",
        labels::SIZE,
        labels::WEIGHT,
        hex(colours.text),
        stroke(colours.halo.into()),
        labels::HALO
    );
    for label in labels {
        for (line, y) in label.lines() {
            let (x, line) = (label.x, escaped(line));
            let _ = writeln!(
                out,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{line}</text>"
            );
        }
    }
    for town in towns {
        let (left, baseline) = town.baseline();
        let _ = writeln!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{}\"/>\
             <text x=\"{left:.1}\" y=\"{baseline:.1}\">{}</text>",
            town.x,
            town.y,
            labels::DOT,
            escaped(town.name)
        );
    }
    out + "</g>\n"
}

#[cfg(test)]
mod tests {
    use rising_model::domain::scale::Breaks;

    use super::*;
    use crate::colours::Theme;

    #[test]
    fn names_are_escaped() {
        let look = Look::new(Theme::Light, &Breaks::default());
        let town = Town {
            name: "C < D",
            x: 7.0,
            y: 9.0,
        };
        let text = names(&look, &[], &[town]);
        assert!(text.contains("paint-order"), "{text}");
        assert!(
            text.contains("<circle cx=\"7.0\"") && text.contains(">C &lt; D</text>"),
            "{text}"
        );
        assert_eq!(names(&look, &[], &[]), "");
    }
}
