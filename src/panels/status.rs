//! Reports in a sentence that files load, are slow or have failed, that the device is offline, or
//! that the figures are out of date, with a button to try again.

use std::time::Duration;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use rising_view::dates::freshness_sentence;
use rising_words::choice::FileKind;
use rising_words::{Texts, args};

use crate::offline::SyncStatus;
use crate::platform::prerendered;
use crate::platform::reactive::{Derived, Text, attribute, flag, text};
use crate::state::{LoadFailure, State, Status};

/// Time from going online to the second retry: a network just found may not carry data at once.
const SECOND_RETRY: Duration = Duration::from_secs(3);

/// The action of the status line's button.
#[derive(Clone, Copy, PartialEq)]
enum StatusAction {
    /// Loads failed files again.
    Retry,
    /// Reloads the page, because a file needs a newer version of the program.
    Reload,
    /// Reloads the page to show newer figures.
    Renew,
}

/// Returns a sentence on what failed, why, and what the page still shows.
fn failure_sentence(failures: &[LoadFailure], anything_shown: bool, texts: &Texts) -> String {
    let Some(LoadFailure { what, error }) = failures.first() else {
        return String::new();
    };
    let what = *what;
    let why = error.in_words(texts);
    let mut others: Vec<FileKind> = failures
        .iter()
        .map(|failure| failure.what)
        .filter(|other| *other != what)
        .collect();
    others.dedup();
    let mut sentence = match others.as_slice() {
        [] => texts.not_loaded(args::NotLoaded {
            file_kind: what,
            why: &why,
        }),
        [other] => texts.not_loaded_two(args::NotLoadedTwo {
            file_kind: what,
            other: texts.file(*other),
            why: &why,
        }),
        [..] => texts.not_loaded_several(args::NotLoadedSeveral {
            file_kind: what,
            others: others.len() as u32,
            why: &why,
        }),
    };
    sentence.push(' ');
    sentence += if anything_shown {
        texts.failed_but_stays()
    } else {
        texts.failed_and_empty()
    };
    sentence
}

/// Returns the line's `data-kind`. `sync` is "offline", "outdated" or `None`.
fn kind_of(
    offline: bool,
    status: &Status,
    sync: Option<&'static str>,
    stale: bool,
) -> &'static str {
    match status {
        _ if offline => "offline",
        Status::Failed(_) => "failed",
        Status::Loading { slow: true } => "slow",
        // A banner stays while files load: without it the page would jump, and its button would
        // move from under a finger.
        Status::Loading { slow: false } => sync.unwrap_or("loading"),
        Status::Quiet => sync.unwrap_or(if stale { "stale" } else { "quiet" }),
    }
}

