//! The words beside the pointer, or beside the area that a key led to.

use leptos::html;
use leptos::prelude::*;
use rising_model::area::AreaIndex;
use rising_model::hover::{CssPoint, HoverIntent, Rect};

use super::leaflet::HoveredArea;

/// Whether the words stay when the pointer comes there.
type Judge = Box<dyn FnMut(CssPoint) -> HoverIntent>;

/// What is hovered at, and the box of words that say it.
#[derive(Clone, Copy)]
pub struct Tooltip {
    pub hovered: RwSignal<Option<HoveredArea>>,
    /// A child of the map's box, over the map.
    words: NodeRef<html::Div>,
    judge: StoredValue<Option<Judge>, LocalStorage>,
    /// The pointer is on the words, and a press there means them.
    touched: RwSignal<bool>,
}

impl Tooltip {
    /// Nothing is hovered at yet.
    pub fn new(words: NodeRef<html::Div>) -> Tooltip {
        let (hovered, judge, touched) = (
            RwSignal::new(None),
            StoredValue::new_local(None),
            RwSignal::new(false),
        );
        Tooltip {
            hovered,
            words,
            judge,
            touched,
        }
    }

    /// From now on the words stay when that says so.
    pub fn ask(self, judge: Judge) {
        self.judge.set_value(Some(judge));
    }

    /// Shows the words beside that place, or nowhere.
    pub fn place(self, at: Option<CssPoint>) {
        let Some(words) = self.words.get() else {
            return;
        };
        // Not as an attribute: the page's security policy forbids styles in markup.
        web_sys::HtmlElement::style(&words).set_css_text(&match at {
            Some(CssPoint { x, y }) => format!("--x:{x:.0}px;--y:{y:.0}px"),
            None => "display:none".into(),
        });
    }

    /// Where they are on the map; nowhere if nothing is said.
    pub fn lie(self) -> Option<Rect> {
        self.hovered.get_untracked()?;
        let words = self.words.get_untracked()?;
        let corner = words.parent_element()?.get_bounding_client_rect();
        let words = words.get_bounding_client_rect();
        Some(Rect {
            left: words.left() - corner.left(),
            top: words.top() - corner.top(),
            right: words.right() - corner.left(),
            bottom: words.bottom() - corner.top(),
        })
    }

    /// The pointer has come there, over that area.
    pub fn follow(self, at: CssPoint, area: Option<AreaIndex>) {
        let stay = self
            .judge
            .try_update_value(|judge| judge.as_mut().map(|judge| judge(at)))
            .flatten();
        self.touched.set(stay == Some(HoverIntent::Inside));
        let now = area.map(|area| HoveredArea { area, at });
        if stay.unwrap_or(HoverIntent::Elsewhere) == HoverIntent::Elsewhere
            && self.hovered.get_untracked() != now
        {
            self.hovered.set(now);
        }
    }

    /// Nothing is hovered at any more.
    pub fn leave(self) {
        if self.hovered.get_untracked().is_some() {
            self.hovered.set(None);
        }
        self.touched.set(false);
    }

    /// The area that a press means where the pointer is.
    pub fn hit_area(self, below: Option<AreaIndex>) -> Option<AreaIndex> {
        let said = self
            .hovered
            .get_untracked()
            .filter(|_| self.touched.get_untracked());
        said.map(|said| said.area).or(below)
    }
}
