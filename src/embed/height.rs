//! Tells the article how high its frame would best be, in the words that newsrooms' scripts
//! understand already.

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Element, UrlSearchParams, Window};

use crate::prerendered::in_app;
use crate::resize::on_any_resize;

/// What changes its size, beside the whole, when the words or the width change. The map is not
/// among them: it takes what is left.
const PARTS: [&str; 6] = [
    ".status",
    ".search",
    ".answer",
    ".timeline",
    ".legend",
    ".credit",
];

/// A frame of less width, in CSS pixels, is not shown: tabs hide frames as a box of a pixel too.
const LEAST_WIDTH: i32 = 100;

/// Tells it once the page has been drawn, and whenever it has changed. Nobody is told outside a
/// frame.
pub fn report() {
    let window = window();
    let Some(article) = window
        .parent()
        .ok()
        .flatten()
        .filter(|parent| *parent != window)
    else {
        return;
    };
    let location = window.location();
    let names = Names::of(
        &location.pathname().unwrap_or_default(),
        &location.search().unwrap_or_default(),
    );
    let told = Rc::new((names, Cell::new(0)));
    on_any_resize(
        || {
            PARTS
                .into_iter()
                .filter_map(in_app)
                .chain(document().document_element())
                .collect::<Vec<Element>>()
        },
        move || {
            let Some(height) = natural_height() else {
                return;
            };
            let (names, told) = &*told;
            if told.replace(height) != height {
                tell(&article, names, height);
            }
        },
    );
}

/// The page's height in CSS pixels with the map as high as it would best be: it depends on the
/// page's width, not on its height, so that a frame made that high does not change it.
fn natural_height() -> Option<i32> {
    let root = document().document_element()?;
    // In a frame that is not shown the words would stand in a column of nothing.
    if root.client_width() < LEAST_WIDTH {
        return None;
    }
    // The style sheet lays the page out so while this is there; nothing is painted meanwhile.
    root.set_attribute("data-natural", "").ok()?;
    let height = in_app("").map(|page| page.scroll_height());
    let _ = root.remove_attribute("data-natural");
    height.filter(|height| *height > 0)
}

/// What the article's scripts call this frame.
#[derive(Debug, PartialEq)]
struct Names {
    /// Datawrapper's charts are called by the last part of their path.
    chart: String,
    /// pym.js gives one.
    child: Option<String>,
}

impl Names {
    fn of(path: &str, search: &str) -> Names {
        let last = path
            .rsplit('/')
            .find(|part| !part.is_empty() && !part.ends_with(".html"));
        let child = UrlSearchParams::new_with_str(search)
            .ok()
            .and_then(|params| params.get("childId"));
        Names {
            chart: last.unwrap_or("rising").to_owned(),
            child,
        }
    }
}

/// Anybody may know the height, and an article in a sandbox has no origin to name.
fn tell(article: &Window, names: &Names, height: i32) {
    let chart: String = js_sys::JSON::stringify(&names.chart.as_str().into())
        .map(String::from)
        .unwrap_or_default();
    let objects = [
        format!(r#"{{"datawrapper-height":{{{chart}:{height}}}}}"#),
        format!(r#"{{"sentinel":"amp","type":"embed-size","height":{height}}}"#),
    ];
    let objects = objects
        .iter()
        .filter_map(|json| js_sys::JSON::parse(json).ok());
    let pym = names
        .child
        .iter()
        .map(|child| JsValue::from(format!("pymxPYMx{child}xPYMxheightxPYMx{height}")));
    for message in objects.chain(pym) {
        let _ = article.post_message(&message, "*");
    }
}
