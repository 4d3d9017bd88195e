//! Lists the map's colours besides those of the classes: backgrounds, lines and marks, for every
//! program that draws the map.

use crate::scale::{Rgb, Theme};

/// A theme's colours besides those of the classes. Colours of lines and letters are CSS colours.
pub struct Colours {
    /// Outside all areas.
    pub sea: Rgb,
    /// The background of the dots and hatching of areas without a rate.
    pub ground: Rgb,
    /// The dots and strokes of that pattern.
    pub ink: Rgb,
    /// Areas outside the selected nation.
    pub elsewhere: Rgb,
    /// Borders between areas.
    pub border: &'static str,
    /// Borders between groups of areas.
    pub heavy_border: &'static str,
    /// The coastline.
    pub coast: &'static str,
    /// The halo around marks, outlines and letters. Each contrasts with the halo by 9 to 1 or more,
    /// so that one of the two contrasts by 3 to 1 with any colour beneath.
    pub halo: &'static str,
    /// Marks of rising areas.
    pub mark: &'static str,
    /// Outlines of the selected area and of the one under the pointer.
    pub selected: &'static str,
    /// Names of towns.
    pub text: &'static str,
}

impl Colours {
    /// Returns a theme's colours.
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

    /// Returns a theme's colours with stronger lines, for readers whose system asks for more
    /// contrast (`prefers-contrast: more`).
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

    /// Returns the colour of a mark that is too small for a halo, on a background: the mark's own
    /// colour, or the halo's if that contrasts better.
    pub fn small_mark(&self, theme: Theme, ground: Rgb) -> &'static str {
        let is_visible = match theme {
            Theme::Light => lightness(ground) >= 900,
            Theme::Dark => lightness(ground) < 1400,
        };
        if is_visible { self.mark } else { self.halo }
    }
}

/// A rough lightness from 0 to 2550, exact enough to choose between black and white.
fn lightness([red, green, blue]: Rgb) -> u32 {
    2 * u32::from(red) + 7 * u32::from(green) + u32::from(blue)
}
