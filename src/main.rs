//! Starts the app, and marks the page as failed if the app panics.

mod app;
mod builder;
mod embed;
mod map;
mod offline;
mod panels;
mod platform;
mod startup;
mod state;
mod url;

use leptos::prelude::Owner;
use platform::page_scripts::Failure;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        platform::page_scripts::announce_failure(Failure::Run);
    }));
    platform::scheduler::start_slicing();
    leptos::task::spawn_local(async {
        url::repair().await;
        let owner = Owner::new();
        owner.with(app::start);
        // The app runs as long as the page.
        std::mem::forget(owner);
    });
}
