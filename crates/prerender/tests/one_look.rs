//! Draws scenes as the area numbers that the canvas colours, as an SVG file, as the page's drawing
//! and as the map of a card, in both themes, and compares the pictures. In the browser, the trial
//! "exports: PNG and SVG are alike in both themes" compares the canvas with the file.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use rising_look::svg::SvgMap;
use rising_look::{
    Appearance, Appearances, Colours, Face, Look, Rgb, Scene, Shapes, Theme, Viewport,
};
use rising_model::domain::scale::Breaks;
use rising_model::shapes::samples::board;
use rising_prerender::compact_svg::{PenWidths, draw};
use rising_prerender::locator_map::place;
use rising_raster::{Raster, View};

/// Areas along each side of the board, and pixels along the side of an area.
const AREAS: usize = 4;
const SIDE: usize = 60;
const SIZE: usize = AREAS * SIDE;

/// Two pixels are alike if no colour channel differs by more than this of 255.
const CHANNEL_TOLERANCE: u8 = 40;
/// The largest share of pixels of the file and the page that are not alike: they have the same
/// shapes, in steps of a tenth and of a whole pixel.
const PAGE_TOLERANCE: f64 = 0.01;
/// The same for the file and the card.
const CARD_TOLERANCE: f64 = 0.01;
/// The same for the file and the canvas, whose patterns and borders have no smooth edges.
const CANVAS_TOLERANCE: f64 = 0.03;
/// The largest distance in pixels at which a pixel may find its like: half a pixel of a line lies
/// to the one or to the other side of a border.
const REACH: usize = 1;

type Picture = Vec<Rgb>;

/// Renders an SVG over the sea's colour.
fn render(svg: &str, theme: Theme) -> Picture {
    let tree = Tree::from_str(svg, &Options::default()).unwrap();
    let mut pixmap = Pixmap::new(SIZE as u32, SIZE as u32).unwrap();
    let [red, green, blue] = Colours::of(theme).sea;
    pixmap.fill(resvg::tiny_skia::Color::from_rgba8(red, green, blue, 255));
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    let pixels = pixmap.pixels().iter();
    pixels
        .map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect()
}

fn in_svg(content: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{SIZE}\" height=\"{SIZE}\">{content}</svg>"
    )
}

fn is_alike(one: Rgb, other: Rgb) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) <= CHANNEL_TOLERANCE)
}

/// Returns the share of pixels of `one` that have no like nearby in `other`.
fn difference(one: &Picture, other: &Picture) -> f64 {
    let near = |at: usize| at.saturating_sub(REACH)..=(at + REACH).min(SIZE - 1);
    let has_like = |x: usize, y: usize| {
        near(y).any(|row| {
            near(x).any(|column| is_alike(one[y * SIZE + x], other[row * SIZE + column]))
        })
    };
    let places = (0..SIZE).flat_map(|y| (0..SIZE).map(move |x| (x, y)));
    let lost = places.filter(|&(x, y)| !has_like(x, y)).count();
    lost as f64 / (SIZE * SIZE) as f64
}

/// The scenes that are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    /// The classes, patterns, areas elsewhere and muted ones.
    Faces,
    /// The same with some areas marked as rising.
    Rising,
    /// One area on a map that only tells where it is.
    Located,
}

/// Returns the appearances of sixteen squares.
fn appearances(content: Content) -> Appearances {
    let areas = 0..AREAS * AREAS;
    let others = [
        Appearance::Suppressed,
        Appearance::Missing,
        Appearance::Elsewhere,
    ];
    let all = (0..8).map(Appearance::Class).chain(others).cycle();
    let various = areas.clone().zip(all).map(|(area, appearance)| Face {
        appearance,
        muted: area >= 12,
    });
    let located = areas.clone().map(|area| match area {
        9 => Face {
            appearance: Appearance::Suppressed,
            muted: false,
        },
        _ => Face::ELSEWHERE,
    });
    Appearances {
        faces: match content {
            Content::Located => located.collect(),
            Content::Faces | Content::Rising => various.collect(),
        },
        rising: areas
            .map(|area| content == Content::Rising && area % 5 == 1)
            .collect(),
        one_authority: false,
        located: (content == Content::Located).then_some(9),
    }
}

/// The picture of the scene's faces as the canvas gets them.
fn raster(shapes: &Shapes, appearances: &Appearances, look: &Look) -> Picture {
    let view = View {
        scale: 1.0,
        x: 0.0,
        y: 0.0,
        width: SIZE as u32,
        height: SIZE as u32,
        max_rank: 20,
    };
    let fills: Vec<_> = appearances
        .faces
        .iter()
        .map(|&face| look.fill(face))
        .collect();
    let mut pixels = vec![];
    Raster::new(&shapes.topology, &view).colour(&fills, 1, &mut pixels);
    pixels
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&[r, g, b, _]| [r, g, b])
        .collect()
}

/// Returns the page's drawing of a scene. Its group is shown where the page refers to it.
fn page(scene: &Scene, look: &Look) -> String {
    let drawing = draw(scene, std::slice::from_ref(look), PenWidths::Constant);
    format!("{drawing}<use href=\"#first-drawing\"/>")
}

#[test]
fn back_ends_draw_scenes_alike() {
    // The card shrinks shapes whose units are half a pixel; the page's drawing is in whole units.
    let shapes = [1, 2].map(|units| {
        let board = board(AREAS, SIDE as i32 * units, 0);
        Shapes::new(board.into(), vec![0; AREAS * AREAS].into())
    });
    let viewport = Viewport {
        zoom: f64::from(shapes[0].topology.unit_zoom()),
        x: 0.0,
        y: 0.0,
        width: SIZE as f64,
        height: SIZE as f64,
        density: 1.0,
    };
    for theme in [Theme::Light, Theme::Dark] {
        let look = Look::new(theme, &Breaks::default());
        for content in [Content::Faces, Content::Rising, Content::Located] {
            let appearances = appearances(content);
            let scene = Scene::new(&shapes[0], &appearances, 1.0);
            let shrunk = Scene::new(&shapes[1], &appearances, 0.5);
            let map = SvgMap {
                scene: &scene,
                look: &look,
                viewport,
                selected: None,
                named: &|_| Some(("a", "b")),
            };
            let drawn = |content: &str| render(&in_svg(content), theme);
            let file = drawn(&map.svg());
            let page = drawn(&page(&scene, &look));
            let card = drawn(&place(&shrunk, &look, (0.0, 0.0)));
            let canvas = raster(&shapes[0], &appearances, &look);
            let pairs = [
                ("file and page", &page, PAGE_TOLERANCE),
                ("file and card", &card, CARD_TOLERANCE),
                ("file and canvas", &canvas, CANVAS_TOLERANCE),
            ];
            for (what, other, tolerance) in pairs {
                // Marks and outlines of rising areas are strokes on the canvas, which only a
                // browser has.
                if content == Content::Rising && what == "file and canvas" {
                    continue;
                }
                let share = difference(&file, other).max(difference(other, &file));
                assert!(
                    share <= tolerance,
                    "{theme:?}, {content:?}: {what} differ in {share:.4} of their pixels"
                );
            }
        }
    }
}
