//! Makes elements of the page equal to markup (`crates/markup`). Elements that the build wrote into
//! the page, or that an earlier call created, stay the same objects.

use leptos::prelude::*;
use rising_markup::element::{Content, Element as Markup};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use crate::platform::reactive::effect;

/// Keeps an element equal to markup. The element has the markup's name already. While `markup`
/// returns `None`, it stays as it is.
pub fn follow(element: Element, markup: impl FnMut() -> Option<Markup> + 'static) {
    follow_then(element, markup, |_| {});
}

/// As [`follow`], and calls `then` once, when the element is equal to markup for the first time.
pub fn follow_then(
    element: Element,
    mut markup: impl FnMut() -> Option<Markup> + 'static,
    then: impl FnOnce(&Element) + 'static,
) {
    let owner = Owner::current().unwrap_or_default();
    let mut last = None;
    let mut then = Some(then);
    effect(move || {
        if let Some(now) = markup() {
            update(&element, last.as_ref(), &now);
            last = Some(now);
            if let Some(then) = then.take() {
                owner.with(|| untrack(|| then(&element)));
            }
        }
    });
}

/// Calls `act` at each event of an element or of its descendants, as long as the page is open.
pub fn listen(element: &Element, event: &str, act: impl FnMut(Event) + 'static) {
    let act = Closure::<dyn FnMut(Event)>::new(act);
    let _ = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

/// Attributes that an element of the build may have and the app's may lack.
const OPTIONAL: [&str; 4] = ["aria-current", "aria-sort", "data-direction", "hidden"];

/// Makes an element equal to the markup. `last` is the markup that it was made equal to before;
/// without it, the element is compared as it is in the page.
fn update(element: &Element, last: Option<&Markup>, now: &Markup) {
    if last == Some(now) {
        return;
    }
    update_attributes(element, last, now);
    match now.content() {
        Content::Foreign(_) => {}
        // A text that did not change is left alone, so that a translation of it stays and screen
        // readers do not announce it again.
        Content::Text(text) => {
            let is_same = match last.map(Markup::content) {
                Some(Content::Text(last)) => last == text,
                _ => element.text_content().as_deref() == Some(text.as_str()),
            };
            if !is_same {
                element.set_text_content(Some(text));
            }
        }
        Content::Children(children) => {
            let last = match last.map(Markup::content) {
                Some(Content::Children(last)) => last.as_slice(),
                _ => &[],
            };
            update_children(element, last, children);
        }
    }
}

fn update_attributes(element: &Element, last: Option<&Markup>, now: &Markup) {
    for (name, value) in now.attributes() {
        let is_same = match last {
            Some(last) => last.get(name) == Some(value.as_str()),
            None => element.get_attribute(name).as_deref() == Some(value.as_str()),
        };
        if !is_same {
            let _ = element.set_attribute(name, value);
        }
    }
    let remove = |name: &str| {
        if now.get(name).is_none() {
            let _ = element.remove_attribute(name);
        }
    };
    match last {
        Some(last) => last.attributes().iter().for_each(|(name, _)| remove(name)),
        None => OPTIONAL.into_iter().for_each(remove),
    }
}

fn update_children(element: &Element, last: &[Markup], now: &[Markup]) {
    let mut place = element.first_element_child();
    for (index, now) in now.iter().enumerate() {
        let child = match place {
            Some(child) if child.local_name() == now.name() => {
                let last = last.get(index).filter(|last| last.name() == now.name());
                update(&child, last, now);
                child
            }
            Some(other) => {
                let child = create(now);
                let _ = other.replace_with_with_node_1(&child);
                child
            }
            None => {
                let child = create(now);
                let _ = element.append_child(&child);
                child
            }
        };
        place = child.next_element_sibling();
    }
    while let Some(child) = place {
        place = child.next_element_sibling();
        child.remove();
    }
}

fn create(markup: &Markup) -> Element {
    // The names are constants of valid elements.
    let element = document()
        .create_element(markup.name())
        .unwrap_or_else(|_| unreachable!("{} is no element", markup.name()));
    let empty = Markup::new(markup.name());
    update(&element, Some(&empty), markup);
    element
}
