/**
 * Returns the factor by which the prerendered picture, drawn as large as its box allows, is scaled
 * to the size of the program's map, which zooms in quarters of a level.
 * @param {{ width: number, height: number }} box
 * @param {{ width: number, height: number }} picture
 */
export const pictureScale = (box, picture) => {
  const zoom = Math.log2(Math.min(box.width / picture.width, box.height / picture.height));
  return 2 ** (Math.floor(zoom * 4) / 4 - zoom);
};
