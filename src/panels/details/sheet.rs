//! Controls the details where the style sheet shows them as a bottom sheet: sets its height, and
//! keeps the selected area in sight above it.

use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::map::{MapInsets, MapRef};
use crate::platform::page::in_page;
use crate::platform::reactive::{attribute, effect};
use crate::platform::resize::on_any_resize;
use crate::platform::scheduler;
use crate::state::State;

/// The map's least share of the window's height that a sheet below leaves free.
const SHARE_ABOVE: f64 = 0.4;
/// The map's least share of the window's height with a sheet beside it.
const SHARE_BESIDE: f64 = 0.8;

/// CSS pixels of vertical travel from which a touch is a swipe.
const SWIPE: f64 = 30.0;

/// The sheet's height as set by the reader.
#[derive(Clone, Copy)]
pub struct SheetHeight {
    low: RwSignal<bool>,
    pressed: RwSignal<Option<f64>>,
}

impl SheetHeight {
    /// The full height.
    pub fn new() -> SheetHeight {
        SheetHeight {
            low: RwSignal::new(false),
            pressed: RwSignal::new(None),
        }
    }

    /// Whether the reader has lowered the sheet.
    pub fn is_low(self) -> bool {
        self.low.get()
    }

    /// Handles a press on the sheet's header.
    pub fn press(self, event: &PointerEvent) {
        self.pressed.set(Some(f64::from(event.client_y())));
    }

    /// Handles the release: a swipe lowers or raises the sheet, and a swipe down closes a low one.
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

/// The button that lowers and raises the sheet without a swipe.
#[component]
pub fn Handle(height: SheetHeight) -> impl IntoView {
    let state = expect_context::<State>();
    let SheetHeight { low, .. } = height;
    view! {
        <button
            type="button"
            class="handle"
            aria-expanded=attribute(move || Some((!low.get()).to_string()))
            on:click=move |_| low.update(|low| *low = !*low)
        >
            <span class="visually-hidden">{state.texts().details_all()}</span>
        </button>
    }
}

/// Tells the map how much of it the sheet covers. Scrolls the page, when the sheet opens and when
/// the phone is turned, so that the map shows above the sheet; at other times scrolling is left to
/// the reader.
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
        let over = sheet_box(&section);
        map_ref.cover(over.map_or(MapInsets::default(), |over| covered_by(over, turned)));
        set_scroll_padding(over.map_or(0.0, |over| window_is.1 - over.floor));
    });
    // Waits until the page has its final layout: under the prerendered view its position differs,
    // and scrolling has no effect.
    let place = move || {
        scheduler::when_idle(move || placed.try_update_value(|place| place()).unwrap_or_default());
    };
    on_any_resize(
        move || {
            // The verdict is above the map, so its height moves the map.
            let around = [".map-frame", ".verdict-area"].map(in_page);
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
        set_scroll_padding(0.0);
    });
}

/// Makes focused elements scroll into view above the lowest `pixels` of the window, not behind the
/// sheet.
fn set_scroll_padding(pixels: f64) {
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
    /// CSS pixels from the window's upper edge that are free of the sheet.
    floor: f64,
    /// The map's share of that height.
    share: f64,
}

/// Returns the sheet, or `None` where the details are part of the page's flow.
fn sheet_box(section: &web_sys::HtmlElement) -> Option<SheetBox> {
    let style = window().get_computed_style(section).ok().flatten()?;
    let position = style.get_property_value("position").ok()?;
    let sheet = section.get_bounding_client_rect();
    // In landscape the sheet is beside the map.
    let (floor, share) = if sheet.left() > 0.0 {
        (sheet.bottom(), SHARE_BESIDE)
    } else {
        (sheet.top(), SHARE_ABOVE)
    };
    (position == "fixed").then_some(SheetBox { floor, share })
}

/// Returns how much of the map is covered by the sheet or outside the window. With `may_scroll`,
/// first scrolls the map into view.
fn covered_by(SheetBox { floor, share }: SheetBox, may_scroll: bool) -> MapInsets {
    let Some(map) = in_page(".map-frame") else {
        return MapInsets::default();
    };
    if may_scroll {
        let at = map.get_bounding_client_rect();
        let wanted = at.height().min(floor * share);
        let down = at.top() + wanted - floor;
        let up = at.bottom() - wanted;
        // `scroll_into_view` would also scroll the article around an embedded map.
        window().scroll_by_with_x_and_y(0.0, down.max(0.0) + up.min(0.0));
    }
    let at = map.get_bounding_client_rect();
    MapInsets {
        top: (-at.top()).max(0.0),
        bottom: (at.bottom() - floor).max(0.0),
    }
}
