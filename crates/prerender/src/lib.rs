//! What of the site can be written before a browser runs a program: the page's first picture with
//! its answer in words and its table, and a small page for each authority.
//!
//! | module | holds |
//! |---|---|
//! | [`edition`] | the data set at the date that the page opens on |
//! | [`opening`] | what `index.html` shows until the app takes over |
//! | [`early`] | which data files the page asks for before its program does |
//! | `picture` | the map of it, as SVG |
//! | `region` | the outlines that the map is made of |
//! | [`shell`] | what the page says in every language without its program |
//! | [`area_page`] | the page of one authority |
//! | [`card`] | the image of one authority, for social networks |
//! | [`policy`] | whose background tiles the page's security policy lets in |
//! | `html` | text in HTML, and its place there |
//!
//! Every figure and sentence comes from `rising-model`, as in the app.

pub mod area_page;
pub mod card;
mod html;
mod map_svg;
mod outlines;
pub mod page_data;
pub mod policy;
pub mod preload;
pub mod prerendered_view;
pub mod shell;
