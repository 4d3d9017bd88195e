//! Starts the app, and marks the page as failed if the app panics.

mod app;
mod area_link;
mod builder;
mod dom;
mod embed;
mod fetch;
mod focus;
mod page;
mod prerendered;

mod lazy;
mod locate;
mod map;
mod media;
mod offline;
mod page_scripts;
mod panels;
mod reactive;
mod resize;
mod saved_area;
mod scheduler;
mod share;
mod stale_page;
mod state;
mod texts;
mod theme;
mod today;
mod url;

use leptos::prelude::Owner;
use page_scripts::Failure;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        page_scripts::announce_failure(Failure::Run);
    }));
    scheduler::start_slicing();
    leptos::task::spawn_local(async {
        url::repair().await;
        texts::set_texts(url::requested_language().texts());
        prerendered::apply_labels();
        let owner = Owner::new();
        owner.with(app::start);
        // The app runs as long as the page.
        std::mem::forget(owner);
    });
}
