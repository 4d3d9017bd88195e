//! The everyday commands of the project, one module each; `main.rs` chooses between them.
//!
//! | command | module |
//! |---|---|
//! | set-up for the commands below | [`setup`] |
//! | `build` | [`site`], with [`mod@style`] |
//! | `serve` | [`serve`], with [`server`] |
//! | `test` | [`checks`], with [`linters`] |
//! | `prose` | [`prose`] |
//! | `data` | [`data`] |
//! | `bench` | [`mod@bench`] |
//! | `hosting` | [`hosting`] |
//! | `documents` | [`documents`] |
//! | `load` | [`mod@load`] |
//! | `lighthouse` | [`lighthouse`] |
//! | `fuzz` | [`fuzz`] |
//! | `dependencies` | [`dependencies`] |
//! | `licences` | [`licences`] |

pub mod bench;
pub mod check_counts;
pub mod checks;
pub mod command;
pub mod context;
pub mod data;
pub mod dependencies;
pub mod documents;
pub mod fuzz;
pub mod hosting;
pub mod licences;
pub mod lighthouse;
pub mod linters;
pub mod load;
pub mod prose;
pub mod serve;
pub mod server;
pub mod setup;
pub mod site;
pub mod style;
