/**
 * @param {HTMLElement} element
 * @param {Record<string, string>} rules
 */
const style = (element, rules) => {
  for (const name in rules) element.style.setProperty(name, rules[name], 'important');
};

/**
 * Sets the height of a frame, and lets boxes of a fixed aspect ratio around it grow, which themes
 * use for videos and which would clip the map.
 * @param {HTMLIFrameElement} frame
 * @param {number} height
 */
export const setHeight = (frame, height) => {
  // `!important`, because themes have rules for frames.
  style(frame, { width: '100%', height: `${height}px`, 'max-height': 'none' });
  /** @type {HTMLElement} */
  let inner = frame;
  while (inner !== document.body) {
    const isPlaced = getComputedStyle(inner).position === 'absolute';
    const box = /** @type {HTMLElement | null} */ (
      isPlaced ? inner.offsetParent : inner.parentElement
    );
    if (!box) return;
    const { aspectRatio, overflowY } = getComputedStyle(box);
    if (box.offsetHeight < frame.offsetHeight && (isPlaced || /\d/.test(aspectRatio))) {
      const children = /** @type {HTMLElement[]} */ ([...box.children]);
      const isShared = children.some((child) => child.offsetHeight && !child.contains(frame));
      if (isShared || box === document.body || /auto|scroll/.test(overflowY)) return;
      // A pseudo-element whose padding makes the ratio gets the second row, of no height.
      style(box, {
        display: 'grid',
        'grid-template': 'auto 0 / minmax(0, 1fr)',
        height: 'auto',
        'max-height': 'none',
        'aspect-ratio': 'auto',
        'padding-top': '0',
        'padding-bottom': '0',
      });
      for (const child of children)
        if (child.contains(frame)) style(child, { 'grid-area': '1 / 1' });
      style(inner, { position: 'static' });
    }
    inner = box;
  }
};
