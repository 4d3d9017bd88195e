// Lets a touch on the slider scroll the page. The slider's own response to a touch is held back
// until the finger moves along the slider, or is lifted where it touched. Firefox cannot scroll a
// page from a slider: there the style sheet (timeline.css) makes the slider ignore touches, and
// this script computes the date from the position.
(() => {
  let slider;
  // Whether this script sets the value, because the touched element is not the slider.
  let isOwn;
  let from = [0, 0];
  let valueBefore;
  // The value that the browser has set and this script has held back.
  let held;
  // '', 'waits', 'slides' or 'scrolls'.
  let state = '';
  const setValue = (x) => {
    const { left, width } = slider.getBoundingClientRect();
    // Half of the thumb is between the slider's end and the first date.
    slider.value = held ?? (slider.max * (x - left - 9)) / (width - 18);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const listeners = {
    pointerdown(event) {
      const { target, pointerType, clientX: x, clientY: y } = event;
      slider = document.getElementById('timeline');
      state = '';
      held = null;
      from = [x, y];
      if (!slider || slider.disabled) return;
      isOwn = target !== slider;
      valueBefore = slider.value;
      const { top, bottom } = slider.getBoundingClientRect();
      if (isOwn && !(target.matches?.('.timeline, .track') && top <= y && y <= bottom)) return;
      if (pointerType !== 'mouse') state = 'waits';
      else if (isOwn) {
        // Keeps the keyboard focus.
        event.preventDefault();
        state = 'slides';
        setValue(x);
      }
    },
    pointermove({ clientX: x, clientY: y }) {
      const [dx, dy] = [x - from[0], y - from[1]].map(Math.abs);
      if (state === 'waits' && Math.max(dx, dy) >= 6) {
        state = dx <= dy ? 'scrolls' : isOwn ? 'slides' : '';
        if (!state && held) setValue(x);
      }
      if (state === 'slides') setValue(x);
    },
    pointerup(event) {
      listeners.pointermove(event);
      const isTap = state === 'waits';
      state = '';
      if (isTap) setValue(event.clientX);
    },
    pointercancel() {
      state = '';
    },
  };
  for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener);
  addEventListener(
    'input',
    (event) => {
      if (event.target !== slider || !/waits|scrolls/.test(state)) return;
      held = slider.value;
      slider.value = valueBefore;
      event.stopImmediatePropagation();
    },
    true,
  );
})();
