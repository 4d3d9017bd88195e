//! Opens the area at the device's location. The position is looked up in the shapes on this device
//! and is not sent anywhere.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rising_model::domain::area::Level;
use rising_search::FoundPlace;
use rising_search::position::{NearestArea, found_position, nearest_area};
use rising_words::Texts;

use super::SearchChunk;
use super::areas;
use crate::platform::locate::{self, Position};
use crate::platform::reactive::{Derived, effect, flag, text};
use crate::state::{Loader, ShapesUnavailable, State};

/// The state of an attempt to locate the device.
#[derive(Clone, PartialEq)]
enum LocationAttempt {
    None,
    Asking,
    At(Position),
    Failed(String),
}

/// The button, and the message beside it.
#[component]
pub fn NearMe() -> impl IntoView {
    let state = expect_context::<State>();
    let chunk = expect_context::<Loader<SearchChunk>>();
    let presses = RwSignal::new(0);
    // Created once, when the chunk has loaded. It handles presses made before that.
    let attempts = Derived::from_last(
        move |_| Some((chunk.ready()?.near_me)(state, presses)),
        |_, _| false,
    );
    let nearby = Derived::new(move || match &*attempts.read() {
        Some(attempts) => attempts.get(),
        None if presses.get() > 0 && !chunk.file().has_failed() => {
            NearMeStatus::looking(&state.texts())
        }
        None => NearMeStatus::default(),
    });
    let ask = move |_| {
        chunk.load();
        presses.update(|presses| *presses += 1);
    };
    view! {
        <button
            type="button"
            class="near-me"
            data-testid="near-me"
            aria-busy=flag(move || nearby.read().is_busy)
            on:click=ask
        >
            {state.texts().near_me()}
        </button>
        <p class="message" role="status" data-testid="near-me-message">
            {text(move || nearby.read().message.clone())}
        </p>
    }
}

/// The state of the button and of the message beside it.
#[derive(Clone, Default, PartialEq)]
pub struct NearMeStatus {
    is_busy: bool,
    message: String,
}

impl NearMeStatus {
    fn looking(texts: &Texts) -> NearMeStatus {
        NearMeStatus {
            is_busy: true,
            message: texts.near_looking().to_owned(),
        }
    }
}

/// Makes an attempt for each press of the button, unless one is under way.
pub fn attempts(state: State, presses: RwSignal<u32>) -> Derived<NearMeStatus> {
    let attempt = RwSignal::new(LocationAttempt::None);
    // The place at the position, once the shapes have loaded.
    let answer = Derived::new(move || match attempt.get() {
        LocationAttempt::At(position) => answer(state, position),
        _ => None,
    });
    effect(move || {
        if presses.get() == 0 || matches!(attempt.get_untracked(), LocationAttempt::Asking) {
            return;
        }
        attempt.set(LocationAttempt::Asking);
        // These load while the device determines its position.
        state.load_names();
        state.load_detail(Level::Ltla);
        spawn_local(async move {
            attempt.set(match locate::locate().await {
                Ok(position) => LocationAttempt::At(position),
                Err(error) => LocationAttempt::Failed(error.in_words(&state.texts())),
            });
        });
    });
    // The neighbourhoods' shapes are the largest file, so they load only if needed.
    effect(move || {
        if let LocationAttempt::At(position) = attempt.get()
            && let Placement::In(nearest) = place(state, Level::Ltla, position)
            && state.may_have_neighbourhoods(&nearest.code)
        {
            state.load_detail(Level::Msoa);
        }
    });
    effect(move || {
        if let Some(Ok(found)) = &*answer.read() {
            state.open_found_place(found.clone(), None);
        }
    });
    Derived::new(move || match (&*attempt.read(), &*answer.read()) {
        (LocationAttempt::Failed(why), _) | (_, Some(Err(why))) => NearMeStatus {
            is_busy: false,
            message: why.clone(),
        },
        (LocationAttempt::Asking | LocationAttempt::At(_), None) => {
            NearMeStatus::looking(&state.texts())
        }
        _ => NearMeStatus::default(),
    })
}

/// The result of looking up a position in the shapes of a level.
enum Placement {
    /// The shapes are loading.
    Unknown,
    /// The shapes could not be loaded.
    Unavailable,
    /// The position is far from all areas.
    Nowhere,
    /// The position is in an area, or near it.
    In(NearestArea),
}

fn place(state: State, level: Level, position: Position) -> Placement {
    let topology = match state.detail(level) {
        Ok(Some(topology)) => topology,
        Ok(None) => return Placement::Unknown,
        Err(ShapesUnavailable) => return Placement::Unavailable,
    };
    let Some(table) = state.table(level) else {
        return Placement::Unknown;
    };
    let (longitude, latitude) = (position.longitude, position.latitude);
    match nearest_area(&topology, &table, longitude, latitude) {
        Some(nearest) => Placement::In(nearest),
        None => Placement::Nowhere,
    }
}

/// Returns the place at a position, or a message if the map has no area there; `None` while shapes
/// load.
fn answer(state: State, position: Position) -> Option<Result<FoundPlace, String>> {
    let authority = match place(state, Level::Ltla, position) {
        Placement::Unknown => return None,
        Placement::Unavailable => return Some(Err(state.texts().near_no_shapes())),
        Placement::Nowhere => return Some(Err(state.texts().near_outside())),
        Placement::In(nearest) => nearest,
    };
    let neighbourhood = match place(state, Level::Msoa, position) {
        _ if !state.may_have_neighbourhoods(&authority.code) => None,
        Placement::Unknown => return None,
        Placement::Unavailable | Placement::Nowhere => None,
        Placement::In(nearest) => Some(nearest.code),
    };
    found_position(&areas(state), authority, neighbourhood, position.accuracy).map(Ok)
}
