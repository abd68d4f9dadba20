/** A drawing as an SVG file and as an image. */
import type { PanelFile } from '../../../protocol/heatmapPanel';
import { measure } from '../../lib/measure';
import type { Size } from '../../render/grid';
import { canvasSurface } from '../../render/surface';
import type { Surface } from '../../render/surface';
import { svgDrawing } from '../../render/svg';

export interface Drawing {
  readonly size: Size;
  readonly paint: (surface: Surface) => void;
}

export function svgFile({ size, paint }: Drawing, name: string, title: string): PanelFile {
  const { surface, finish } = svgDrawing(size.width, size.height, title, measure);
  paint(surface);
  return { name: `${name}.svg`, text: finish() };
}

/** As fine as prints need. */
const FINEST = 3;
/** What browsers draw: the longest side, and pixels in all. */
const LONGEST_SIDE = 16_384;
const MOST_PIXELS = 120_000_000;

/** @throws when it is too large for an image */
export function pngFile({ size: { width, height }, paint }: Drawing, name: string): PanelFile {
  const canvas = document.createElement('canvas');
  const scale = Math.min(
    FINEST,
    LONGEST_SIDE / Math.max(width, height),
    Math.sqrt(MOST_PIXELS / (width * height)),
  );
  [canvas.width, canvas.height] = [Math.floor(width * scale), Math.floor(height * scale)];
  const context = canvas.getContext('2d');
  context?.scale(scale, scale);
  if (context) paint(canvasSurface(context));
  const [, base64 = ''] = canvas.toDataURL('image/png').split(',');
  if (!context || base64 === '') throw new Error('This drawing is too large for an image; export it as SVG.');
  return { name: `${name}.png`, base64 };
}
