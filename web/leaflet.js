// The parts of Leaflet that src/map/leaflet.rs and its bindings use, as the global `L` that these
// expect. Vector layers, markers, popups and most controls are half of Leaflet; they are left out
// so that no visit loads them.
import { LatLng } from 'leaflet/src/geo/LatLng.js';
import { LatLngBounds } from 'leaflet/src/geo/LatLngBounds.js';
import { Point } from 'leaflet/src/geometry/Point.js';
// A publisher's background tiles, with their attribution.
import { TileLayer } from 'leaflet/src/layer/tile/TileLayer.js';
import { Map as LeafletMap } from 'leaflet/src/map/Map.js';
import 'leaflet/src/control/Control.Attribution.js';
// Importing a handler adds it to the map.
import 'leaflet/src/map/handler/Map.DoubleClickZoom.js';
import 'leaflet/src/map/handler/Map.Drag.js';
import { ScrollWheelZoom } from 'leaflet/src/map/handler/Map.ScrollWheelZoom.js';
import 'leaflet/src/map/handler/Map.TouchZoom.js';

window.L = { LatLng, LatLngBounds, Map: LeafletMap, Point, TileLayer };

// In an article, or in a page of one column, the wheel scrolls the page and zooms the map only with
// Ctrl or ⌘. A turn without them sets `data-hint`, for which the style sheet shows a hint.
// On the full page a drag lets the wheel alone zoom the map, until the pointer leaves the map.
LeafletMap.addInitHook(
  /** @this {any} */ function () {
    const box = this.getContainer();
    // Leaflet reports a press only after its release.
    box.addEventListener('pointerdown', (/** @type {PointerEvent} */ { pointerType }) =>
      this.fire('press', { touch: pointerType === 'touch' }),
    );
    // Fires `density` when the window moves to a screen of another density. A media query matches one
    // density only, so each change needs a new query.
    const watchDensity = () =>
      matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
        'change',
        () => {
          this.fire('density');
          watchDensity();
        },
        { once: true },
      );
    watchDensity();
    this.on('dragend', () => {
      this._dragged = box.matches(':hover');
    });
    box.addEventListener('mouseleave', () => {
      this._dragged = false;
    });
  },
);
const zoom = ScrollWheelZoom.prototype._onWheelScroll;
ScrollWheelZoom.prototype._onWheelScroll = /** @this {any} */ function (
  /** @type {WheelEvent} */ event,
) {
  const { _dragged: dragged, options } = this._map;
  const alone = options.wheelAlone && (dragged || matchMedia(options.wheelAlone).matches);
  if (alone || event.ctrlKey || event.metaKey) {
    zoom.call(this, event);
    return;
  }
  const { dataset } = this._map.getContainer();
  dataset.hint = '';
  clearTimeout(this._hint);
  this._hint = setTimeout(() => delete dataset.hint, 1500);
};

// Leaflet throws for a tile address with an unknown placeholder; the map then works without tiles.
const address = TileLayer.prototype.getTileUrl;
TileLayer.prototype.getTileUrl = /** @this {any} */ function (/** @type {object} */ tile) {
  try {
    return address.call(this, tile);
  } catch {
    return '';
  }
};
