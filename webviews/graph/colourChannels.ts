/** Colours as numbers. */

const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Red, green and blue of a CSS colour, 0 to 255; grey where nothing is known. Opacity is left out. */
export function channelsOf(colour: string): readonly [number, number, number] {
  if (!context) return [128, 128, 128];
  context.clearRect(0, 0, 1, 1);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red ?? 128, green ?? 128, blue ?? 128];
}
