//! Shows the tooltip beside the pointer, or beside the area that an arrow key reached.

use leptos::html;
use leptos::prelude::*;
use rising_model::domain::area::AreaIndex;
use rising_model::interaction::hover::{CssPoint, HoverIntent, Rect};

use super::leaflet::HoveredArea;

/// Decides whether the tooltip stays when the pointer moves to a place.
type StayRule = Box<dyn FnMut(CssPoint) -> HoverIntent>;

/// The hovered area and the element that describes it.
#[derive(Clone, Copy)]
pub struct Tooltip {
    pub hovered: RwSignal<Option<HoveredArea>>,
    /// A child of the map's box, positioned over the map.
    element: NodeRef<html::Div>,
    stay_rule: StoredValue<Option<StayRule>, LocalStorage>,
    /// Whether the pointer is on the tooltip, so that a click there hits the tooltip's area.
    is_pointer_over: RwSignal<bool>,
}

impl Tooltip {
    /// A hidden tooltip.
    pub fn new(element: NodeRef<html::Div>) -> Tooltip {
        Tooltip {
            hovered: RwSignal::new(None),
            element,
            stay_rule: StoredValue::new_local(None),
            is_pointer_over: RwSignal::new(false),
        }
    }

    /// Sets the rule for staying. Without one the tooltip always follows the pointer.
    pub fn set_stay_rule(self, rule: StayRule) {
        self.stay_rule.set_value(Some(rule));
    }

    /// Shows the tooltip beside a place, or hides it.
    pub fn place(self, at: Option<CssPoint>) {
        let Some(element) = self.element.get() else {
            return;
        };
        // Set by script, because the content security policy forbids style attributes in markup.
        web_sys::HtmlElement::style(&element).set_css_text(&match at {
            Some(CssPoint { x, y }) => format!("--x:{x:.0}px;--y:{y:.0}px"),
            None => "display:none".into(),
        });
    }

    /// Returns the tooltip's box in CSS pixels from the map's corner, or `None` while it is hidden.
    pub fn rect(self) -> Option<Rect> {
        self.hovered.get_untracked()?;
        let element = self.element.get_untracked()?;
        let map = element.parent_element()?.get_bounding_client_rect();
        let tooltip = element.get_bounding_client_rect();
        Some(Rect {
            left: tooltip.left() - map.left(),
            top: tooltip.top() - map.top(),
            right: tooltip.right() - map.left(),
            bottom: tooltip.bottom() - map.top(),
        })
    }

    /// Handles a move of the pointer to a place over an area, or over none.
    pub fn follow(self, at: CssPoint, area: Option<AreaIndex>) {
        let stay = self
            .stay_rule
            .try_update_value(|rule| rule.as_mut().map(|rule| rule(at)))
            .flatten();
        self.is_pointer_over.set(stay == Some(HoverIntent::Inside));
        let now = area.map(|area| HoveredArea { area, at });
        if stay.unwrap_or(HoverIntent::Elsewhere) == HoverIntent::Elsewhere
            && self.hovered.get_untracked() != now
        {
            self.hovered.set(now);
        }
    }

    /// Hides the tooltip.
    pub fn hide(self) {
        if self.hovered.get_untracked().is_some() {
            self.hovered.set(None);
        }
        self.is_pointer_over.set(false);
    }

    /// Returns the area that a click hits: the tooltip's own under the pointer, else `below`, the
    /// area of the map there.
    pub fn hit_area(self, below: Option<AreaIndex>) -> Option<AreaIndex> {
        let described = self
            .hovered
            .get_untracked()
            .filter(|_| self.is_pointer_over.get_untracked());
        described.map(|hovered| hovered.area).or(below)
    }
}
