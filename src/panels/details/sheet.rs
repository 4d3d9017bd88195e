//! The details as a sheet from below, where the style sheet makes them one: how high it is, and
//! that the area it is about stays in sight above it.

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::language::language;
use crate::map::{MapInsets, MapRef};
use crate::prerendered::in_app;
use crate::reactive::{attribute, effect};
use crate::resize::on_any_resize;
use crate::scheduler;
use crate::state::State;

/// The part of what the sheet leaves of the window that the map is to have at least: above a sheet,
/// and beside one.
const ABOVE_PART: f64 = 0.4;
const BESIDE_PART: f64 = 0.8;

/// A finger that has gone so many CSS pixels up or down has swiped.
const SWIPE: f64 = 30.0;

/// How high the sheet is, as the reader has it.
#[derive(Clone, Copy)]
pub struct SheetHeight {
    low: RwSignal<bool>,
    pressed: RwSignal<Option<f64>>,
}

impl SheetHeight {
    /// As high as may be.
    pub fn new() -> SheetHeight {
        SheetHeight {
            low: RwSignal::new(false),
            pressed: RwSignal::new(None),
        }
    }

    /// Has the reader made it low?
    pub fn is_low(self) -> bool {
        self.low.get()
    }

    /// The finger goes down on the sheet's head.
    pub fn press(self, event: &PointerEvent) {
        self.pressed.set(Some(f64::from(event.client_y())));
    }

    /// It goes up: a swipe makes the sheet low or high again, and one down from low closes it.
    pub fn release(self, event: &PointerEvent, close: impl Fn()) {
        let Some(pressed) = self.pressed.try_update(Option::take).flatten() else {
            return;
        };
        match f64::from(event.client_y()) - pressed {
            up if up < -SWIPE => self.low.set(false),
            down if down > SWIPE && self.low.get_untracked() => close(),
            down if down > SWIPE => self.low.set(true),
            _ => {}
        }
    }
}

/// The same for who does not swipe.
#[component]
pub fn Handle(height: SheetHeight) -> impl IntoView {
    let SheetHeight { low, .. } = height;
    view! {
        <button
            type="button"
            class="handle"
            aria-expanded=attribute(move || Some((!low.get()).to_string()))
            on:click=move |_| low.update(|low| *low = !*low)
        >
            <span class="visually-hidden">{language().details_all()}</span>
        </button>
    }
}

/// Tells the map what of it the sheet leaves free. When the sheet opens, and when the phone is
/// turned, the page scrolls as far as the map needs to be seen above it; when the reader scrolls,
/// it is hers.
pub fn keep_area_in_sight(state: State, section: NodeRef<html::Section>) {
    let map_ref = expect_context::<MapRef>();
    let mut window_was = None;
    let placed = StoredValue::new_local(move || {
        let Some(section) = section.get_untracked() else {
            return;
        };
        let window_is = (
            inner(window().inner_width()),
            inner(window().inner_height()),
        );
        let turned = window_was.replace(window_is) != Some(window_is);
        let over = lies_over(&section);
        map_ref.cover(over.map_or(MapInsets::default(), |over| covered_by(over, turned)));
        scroll_above(over.map_or(0.0, |over| window_is.1 - over.floor));
    });
    // Not before the page stands where it will: behind the opening it has another place, and is
    // scrolled in vain.
    let place = move || {
        scheduler::when_idle(move || placed.try_update_value(|place| place()).unwrap_or_default())
    };
    on_any_resize(
        move || {
            // The answer stands above the map: it moves the map when it becomes shorter.
            let around = [".map-frame", ".answer"].map(in_app);
            let section = section
                .get()
                .map(|section| web_sys::Element::clone(&section));
            around.into_iter().flatten().chain(section).collect()
        },
        place,
    );
    let selected = state.selected();
    effect(move || {
        if selected.get().is_some() {
            place();
        }
    });
    on_cleanup(move || {
        map_ref.cover(MapInsets::default());
        scroll_above(0.0);
    });
}

/// What gets the focus is scrolled into view above so many CSS pixels, not behind the sheet.
fn scroll_above(pixels: f64) {
    if let Some(root) = document().document_element() {
        let style = root.unchecked_ref::<web_sys::HtmlElement>().style();
        let _ = style.set_property("scroll-padding-bottom", &format!("{pixels:.0}px"));
    }
}

fn inner(pixels: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    pixels
        .ok()
        .and_then(|pixels| pixels.as_f64())
        .unwrap_or_default()
}

/// A sheet over the page.
#[derive(Clone, Copy)]
struct SheetBox {
    /// How far down the window is free of it.
    floor: f64,
    /// The part of that which the map is to have.
    part: f64,
}

/// The sheet, unless the details stand in the page.
fn lies_over(section: &web_sys::HtmlElement) -> Option<SheetBox> {
    let style = window().get_computed_style(section).ok().flatten()?;
    let position = style.get_property_value("position").ok()?;
    let sheet = section.get_bounding_client_rect();
    // On a phone that lies on its side the sheet does so too, and stands beside the map.
    let (floor, part) = if sheet.left() > 0.0 {
        (sheet.bottom(), BESIDE_PART)
    } else {
        (sheet.top(), ABOVE_PART)
    };
    (position == "fixed").then_some(SheetBox { floor, part })
}

/// What of the map the sheet lies over, or is beyond the window.
fn covered_by(SheetBox { floor, part }: SheetBox, may_scroll: bool) -> MapInsets {
    let Some(map) = in_app(".map-frame") else {
        return MapInsets::default();
    };
    if may_scroll {
        let at = map.get_bounding_client_rect();
        let wanted = at.height().min(floor * part);
        let (down, up) = (at.top() + wanted - floor, at.bottom() - wanted);
        // Not `scroll_into_view`, which would scroll the article around an embedded map too.
        window().scroll_by_with_x_and_y(0.0, down.max(0.0) + up.min(0.0));
    }
    let at = map.get_bounding_client_rect();
    MapInsets {
        top: (-at.top()).max(0.0),
        bottom: (at.bottom() - floor).max(0.0),
    }
}
