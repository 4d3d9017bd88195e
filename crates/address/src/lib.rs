//! Parses, repairs and formats the addresses of the page.
//!
//! An address encodes a view in its query. Every parameter is optional; an empty value counts as
//! absent, and parameters of other sites are ignored.
//!
//! | parameter | value | absent |
//! |---|---|---|
//! | `level` | `ltla` (authorities) or `msoa` (neighbourhoods) | the data set's default |
//! | `date` | the last day of a week: `2021-02-07` | the data set's default |
//! | `area` | the code of the area whose details are open: `E08000033` | no details |
//! | `within` | the code of the authority whose neighbourhoods alone are shown | the whole nation |
//! | `nation` | `england`, `wales`, `scotland`, `ni` or `uk` | the data set's default |
//! | `rising` | `1`: all areas but the rising ones are muted; `0` | `0` |
//! | `embed` | `1`: the page in a frame of an article; `0` | `0` |
//! | `theme` | `light`, `dark` or `auto`, as the reader's system | `auto` |
//! | `lang` | the tag of a language: `en` or `cy` | `en` |
//!
//! A query in the form that [`Request::query`] writes is read by [`Request::parse_plain`]; any
//! other, by [`repair`].

mod figure_choice;
mod origin;
mod repair;
mod request;

pub use figure_choice::{FigureChoice, ResolvedView};
pub use origin::Origin;
pub use repair::repair;
pub use request::{Request, ThemeChoice, whole_query};
