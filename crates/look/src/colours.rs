//! Lists the colours of the map and of the page in both themes.

use rising_model::domain::scale::{Breaks, CLASSES};

/// Red, green, blue, 0 to 255.
pub type Rgb = [u8; 3];

/// The colour theme of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light page.
    Light,
    /// Light text on a dark page.
    Dark,
}

/// A colour with its opacity, both 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red, green, blue.
    pub rgb: Rgb,
    /// 255 is opaque.
    pub opacity: u8,
}

impl Colour {
    /// Formats the colour for CSS and canvases: "#fff5c8", or "#28283c57" if it is not opaque.
    pub fn css(self) -> String {
        let mut text = hex(self.rgb);
        if self.opacity < 255 {
            push_hex(&mut text, self.opacity);
        }
        text
    }
}

impl From<Rgb> for Colour {
    fn from(rgb: Rgb) -> Colour {
        Colour { rgb, opacity: 255 }
    }
}

/// Formats a colour as in "#fff5c8".
pub fn hex(rgb: Rgb) -> String {
    let mut text = String::from("#");
    rgb.into_iter().for_each(|part| push_hex(&mut text, part));
    text
}

fn push_hex(text: &mut String, part: u8) {
    for digit in [part >> 4, part & 15] {
        text.extend(char::from_digit(digit.into(), 16));
    }
}

/// A theme's colours on the map besides those of the classes.
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
    pub border: Colour,
    /// Borders between groups of areas.
    pub heavy_border: Colour,
    /// The coastline.
    pub coast: Colour,
    /// The halo around marks, outlines and letters. Each contrasts with the halo by 9 to 1 or more,
    /// so that one of the two contrasts by 3 to 1 with any colour beneath.
    pub halo: Rgb,
    /// Marks of rising areas.
    pub mark: Rgb,
    /// Outlines of the selected area and of the one under the pointer.
    pub selected: Rgb,
    /// Names of towns.
    pub text: Rgb,
}

impl Colours {
    /// Returns a theme's colours.
    pub const fn of(theme: Theme) -> Colours {
        let (line, opacities) = match theme {
            Theme::Light => ([40, 40, 60], [0x57, 0x8c, 0xb3]),
            Theme::Dark => ([255, 255, 255], [0x4d, 0x80, 0x99]),
        };
        let [border, heavy_border, coast] = [
            Colour {
                rgb: line,
                opacity: opacities[0],
            },
            Colour {
                rgb: line,
                opacity: opacities[1],
            },
            Colour {
                rgb: line,
                opacity: opacities[2],
            },
        ];
        match theme {
            Theme::Light => Colours {
                sea: [232, 238, 242],
                ground: [247, 247, 245],
                ink: [130, 136, 144],
                elsewhere: [222, 225, 228],
                border,
                heavy_border,
                coast,
                halo: [255, 255, 255],
                mark: [16, 19, 26],
                selected: [8, 66, 160],
                text: [32, 36, 44],
            },
            Theme::Dark => Colours {
                sea: [14, 17, 21],
                ground: [34, 37, 43],
                ink: [120, 126, 136],
                elsewhere: [46, 50, 57],
                border,
                heavy_border,
                coast,
                halo: [11, 13, 17],
                mark: [255, 255, 255],
                selected: [138, 180, 248],
                text: [241, 243, 246],
            },
        }
    }

    /// Returns a theme's colours with stronger lines, for readers whose system asks for more
    /// contrast (`prefers-contrast: more`).
    pub const fn high_contrast(theme: Theme) -> Colours {
        let rgb = match theme {
            Theme::Light => [0, 0, 0],
            Theme::Dark => [255, 255, 255],
        };
        let line = Colour { rgb, opacity: 255 };
        Colours {
            border: line,
            heavy_border: line,
            coast: line,
            ..Colours::of(theme)
        }
    }

