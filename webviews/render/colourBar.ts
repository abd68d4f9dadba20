/** Draws the colours of a heatmap with their numbers. Framework-free. */
import { shortNumber } from '../../protocol/wording';
import { colourScale } from './colour';
import { fitted, LINE, smaller } from './scene';
import type { Theme } from './scene';
import type { Box, Surface } from './surface';

const BAR = 12;
const STEPS = 64;

/** Height of bar, numbers and words. */
export function colourBarHeight(theme: Theme): number {
  return BAR + 2 * LINE + (theme.font.size > 14 ? 4 : 0);
}

/**
 * The scale from -largest to +largest, with numbers at its ends, its quarters and zero.
 * @param words - what the numbers are
 */
export function paintColourBar(
  surface: Surface,
  box: Box,
  largest: number,
  words: string,
  theme: Theme,
): void {
  const colourOf = colourScale(theme.kind);
  const step = box.width / STEPS;
  for (let i = 0; i < STEPS; i++) {
    const share = (2 * i) / (STEPS - 1) - 1;
    // Half a pixel more, so that no seam shows between two steps.
    const width = i < STEPS - 1 ? step + 0.5 : step;
    surface.rectangle({ x: box.x + i * step, y: box.y, width, height: BAR }, colourOf(share));
  }
  surface.outline({ ...box, height: BAR }, theme.border, 1);
  const small = smaller(theme.codeFont);
  for (const [share, align] of MARKS) {
    const x = box.x + ((share + 1) / 2) * box.width;
    surface.line([x, box.y + BAR], [x, box.y + BAR + 3], theme.muted, 1);
    const text = numberAt(share, largest);
    surface.text(text, x, box.y + BAR + LINE / 2 + 3, { font: small, fill: theme.foreground, align });
  }
  const font = smaller(theme.font);
  const shown = fitted(words, box.width, font, surface.measure);
  surface.text(shown, box.x, box.y + BAR + 1.5 * LINE + 2, { font, fill: theme.muted });
}

const MARKS = [
  [-1, 'start'],
  [-0.5, 'middle'],
  [0, 'middle'],
  [0.5, 'middle'],
  [1, 'end'],
] as const;

function numberAt(share: number, largest: number): string {
  const value = share * largest;
  return value === 0 ? '0' : shortNumber(value).replace('-', '−');
}
