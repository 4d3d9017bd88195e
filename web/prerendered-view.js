// Prepares the prerendered view before the program loads.
((boot) => {
  // Shows the texts in the page's language, and links to the page in the other languages.
  for (const element of document.querySelectorAll('#failed > [lang], .masthead [lang]')) {
    const isOwn = document.documentElement.lang.startsWith(element.lang);
    const isLink = element.localName === 'a';
    const query = new URLSearchParams(location.search);
    element.hidden = isOwn === isLink;
    query.set('lang', element.lang);
    if (isLink) element.href = `?${query}`;
  }
  if ('asks' in document.documentElement.dataset) {
    // The link asks for another view: empties the sections, so that the outline remains.
    const sections = '.verdict, .map-frame, .legend, .list, .credit, .notes, .page > svg';
    for (const section of boot.querySelectorAll(sections)) section.replaceChildren();
    delete boot.dataset.figures;
    boot.ariaHidden = boot.inert = true;
    return;
  }
  // The app's map zooms in quarters of a level. Scales the picture to the size of that map.
  const map = document.getElementById('first-map');
  if (!map) return;
  const box = map.getBoundingClientRect(),
    { width, height } = map.viewBox.baseVal;
  const zoom = Math.log2(Math.min(box.width / width, box.height / height));
  map.style.transform = `scale(${2 ** (Math.floor(zoom * 4) / 4 - zoom)})`;
})(document.getElementById('boot'));
