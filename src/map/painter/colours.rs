//! Maps the appearance of an area to its fill.

use rising_look::{Colours, Rgb, Theme};
use rising_raster::{Fill, Pattern};

use super::Scene;

/// The appearance of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appearance {
    /// A class of the rate, in its plain colour.
    Class(Rgb),
    /// A suppressed count, dotted.
    Suppressed,
    /// No figure, hatched.
    Missing,
    /// Outside the scope, in a muted colour.
    Elsewhere,
}

fn fill(colours: &Colours, appearance: Appearance, muted: bool) -> Fill {
    let (pattern, ground, ink) = match appearance {
        Appearance::Class(colour) => (Pattern::Plain, colour, colour),
        Appearance::Suppressed => (Pattern::Dotted, colours.ground, colours.ink),
        Appearance::Missing => (Pattern::Hatched, colours.ground, colours.ink),
        Appearance::Elsewhere => (Pattern::Plain, colours.elsewhere, colours.elsewhere),
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

/// Mixes one part of `front` with four of `behind`: enough to show the class, too little to compete
/// with the rising areas.
fn mixed(front: Rgb, behind: Rgb) -> Rgb {
    std::array::from_fn(|i| ((u32::from(front[i]) + 4 * u32::from(behind[i])) / 5) as u8)
}

/// Returns the fill of an appearance that is not muted.
pub fn fill_of(appearance: Appearance, theme: Theme) -> Fill {
    fill(&Colours::of(theme), appearance, false)
}

/// Returns the fill of each area of the scene.
pub fn fills(scene: &Scene) -> Vec<Fill> {
    let colours = scene.colours();
    let areas = scene.appearances.iter().zip(&scene.rising);
    areas
        .map(|(&appearance, &rising)| fill(&colours, appearance, scene.rising_only && !rising))
        .collect()
}
