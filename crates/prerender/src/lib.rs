//! Renders the parts of the site that do not need the app: the page's prerendered view (verdict,
//! map and table), and a small page for each authority.
//!
//! | module | what it does |
//! |---|---|
//! | [`page_data`] | reads the data set at the date that the page opens on |
//! | [`prerendered_view`] | renders what `index.html` shows until the app has loaded |
//! | [`preload`] | lists the data files that the page requests before the app loads |
//! | [`map_svg`] | renders the map as SVG |
//! | [`compact_svg`] | draws a scene in few bytes, for the map and for cards |
//! | `outlines` | draws the outlines of groups of areas |
//! | [`shell`] | writes the texts that the page shows in every language without the app |
//! | [`area_page`] | renders the page of an authority |
//! | [`card`] | draws the image of an authority for social networks |
//! | [`locator_map`] | draws the small map of a card |
//! | [`policy`] | allows background tiles in the page's security policy |
//! | [`slot`] | fills the slots of the page |
//!
//! Every figure and sentence comes from `rising-model`, as in the app.

pub mod area_page;
pub mod card;
pub mod compact_svg;
pub mod locator_map;
pub mod map_svg;
mod outlines;
pub mod page_data;
pub mod policy;
pub mod preload;
pub mod prerendered_view;
pub mod shell;
pub mod slot;
