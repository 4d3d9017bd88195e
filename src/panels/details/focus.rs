//! Moves the keyboard focus when the details open and close.

use leptos::html;
use leptos::prelude::*;
use rising_model::domain::area::AreaCode;
use web_sys::{Element, HtmlElement};

use crate::platform::focus::{focused, move_to_map};
use crate::platform::reactive::{Derived, effect};
use crate::state::State;

/// The requested area, and whether its heading is still to get the focus.
struct FocusRequest {
    area: Option<AreaCode>,
    is_pending: bool,
}

/// Moves the focus to the heading when the reader opens an area, and back to the element it came
/// from when the area is closed. An area opened by the page's address takes no focus.
pub fn follow(state: State, section: NodeRef<html::Section>, heading: NodeRef<html::H2>) {
    let request = state.request();
    let origin = StoredValue::new_local(None::<HtmlElement>);
    let mut last = None::<FocusRequest>;
    effect(move || {
        let area = request.read().area.clone();
        let heading = heading.get();
        let Some(FocusRequest {
            area: before,
            mut is_pending,
        }) = last.take()
        else {
            last = Some(FocusRequest {
                area,
                is_pending: false,
            });
            return;
        };
        if before != area {
            is_pending = area.is_some();
            if before.is_none() {
                origin.set_value(focused());
            }
            if area.is_none() {
                let origin = origin.try_update_value(Option::take).flatten();
                if is_lost_with(section.get_untracked().as_deref()) {
                    // A link may have opened the details, or the element may have been removed.
                    let is_returned = origin
                        .filter(|origin| origin.is_connected())
                        .is_some_and(|origin| origin.focus().is_ok());
                    if !is_returned {
                        move_to_map();
                    }
                }
            }
        }
        // The node reference keeps a removed heading until the new one is created.
        let heading = heading.filter(|heading| heading.is_connected());
        if let (true, Some(heading)) = (is_pending, heading) {
            is_pending = heading.focus().is_err();
        }
        last = Some(FocusRequest { area, is_pending });
    });
}

/// Scrolls to the start of each area's details when the heading has the focus: the scroll position
/// may be that of another area.
pub fn show_start(state: State, section: NodeRef<html::Section>, heading: NodeRef<html::H2>) {
    let show = move || {
        let (Some(section), Some(heading)) = (section.get_untracked(), heading.get_untracked())
        else {
            return;
        };
        if focused().is_some_and(|element| element.is_same_node(Some(&heading))) {
            section.set_scroll_top(0);
            let top = section.get_bounding_client_rect().top();
            window().scroll_by_with_x_and_y(0.0, top.min(0.0));
        }
    };
    let area = Derived::new(move || state.request().read().area.clone());
    effect(move || {
        area.read();
        show();
        // After Back the browser restores the page's scroll position.
        request_animation_frame(show);
    });
}

/// Whether no element has the focus, or one in the section that closes.
fn is_lost_with(section: Option<&Element>) -> bool {
    focused().is_none_or(|element| section.is_some_and(|section| section.contains(Some(&element))))
}
