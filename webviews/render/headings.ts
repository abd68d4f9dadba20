/** Draws what stands before the rows and over the columns of a heatmap. Framework-free. */
import { cellBox, visibleCells } from './grid';
import { columnText, fitted, LINE, smaller } from './scene';
import type { Heading, Layout, Painting, Theme } from './scene';
import type { Box, Surface, TextStyle } from './surface';

/** The fonts and colours of one heading; those of the cursor and under the mouse are marked. */
interface Pen {
  readonly surface: Surface;
  readonly layout: Layout;
  readonly text: TextStyle;
  readonly muted: TextStyle;
  readonly small: TextStyle;
}

export function paintHeadings(painting: Painting): void {
  const { surface, layout, view } = painting;
  const { width, height } = layout.grid.head;
  surface.clipped({ x: 0, y: height, width, height: view.height - height }, () => {
    paintRows(painting);
  });
  surface.clipped({ x: width, y: 0, width: view.width - width, height }, () => {
    paintColumns(painting);
  });
  paintCorner(painting);
}

function paintRows(painting: Painting): void {
  const { scene, layout, scroll, view, marks } = painting;
  const [first, last] = visibleCells(layout.grid, scroll, view).rows;
  for (let row = first; row < last; row++) {
    const { y, height } = cellBox(layout.grid, { row, column: 0 }, scroll);
    const pen = penOf(painting, row === marks.cursor?.row || row === marks.hover?.row);
    paintRow(pen, scene.rows[row]!, { x: 0, y, width: layout.grid.head.width, height });
  }
}

function paintColumns(painting: Painting): void {
  const { scene, layout, scroll, view, marks } = painting;
  const [first, last] = visibleCells(layout.grid, scroll, view).columns;
  const paint = layout.upwards ? paintUpwards : paintAcross;
  for (let column = first; column < last; column++) {
    const { x, width } = cellBox(layout.grid, { row: 0, column }, scroll);
    const pen = penOf(painting, column === marks.cursor?.column || column === marks.hover?.column);
    paint(pen, scene.columns[column]!, { x, y: 0, width, height: layout.grid.head.height });
  }
}

function penOf({ surface, layout, theme }: Painting, isMarked: boolean): Pen {
  const font = { ...theme.codeFont, bold: isMarked };
  return {
    surface,
    layout,
    text: { font, fill: isMarked ? theme.focus : theme.foreground },
    muted: { font: theme.codeFont, fill: theme.muted },
    small: { font: smaller(theme.codeFont), fill: theme.muted },
  };
}

function paintRow({ surface, text: style, small }: Pen, heading: Heading, box: Box): void {
  const { place, text, second } = heading;
  const middle = box.y + box.height / 2;
  const placeWidth = place === null ? 0 : surface.measure(place, small.font) + 8;
  if (place !== null) surface.text(place, box.x + 6, middle, small);
  const whole = second === null ? text : `${text} / ${second}`;
  const shown = fitted(whole, box.width - placeWidth - 14, style.font, surface.measure);
  surface.text(shown, box.x + box.width - 8, middle, { ...style, align: 'end' });
}

function paintAcross({ surface, layout, text: style, muted, small }: Pen, heading: Heading, box: Box): void {
  const { text, place, second } = heading;
  const x = box.x + box.width / 2;
  surface.text(text, x, 3 + LINE / 2, { ...style, align: 'middle' });
  if (layout.twoLines && second !== null)
    surface.text(second, x, 3 + 1.5 * LINE, { ...muted, align: 'middle' });
  if (place !== null) surface.text(place, x, box.height - LINE / 2 - 1, { ...small, align: 'middle' });
}

function paintUpwards({ surface, layout, text: style, muted, small }: Pen, heading: Heading, box: Box): void {
  const { place, second } = heading;
  const { twoLines, placesUpwards } = layout;
  const middle = box.x + box.width / 2;
  const hasPlace = place !== null && !placesUpwards;
  const bottom = box.height - (hasPlace ? LINE : 0) - 6;
  const room = bottom - 4;
  const hasTwo = twoLines && second !== null;
  const shown = fitted(columnText(heading, layout), room, style.font, surface.measure);
  surface.text(shown, hasTwo ? middle - LINE / 2 + 1 : middle, bottom, { ...style, upwards: true });
  if (hasTwo) {
    const other = fitted(second, room, muted.font, surface.measure);
    surface.text(other, middle + LINE / 2 - 1, bottom, { ...muted, upwards: true });
  }
  if (hasPlace) surface.text(place, middle, box.height - LINE / 2, { ...small, align: 'middle' });
}

/** What the axes count. */
function paintCorner({ surface, scene, layout, theme }: Painting): void {
  const { width, height } = layout.grid.head;
  const style = cornerStyle(theme);
  const isTall = height >= 2 * LINE;
  if (scene.columnTitle !== '' && isTall)
    surface.text(`${scene.columnTitle} →`, width - 8, height - 1.5 * LINE, style);
  surface.text(`${scene.rowTitle} ↓`, width - 8, height - LINE / 2, style);
}

function cornerStyle(theme: Theme): TextStyle {
  return { font: smaller(theme.font), fill: theme.muted, align: 'end' };
}
