//! Starts the app: loads chunks and takes over the page that the build wrote.

pub mod early_completion;
pub mod lazy;
