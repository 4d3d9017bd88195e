//! The credit line, table and sources below an embedded map. Only embedded pages load this chunk
//! (`src/startup/lazy.rs`).

mod credit;
mod height;

use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};

use crate::panels::{list, notes};
use crate::platform::dom;
use crate::platform::focus;
use crate::platform::page::in_page;
use credit::credit;

/// Starts the panels below an embedded map, at the place of the credit line.
pub struct EmbedChunk(pub fn(Element));

impl EmbedChunk {
    /// Only the chunk's own function may call this.
    pub fn new() -> EmbedChunk {
        EmbedChunk(below_the_map)
    }
}

/// The credit line, and a sheet that opens from it with the table (the map's equivalent in text)
/// and the sources. Moves the table and the sources that the build wrote into the sheet.
fn below_the_map(place: Element) {
    height::report();
    credit(place, |credit| {
        let find = |selector| credit.query_selector(selector).ok().flatten();
        let (Some(sheet), Some(content)) = (find("details"), find(".sheet")) else {
            return;
        };
        for (selector, panel) in [(".list", list as fn(Element)), (".notes", notes)] {
            if let Some(place) = in_page(selector) {
                let _ = content.append_child(&place);
                panel(place);
            }
        }
        // Escape closes the sheet, as it closes an area's details, and returns the focus to its
        // button.
        dom::listen(&sheet.clone(), "keydown", move |event| {
            let event: KeyboardEvent = event.unchecked_into();
            if event.key() == "Escape" && sheet.has_attribute("open") {
                event.prevent_default();
                let _ = sheet.remove_attribute("open");
                focus::move_to(".credit summary");
            }
        });
    });
}
