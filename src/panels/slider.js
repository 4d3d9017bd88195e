// A finger on the slider may only scroll the page: what the slider answers to it waits until it goes along the slider, or
// up again where it went down. Firefox scrolls nothing from a slider; there the style sheet (controls.css) takes the slider
// out of the finger's way, and the date is worked out here.
(() => {
  let slider, own, from = [0, 0], stood, asked, does = '';
  const put = x => {
    const { left, width } = slider.getBoundingClientRect();
    // Half of the thumb stands between the slider's end and the first date.
    slider.value = asked ?? slider.max * (x - left - 9) / (width - 18);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const moments = {
    pointerdown(event) {
      const { target, pointerType, clientX: x, clientY: y } = event;
      [slider, does, asked, from] = [document.getElementById('timeline'), '', null, [x, y]];
      if (!slider || slider.disabled) return;
      [own, stood] = [target !== slider, slider.value];
      const { top, bottom } = slider.getBoundingClientRect();
      if (own && !(target.matches?.('.timeline, .track') && top <= y && y <= bottom)) return;
      if (pointerType !== 'mouse') does = 'waits';
      else if (own) {
        // The keyboard's place would go.
        event.preventDefault();
        does = 'slides';
        put(x);
      }
    },
    pointermove({ clientX: x, clientY: y }) {
      const [across, along] = [x - from[0], y - from[1]].map(Math.abs);
      if (does === 'waits' && Math.max(across, along) >= 6) {
        does = across <= along ? 'scrolls' : own ? 'slides' : '';
        if (!does && asked) put(x);
      }
      if (does === 'slides') put(x);
    },
    pointerup(event) {
      moments.pointermove(event);
      const taps = does === 'waits';
      does = '';
      if (taps) put(event.clientX);
    },
    pointercancel() { does = ''; },
  };
  for (const [moment, act] of Object.entries(moments)) addEventListener(moment, act);
  addEventListener('input', event => {
    if (event.target !== slider || !/waits|scrolls/.test(does)) return;
    asked = slider.value;
    slider.value = stood;
    event.stopImmediatePropagation();
  }, true);
})();
