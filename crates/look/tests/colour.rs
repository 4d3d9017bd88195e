//! Measures the palette: whether classes are distinguishable with every colour vision, and whether
//! marks and lines are visible on them.
//!
//! A test compares the measurements with docs/develop/palette.md. After an intended change of
//! colours, `BLESS=1 cargo test -p rising-look --test colour` rewrites that file.

use std::fmt::Write as _;
use std::path::Path;

use palette::color_difference::{Ciede2000, Wcag21RelativeContrast};
use palette::{FromColor, Lab, LinSrgb, Srgb};
use rising_look::{Colours, Rgb, Theme, class_colour};
use rising_model::domain::scale::{Breaks, CLASSES};
use rising_words::Language;

const THEMES: [(Theme, &str); 2] = [(Theme::Light, "light"), (Theme::Dark, "dark")];

/// A type of colour vision, or grey print: a matrix on linear red, green and blue.
struct ColourVision {
    name: &'static str,
    matrix: [[f64; 3]; 3],
    /// The least permitted difference of neighbouring classes.
    between_neighbours: f64,
    /// The least permitted difference of any class from the sea and from areas outside the selected
    /// nation.
    from_elsewhere: Option<f64>,
}

/// Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
/// deficiency" (2009), at severity 1; for grey, the weights of relative luminance.
const VISIONS: [ColourVision; 5] = [
    ColourVision {
        name: "usual",
        matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        between_neighbours: 12.0,
        from_elsewhere: Some(12.0),
    },
    ColourVision {
        name: "protanopia",
        matrix: [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ],
        between_neighbours: 9.0,
        from_elsewhere: Some(8.0),
    },
    ColourVision {
        name: "deuteranopia",
        matrix: [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ],
        between_neighbours: 9.0,
        from_elsewhere: Some(8.0),
    },
    ColourVision {
        name: "tritanopia",
        matrix: [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ],
        between_neighbours: 9.0,
        from_elsewhere: Some(8.0),
    },
    ColourVision {
        name: "grey",
        matrix: [[0.2126, 0.7152, 0.0722]; 3],
        between_neighbours: 8.0,
        from_elsewhere: None,
    },
];

fn linear([red, green, blue]: Rgb) -> LinSrgb<f64> {
    Srgb::new(red, green, blue)
        .into_format::<f64>()
        .into_linear()
}

impl ColourVision {
    /// Returns a colour as seen with this vision.
    fn see(&self, colour: Rgb) -> Lab<palette::white_point::D65, f64> {
        let LinSrgb {
            red, green, blue, ..
        } = linear(colour);
        let row = |[r, g, b]: [f64; 3]| (r * red + g * green + b * blue).clamp(0.0, 1.0);
        let [red, green, blue] = self.matrix.map(row);
        Lab::from_color(LinSrgb::new(red, green, blue))
    }

    fn difference(&self, one: Rgb, other: Rgb) -> f64 {
        self.see(one).difference(self.see(other))
    }
}

fn classes(theme: Theme) -> [Rgb; CLASSES] {
    std::array::from_fn(|class| class_colour(&Breaks::default(), class as u8, theme))
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    linear(one).relative_contrast(linear(other))
}

fn least(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::INFINITY, f64::min)
}

/// The measurements of one theme's classes with one colour vision.
struct Measurements {
    neighbours: Vec<f64>,
    any_two: f64,
    from_sea: f64,
    from_elsewhere: f64,
    lightness: Vec<f64>,
}

fn measure(theme: Theme, vision: &ColourVision) -> Measurements {
    let (classes, colours) = (classes(theme), Colours::of(theme));
    let pairs = (0..CLASSES).flat_map(|one| (0..one).map(move |other| (one, other)));
    Measurements {
        neighbours: classes
            .windows(2)
            .map(|pair| vision.difference(pair[0], pair[1]))
            .collect(),
        any_two: least(pairs.map(|(one, other)| vision.difference(classes[one], classes[other]))),
        from_sea: least(classes.map(|class| vision.difference(class, colours.sea))),
        from_elsewhere: least(classes.map(|class| vision.difference(class, colours.elsewhere))),
        lightness: classes.iter().map(|&class| vision.see(class).l).collect(),
    }
}

#[test]
fn classes_are_distinct_and_ordered_with_every_vision() {
    for (theme, name) in THEMES {
        for vision in &VISIONS {
            let Measurements {
                neighbours,
                any_two,
                from_sea,
                from_elsewhere,
                lightness,
            } = measure(theme, vision);
            let case = format!("{name}, {}", vision.name);
            assert!(
                least(neighbours.iter().copied()) >= vision.between_neighbours,
                "{case}: {neighbours:.1?}"
            );
            assert!(
                any_two >= vision.between_neighbours,
                "{case}: two classes differ by only {any_two:.1}"
            );
            if let Some(least_difference) = vision.from_elsewhere {
                assert!(
                    least([from_sea, from_elsewhere]) >= least_difference,
                    "{case}: {from_sea:.1}, {from_elsewhere:.1}"
                );
            }
            let steps = lightness.windows(2).map(|pair| match theme {
                Theme::Light => pair[0] - pair[1],
                Theme::Dark => pair[1] - pair[0],
            });
            assert!(
                least(steps) >= 5.0,
                "{case}: lightness of the classes: {lightness:.0?}"
            );
        }
    }
}

