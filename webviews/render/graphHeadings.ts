/** Draws the headings of a graph, which stay in sight: layers at the left, tokens below, logits above. Framework-free. */
import type { GraphPainting } from './graphPicture';
import { rowNames } from './graphScene';
import { fitted, LINE, smaller } from './scene';
import type { Font, TextStyle } from './surface';

/** Between the middles of two texts that are written one over the other. */
const APART = 12;
/** A text that would be cut to less than this is left out. */
const SHORTEST = 14;

export function paintGraphHeadings(painting: GraphPainting): void {
  const { surface, layout, size, theme } = painting;
  const { left, top, bottom } = layout.headings;
  const middle = size.height - top - bottom;
  surface.rectangle({ x: 0, y: 0, width: size.width, height: top }, theme.background);
  surface.rectangle({ x: 0, y: top, width: left, height: middle }, theme.background);
  surface.rectangle({ x: 0, y: size.height - bottom, width: size.width, height: bottom }, theme.background);
  surface.line([left, size.height - bottom], [size.width, size.height - bottom], theme.border, 1);
  surface.line([left, top], [left, size.height - bottom], theme.border, 1);
  surface.clipped({ x: 0, y: top, width: left, height: middle }, () => {
    paintLayers(painting);
  });
  surface.clipped({ x: left, y: size.height - bottom, width: size.width - left, height: bottom }, () => {
    paintTokens(painting);
  });
  surface.clipped({ x: left, y: 0, width: size.width - left, height: top }, () => {
    paintLogits(painting);
  });
}

/** Names of rows; where they come too close every second, fourth ... layer is named. */
function paintLayers({ surface, scene, layout, view, size, theme }: GraphPainting): void {
  const names = rowNames(scene.layers);
  const top = layout.rows.length - 1;
  const places = layout.rows.map(({ start, size: tall }) => (start + tall / 2) * view.scale + view.y);
  let above = Infinity;
  const style: TextStyle = { font: theme.font, fill: theme.muted, align: 'end' };
  for (let row = 0; row <= top; row++) {
    const y = places[row]!;
    if (above - y < APART || (row < top && y - places[top]! < APART)) continue;
    above = y;
    if (y < -LINE || y > size.height + LINE) continue;
    surface.text(names[row]!, layout.headings.left - 8, y, style);
  }
}

function paintTokens(painting: GraphPainting): void {
  const { layout, view, size, scene, marks } = painting;
  let end = -Infinity;
  layout.columns.forEach(({ start, size: wide }, position) => {
    const [x, width] = [start * view.scale + view.x, wide * view.scale];
    const middle = x + width / 2;
    const token = scene.tokens[position];
    if (token === undefined || x + width < 0 || x > size.width) return;
    // The token that is asked for is written whatever is in its way.
    if (layout.upwards && middle - end < APART && marks.position !== position) return;
    end = middle;
    paintToken(painting, token, middle, width, position);
  });
}

function paintToken(
  painting: GraphPainting,
  token: string,
  x: number,
  width: number,
  position: number,
): void {
  const { surface, layout, size, theme, marks } = painting;
  const { bottom } = layout.headings;
  const isMarked = position === marks.position;
  const font = { ...theme.codeFont, bold: isMarked };
  const style: TextStyle = { font, fill: isMarked ? theme.focus : theme.foreground };
  if (layout.upwards) {
    const text = fitted(token, bottom - 10, font, surface.measure);
    surface.text(text, x, size.height - bottom + 6, { ...style, align: 'end', upwards: true });
    return;
  }
  if (width < SHORTEST) return;
  const text = fitted(token, width - 4, font, surface.measure);
  surface.text(text, x, size.height - bottom / 2, { ...style, align: 'middle' });
}

/** Likeliest first, so that where labels come too close the likelier one is written. */
function paintLogits(painting: GraphPainting): void {
  const { surface, scene, layout, view, size, theme } = painting;
  const font = smaller(theme.codeFont);
  if (scene.logits.size === 1) {
    paintOnlyLogit(painting, font);
    return;
  }
  const { top } = layout.headings;
  const taken: number[] = [];
  const likeliest = [...scene.logits].sort(
    ([a], [b]) => (scene.nodes[b]!.probability ?? 0) - (scene.nodes[a]!.probability ?? 0),
  );
  for (const [node, text] of likeliest) {
    const x = layout.x[node]! * view.scale + view.x;
    if (!(x > -LINE && x < size.width + LINE) || taken.some((other) => Math.abs(other - x) < APART)) continue;
    taken.push(x);
    const isTarget = scene.nodes[node]!.isTarget;
    const style = { font: { ...font, bold: isTarget }, fill: theme.foreground, upwards: true };
    surface.text(fitted(text, top - 10, font, surface.measure), x, top - 4, style);
  }
}

/** There is room for one label across, if need be moved into sight. */
function paintOnlyLogit({ surface, scene, layout, view, size, theme }: GraphPainting, font: Font): void {
  const [[node, text]] = [...scene.logits] as [[number, string]];
  const x = layout.x[node]! * view.scale + view.x;
  if (!(x > -LINE && x < size.width + LINE)) return;
  const bold = { ...font, bold: true };
  const written = fitted(text, size.width - 2 * LINE, bold, surface.measure);
  const half = surface.measure(written, bold) / 2 + 4;
  const at = Math.max(half, Math.min(size.width - half, x));
  surface.text(written, at, layout.headings.top / 2, { font: bold, fill: theme.foreground, align: 'middle' });
}
