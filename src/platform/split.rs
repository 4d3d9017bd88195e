//! Cuts the program into chunks (`xtask/src/site/split.rs`).

use crate::platform::fetch::FetchError;

/// Drops the reason, which the browser's console shows.
impl From<leptos::wasm_split::SplitLoaderError> for FetchError {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> FetchError {
        FetchError::Program
    }
}

/// Defines an async function that loads a chunk and returns its content. The function's name is
/// the start of the chunk's file name.
macro_rules! chunk {
    ($name:ident, $content:ty, $value:expr) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($name, wasm_split_path = leptos::wasm_split, fallible)]
        pub fn $name() -> Result<$content, $crate::platform::fetch::FetchError> {
            Ok($value)
        }

        #[cfg(not(feature = "split"))]
        pub async fn $name() -> Result<$content, $crate::platform::fetch::FetchError> {
            Ok($value)
        }
    };
}

pub(crate) use chunk;
