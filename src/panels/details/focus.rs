//! Where the keyboard's focus goes when the details open and close.

use leptos::html;
use leptos::prelude::*;
use rising_model::area::AreaCode;
use web_sys::{Element, HtmlElement};

use crate::focus::{focused, move_to_map};
use crate::reactive::{Derived, effect};
use crate::state::State;

/// The area asked for, and whether its heading is still to get the focus.
struct Asked {
    area: Option<AreaCode>,
    owed: bool,
}

/// Moves the focus to the heading when the reader opens an area, and back to where she was when she
/// closes it. An area that the page opened with takes no focus: nobody acted.
pub fn follow(state: State, section: NodeRef<html::Section>, heading: NodeRef<html::H2>) {
    let request = state.request();
    let origin = StoredValue::new_local(None::<HtmlElement>);
    let mut last = None::<Asked>;
    effect(move || {
        let area = request.read().area.clone();
        let heading = heading.get();
        let Some(Asked {
            area: before,
            mut owed,
        }) = last.take()
        else {
            last = Some(Asked { area, owed: false });
            return;
        };
        if before != area {
            owed = area.is_some();
            if before.is_none() {
                origin.set_value(focused());
            }
            if area.is_none() {
                let origin = origin.try_update_value(Option::take).flatten();
                if lost_with(section.get_untracked().as_deref()) {
                    // A link may have opened them, or where she was may be gone.
                    let found = origin
                        .filter(|origin| origin.is_connected())
                        .is_some_and(|origin| origin.focus().is_ok());
                    if !found {
                        move_to_map();
                    }
                }
            }
        }
        // The reference keeps the last heading until there is a new one.
        if let (true, Some(heading)) = (owed, heading.filter(|heading| heading.is_connected())) {
            owed = heading.focus().is_err();
        }
        last = Some(Asked { area, owed });
    });
}

/// Shows each area's details from their start when the heading has got the focus: what scrolls may
/// stand at another area's end.
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
        // After Back the browser puts the page where it was.
        request_animation_frame(show);
    });
}

/// Is the focus nowhere, or in the part of the page that closes?
fn lost_with(section: Option<&Element>) -> bool {
    focused().is_none_or(|element| section.is_some_and(|section| section.contains(Some(&element))))
}
