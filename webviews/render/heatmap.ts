/** Draws the visible part of a heatmap: cells, headings, and the marks of cursor and selection. Framework-free. */
import { colourScale, inkOn } from './colour';
import { cellBox, regionBox, visibleCells } from './grid';
import { paintHeadings } from './headings';
import { fitted, smaller } from './scene';
import type { Painting, Theme } from './scene';
import type { Box, Surface } from './surface';

/** Cells smaller than this have no gap, and no mark for what they lack. */
const SMALL = 8;
/** From this share of the largest value a sign is drawn into a cell in high contrast. */
const WORTH_A_SIGN = 0.05;

/** Draws what of a scene is visible in a view of this size at this scroll. */
export function paintHeatmap(painting: Painting): void {
  const { surface, layout, theme, view } = painting;
  const { head } = layout.grid;
  surface.rectangle({ x: 0, y: 0, ...view }, theme.background);
  const [width, height] = [view.width - head.width, view.height - head.height];
  surface.clipped({ x: head.width, y: head.height, width, height }, () => {
    paintCells(painting);
    paintMarks(painting);
  });
  paintHeadings(painting);
}

function paintCells(painting: Painting): void {
  const { scene, layout, scroll, view } = painting;
  const { rows, columns } = visibleCells(layout.grid, scroll, view);
  const paint = scene.shape === 'bars' ? barPainter(painting) : cellPainter(painting);
  for (let row = rows[0]; row < rows[1]; row++)
    for (let column = columns[0]; column < columns[1]; column++)
      paint(cellBox(layout.grid, { row, column }, scroll), row, column);
}

type CellPainter = (box: Box, row: number, column: number) => void;

function cellPainter({ surface, scene, theme }: Painting): CellPainter {
  const colourOf = colourScale(theme.kind);
  const font = smaller(theme.codeFont);
  const hasSigns = theme.kind === 'highContrast' || theme.kind === 'highContrastLight';
  return (box, row, column) => {
    const { share, text } = scene.cellAt(row, column);
    const inner = withGap(box);
    if (share === null) {
      paintMissing(surface, inner, scene.pending, theme);
      return;
    }
    const colour = colourOf(share);
    surface.rectangle(inner, colour);
    if (hasSigns && box.width >= SMALL) surface.outline(inner, theme.border, 1);
    const sign = hasSigns && Math.abs(share) >= WORTH_A_SIGN ? (share < 0 ? '−' : '+') : null;
    const shown = text !== null && scene.cut ? fitted(text, box.width - 2, font, surface.measure) : text;
    const fits = shown !== null && surface.measure(shown, font) <= box.width - 2;
    const written = fits ? shown : sign;
    if (written === null || box.height < font.size + 1 || box.width < font.size) return;
    const style = { font, fill: inkOn(colour), align: 'middle' } as const;
    surface.text(written, box.x + box.width / 2, box.y + box.height / 2, style);
  };
}

/** A line through what has no number, a dot in what has none yet. */
function paintMissing(surface: Surface, box: Box, pending: boolean, theme: Theme): void {
  if (box.width < SMALL || box.height < SMALL) return;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (pending) {
    surface.rectangle({ x: x - 1, y: y - 1, width: 2, height: 2 }, theme.muted);
    return;
  }
  const half = Math.min(box.width, box.height) / 2 - 2;
  surface.line([x - half, y + half], [x + half, y - half], theme.muted, 1);
}

function barPainter({ surface, scene, layout, theme }: Painting): CellPainter {
  const colourOf = colourScale(theme.kind);
  const font = smaller(theme.codeFont);
  const shares = scene.rows.map((_, row) => scene.cellAt(row, 0).share ?? 0);
  const [below, above] = [Math.min(0, ...shares), Math.max(0, ...shares)];
  return (box, row, column) => {
    const { share, text } = scene.cellAt(row, column);
    const unit = (box.width - layout.numberWidth - 12) / (above - below || 1);
    const zero = box.x - below * unit + 2;
    surface.line([zero, box.y], [zero, box.y + box.height], theme.border, 1);
    if (share === null) {
      paintMissing(surface, { ...box, width: box.height }, scene.pending, theme);
    } else {
      const [x, width] = [zero + Math.min(0, share) * unit, Math.max(1, Math.abs(share) * unit)];
      const bar = { x, y: box.y + 3, width, height: box.height - 6 };
      surface.rectangle(bar, colourOf(share));
      surface.outline(bar, colourOf(share < 0 ? -1 : 1), 1);
    }
    const style = { font, fill: theme.foreground, align: 'end' } as const;
    if (text !== null) surface.text(text, box.x + box.width - 4, box.y + box.height / 2, style);
  };
}

function paintMarks({ surface, layout: { grid }, theme, scroll, marks }: Painting): void {
  const { cursor, selection, hover } = marks;
  // Two lines, so that one of them stands out from whatever colour is under it.
  const around = (box: Box, width: number, dash: readonly number[] = []): void => {
    surface.outline(box, theme.background, width + 2);
    surface.outline(box, theme.focus, width, dash);
  };
  if (hover) surface.outline(cellBox(grid, hover, scroll), theme.foreground, 1);
  if (selection) around(regionBox(grid, ...selection, scroll), 2, [5, 3]);
  if (cursor) around(cellBox(grid, cursor, scroll), 2);
}

function withGap({ x, y, width, height }: Box): Box {
  const gap = width >= SMALL && height >= SMALL ? 1 : 0;
  return { x, y, width: width - gap, height: height - gap };
}
