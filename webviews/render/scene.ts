/** What a heatmap shows and how large its parts are. Framework-free. */
import type { ThemeKind } from './colour';
import type { Cell, Grid, Scroll, Size } from './grid';
import type { Font, Surface } from './surface';

/** What stands before a row or over a column; all texts as they are shown. */
export interface Heading {
  readonly text: string;
  /** The number that tells equal texts apart. */
  readonly place: string | null;
  /** What stands there in the other prompt. */
  readonly second: string | null;
}

/** Colours and fonts of the editor's theme. */
export interface Theme {
  readonly kind: ThemeKind;
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly border: string;
  readonly focus: string;
  readonly font: Font;
  /** For tokens and numbers. */
  readonly codeFont: Font;
}

export interface SceneCell {
  /** Share of the largest value, -1 to 1; null where there is no number. */
  readonly share: number | null;
  /** Written into the cell where it fits. */
  readonly text: string | null;
}

/** `cells`: rows by columns. `bars`: one column, whose cells are drawn as bars from a common zero. */
export type Shape = 'cells' | 'bars';

export interface Scene {
  readonly shape: Shape;
  readonly rows: readonly Heading[];
  readonly columns: readonly Heading[];
  /** What the rows and the columns count. */
  readonly rowTitle: string;
  readonly columnTitle: string;
  readonly cellAt: (row: number, column: number) => SceneCell;
  /** Whether texts of cells may be cut, as names may and numbers may not. */
  readonly cut: boolean;
  /** Whether cells without a number are still to come. */
  readonly pending: boolean;
}

/** How columns are headed: in lines, or upwards where they are narrower than their texts. */
export interface Layout {
  readonly grid: Grid;
  readonly upwards: boolean;
  /** Whether the other prompt's text has its own line. */
  readonly twoLines: boolean;
  /** Whether places are written upwards too, before the text. */
  readonly placesUpwards: boolean;
  /** Widest text of a bar's number. */
  readonly numberWidth: number;
}

/** What is drawn over the cells. */
export interface Marks {
  /** Where the keyboard is. */
  readonly cursor: Cell | null;
  /** Two corners. */
  readonly selection: readonly [Cell, Cell] | null;
  readonly hover: Cell | null;
}

export const NO_MARKS: Marks = { cursor: null, selection: null, hover: null };

/** Everything that is needed to draw once. */
export interface Painting {
  readonly surface: Surface;
  readonly scene: Scene;
  readonly layout: Layout;
  readonly theme: Theme;
  readonly scroll: Scroll;
  /** What is visible, headings included. */
  readonly view: Size;
  readonly marks: Marks;
}

/** Height of a line of headings. */
export const LINE = 17;
const PADDING = 8;
const ROW_HEAD = { least: 56, most: 240 };
const COLUMN_HEAD = { least: 2 * LINE + 4, most: 132 };
const CELL = { narrowest: 14, widest: 72, lowest: 17, highest: 34 };
/** What the rows together should not exceed, before they shrink to the lowest. */
const BODY_HEIGHT = 420;
const BAR = { narrowest: 180, widest: 640 };

/**
 * Sizes for a width. Cells share what the headings leave, within bounds; more columns than fit are scrolled.
 * @param cellText - the widest text that should fit into a cell; '' for none
 */
export function layOut(
  scene: Scene,
  width: number,
  cellText: string,
  theme: Theme,
  measure: Surface['measure'],
): Layout {
  const small = smaller(theme.codeFont);
  const widest = (texts: readonly (string | null)[], font: Font): number =>
    texts.reduce((most, text) => (text === null ? most : Math.max(most, measure(text, font))), 0);
  const placeWidth = widest(
    scene.columns.map(({ place }) => place),
    small,
  );
  const rowHead = clamp(rowHeadWidth(scene, theme, widest), ROW_HEAD.least, ROW_HEAD.most);
  const room = Math.max(0, width - rowHead - 2);
  const cellHeight = clamp(Math.floor(BODY_HEIGHT / scene.rows.length), CELL.lowest, CELL.highest);
  const numberWidth = cellText === '' ? 0 : measure(cellText, small) + PADDING;
  if (scene.shape === 'bars') {
    const cell = { width: clamp(room, BAR.narrowest, BAR.widest), height: Math.min(cellHeight, 26) };
    const grid = { rows: scene.rows.length, columns: 1, cell, head: { width: rowHead, height: LINE + 7 } };
    return { grid, upwards: false, twoLines: false, placesUpwards: false, numberWidth };
  }
  const least = Math.max(CELL.narrowest, numberWidth);
  const cellWidth = clamp(Math.floor(room / scene.columns.length), least, Math.max(CELL.widest, least));
  const cell = { width: cellWidth, height: cellHeight };
  const texts = scene.columns.flatMap(({ text, second }) => [text, second]);
  const upwards = widest(texts, theme.codeFont) + PADDING > cellWidth;
  const hasSecond = scene.columns.some(({ second }) => second !== null);
  const twoLines = hasSecond && (!upwards || cellWidth >= 2 * LINE - 4);
  const placesUpwards = upwards && placeWidth + 2 > cellWidth;
  const shape = { upwards, twoLines, placesUpwards, numberWidth };
  const longest = widest(
    scene.columns.map((heading) => columnText(heading, shape)),
    theme.codeFont,
  );
  const lines = LINE * ((twoLines ? 2 : 1) + (placeWidth > 0 ? 1 : 0)) + 6;
  const tall = longest + 2 * PADDING + (placeWidth > 0 && !placesUpwards ? LINE : 0);
  const head = {
    width: rowHead,
    height: clamp(upwards ? tall : lines, COLUMN_HEAD.least, COLUMN_HEAD.most),
  };
  return { grid: { rows: scene.rows.length, columns: scene.columns.length, cell, head }, ...shape };
}

/** The first line over a column, or all of it where there is one line only. */
export function columnText(
  { text, place, second }: Heading,
  { twoLines, placesUpwards }: Pick<Layout, 'twoLines' | 'placesUpwards'>,
): string {
  const both = second === null || twoLines ? text : `${text} / ${second}`;
  return placesUpwards && place !== null ? `${place} ${both}` : both;
}

function rowHeadWidth(
  { rows, rowTitle, columnTitle }: Scene,
  theme: Theme,
  widest: (texts: readonly (string | null)[], font: Font) => number,
): number {
  const texts = widest(
    rows.map(({ text, second }) => (second === null ? text : `${text} / ${second}`)),
    theme.codeFont,
  );
  const places = widest(
    rows.map(({ place }) => place),
    smaller(theme.codeFont),
  );
  const titles = widest([`${rowTitle} ↓`, `${columnTitle} →`], smaller(theme.font));
  return Math.max(texts + (places > 0 ? places + PADDING : 0), titles) + 2 * PADDING;
}

/** The font of numbers and places. */
export function smaller(font: Font): Font {
  return { ...font, size: Math.max(10, font.size - 2) };
}

/** A text that is cut at its end, with an ellipsis, where it is wider than the room. */
export function fitted(text: string, room: number, font: Font, measure: Surface['measure']): string {
  if (measure(text, font) <= room) return text;
  const characters = Array.from(text);
  let [fits, tooLong] = [0, characters.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (measure(`${characters.slice(0, middle).join('')}…`, font) <= room) fits = middle;
    else tooLong = middle;
  }
  return `${characters.slice(0, fits).join('')}…`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