    /// Returns the colour of a mark that is too small for a halo, on a background: the mark's own
    /// colour, or the halo's if that contrasts better.
    pub fn small_mark(&self, theme: Theme, ground: Rgb) -> Rgb {
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

/// A theme's colours on the page around the map.
pub struct PageColours {
    /// The page's background.
    pub paper: Rgb,
    /// The background of a panel, and the paper of an exported picture.
    pub card: Rgb,
    /// Texts.
    pub ink: Rgb,
    /// Less important texts.
    pub ink_soft: Rgb,
    /// Lines between items.
    pub rule: Rgb,
    /// Edges of controls.
    pub edge: Rgb,
    /// Links, buttons and the site's name.
    pub accent: Rgb,
    /// Texts on the accent.
    pub on_accent: Rgb,
    /// Rising figures.
    pub rise: Rgb,
    /// Falling figures.
    pub fall: Rgb,
    /// The background of warnings.
    pub warn: Rgb,
}

impl PageColours {
    /// Returns a theme's colours.
    pub const fn of(theme: Theme) -> PageColours {
        match theme {
            Theme::Light => PageColours {
                paper: [251, 250, 247],
                card: [255, 255, 255],
                ink: [25, 28, 34],
                ink_soft: [87, 93, 102],
                rule: [221, 216, 205],
                edge: [123, 128, 136],
                accent: [126, 22, 112],
                on_accent: [255, 255, 255],
                rise: [163, 18, 79],
                fall: [23, 96, 127],
                warn: [255, 243, 214],
            },
            Theme::Dark => PageColours {
                paper: [20, 22, 26],
                card: [29, 32, 38],
                ink: [240, 238, 233],
                ink_soft: [171, 176, 185],
                rule: [53, 58, 67],
                edge: [123, 129, 139],
                accent: [246, 168, 216],
                on_accent: [37, 6, 31],
                rise: [255, 156, 187],
                fall: [143, 208, 236],
                warn: [58, 47, 22],
            },
        }
    }
}

/// Returns a theme's colours by the names of the style sheet's custom properties, without their
/// `--`. The style sheet takes every opaque colour of the page and of the legend from here; those
/// of the classes depend on the data set's class breaks and stand beside each class of the legend.
pub fn tokens(theme: Theme) -> impl Iterator<Item = (&'static str, Rgb)> {
    let page = PageColours::of(theme);
    let map = Colours::of(theme);
    [
        ("paper", page.paper),
        ("card", page.card),
        ("ink", page.ink),
        ("ink-soft", page.ink_soft),
        ("rule", page.rule),
        ("edge", page.edge),
        ("accent", page.accent),
        ("on-accent", page.on_accent),
        ("rise", page.rise),
        ("fall", page.fall),
        ("warn", page.warn),
        ("focus", map.selected),
        ("sea", map.sea),
        ("land", map.ground),
        ("pattern", map.ink),
        ("elsewhere", map.elsewhere),
    ]
    .into_iter()
}

/// Returns the colour of a class. The classes are spread over the palette, so that a few classes
/// also use its whole range.
pub fn class_colour(breaks: &Breaks, class: u8, theme: Theme) -> Rgb {
    let last = breaks.classes() - 1;
    let position = usize::from(class).min(last) * (CLASSES - 1) / last.max(1);
    match theme {
        Theme::Light => LIGHT[position],
        Theme::Dark => DARK[position],
    }
}

/// Returns a class's colours as a CSS value, of which the style sheet picks one by theme.
pub fn class_css(breaks: &Breaks, class: u8) -> String {
    let [light, dark] =
        [Theme::Light, Theme::Dark].map(|theme| hex(class_colour(breaks, class, theme)));
    by_theme(&light, &dark)
}

/// Returns a CSS value of which the style sheet picks one half by theme.
pub fn by_theme(light: &str, dark: &str) -> String {
    ["var(--light,", light, ") var(--dark,", dark, ")"].concat()
}

/// Colours from cream through orange and magenta to near black. Lightness falls (on a dark page it
/// rises) by about the same step from class to class, so that the order can be seen in grey print
/// and with any colour vision deficiency. Measurements: docs/develop/palette.md.
const LIGHT: [Rgb; CLASSES] = [
    [255, 251, 220],
    [244, 208, 137],
    [242, 161, 72],
    [229, 115, 74],
    [212, 74, 84],
    [175, 38, 108],
    [122, 21, 107],
    [60, 0, 80],
];
const DARK: [Rgb; CLASSES] = [
    [52, 38, 80],
    [103, 48, 127],
    [148, 66, 119],
    [200, 70, 108],
    [233, 96, 92],
    [244, 144, 78],
    [255, 197, 120],
    [255, 244, 204],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn css_writes_opacity_only_if_needed() {
        let colour = |opacity| Colour {
            rgb: [40, 0, 255],
            opacity,
        };
        assert_eq!(colour(0x57).css(), "#2800ff57");
        assert_eq!(colour(255).css(), "#2800ff");
    }
}
