//! The page's side of the conversation with the service worker.

use std::cell::Cell;
use std::time::Duration;

use js_sys::{Date, Reflect};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::manifest::{DataFile, Manifest};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageEvent, RegistrationOptions, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerUpdateViaCache,
};

use super::{Sentence, SyncStatus};
use crate::language::language;
use crate::state::State;

/// A page that stays open asks for news when it is looked at again, but not more often than this,
/// in milliseconds.
const NEWS_AFTER: f64 = 600_000.0;

/// A server that could not be reached is asked again after this, in milliseconds, and then after
/// twice as long each time, up to
/// [`NEWS_AFTER`]. A network that has just come back may not carry anything yet.
const AGAIN_AFTER: f64 = 5_000.0;

/// What has an edition kept.
pub struct OfflineCache(pub fn(State, SyncStatus));

impl OfflineCache {
    /// Where this is called, the part has come.
    pub fn new() -> OfflineCache {
        OfflineCache(|state, sync| {
            spawn_local(async move {
                // A browser that refuses, as in some private windows, keeps nothing.
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
        // However long a server lets it be cached: a worker that is broken must be replaceable at
        // once.
        options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
        JsFuture::from(container.register_with_options("sw.js", &options)).await?;
    }
    // Never, if there is none.
    let registration: ServiceWorkerRegistration =
        JsFuture::from(container.ready()?).await?.unchecked_into();
    let asked = StoredValue::new(Date::now());
    let ask = {
        let registration = registration.clone();
        move || {
            asked.set_value(Date::now());
            say(
                &registration,
                if saves_data() { "ask" } else { "keep" },
                state,
            );
        }
    };
    hear(&container, registration, state, sync, ask.clone());
    ask();
    let looked_at = ask.clone();
    window_event_listener(ev::online, move |_| ask());
    window_event_listener(ev::visibilitychange, move |_| {
        if !document().hidden() && Date::now() - asked.get_value() > NEWS_AFTER {
            looked_at();
        }
    });
    Ok(())
}

/// Would the reader rather not have fetched what she has not asked for?
fn saves_data() -> bool {
    let connection = Reflect::get(&window().navigator(), &"connection".into());
    connection
        .and_then(|connection| Reflect::get(&connection, &"saveData".into()))
        .is_ok_and(|saves| saves.is_truthy())
}

/// Says a word to the worker, with the names of all files that this page uses or may still ask for.
fn say(registration: &ServiceWorkerRegistration, word: &str, state: State) {
    let (Some(worker), Some(manifest)) = (registration.active(), state.manifest()) else {
        return;
    };
    let mut said = word.to_owned();
    // Its program, all parts of which are of the same build.
    if let Ok(Some(script)) = document().query_selector("script[type=module][src]") {
        said += " ";
        said += script
            .get_attribute("src")
            .unwrap_or_default()
            .trim_start_matches("./");
    }
    let postcodes = state.postcode_files();
    for name in data_files(&manifest)
        .map(|file| &file.file)
        .chain(&postcodes)
    {
        said += " data/";
        said += name;
    }
    let _ = worker.post_message(&said.into());
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

/// Listens to the worker for as long as the page is there, and has it ask again if the server could
/// not be reached.
fn hear(
    container: &ServiceWorkerContainer,
    registration: ServiceWorkerRegistration,
    state: State,
    sync: SyncStatus,
    ask: impl Fn() + Clone + 'static,
) {
    let (pause, next) = (Cell::new(AGAIN_AFTER), Cell::new(None::<TimeoutHandle>));
    let told = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if data.is_string() {
            // It asks which files it may not throw away.
            say(&registration, "here", state);
            return;
        }
        let field = |name: &str| Reflect::get(&data, &name.into()).unwrap_or_default();
        let reached = field("reached").as_bool();
        if let Some(reached) = reached {
            if let Some(other) = next.take() {
                other.clear();
            }
            if reached {
                pause.set(AGAIN_AFTER);
            } else {
                next.set(soon(ask.clone(), pause.get()));
                pause.set((pause.get() * 2.0).min(NEWS_AFTER));
            }
        }
        sync.0.update(|known| {
            known.checked = field("at").as_f64().map(|at| (at, sentence as Sentence));
            if let Some(reached) = reached {
                known.cut_off = !reached;
            }
            if let Some(newer) = field("newer").as_bool() {
                known.newer = newer;
            }
        });
    });
    container.set_onmessage(Some(told.as_ref().unchecked_ref()));
    told.forget();
}

/// Asks after a pause. A device without a network says itself when it has one again.
fn soon(ask: impl Fn() + 'static, pause: f64) -> Option<TimeoutHandle> {
    let ask = move || {
        if window().navigator().on_line() {
            ask();
        }
    };
    set_timeout_with_handle(ask, Duration::from_millis(pause as u64)).ok()
}

/// Whose figures the page shows, and when the server was last known to have the same.
fn sentence(state: State, at: f64) -> String {
    let age = age(Duration::from_millis((Date::now() - at).max(0.0) as u64));
    let manifest = state.manifest();
    let view = state.view().read();
    let Some(view) = view.as_ref() else {
        return language().figures_checked(&age);
    };
    match manifest
        .as_ref()
        .and_then(|manifest| manifest.levels.get(view.level)?.published)
    {
        Some(published) => language().figures_published(&age, &published.in_words(language())),
        None => language().figures_up_to(&age, &view.dates.1.in_words(language())),
    }
}

/// How long ago, as people say it.
fn age(since: Duration) -> String {
    let hours = (since.as_secs() / 3_600) as u32;
    match hours / 24 {
        0 => language().age_hours(hours),
        days => language().age_days(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        let hours = |hours: u64| age(Duration::from_secs(hours * 3_600 + 3_599));
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
