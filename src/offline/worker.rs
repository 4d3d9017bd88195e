//! Registers the service worker and exchanges messages with it.
#![expect(
    clippy::disallowed_types,
    reason = "measures time since a check, not the date"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "messages of the worker and `navigator.connection` have no types"
)]

use std::cell::Cell;
use std::time::Duration;

use js_sys::{Date, Reflect};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::dataset::manifest::{DataFile, Manifest};
use rising_view::InWords;
use rising_words::{Texts, args};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageEvent, RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerUpdateViaCache,
};

use super::{Sentence, SyncStatus};
use crate::state::State;

/// The least time between two checks by a page that stays open and becomes visible again, in
/// milliseconds.
const CHECK_EVERY: f64 = 600_000.0;

/// The pause before an unreachable server is asked again, in milliseconds. It doubles each time, up
/// to [`CHECK_EVERY`]: a network that has just come back may not carry data yet.
const RETRY_AFTER: f64 = 5_000.0;

/// Starts the offline copy of the edition.
pub struct OfflineCache(pub fn(State, SyncStatus));

impl OfflineCache {
    /// Only the chunk's own function may call this.
    pub fn new() -> OfflineCache {
        OfflineCache(|state, sync| {
            spawn_local(async move {
                // A browser that refuses, as in some private windows, has no offline copy.
                let _ = begin(state, sync).await;
            });
        })
    }
}

async fn begin(state: State, sync: SyncStatus) -> Result<(), JsValue> {
    let container = window().navigator().service_worker();
    if !saves_data() {
        let options = RegistrationOptions::new();
        options.set_scope("./");
        // Bypasses the HTTP cache, however long the server allows: a broken worker must be
        // replaceable at once.
        options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
        JsFuture::from(container.register_with_options("sw.js", &options)).await?;
    }
    // `ready` never resolves if no worker is registered.
    let registration: ServiceWorkerRegistration =
        JsFuture::from(container.ready()?).await?.unchecked_into();
    let asked = StoredValue::new(Date::now());
    let ask = {
        let registration = registration.clone();
        move || {
            asked.set_value(Date::now());
            post(
                &registration,
                if saves_data() { "ask" } else { "keep" },
                state,
            );
        }
    };
    listen(&container, registration, state, sync, ask.clone());
    ask();
    let ask_when_visible = ask.clone();
    window_event_listener(ev::online, move |_| ask());
    window_event_listener(ev::visibilitychange, move |_| {
        if !document().hidden() && Date::now() - asked.get_value() > CHECK_EVERY {
            ask_when_visible();
        }
    });
    Ok(())
}

/// Whether the browser's data saver is on, so that nothing is fetched in advance.
fn saves_data() -> bool {
    let connection = Reflect::get(&window().navigator(), &"connection".into());
    connection
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()))
        .is_ok_and(|saves| saves.is_truthy())
}

/// Posts a command to the worker, with the names of all files that this page uses or may still
/// request.
fn post(registration: &ServiceWorkerRegistration, command: &str, state: State) {
    let (Some(worker), Some(manifest)) = (registration.active(), state.manifest()) else {
        return;
    };
    let mut message = command.to_owned();
    // The main script stands for all chunks: they are of the same build.
    if let Ok(Some(script)) = document().query_selector("script[type=module][src]") {
        message += " ";
        message += script
            .get_attribute("src")
            .unwrap_or_default()
            .trim_start_matches("./");
    }
    let postcodes = state.postcode_files();
    for name in data_files(&manifest)
        .map(|file| &file.file)
        .chain(&postcodes)
    {
        message += " data/";
        message += name;
    }
    let _ = worker.post_message(&message.into());
}

fn data_files(manifest: &Manifest) -> impl Iterator<Item = &DataFile> {
    let levels = [&manifest.levels.ltla, &manifest.levels.msoa]
        .into_iter()
        .flatten();
    let of_levels = levels.flat_map(|level| {
        [&level.areas, &level.shapes, &level.detail]
            .into_iter()
            .chain(level.counts.iter().map(|counts| &counts.file))
    });
    of_levels.chain(&manifest.places).chain(&manifest.names)
}

/// Handles the worker's messages for as long as the page is open, and asks again while the server
/// cannot be reached.
fn listen(
    container: &ServiceWorkerContainer,
    registration: ServiceWorkerRegistration,
    state: State,
    sync: SyncStatus,
    ask: impl Fn() + Clone + 'static,
) {
    let pause = Cell::new(RETRY_AFTER);
    let next = Cell::new(None::<TimeoutHandle>);
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if data.is_string() {
            // The worker asks which files it must not delete.
            post(&registration, "here", state);
            return;
        }
        let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
        let reached = field("reached").as_bool();
        if let Some(reached) = reached {
            if let Some(other) = next.take() {
                other.clear();
            }
            if reached {
                pause.set(RETRY_AFTER);
            } else {
                next.set(ask_after(pause.get(), ask.clone()));
                pause.set((pause.get() * 2.0).min(CHECK_EVERY));
            }
        }
        sync.0.update(|known| {
            known.checked = field("at").as_f64().map(|at| (at, sentence as Sentence));
            if let Some(reached) = reached {
                known.unreachable = !reached;
            }
            if let Some(newer) = field("newer").as_bool() {
                known.newer = newer;
            }
        });
    });
    container.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// Asks after a pause in milliseconds. Skipped without a network: the browser's `online` event asks
/// then.
fn ask_after(pause: f64, ask: impl Fn() + 'static) -> Option<TimeoutHandle> {
    let ask = move || {
        if window().navigator().on_line() {
            ask();
        }
    };
    set_timeout_with_handle(ask, Duration::from_millis(pause as u64)).ok()
}

/// The source of the figures shown, and how long ago the server was known to have the same.
fn sentence(state: State, at: f64) -> String {
    let texts = state.texts();
    let age = age(
        Duration::from_millis((Date::now() - at).max(0.0) as u64),
        &texts,
    );
    let manifest = state.manifest();
    let view = state.view().read();
    let Some(view) = view.as_ref() else {
        return texts.figures_checked(&age);
    };
    match manifest
        .as_ref()
        .and_then(|manifest| manifest.levels.get(view.level)?.published)
    {
        Some(published) => texts.figures_published(args::FiguresPublished {
            age: &age,
            date: &published.in_words(&texts),
        }),
        None => texts.figures_up_to(args::FiguresUpTo {
            age: &age,
            date: &view.dates.1.in_words(&texts),
        }),
    }
}

/// A duration in hours or days, as a phrase.
fn age(since: Duration, texts: &Texts) -> String {
    let hours = (since.as_secs() / 3_600) as u32;
    match hours / 24 {
        0 => texts.age_hours(hours),
        days => texts.age_days(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_uses_its_largest_unit() {
        let hours = |hours: u64| {
            age(
                Duration::from_secs(hours * 3_600 + 3_599),
                &Texts::default(),
            )
        };
        assert_eq!(
            [0, 1, 23].map(hours),
            ["less than an hour ago", "an hour ago", "23 hours ago"]
        );
        assert_eq!(
            [24, 47, 48, 240].map(hours),
            ["a day ago", "a day ago", "2 days ago", "10 days ago"]
        );
    }
}
