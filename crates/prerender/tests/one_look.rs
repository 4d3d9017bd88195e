//! Draws one scene as the area numbers that the canvas colours, as an SVG file and as the page's
//! drawing, in both themes, and compares the pictures. In the browser, the trial "exports: PNG and
//! SVG are alike in both themes" compares the canvas with the file.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use rising_look::svg::SvgMap;
use rising_look::{
    Appearance, Appearances, Colours, Face, Look, Rgb, Scene, Shapes, Theme, Viewport,
};
use rising_model::domain::scale::Breaks;
use rising_model::shapes::samples::board;
use rising_prerender::map_svg::draw;
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

/// Sixteen squares: the classes, patterns, areas elsewhere and muted ones. `rising` marks some.
fn appearances(rising: bool) -> Appearances {
    let others = [
        Appearance::Suppressed,
        Appearance::Missing,
        Appearance::Elsewhere,
    ];
    let all = (0..8).map(Appearance::Class).chain(others).cycle();
    let faces = (0..)
        .zip(all)
        .take(AREAS * AREAS)
        .map(|(area, appearance)| Face {
            appearance,
            muted: area >= 12,
        });
    Appearances {
        faces: faces.collect(),
        rising: (0..AREAS * AREAS)
            .map(|area| rising && area % 5 == 1)
            .collect(),
        one_authority: false,
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

#[test]
fn back_ends_draw_one_scene_alike() {
    let shapes = Shapes::new(
        board(AREAS, SIDE as i32, 0).into(),
        vec![0; AREAS * AREAS].into(),
    );
    let viewport = Viewport {
        zoom: f64::from(shapes.topology.unit_zoom()),
        x: 0.0,
        y: 0.0,
        width: SIZE as f64,
        height: SIZE as f64,
        density: 1.0,
    };
    for theme in [Theme::Light, Theme::Dark] {
        let look = Look::new(theme, &Breaks::default());
        for rising in [false, true] {
            let appearances = appearances(rising);
            let scene = Scene::new(&shapes, &appearances, viewport.scale(&shapes.topology));
            let map = SvgMap {
                scene: &scene,
                look: &look,
                viewport,
                selected: None,
                named: &|_| Some(("a", "b")),
            };
            let file = render(&in_svg(&map.svg()), theme);
            // The group is shown where the page refers to it.
            let page = draw(&scene, std::slice::from_ref(&look));
            let shown = page.replace(
                "<svg width",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width",
            );
            let shown = in_svg(&format!("{shown}<use href=\"#first-drawing\"/>"));
            let page = render(&shown, theme);
            let canvas = raster(&shapes, &appearances, &look);
            let pairs = [
                ("file and page", &page, PAGE_TOLERANCE),
                ("file and canvas", &canvas, CANVAS_TOLERANCE),
            ];
            for (what, other, tolerance) in pairs {
                // Marks and outlines of rising areas are strokes on the canvas, which only a
                // browser has.
                if rising && what == "file and canvas" {
                    continue;
                }
                let share = difference(&file, other).max(difference(other, &file));
                assert!(
                    share <= tolerance,
                    "{theme:?}, rising {rising}: {what} differ in {share:.4} of their pixels"
                );
            }
        }
    }
}
