//! Shares the current view as a link, with the verdict in words.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::verdict_text::VerdictContext;
use crate::platform::reactive::{flag, text, value};
use crate::platform::share;
use crate::state::State;

/// The result of copying or sharing.
#[derive(Clone, Copy, PartialEq)]
enum ShareOutcome {
    None,
    Copied,
    /// The browser refused, so the link is shown to be copied by hand.
    ByHand,
}

/// A button that copies the link and, where the device supports it, one that shares the link and
/// the verdict through the device's share sheet.
#[component]
pub fn Share() -> impl IntoView {
    let state = expect_context::<State>();
    let VerdictContext { answer, .. } = expect_context();
    let outcome = RwSignal::new(ShareOutcome::None);
    let copy = move |_| {
        let link = state.navigator().link();
        spawn_local(async move {
            let copied = share::copy(&link).await;
            outcome.set(if copied {
                ShareOutcome::Copied
            } else {
                ShareOutcome::ByHand
            });
        });
    };
    let send = move |_| {
        let sentence = answer
            .read_untracked()
            .as_ref()
            .map(|answer| answer.sentence.clone())
            .unwrap_or_default();
        let link = state.navigator().link();
        spawn_local(async move {
            if !share::open_sheet(&sentence, &link).await {
                outcome.set(ShareOutcome::ByHand);
            }
        });
    };
    view! {
        <button type="button" data-testid="copy-link" on:click=copy>
            {state.texts().copy_link()}
        </button>
        {share::has_sheet().then(|| {
            view! {
                <button type="button" data-testid="share" on:click=send>
                    {state.texts().share_sheet()}
                </button>
            }
        })}
        <p class="message" role="status">
            {text(move || {
                let is_copied = outcome.get() == ShareOutcome::Copied;
                if is_copied { state.texts().copied() } else { "" }.to_owned()
            })}
        </p>
        <p class="by-hand" hidden=flag(move || outcome.get() != ShareOutcome::ByHand)>
            <label>
                {state.texts().copy_by_hand()} " "
                <input
                    type="text"
                    readonly
                    prop:value=value(move || state.link())
                    on:focus:target=|event| event.target().select()
                />
            </label>
        </p>
    }
}
