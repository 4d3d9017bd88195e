//! Posts the page's natural height to the embedding article, in the message formats that newsroom
//! scripts already understand (Datawrapper, AMP, pym.js).

use std::cell::Cell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Element, UrlSearchParams, Window};

use crate::platform::page::in_page;
use crate::platform::resize::on_any_resize;

/// Elements that change height when the text or the width changes. The map is not among them: it
/// takes the space that is left.
const RESIZING: [&str; 6] = [
    ".status",
    ".search",
    ".verdict-area",
    ".timeline",
    ".legend",
    ".credit",
];

/// A narrower frame, in CSS pixels, counts as hidden: some tab widgets shrink a hidden frame to one
/// pixel.
const MIN_WIDTH: i32 = 100;

/// Posts the height once the page is laid out and after each change. Does nothing outside a frame.
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
    let names = FrameNames::of(
        &location.pathname().unwrap_or_default(),
        &location.search().unwrap_or_default(),
    );
    let posted = Rc::new((names, Cell::new(0)));
    on_any_resize(
        || {
            RESIZING
                .into_iter()
                .filter_map(in_page)
                .chain(document().document_element())
                .collect::<Vec<Element>>()
        },
        move || {
            let Some(height) = natural_height() else {
                return;
            };
            let (names, last_height) = &*posted;
            if last_height.replace(height) != height {
                post(&article, names, height);
            }
        },
    );
}

/// The page's height in CSS pixels with the map at its best height. It depends on the page's width
/// and not on its height, so a frame that takes this height does not change it again.
fn natural_height() -> Option<i32> {
    let root = document().document_element()?;
    // In a hidden frame the text would wrap into a column of no width.
    if root.client_width() < MIN_WIDTH {
        return None;
    }
    // The style sheet lays out the natural height while this attribute is set. It is removed before
    // the browser paints.
    root.set_attribute("data-measuring", "").ok()?;
    let height = in_page("").map(|page| page.scroll_height());
    let _ = root.remove_attribute("data-measuring");
    height.filter(|height| *height > 0)
}

/// The identifiers by which the article's scripts know this frame.
#[derive(Debug, PartialEq)]
struct FrameNames {
    /// The last segment of the path, which Datawrapper uses.
    chart: String,
    /// The `childId` parameter that pym.js sets.
    child: Option<String>,
}

impl FrameNames {
    fn of(path: &str, search: &str) -> FrameNames {
        let last = path
            .rsplit('/')
            .find(|segment| !segment.is_empty() && !segment.ends_with(".html"));
        let child = UrlSearchParams::new_with_str(search)
            .ok()
            .and_then(|params| params.get("childId"));
        FrameNames {
            chart: last.unwrap_or("rising").to_owned(),
            child,
        }
    }
}

/// Posts to any origin: the height is no secret, and an article in a sandbox has no origin to name.
#[expect(
    clippy::disallowed_methods,
    reason = "a message is an object, and JSON is the shortest code that builds one"
)]
fn post(article: &Window, names: &FrameNames, height: i32) {
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
