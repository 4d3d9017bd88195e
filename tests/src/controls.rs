//! Finding a control by its role and name.

/// The elements, on screen, that may have that role and name; which of them do is for the browser
/// to say. It takes a command for each, so that those are left out whose words have nothing of the
/// name.
pub(crate) const CANDIDATES: &str = include_str!("controls.js");

/// The middle of an element, scrolled into view if it is not in it.
pub(crate) const PLACE: &str = "
const [element] = arguments;
const middle = () => { const box = element.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2] };
const hit = document.elementFromPoint(...middle());
const label = element.labels?.[0];
if (!hit || !(element.contains(hit) || label?.contains(hit))) element.scrollIntoView({ block: 'center', behavior: 'instant' });
return element.getClientRects().length ? middle() : null;";
