/** Draws as the text of an SVG file. Framework-free. */
import type { Box, Step, Surface } from './surface';

/** A drawing that grows as its surface is drawn on. */
export interface SvgDrawing {
  readonly surface: Surface;
  /** The whole file. */
  finish: () => string;
}

/**
 * @param title - for readers that cannot see the drawing
 * @param measure - width of a text, since an SVG cannot measure
 */
export function svgDrawing(
  width: number,
  height: number,
  title: string,
  measure: Surface['measure'],
): SvgDrawing {
  const parts: string[] = [];
  const clips: string[] = [];
  const surface: Surface = {
    rectangle: (box, fill) => {
      parts.push(`<rect ${boxAttributes(box)} fill="${quoted(fill)}"/>`);
    },
    outline: ({ x, y, width: w, height: h }, stroke, thickness, dash = []) => {
      const inside = {
        x: x + thickness / 2,
        y: y + thickness / 2,
        width: w - thickness,
        height: h - thickness,
      };
      const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
      const line = `stroke="${quoted(stroke)}" stroke-width="${round(thickness)}"${dashes}`;
      parts.push(`<rect ${boxAttributes(inside)} fill="none" ${line}/>`);
    },
    line: ([x1, y1], [x2, y2], stroke, thickness) => {
      const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
      parts.push(`<line ${ends} stroke="${quoted(stroke)}" stroke-width="${round(thickness)}"/>`);
    },
    path: (steps, { fill = 'none', stroke, width: thickness = 1, dash = [], opacity = 1 }) => {
      const line =
        stroke === undefined ? '' : ` stroke="${quoted(stroke)}" stroke-width="${round(thickness)}"`;
      const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
      const seen = opacity < 1 ? ` opacity="${round(opacity)}"` : '';
      parts.push(`<path d="${pathData(steps)}" fill="${quoted(fill)}"${line}${dashes}${seen}/>`);
    },
    text: (text, x, y, { font, fill, align = 'start', upwards = false }) => {
      const turn = upwards ? ` transform="rotate(-90 ${round(x)} ${round(y)})"` : '';
      const weight = font.bold ? ' font-weight="600"' : '';
      const style =
        `font-family="${quoted(font.family)}" font-size="${round(font.size)}"${weight} fill="${quoted(fill)}" ` +
        `text-anchor="${align}" dominant-baseline="central" xml:space="preserve"`;
      parts.push(`<text x="${round(x)}" y="${round(y)}" ${style}${turn}>${quoted(text)}</text>`);
    },
    clipped: (box, draw) => {
      const id = `clip${clips.length}`;
      clips.push(`<clipPath id="${id}"><rect ${boxAttributes(box)}/></clipPath>`);
      parts.push(`<g clip-path="url(#${id})">`);
      draw();
      parts.push('</g>');
    },
    measure,
  };
  const finish = (): string =>
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" ` +
        `viewBox="0 0 ${round(width)} ${round(height)}" role="img">`,
      `<title>${quoted(title)}</title>`,
      ...(clips.length > 0 ? [`<defs>${clips.join('')}</defs>`] : []),
      ...parts,
      '</svg>',
      '',
    ].join('\n');
  return { surface, finish };
}

/** A path as the attribute `d` writes it. */
export function pathData(steps: readonly Step[]): string {
  return steps.map(command).join('');
}

/** A circle is two halves: an arc cannot end where it began. */
function command(step: Step): string {
  const numbers = (...values: readonly number[]): string => values.map(round).join(' ');
  switch (step[0]) {
    case 'move':
      return `M${numbers(step[1], step[2])}`;
    case 'line':
      return `L${numbers(step[1], step[2])}`;
    case 'curve':
      return `C${numbers(step[1], step[2], step[3], step[4], step[5], step[6])}`;
    case 'circle': {
      const [, x, y, r] = step;
      const half = (dx: number): string => `a${numbers(r, r)} 0 1 0 ${numbers(dx, 0)}`;
      return `M${numbers(x - r, y)}${half(2 * r)}${half(-2 * r)}`;
    }
    case 'close':
      return 'Z';
  }
}

function boxAttributes({ x, y, width, height }: Box): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width))}" height="${round(Math.max(0, height))}"`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML holds it; characters that XML forbids are replaced. */
function quoted(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
