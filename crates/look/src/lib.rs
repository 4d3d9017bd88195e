//! Describes how the map and the page look, as data that every program which draws them reads: the
//! app's canvas, exported pictures, the prerendered page, cards for social networks and the style
//! sheet.
//!
//! A change of a colour, a width or a pattern is made here, once.

mod colours;

pub use colours::{
    Colour, Colours, PageColours, Rgb, Theme, by_theme, class_colour, class_css, hex, tokens,
};
