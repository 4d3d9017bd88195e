//! Mounts the app, and marks the page as failed if the app panics.

mod app;
mod area_link;
mod builder;
mod embed;
mod fetch;
mod focus;
mod prerendered;

mod language;
mod lazy;
mod locate;
mod map;
mod media;
mod offline;
mod panels;
mod reactive;
mod resize;
mod saved_area;
mod scheduler;
mod share;
mod stale_page;
mod state;
mod theme;
mod today;
mod url;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        announce_failure("run");
    }));
    scheduler::start_slicing();
    leptos::task::spawn_local(async {
        url::repair().await;
        language::set_language(url::requested_language());
        prerendered::apply_labels();
        leptos::mount::mount_to_body(app::App);
    });
}

/// Marks the page as failed. `index.html` holds a message for each kind ("start", "run") and the
/// style sheet shows it. Calls nothing that could panic again.
fn announce_failure(kind: &str) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("data-failed", kind);
    }
}
