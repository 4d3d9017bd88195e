// The parts of Leaflet that leaflet.rs and its bindings use, under the global name that these expect: `L`
// (`npm run leaflet` makes it).
// Vector layers, markers, popups and most controls stay out: they are half of Leaflet, and every visit would load them.
import { Map } from 'leaflet/src/map/Map.js';
export { Map };
export { LatLng } from 'leaflet/src/geo/LatLng.js';
export { LatLngBounds } from 'leaflet/src/geo/LatLngBounds.js';
export { Point } from 'leaflet/src/geometry/Point.js';
// For a publisher's background, with its attribution.
import { TileLayer } from 'leaflet/src/layer/tile/TileLayer.js';
export { TileLayer };
import 'leaflet/src/control/Control.Attribution.js';
// Each adds itself to the map.
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import { ScrollWheelZoom } from 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';

// Where the wheel scrolls the page that the map is in, it zooms only with Ctrl or ⌘. Who turns it without is told so, in
// what the style sheet shows while the map has this attribute. Outside articles the map has the wheel also from when it was
// dragged until the pointer leaves it: who has just dragged it means it.
Map.addInitHook(function () {
  const box = this.getContainer();
  // Of a mouse or a finger, which Leaflet itself tells only once it has gone up.
  box.addEventListener('pointerdown', ({ pointerType }) => this.fire('press', { touch: pointerType === 'touch' }));
  // The window is moved to a screen of another density: a query asks for one, so that each change needs another query.
  const follow = () =>
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      'change',
      () => {
        this.fire('density');
        follow();
      },
      { once: true },
    );
  follow();
  this.on('dragend', () => {
    this._dragged = box.matches(':hover');
  });
  box.addEventListener('mouseleave', () => {
    this._dragged = false;
  });
});
const zoom = ScrollWheelZoom.prototype._onWheelScroll;
ScrollWheelZoom.prototype._onWheelScroll = function (event) {
  const { _dragged: dragged, options } = this._map;
  const alone = options.wheelAlone && (dragged || matchMedia(options.wheelAlone).matches);
  if (alone || event.ctrlKey || event.metaKey) {
    zoom.call(this, event);
    return;
  }
  const { dataset } = this._map.getContainer();
  dataset.spared = '';
  clearTimeout(this._spared);
  this._spared = setTimeout(() => delete dataset.spared, 1500);
};

// An address with a name that Leaflet does not know has no tiles, and the map goes on.
const address = TileLayer.prototype.getTileUrl;
TileLayer.prototype.getTileUrl = function (tile) {
  try {
    return address.call(this, tile);
  } catch {
    return '';
  }
};
