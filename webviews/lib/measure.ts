/** Measures texts as the canvas draws them. */
import { canvasSurface } from '../render/surface';
import type { Surface } from '../render/surface';

const context = document.createElement('canvas').getContext('2d');

/** Width of a text in CSS pixels. Texts that were measured are remembered: headings repeat. */
export const measure: Surface['measure'] = (text, font) => {
  const key = `${font.bold ? 'b' : ''}${font.size} ${font.family}\n${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  const width = context ? canvasSurface(context).measure(text, font) : text.length * font.size * 0.6;
  if (widths.size >= MOST) widths.clear();
  widths.set(key, width);
  return width;
};

const MOST = 20_000;
const widths = new Map<string, number>();
