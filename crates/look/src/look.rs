//! Turns the parts of a scene into colours and pens.

use rising_model::domain::scale::Breaks;

use crate::appearance::{Appearance, Face};
use crate::colours::{Colour, Colours, Rgb, Theme, class_colour};
use crate::pattern::{Fill, Pattern};
use crate::scene::{Line, Mark, Scene};

/// A stroke of a colour, some CSS pixels wide.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// The colour.
    pub colour: Colour,
    /// CSS pixels.
    pub width: f64,
}

/// The kinds of marks in the order in which they are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// Too small for a halo, and visible on its area.
    Small,
    /// Too small for a halo, in the halo's colour, because that contrasts better.
    SmallInverse,
    /// With a halo.
    Large,
}

impl MarkKind {
    /// All kinds, in order.
    pub const ALL: [MarkKind; 3] = [MarkKind::Small, MarkKind::SmallInverse, MarkKind::Large];
}

/// The reader's choices that change how a scene looks, and the classes of the data set.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The page's theme.
    pub theme: Theme,
    /// Whether the reader's system asks for more contrast.
    pub high_contrast: bool,
    /// The class breaks, over which the palette is spread.
    pub breaks: Breaks,
}

impl Look {
    /// The usual look of a theme.
    pub fn new(theme: Theme, breaks: &Breaks) -> Look {
        Look {
            theme,
            high_contrast: false,
            breaks: breaks.clone(),
        }
    }

    /// Returns the colours besides those of the classes.
    pub fn colours(&self) -> Colours {
        if self.high_contrast {
            Colours::high_contrast(self.theme)
        } else {
            Colours::of(self.theme)
        }
    }

    /// Returns the fill of a face.
    pub fn fill(&self, face: Face) -> Fill {
        let colours = Colours::of(self.theme);
        let plain = |colour| (Pattern::Plain, colour, colour);
        let (pattern, ground, ink) = match face.appearance {
            Appearance::Class(class) => plain(class_colour(&self.breaks, class, self.theme)),
            Appearance::Suppressed => (Pattern::Dotted, colours.ground, colours.ink),
            Appearance::Missing => (Pattern::Hatched, colours.ground, colours.ink),
            Appearance::Elsewhere => plain(colours.elsewhere),
        };
        let shade = |colour| match face.muted {
            true => mixed(colour, colours.elsewhere),
            false => colour,
        };
        Fill {
            pattern,
            ground: shade(ground),
            ink: shade(ink),
        }
    }

    /// Returns the pens that draw a line, one over the other. The last one is the line itself, and
    /// the one before it its halo.
    pub fn pens(&self, line: Line) -> impl Iterator<Item = Pen> {
        let colours = self.colours();
        let (colour, width, halo) = match line {
            Line::Inner => (colours.border, 0.6, 0.0),
            Line::Group => (colours.heavy_border, 0.9, 0.0),
            Line::Coast => (colours.coast, 0.9, 0.0),
            Line::Rising => (colours.mark.into(), 1.9, 1.7),
            Line::Hovered(_) => (colours.selected.into(), 2.0, 2.5),
            Line::Selected(_) => (colours.selected.into(), 3.0, 2.5),
            Line::Located(_) => (colours.mark.into(), 1.5, 0.0),
        };
        let is_border = matches!(line, Line::Inner | Line::Group | Line::Coast);
        let (width, halo) = match self.high_contrast && is_border {
            true => (width + 0.6, 1.2),
            false => (width, halo),
        };
        let around = Pen {
            colour: colours.halo.into(),
            width: width + halo,
        };
        (halo > 0.0)
            .then_some(around)
            .into_iter()
            .chain([Pen { colour, width }])
    }

    /// Returns the pen of the circle around the area that a small map locates.
    pub fn locator(&self) -> Pen {
        Pen {
            colour: self.colours().mark.into(),
            width: 3.0,
        }
    }

    /// Returns how a mark is drawn.
    pub fn mark_kind(&self, mark: &Mark) -> MarkKind {
        let colours = self.colours();
        let ground = match mark.face.appearance {
            _ if mark.size >= HALO_FROM => return MarkKind::Large,
            Appearance::Class(class) => class_colour(&self.breaks, class, self.theme),
            _ => return MarkKind::Small,
        };
        match colours.small_mark(self.theme, ground) == colours.mark {
            true => MarkKind::Small,
            false => MarkKind::SmallInverse,
        }
    }

    /// Returns the marks of a scene that are drawn in this way.
    pub fn marks<'a>(
        &'a self,
        scene: &'a Scene,
        kind: MarkKind,
    ) -> impl Iterator<Item = Mark> + 'a {
        scene
            .marks()
            .filter(move |mark| self.mark_kind(mark) == kind)
    }

    /// Returns the colour of a mark, and the pen of the halo beneath it.
    pub fn mark(&self, kind: MarkKind) -> (Rgb, Option<Pen>) {
        let Colours { mark, halo, .. } = self.colours();
        match kind {
            MarkKind::Small => (mark, None),
            MarkKind::SmallInverse => (halo, None),
            MarkKind::Large => {
                let around = Pen {
                    colour: halo.into(),
                    width: 2.4,
                };
                (mark, Some(around))
            }
        }
    }
}

/// CSS pixels of a mark from which it has a halo: a smaller one would be nothing but halo.
const HALO_FROM: f64 = 6.0;

/// Mixes one part of `front` with four of `behind`: enough to show the class, too little to compete
/// with the rising areas.
fn mixed(front: Rgb, behind: Rgb) -> Rgb {
    std::array::from_fn(|i| ((u32::from(front[i]) + 4 * u32::from(behind[i])) / 5) as u8)
}
