//! Wraps the browser and Leptos: requests, focus, storage, sizes, time slices, elements.

pub mod dom;
pub mod fetch;
pub mod first_paint;
pub mod focus;
pub mod frame;
pub mod locate;
pub mod media;
pub mod page;
pub mod page_scripts;
pub mod prerendered;
pub mod reactive;
pub mod resize;
pub mod saved_area;
pub mod scheduler;
pub mod share;
pub mod split;
pub mod stale_page;
pub mod today;
