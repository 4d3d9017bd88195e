// The opening that is written into the page, before the program is there.
(boot => {
  // Of what is there in every language the one asked for is shown, and the links that lead to the others.
  for (const part of document.querySelectorAll('#failed > [lang], .masthead [lang]')) {
    const isOwn = document.documentElement.lang.startsWith(part.lang), query = new URLSearchParams(location.search);
    part.hidden = isOwn === (part.localName === 'a');
    query.set('lang', part.lang);
    if (part.localName === 'a') part.href = `?${query}`;
  }
  if ('asks' in document.documentElement.dataset) {
    // What is left is the outline.
    for (const part of boot.querySelectorAll('.verdict, .map-frame, .legend, .list, .credit, .notes, .page > svg')) part.replaceChildren();
    delete boot.dataset.figures;
    boot.ariaHidden = boot.inert = true;
    return;
  }
  // The app's map zooms by quarters of a level: the picture has the size that the map will have.
  const map = document.getElementById('first-map');
  if (!map) return;
  const box = map.getBoundingClientRect(), { width, height } = map.viewBox.baseVal;
  const zoom = Math.log2(Math.min(box.width / width, box.height / height));
  map.style.transform = `scale(${2 ** (Math.floor(zoom * 4) / 4 - zoom)})`;
})(document.getElementById('boot'));