#[test]
fn marks_and_outlines_contrast_with_every_class() {
    for (theme, name) in THEMES {
        let colours = Colours::of(theme);
        let drawn = [
            colours.mark,
            colours.selected,
            colours.text,
            Colours::high_contrast(theme).border.rgb,
        ];
        let halo = colours.halo;
        for ground in
            classes(theme)
                .into_iter()
                .chain([colours.sea, colours.ground, colours.elsewhere])
        {
            for drawn in drawn {
                let seen = contrast(drawn, ground).max(contrast(halo, ground));
                assert!(
                    seen >= 3.0,
                    "{name}: {drawn:?} with its halo on {ground:?}: {seen:.2}"
                );
            }
            let small = contrast(colours.small_mark(theme, ground), ground);
            assert!(
                small >= 3.0,
                "{name}: a small mark on {ground:?}: {small:.2}"
            );
        }
        for drawn in drawn {
            assert!(
                contrast(drawn, halo) >= 9.0,
                "{name}: {drawn:?} and its halo: {:.2}",
                contrast(drawn, halo)
            );
        }
    }
}

/// Patterns mark areas without a rate, so they must be visible.
#[test]
fn patterns_contrast_with_their_background() {
    for (theme, name) in THEMES {
        let Colours { ink, ground, .. } = Colours::of(theme);
        assert!(
            contrast(ink, ground) >= 3.0,
            "{name}: {:.2}",
            contrast(ink, ground)
        );
    }
}

#[test]
fn palette_document_matches_the_measurements() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/develop/palette.md");
    let text = document();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == text,
        "docs/develop/palette.md differs from the measurements; if this is intended, run: \
         BLESS=1 cargo test -p rising-look --test colour"
    );
}

fn document() -> String {
    let mut out = INTRODUCTION.to_owned();
    for (theme, name) in THEMES {
        let classes = classes(theme);
        let _ = write!(
            out,
            "\n## The {name} page\n\n| class | colour | lightness | mark | halo | small mark | \
            chosen |\n"
        );
        out += "|---|---|---:|---:|---:|---:|---:|\n";
        let colours = Colours::of(theme);
        let number = |bound: u32| Language::En.number(bound.into());
        for (class, ground) in (0..).zip(classes) {
            let [red, green, blue] = ground;
            let against = |colour| contrast(colour, ground);
            let _ = writeln!(
                out,
                "| {} | `#{red:02x}{green:02x}{blue:02x}` | {:.0} | {:.1} | {:.1} | {:.1} | {:.1} \
                |",
                match Breaks::default().bounds(class) {
                    (0, Some(upper)) => format!("under {}", number(upper)),
                    (lower, Some(upper)) => format!("{} to {}", number(lower), number(upper)),
                    (lower, None) => format!("{} or more", number(lower)),
                },
                VISIONS[0].see(ground).l,
                against(colours.mark),
                against(colours.halo),
                against(colours.small_mark(theme, ground)),
                against(colours.selected),
            );
        }
        out += "\nDifferences of neighbouring classes:\n\n| as seen with |";
        let steps = || (1..CLASSES).map(|class| format!("{}–{}", class, class + 1));
        for step in steps() {
            let _ = write!(out, " {step} |");
        }
        out += " least of any two | from the sea | from elsewhere |\n|---|";
        out += &"---:|".repeat(CLASSES + 2);
        out += "\n";
        for vision in &VISIONS {
            let Measurements {
                neighbours,
                any_two,
                from_sea,
                from_elsewhere,
                ..
            } = measure(theme, vision);
            let _ = write!(out, "| {} |", vision.name);
            for value in neighbours
                .into_iter()
                .chain([any_two, from_sea, from_elsewhere])
            {
                let _ = write!(out, " {value:.1} |");
            }
            out += "\n";
        }
    }
    out
}

const INTRODUCTION: &str = "\
# The palette, measured

The map has eight classes, ordered in lightness: falling on a light page, rising on a dark one.
Neighbouring classes can be told apart with every colour vision deficiency and in grey.
`crates/look/tests/colour.rs` measures them, requires the figures below, and writes this page. Why
these colours: [decision 5](../decisions/0005-palette.md).

| required | usual sight | each deficiency | grey |
|---|---:|---:|---:|
| difference of neighbouring classes (CIEDE2000) | 12 | 9 | 8 |
| difference of any class from the sea and from outside the nation | 12 | 8 | none |
| step in lightness | 5 | 5 | 5 |

Deficiencies are full protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes
2009, severity 1); grey is relative luminance alone. Contrasts are those of WCAG:

- Rising areas have an outline and a mark with a halo, 9 to 1 or more against each other, so that
  one of them is 3 to 1 on each class. Small marks have no halo: they take whichever colour shows.
- The chosen area's outline and the strong borders for more contrast are made likewise. Other
  borders are faint, since the classes' colours differ.
- Suppressed areas are dotted and areas without a figure hatched, 3 to 1 or more; zero is the plain
  first class. Areas outside the nation are plain grey; in grey only the nation's border shows them.
- Where a browser darkens pages itself, map and legend keep their colours: both are
  `color-scheme: only light` (or `only dark`), and the legend's samples are canvases, like the map:
  extensions recolour style sheets and leave canvases alone.
";
