//! An element's size, followed.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::ResizeObserver;

use crate::reactive::effect;

/// Calls `resized` once the element is there and whenever its size changes, until the component
/// goes.
pub fn on_resize(element: NodeRef<html::Div>, resized: impl Fn() + Clone + 'static) {
    let observer = StoredValue::new_local(None);
    effect(move || {
        let Some(element) = element.get() else { return };
        observer.set_value(Observer::new(&[(*element).clone().into()], resized.clone()));
    });
}

/// Calls `resized` soon and whenever one of the elements changes its size, until the component
/// goes. They are looked up once the component is on the page.
pub fn on_any_resize(
    elements: impl Fn() -> Vec<web_sys::Element> + 'static,
    resized: impl Fn() + Clone + 'static,
) {
    let observer = StoredValue::new_local(None);
    effect(move || observer.set_value(Observer::new(&elements(), resized.clone())));
}

/// Observes until it is dropped.
struct Observer {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl Observer {
    /// Nothing in a browser that does not know of resize observers.
    fn new(elements: &[web_sys::Element], tell: impl Fn() + 'static) -> Option<Observer> {
        let told = Closure::<dyn Fn()>::new(tell);
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        elements
            .iter()
            .for_each(|element| observer.observe(element));
        Some(Observer {
            observer,
            _told: told,
        })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
