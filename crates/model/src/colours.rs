//! The map's colours that are not classes: grounds, lines and marks, for every program that draws
//! it.

use crate::scale::{Rgb, Theme};

/// What a theme draws in besides the classes. Lines and letters are written as CSS writes them.
pub struct Colours {
    /// Where no area is.
    pub sea: Rgb,
    /// Under the dots and the hatching of areas without a rate.
    pub ground: Rgb,
    /// Those dots and strokes.
    pub ink: Rgb,
    /// Areas outside the nation chosen.
    pub elsewhere: Rgb,
    /// Between areas.
    pub border: &'static str,
    /// Between groups of areas.
    pub heavy_border: &'static str,
    /// Around all land.
    pub coast: &'static str,
    /// Around marks, outlines and letters. With it, each of them is 9 to 1 or more, so that one of
    /// the two is 3 to 1 against whatever lies beneath.
    pub halo: &'static str,
    /// Rising areas.
    pub mark: &'static str,
    /// The chosen area and the one pointed at.
    pub selected: &'static str,
    /// Names of towns.
    pub text: &'static str,
}

impl Colours {
    /// The theme's.
    pub const fn of(theme: Theme) -> Colours {
        match theme {
            Theme::Light => Colours {
                sea: [232, 238, 242],
                ground: [247, 247, 245],
                ink: [130, 136, 144],
                elsewhere: [222, 225, 228],
                border: "#28283c57",
                heavy_border: "#28283c8c",
                coast: "#28283cb3",
                halo: "#ffffff",
                mark: "#10131a",
                selected: "#0842a0",
                text: "#20242c",
            },
            Theme::Dark => Colours {
                sea: [14, 17, 21],
                ground: [34, 37, 43],
                ink: [120, 126, 136],
                elsewhere: [46, 50, 57],
                border: "#ffffff4d",
                heavy_border: "#ffffff80",
                coast: "#ffffff99",
                halo: "#0b0d11",
                mark: "#ffffff",
                selected: "#8ab4f8",
                text: "#f1f3f6",
            },
        }
    }

    /// The theme's, with lines for who asks her system for more contrast.
    pub const fn high_contrast(theme: Theme) -> Colours {
        let line = match theme {
            Theme::Light => "#000000",
            Theme::Dark => "#ffffff",
        };
        Colours {
            border: line,
            heavy_border: line,
            coast: line,
            ..Colours::of(theme)
        }
    }

    /// The colour of a mark too small for a halo, on that ground: the mark's own, or the halo's
    /// where that would not show.
    pub fn small_mark(&self, theme: Theme, ground: Rgb) -> &'static str {
        let shows = match theme {
            Theme::Light => lightness(ground) >= 900,
            Theme::Dark => lightness(ground) < 1400,
        };
        if shows { self.mark } else { self.halo }
    }
}

/// Near enough to tell whether black or white shows on it, from 0 to 2550.
fn lightness([red, green, blue]: Rgb) -> u32 {
    2 * u32::from(red) + 7 * u32::from(green) + u32::from(blue)
}
