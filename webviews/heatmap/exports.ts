/** A run as files: its numbers as CSV and JSON, its heatmap as a drawing. */
import type { ExperimentResult, RunResult } from '../../protocol/experiments';
import type { PanelFile, Sheet } from '../../protocol/heatmapPanel';
import { flattened, inUnit, unitsOf } from '../../protocol/normalise';
import { csvText } from '../lib/csv';
import type { CsvCell } from '../lib/csv';
import { gridSize } from '../render/grid';
import type { Size } from '../render/grid';
import { colourBarHeight, paintColourBar } from '../render/colourBar';
import { paintHeatmap } from '../render/heatmap';
import { fitted, layOut, LINE, NO_MARKS } from '../render/scene';
import type { Theme } from '../render/scene';
import { movedPath } from '../render/surface';
import type { Surface } from '../render/surface';
import { coordinatesOf } from './plane';
import type { Plane } from './plane';
import { lengthsOf, readingWords } from './reading';
import type { Reading } from './reading';
import { sceneOf, widestText } from './sceneOf';
import { metricSentence } from './words';

/** One row for each cell: its place along every axis with its label, and its number in every unit, as exactly as it came. */
export function asCsv({ run, other, values, theirs, unit }: Reading, title: string): PanelFile {
  const units = unitsOf(run);
  const lengths = lengthsOf(run);
  const numbers = flattened(run.values);
  const scores = run.scores && flattened(run.scores);
  const header: CsvCell[] = [
    ...run.axes.flatMap((axis) => [axis, `${axis} label`]),
    ...units,
    ...(scores ? ['score'] : []),
    ...(run.lens ? ['top token', 'top log probability'] : []),
    ...(other ? [`${unit} of ${other.name}`, `difference of ${unit}`] : []),
  ];
  const rows = numbers.map((value, index): CsvCell[] => {
    const coordinates = coordinatesOf(index, lengths);
    const ticks = coordinates.map((place, axis) => run.ticks[axis]![place]!);
    const top = run.lens?.[coordinates[0]!]?.[coordinates[1]!]?.[0];
    return [
      ...ticks.flatMap((tick) => [tick.index, tick.detail ? `${tick.label} (${tick.detail})` : tick.label]),
      ...units.map((known) => inUnit(value, known, run) ?? ''),
      ...(scores ? [scores[index] ?? ''] : []),
      ...(run.lens ? [top?.token.text ?? '', top?.logProb ?? ''] : []),
      ...(other ? [theirs?.[index] ?? '', values[index] ?? ''] : []),
    ];
  });
  return { name: `${baseName(title, run)}.csv`, text: csvText([header, ...rows]) };
}

/** The whole result, which can be opened and compared again; without one (nothing has ended yet) the run alone. */
export function asJson(sheet: Sheet, run: RunResult): PanelFile {
  const { spec, provenance, runs, expectations, title } = sheet;
  const result: ExperimentResult | null =
    spec && provenance
      ? { format: 'featurescope-result', version: 1, title, spec, runs, expectations, provenance }
      : null;
  const name = baseName(title, run) + (result ? '.fscope.result.json' : '.json');
  return { name, text: `${JSON.stringify(result ?? run, null, 2)}\n` };
}

/** The whole heatmap with title and colour bar. */
export interface Figure {
  readonly size: Size;
  readonly paint: (surface: Surface) => void;
}

const MARGIN = 12;
/** Wide enough for cells of a comfortable size, where there are not too many. */
const WIDTH = 960;
const NARROWEST = 480;

/** @param sentence - what the run did */
export function figureOf(
  reading: Reading,
  plane: Plane,
  sentence: string,
  numbers: boolean,
  theme: Theme,
  measure: Surface['measure'],
): Figure {
  const scene = sceneOf(reading, plane, numbers);
  const layout = layOut(scene, WIDTH, widestText(reading, plane, numbers), theme, measure);
  const grid = gridSize(layout.grid);
  const width = Math.max(NARROWEST, grid.width) + 2 * MARGIN;
  const lines = [reading.run.name, sentence, metricSentence(reading.run)].filter((line) => line !== '');
  const top = MARGIN + lines.length * LINE + 6;
  const bar = {
    x: MARGIN,
    y: top + grid.height + 10,
    width: Math.min(width - 2 * MARGIN, 420),
    height: colourBarHeight(theme),
  };
  const words = readingWords(reading);
  const paint = (surface: Surface): void => {
    surface.rectangle({ x: 0, y: 0, width, height: size.height }, theme.background);
    lines.forEach((line, i) => {
      const font = { ...theme.font, bold: i === 0 };
      const text = fitted(line, width - 2 * MARGIN, font, measure);
      surface.text(text, MARGIN, MARGIN + (i + 0.5) * LINE, { font, fill: theme.foreground });
    });
    paintHeatmap({
      surface: shifted(surface, MARGIN, top),
      scene,
      layout,
      theme,
      scroll: { left: 0, top: 0 },
      view: grid,
      marks: NO_MARKS,
    });
    paintColourBar(surface, bar, reading.largest, words, theme);
  };
  const size = { width, height: bar.y + bar.height + MARGIN };
  return { size, paint };
}

/** A surface whose origin lies elsewhere. */
function shifted(surface: Surface, dx: number, dy: number): Surface {
  const moved = <B extends { readonly x: number; readonly y: number }>(box: B): B => ({
    ...box,
    x: box.x + dx,
    y: box.y + dy,
  });
  return {
    rectangle: (box, fill) => {
      surface.rectangle(moved(box), fill);
    },
    outline: (box, ...style) => {
      surface.outline(moved(box), ...style);
    },
    line: ([x1, y1], [x2, y2], ...style) => {
      surface.line([x1 + dx, y1 + dy], [x2 + dx, y2 + dy], ...style);
    },
    path: (steps, style) => {
      surface.path(movedPath(steps, dx, dy), style);
    },
    text: (text, x, y, style) => {
      surface.text(text, x + dx, y + dy, style);
    },
    clipped: (box, draw) => {
      surface.clipped(moved(box), draw);
    },
    measure: surface.measure,
  };
}

/** A file's name without its ending. */
export function baseName(title: string, run: RunResult): string {
  const name = `${title}-${run.name}`.replace(/[^\p{L}\p{N}.-]+/gu, '_').slice(0, 80);
  return name.replace(/^[-_.]+|[-_.]+$/g, '') || 'heatmap';
}
