/** How large boxes are and how their texts break into lines. Pure. */
import type { Size } from '../../render/grid';
import { fitted } from '../../render/scene';
import type { Font, Surface } from '../../render/surface';
import type { BoxText } from './names';

export interface BoxLines {
  /** The name, in at most `MOST_LINES`. */
  readonly name: readonly string[];
  readonly detail: string;
  readonly size: Size;
}

const WIDEST = 176;
const NARROWEST = 72;
export const PADDING = 9;
export const LINE = 17;
const MOST_LINES = 3;

/** Names break between words, and within words that are longer than a line; what does not fit ends in an ellipsis. */
export function boxLines(text: BoxText, font: Font, measure: Surface['measure']): BoxLines {
  const [large, small] = [nameFont(font), detailFont(font)];
  const room = WIDEST - 2 * PADDING;
  const name = broken(text.name, room, large, measure);
  const detail = fitted(text.detail, room, small, measure);
  const widths = [...name.map((line) => measure(line, large)), measure(detail, small)];
  const width = Math.max(NARROWEST, Math.ceil(Math.max(...widths)) + 2 * PADDING);
  return { name, detail, size: { width, height: (name.length + 1) * LINE + 2 * PADDING - 6 } };
}

export function nameFont(font: Font): Font {
  return { ...font, size: 13 };
}

/** Of frames. */
export function titleFont(font: Font): Font {
  return { ...nameFont(font), bold: true };
}

export function detailFont(font: Font): Font {
  return { ...font, size: 11 };
}

function broken(text: string, room: number, font: Font, measure: Surface['measure']): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '' && lines.length < MOST_LINES - 1) {
    const line = firstLine(rest, room, font, measure);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return rest === '' ? lines : [...lines, fitted(rest, room, font, measure)];
}

/** As many words as fit, or as much of the first word. */
function firstLine(text: string, room: number, font: Font, measure: Surface['measure']): string {
  if (measure(text, font) <= room) return text;
  // Always at least one character, or a narrow line would never end.
  const [first = ''] = Array.from(text);
  const whole = fitted(text, room, font, measure).slice(0, -1) || first;
  const space = whole.lastIndexOf(' ');
  return text[whole.length] === ' ' || space <= 0 ? whole : whole.slice(0, space + 1);
}
