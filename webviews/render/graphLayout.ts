/**
 * Where the nodes of a graph stand: layers upwards, positions across. A column is as wide as its fullest cell; cells that are
 * too full for the room are broken into lines. Lengths are CSS pixels at scale 1, from the left upper corner of the
 * nodes. Framework-free.
 */
import { cellsOf } from './graphCells';
import type { GraphCell, GraphCells } from './graphCells';
import { rowNames } from './graphScene';
import type { GraphScene } from './graphScene';
import type { Size } from './grid';
import { largest, smallest } from './numbers';
import { LINE, smaller } from './scene';
import type { Theme } from './scene';
import type { Surface } from './surface';

export interface Band {
  readonly start: number;
  readonly size: number;
}

/** Room that headings take at the edges of the view, whatever is under them. */
export interface HeadingRoom {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface GraphLayout {
  /** [node]: middle; NaN where a node is not shown. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Of tokens, layers, logits; the first is the lowest. */
  readonly rows: readonly Band[];
  readonly columns: readonly Band[];
  readonly size: Size;
  /** Of a node. */
  readonly radius: number;
  /** From one node to the next in a line: the room of its label. */
  readonly pitch: number;
  /** Whether tokens are written upwards. */
  readonly upwards: boolean;
  readonly headings: HeadingRoom;
}

/** From node to node, at least and at most. */
const PITCH = { least: 16, most: 30 };
/** Between two rows and two columns. */
const ROW_GAP = 10;
const COLUMN_GAP = 10;
const EMPTY_ROW = 8;
const NARROWEST = 20;
/** What a row and a column may get of room that is left. */
const ROW_STRETCH = 40;
const COLUMN_STRETCH = { factor: 2.5, width: 120 };
const RADIUS = { most: 8, share: 0.36 };
const TOKEN = { across: 96, upwards: 100 };
const LOGIT = { longest: 130, share: 0.2, pitch: 20 };
/** How much smaller a graph may be for tokens that are written across, as a share. */
const WORTH_READING = 0.85;
/** At a smaller scale there is no room for tokens that are written across. */
const READABLE = 0.7;
const PADDING = 8;

/** @param view - what is visible, headings included */
export function layOutGraph(
  scene: GraphScene,
  view: Size,
  theme: Theme,
  measure: Surface['measure'],
): GraphLayout {
  const cells = cellsOf(scene);
  const headings = headingRoom(scene, theme, measure, view.height);
  const room = {
    width: Math.max(120, view.width - headings.left - headings.right),
    height: Math.max(120, view.height - headings.top - headings.bottom),
  };
  const texts = scene.tokens.map((token) => measure(token, theme.codeFont) + PADDING);
  const across = fittest(
    cells,
    room,
    texts.map((width) => Math.min(TOKEN.across, width)),
  );
  const bottom = Math.min(TOKEN.upwards, largest(texts, 0)) + 2;
  const lower = { ...room, height: Math.max(120, room.height - bottom + headings.bottom) };
  const upwards = fittest(cells, lower, []);
  return across.scale >= Math.max(READABLE, WORTH_READING * upwards.scale)
    ? place(scene, cells, room, across.widths, { headings, upwards: false })
    : place(scene, cells, lower, upwards.widths, { headings: { ...headings, bottom }, upwards: true });
}

/** For tokens that are written across. */
function headingRoom(
  scene: GraphScene,
  theme: Theme,
  measure: Surface['measure'],
  height: number,
): HeadingRoom {
  const names = rowNames(scene.layers).map((name) => measure(name, theme.font));
  const font = { ...smaller(theme.codeFont), bold: true };
  const logits = [...scene.logits.values()].map((text) => measure(text, font));
  return {
    left: Math.ceil(2 * PADDING + largest(names)),
    top: logits.length > 1 ? upwardRoom(largest(logits), height) : LINE + PADDING,
    right: PADDING,
    bottom: LINE + PADDING,
  };
}

/** Several logits stand close to one another, so that their labels are written upwards. */
function upwardRoom(longest: number, height: number): number {
  return Math.ceil(Math.min(LOGIT.longest, LOGIT.share * height, longest) + 2 * PADDING);
}

/** Least widths of the columns, and how large the whole is on the screen with them. */
interface Fit {
  readonly widths: readonly number[];
  readonly scale: number;
}

/** The number of nodes in a line at which the whole is largest on the screen; the more side by side the better. */
function fittest(cells: GraphCells, room: Size, texts: readonly number[]): Fit {
  const fullest = largest(cells.fullest, 1);
  let best: Fit = { widths: [], scale: 0 };
  for (let count = 1; count <= fullest; count = Math.max(count + 1, Math.ceil(count * 1.25))) {
    const widths = widthsFor(cells, count, texts);
    const height = sum(heightsFor(cells, countsFor(widths)));
    const scale = Math.min(1, room.width / sum(widths), room.height / height);
    if (scale >= best.scale) best = { widths, scale };
  }
  return best;
}

/** Widths of the columns. Logits stay in one line: each has its label over it. */
function widthsFor({ cells, rows, fullest }: GraphCells, most: number, texts: readonly number[]): number[] {
  const widths = fullest.map((count, i) =>
    Math.max(NARROWEST, texts[i] ?? 0, Math.min(count, most) * PITCH.least + COLUMN_GAP),
  );
  for (const { row, column, nodes } of cells)
    if (row === rows - 1) widths[column] = Math.max(widths[column]!, nodes.length * LOGIT.pitch + COLUMN_GAP);
  return widths;
}

function countsFor(widths: readonly number[]): number[] {
  return widths.map((width) => Math.max(1, Math.floor((width - COLUMN_GAP) / PITCH.least)));
}

function heightsFor({ cells, rows }: GraphCells, counts: readonly number[]): number[] {
  const lines = new Array<number>(rows).fill(0);
  for (const { row, column, nodes } of cells)
    lines[row] = Math.max(lines[row]!, row === rows - 1 ? 1 : Math.ceil(nodes.length / counts[column]!));
  return lines.map((count) => (count === 0 ? EMPTY_ROW : count * PITCH.least + ROW_GAP));
}

function place(
  { nodes }: GraphScene,
  cells: GraphCells,
  room: Size,
  least: readonly number[],
  chosen: Pick<GraphLayout, 'headings' | 'upwards'>,
): GraphLayout {
  const counts = countsFor(least).map((count, i) => Math.min(count, Math.max(1, cells.fullest[i]!)));
  // A graph that is too wide or too high is made smaller, which leaves room in the other direction.
  const tall = heightsFor(cells, counts);
  const shrunk = Math.max(1, sum(least) / room.width, sum(tall) / room.height);
  const heights = stretchedRows(tall, room.height * shrunk);
  const height = sum(heights);
  const widths = stretchedColumns(least, room.width * shrunk);
  const columns = bands(widths);
  const rows = bands(heights).map(({ start, size }) => ({ start: height - start - size, size }));
  const pitchFor = (column: number, count: number): number =>
    Math.min(PITCH.most, (widths[column]! - COLUMN_GAP) / count);
  const [x, y] = [new Float32Array(nodes.length).fill(NaN), new Float32Array(nodes.length).fill(NaN)];
  for (const cell of cells.cells) {
    const count = cell.row === cells.rows - 1 ? cell.nodes.length : counts[cell.column]!;
    const pitch = pitchFor(cell.column, count);
    setCell(cell, columns[cell.column]!, rows[cell.row]!, pitch, count, x, y);
  }
  const pitch = smallest(
    counts.map((count, column) => pitchFor(column, count)),
    PITCH.most,
  );
  const radius = Math.min(RADIUS.most, RADIUS.share * Math.max(PITCH.least, pitch));
  return { x, y, rows, columns, size: { width: sum(widths), height }, radius, pitch, ...chosen };
}

/** Lines from the top of the cell, as they are read; each is in the middle of its column. */
function setCell(
  cell: GraphCell,
  column: Band,
  row: Band,
  pitch: number,
  count: number,
  x: Float32Array,
  y: Float32Array,
): void {
  const lines = Math.ceil(cell.nodes.length / count);
  // Rows that were stretched spread their lines, but never so far that they look like rows.
  const step = Math.min(PITCH.least * 1.25, (row.size - ROW_GAP) / lines);
  cell.nodes.forEach((node, i) => {
    const line = Math.floor(i / count);
    const inLine = Math.min(count, cell.nodes.length - line * count);
    x[node] = column.start + column.size / 2 + ((i % count) - (inLine - 1) / 2) * pitch;
    y[node] = row.start + row.size / 2 + (line - (lines - 1) / 2) * step;
  });
}

/** Rows with nodes share what is left of the height. */
function stretchedRows(heights: readonly number[], room: number): number[] {
  const full = heights.filter((height) => height > EMPTY_ROW).length;
  const extra = Math.min(ROW_STRETCH, Math.max(0, room - sum(heights)) / Math.max(1, full));
  return heights.map((height) => (height > EMPTY_ROW ? height + extra : height));
}

/** Columns share what is left of the width by their own widths. */
function stretchedColumns(widths: readonly number[], room: number): number[] {
  const factor = Math.max(1, Math.min(COLUMN_STRETCH.factor, room / Math.max(1, sum(widths))));
  return widths.map((width) => Math.max(width, Math.min(width * factor, width + COLUMN_STRETCH.width)));
}

function bands(sizes: readonly number[]): Band[] {
  let start = 0;
  return sizes.map((size) => {
    const band = { start, size };
    start += size;
    return band;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
