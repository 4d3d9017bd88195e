//! What an area looks like.

use rising_model::colours::Colours;
use rising_model::raster::{Fill, Pattern};
use rising_model::scale::{Rgb, Theme};

use super::Scene;

/// Why an area has the colour it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A class of the rate: its colour, plain.
    Class(Rgb),
    /// Published blank: dots.
    Suppressed,
    /// No figure: hatching.
    Missing,
    /// Outside the scope: quiet.
    Elsewhere,
}

fn fill(colours: &Colours, look: Look, muted: bool) -> Fill {
    let (pattern, ground, ink) = match look {
        Look::Class(colour) => (Pattern::Plain, colour, colour),
        Look::Suppressed => (Pattern::Dotted, colours.ground, colours.ink),
        Look::Missing => (Pattern::Hatched, colours.ground, colours.ink),
        Look::Elsewhere => (Pattern::Plain, colours.elsewhere, colours.elsewhere),
    };
    let shade = |colour| {
        if muted {
            mixed(colour, colours.elsewhere)
        } else {
            colour
        }
    };
    Fill {
        pattern,
        ground: shade(ground),
        ink: shade(ink),
    }
}

/// Four parts of what is in front of one part of what is behind would still compete with the rising
/// areas; one part in five tells the class and no more.
fn mixed(front: Rgb, behind: Rgb) -> Rgb {
    std::array::from_fn(|i| ((u32::from(front[i]) + 4 * u32::from(behind[i])) / 5) as u8)
}

/// The fill of a look that is not muted.
pub fn fill_of(look: Look, theme: Theme) -> Fill {
    fill(&Colours::of(theme), look, false)
}

/// The fill of each area of the scene.
pub fn fills(scene: &Scene) -> Vec<Fill> {
    let colours = scene.colours();
    let areas = scene.looks.iter().zip(&scene.rising);
    areas
        .map(|(&look, &rising)| fill(&colours, look, scene.rising_only && !rising))
        .collect()
}
