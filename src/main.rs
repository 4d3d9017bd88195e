//! Rising in the browser: mounts the app, and says so plainly should it ever stop.

mod app;
mod area_link;
mod builder;
mod fetch;
mod first_paint;
mod focus;
mod frame;
mod language;
mod lazy;
mod locate;
mod map;
mod media;
mod memory;
mod offline;
mod order;
mod panels;
mod reactive;
mod renew;
mod resize;
mod share;
mod slices;
mod state;
mod theme;
mod today;
mod url;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        announce_failure("run");
    }));
    slices::begin();
    leptos::task::spawn_local(async {
        url::mend().await;
        language::speak(url::asked_language());
        first_paint::call_things();
        leptos::mount::mount_to_body(app::App);
    });
}

/// Marks the page as failed; `index.html` holds a message for each kind ("start", "run") and the
/// style sheet shows it. Nothing that could panic again happens here.
fn announce_failure(kind: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-failed", kind);
    }
}
