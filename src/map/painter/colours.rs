//! What an area looks like.

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
    /// Not of the nation chosen: quiet.
    Elsewhere,
}

/// The colours that are not classes.
pub struct Colours {
    pub ground: Rgb,
    pub ink: Rgb,
    pub elsewhere: Rgb,
    pub border: &'static str,
    pub heavy_border: &'static str,
    pub coast: &'static str,
    pub halo: &'static str,
    pub mark: &'static str,
    pub chosen: &'static str,
    pub text: &'static str,
}

impl Colours {
    /// The theme's.
    pub fn of(theme: Theme) -> Colours {
        match theme {
            Theme::Light => Colours {
                ground: [247, 247, 245],
                ink: [140, 146, 154],
                elsewhere: [222, 225, 228],
                border: "rgba(40, 40, 60, 0.34)",
                heavy_border: "rgba(40, 40, 60, 0.55)",
                coast: "rgba(40, 40, 60, 0.7)",
                halo: "#fff",
                mark: "#10131a",
                chosen: "#0b57d0",
                text: "#20242c",
            },
            Theme::Dark => Colours {
                ground: [34, 37, 43],
                ink: [120, 126, 136],
                elsewhere: [46, 50, 57],
                border: "rgba(255, 255, 255, 0.3)",
                heavy_border: "rgba(255, 255, 255, 0.5)",
                coast: "rgba(255, 255, 255, 0.6)",
                halo: "#0b0d11",
                mark: "#fff",
                chosen: "#8ab4f8",
                text: "#f1f3f6",
            },
        }
    }

    fn fill(&self, look: Look, muted: bool) -> Fill {
        let (pattern, ground, ink) = match look {
            Look::Class(colour) => (Pattern::Plain, colour, colour),
            Look::Suppressed => (Pattern::Dotted, self.ground, self.ink),
            Look::Missing => (Pattern::Hatched, self.ground, self.ink),
            Look::Elsewhere => (Pattern::Plain, self.elsewhere, self.elsewhere),
        };
        let shade = |colour| if muted { mixed(colour, self.elsewhere) } else { colour };
        Fill { pattern, ground: shade(ground), ink: shade(ink) }
    }
}

/// Four parts of what is in front of one part of what is behind would still compete with the rising
/// areas; one part in five tells the class and no more.
fn mixed(front: Rgb, behind: Rgb) -> Rgb {
    std::array::from_fn(|i| ((u32::from(front[i]) + 4 * u32::from(behind[i])) / 5) as u8)
}

/// The fill of each area of the scene.
pub fn fills(scene: &Scene) -> Vec<Fill> {
    let colours = Colours::of(scene.theme);
    let areas = scene.looks.iter().zip(&scene.rising);
    areas.map(|(&look, &rising)| colours.fill(look, scene.rising_only && !rising)).collect()
}
