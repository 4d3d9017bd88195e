//! Observes the size of elements.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::ResizeObserver;

use crate::platform::reactive::effect;

/// Calls `resized` once the element is mounted and whenever its size changes, until the component
/// is removed.
pub fn on_resize(element: NodeRef<html::Div>, resized: impl Fn() + Clone + 'static) {
    let observer = StoredValue::new_local(None);
    effect(move || {
        let Some(element) = element.get() else { return };
        observer.set_value(Observer::new(&[(*element).clone().into()], resized.clone()));
    });
}

/// Calls `resized` once soon, and whenever one of the elements changes its size, until the
/// component is removed. `elements` is called once the component is mounted.
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
    _callback: Closure<dyn Fn()>,
}

impl Observer {
    /// `None` in a browser without `ResizeObserver`.
    fn new(elements: &[web_sys::Element], resized: impl Fn() + 'static) -> Option<Observer> {
        let callback = Closure::<dyn Fn()>::new(resized);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
        elements
            .iter()
            .for_each(|element| observer.observe(element));
        Some(Observer {
            observer,
            _callback: callback,
        })
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