/// The status line: always in the page, empty while all is well.
#[component]
pub fn StatusLine() -> impl IntoView {
    let state = expect_context::<State>();
    let sync = expect_context::<SyncStatus>();
    let status = state.status();
    let shown = state.shown();
    let offline = RwSignal::new(!window().navigator().on_line());
    let lost = window_event_listener(ev::offline, move |_| offline.set(true));
    let found = window_event_listener(ev::online, move |_| {
        offline.set(false);
        state.retry();
        set_timeout(
            move || {
                if !offline.get_untracked() {
                    state.retry();
                }
            },
            SECOND_RETRY,
        );
    });
    on_cleanup(move || {
        lost.remove();
        found.remove();
    });

    let kind =
        Derived::new(move || kind_of(offline.get(), &status.read(), sync.kind(), state.is_stale()));
    // The warning of stale figures gives way to more urgent messages (offline, failed, slow) and to
    // the offer of newer figures. "Loading" is brief, so the warning stays then: removed and added
    // again, it would be announced twice.
    let warns = move || {
        let passing = matches!(kind.get(), "stale" | "loading") && sync.kind().is_none();
        passing && state.is_stale() && shown.read().is_some()
    };
    let warning = move || {
        let (last, freshness) = state.freshness().filter(|_| warns())?;
        Some(freshness_sentence(freshness, last, &state.texts()))
    };
    let sentence = move || {
        let some = shown.read().is_some() || prerendered::has_figures();
        match (offline.get(), &*status.read()) {
            (true, _) if some => sync.in_words(
                state.texts().offline_now(),
                state.texts().still_works(),
                state,
            ),
            (true, _) => state.texts().offline_nothing().to_owned(),
            (_, Status::Quiet | Status::Loading { slow: false }) if kind.get() == "offline" => sync
                .in_words(
                    state.texts().site_unreachable(),
                    state.texts().still_works(),
                    state,
                ),
            (_, Status::Quiet | Status::Loading { slow: false }) if kind.get() == "outdated" => {
                state.texts().newer_figures().to_owned()
            }
            (_, Status::Quiet) => String::new(),
            (_, Status::Loading { slow: false }) => state.texts().loading_figures().to_owned(),
            (_, Status::Loading { slow: true }) => state.texts().loading_slowly().to_owned(),
            (_, Status::Failed(failures)) => failure_sentence(failures, some, &state.texts()),
        }
    };
    let line = NodeRef::<html::Div>::new();
    let button = Derived::new(move || match &*status.read() {
        Status::Failed(failures)
            if failures
                .iter()
                .any(|failure| failure.error.newer().is_some()) =>
        {
            Some(StatusAction::Reload)
        }
        Status::Failed(_) | Status::Loading { slow: true } => Some(StatusAction::Retry),
        _ if kind.get() == "outdated" => Some(StatusAction::Renew),
        _ => None,
    });
    let press = move |_| {
        if matches!(
            button.get_untracked(),
            Some(StatusAction::Reload | StatusAction::Renew)
        ) {
            // The address keeps the view, and the browser the scroll position.
            let _ = window().location().reload();
            return;
        }
        // The button disappears when the retry begins, so the focus moves to the line first.
        if let Some(line) = line.get_untracked() {
            let _ = line.focus();
        }
        state.retry();
    };

    view! {
        <div
            class="status"
            class:stale=flag(warns)
            data-testid="status"
            role="status"
            aria-atomic="false"
            tabindex="-1"
            data-kind=attribute(move || Some(kind.get().to_owned()))
            node_ref=line
        >
            <p data-testid="stale">
                <span>{text(move || warning().unwrap_or_default())}</span>
                " "
                // Emptied rather than hidden by the style sheet, which may not have loaded.
                <span>
                    {text(move || if warns() { state.texts().figures_stale() } else { "" }.to_owned())}
                </span>
            </p>
            <span>{text(sentence)}</span>
            {move || {
                button
                    .get()
                    .map(|offer| match offer {
                        StatusAction::Retry | StatusAction::Reload => state.texts().retry(),
                        StatusAction::Renew => state.texts().show_newer(),
                    })
                    .map(|name| {
                        view! {
                            <button type="button" on:click=press>
                                {Text(name.to_owned())}
                            </button>
                        }
                    })
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::fetch::FetchError;

    #[test]
    fn kind_of_banner_stays_while_files_load() {
        let loading = Status::Loading { slow: false };
        for sync in ["offline", "outdated"] {
            assert_eq!(kind_of(false, &loading, Some(sync), true), sync);
            assert_eq!(kind_of(false, &Status::Quiet, Some(sync), true), sync);
        }
        assert_eq!(kind_of(false, &loading, None, true), "loading");
        assert_eq!(
            kind_of(
                false,
                &Status::Loading { slow: true },
                Some("outdated"),
                false
            ),
            "slow"
        );
        assert_eq!(kind_of(true, &loading, Some("outdated"), false), "offline");
        assert_eq!(kind_of(false, &Status::Quiet, None, true), "stale");
    }

    #[test]
    fn failure_names_the_files_the_reason_and_what_stays() {
        let failure = |what, error| LoadFailure { what, error };
        let one = [failure(FileKind::Counts, FetchError::NotFound)];
        assert_eq!(
            failure_sentence(&one, true, &Texts::default()),
            "The case counts could not be loaded: it is not on the server (404). \
             What is shown stays as it was."
        );
        let several = [
            failure(FileKind::Shapes, FetchError::Connection),
            failure(FileKind::Counts, FetchError::Connection),
            failure(FileKind::Counts, FetchError::Connection),
        ];
        assert!(
            failure_sentence(&several, false, &Texts::default())
                .starts_with("The map's shapes and the case counts could not be loaded")
        );
        assert!(
            failure_sentence(&several, false, &Texts::default())
                .ends_with("There is nothing to show yet.")
        );
    }
}
