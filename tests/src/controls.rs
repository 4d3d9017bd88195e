//! Finds a control by its role and name.

/// A script that returns the visible elements that may have a role and a name. The browser is asked
/// for the role and name of each afterwards, which takes a command per element, so elements whose
/// texts do not contain the first word of the name are left out.
pub(crate) const CANDIDATES: &str = include_str!("controls.js");

/// A script that scrolls an element into view, if it is not, and returns its middle.
pub(crate) const SCROLL_TO_MIDDLE: &str = "
const [element] = arguments;
const middle = () => {
    const box = element.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
};
const hit = document.elementFromPoint(...middle());
const label = element.labels?.[0];
if (!hit || !(element.contains(hit) || label?.contains(hit)))
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
return element.getClientRects().length ? middle() : null;";
