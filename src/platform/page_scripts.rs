//! Calls the scripts of the page and reports failures to them. `web/protocol.d.ts` lists all that
//! they share.

use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Element, Response};

/// The attribute of the root element that says why the map is missing.
const FAILED: &str = "data-failed";

/// The attribute of the root element that says that the program has started.
const STARTED: &str = "data-started";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = takeResponse)]
    async fn take_response_of_page(
        path: &str,
        signal: Option<AbortSignal>,
    ) -> Result<JsValue, JsValue>;
}

/// Takes the response to a file that the page has requested before the program asks for it, if
/// there is one. Each response is handed over once. The signal aborts the request.
pub async fn take_response(path: &str, signal: Option<AbortSignal>) -> Option<Response> {
    take_response_of_page(path, signal)
        .await
        .ok()?
        .dyn_into()
        .ok()
}

/// A failure of which the page has a message.
#[derive(Clone, Copy)]
pub enum Failure {
    /// The map could not start.
    Start,
    /// The program has panicked.
    Run,
}

/// Lets the page show its message of a failure. Calls nothing that could panic again.
pub fn announce_failure(failure: Failure) {
    if let Some(root) = root() {
        let kind = match failure {
            Failure::Start => "start",
            Failure::Run => "run",
        };
        let _ = root.set_attribute(FAILED, kind);
    }
}

/// Tells the page that the program has started, and removes its message that the program is slow
/// to load.
pub fn announce_start() {
    let Some(root) = root() else { return };
    let _ = root.set_attribute(STARTED, "");
    if root.get_attribute(FAILED).as_deref() == Some("slow") {
        let _ = root.remove_attribute(FAILED);
    }
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}

#[cfg(test)]
mod tests {
    #[test]
    fn protocol_lists_what_program_uses() {
        let protocol = include_str!("../../web/protocol.d.ts");
        for name in [
            "takeResponse: (",
            super::FAILED,
            super::STARTED,
            "`start`, `run`",
            "`slow`",
        ] {
            assert!(protocol.contains(name), "{name}");
        }
    }
}
