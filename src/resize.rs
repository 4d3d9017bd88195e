//! An element's size, followed.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::ResizeObserver;

use crate::reactive::effect;

/// Calls `resized` once the element is there and whenever its size changes, until the component goes.
pub fn on_resize(element: NodeRef<html::Div>, resized: impl Fn() + Clone + 'static) {
    let observer = StoredValue::new_local(None);
    effect(move || {
        let Some(element) = element.get() else { return };
        observer.set_value(Observer::new(&element, resized.clone()));
    });
}

/// Observes until it is dropped.
struct Observer {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl Observer {
    /// Nothing in a browser that does not know of resize observers.
    fn new(element: &web_sys::Element, tell: impl Fn() + 'static) -> Option<Observer> {
        let told = Closure::<dyn Fn()>::new(tell);
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Observer { observer, _told: told })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
