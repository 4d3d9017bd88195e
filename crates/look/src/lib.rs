//! Describes how the map and the page look, as data that every program which draws them reads: the
//! app's canvas, exported pictures, the prerendered page, cards for social networks and the style
//! sheet.
//!
//! | module | what it describes |
//! |---|---|
//! | `colours` | the colours of map and page in both themes |
//! | `appearance` | an area's surface, from its figures |
//! | `pattern` | dots and hatching |
//! | `scene` | a map at one zoom: faces, lines and marks, in the order in which they are drawn |
//! | `look` | the colours and pens of a scene |
//! | [`labels`] | letters of names; names of areas, and where they fit |
//! | [`towns`] | names of towns, and which fit |
//! | [`legend`] | sizes of the legend |
//! | [`svg`] | a scene as an SVG file |
//!
//! A scene knows neither colours nor a canvas. A back end asks it for the lines and marks, and a
//! [`Look`] for their pens and fills. A change of a colour, a width or a pattern is made here,
//! once.

mod appearance;
mod colours;
pub mod labels;
pub mod legend;
mod look;
mod pattern;
mod scene;
pub mod svg;
pub mod towns;

pub use appearance::{Appearance, Appearances, Face};
pub use colours::{
    Colour, Colours, PageColours, Rgb, Theme, by_theme, class_colour, class_css, hex, tokens,
};
pub use look::{Look, MarkKind, Pen};
pub use pattern::{Fill, Pattern};
pub use scene::{Line, Mark, Scene, Shapes, Viewport, group_by_parent, mark_size, triangle};
