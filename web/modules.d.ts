// Leaflet's source files have no types.
declare module 'leaflet/src/*';

// The program, which the loader imports by its address.
interface Program {
  default: (options: { module_or_path: Promise<WebAssembly.Module> }) => Promise<unknown>;
}
