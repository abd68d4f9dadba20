/** From a reading and its plane to what is drawn. Pure. */
import { shortNumber } from '../../protocol/wording';
import type { Heading, Scene } from '../render/scene';
import { predictionsAt } from './cellFacts';
import { axisTitle, headingsOf } from './places';
import { coordinatesOf } from './plane';
import type { Plane } from './plane';
import { lengthsOf } from './reading';
import type { Reading } from './reading';

const NO_HEADING: Heading = { text: '', place: null, second: null };

/** @param numbers - whether cells carry their numbers; those of bars and lenses always say something */
export function sceneOf(reading: Reading, plane: Plane, numbers: boolean): Scene {
  const { run, values, largest } = reading;
  const { rowAxis, columnAxis } = plane.choice;
  const lengths = lengthsOf(run);
  const isBars = columnAxis === null;
  const isLens = run.lens !== undefined && reading.other === null;
  const rowHeads = headingsOf(run, rowAxis);
  const columnHeads = isBars ? [NO_HEADING] : headingsOf(run, columnAxis);
  const textOf = (index: number, value: number | null): string | null => {
    if (isLens) return predictionsAt(run.lens, coordinatesOf(index, lengths))[0]?.token ?? null;
    return (numbers || isBars) && value !== null ? cellNumber(value, largest) : null;
  };
  return {
    shape: isBars ? 'bars' : 'cells',
    rows: plane.rows.map((place) => rowHeads[place]!),
    columns: plane.columns.map((place) => columnHeads[place]!),
    rowTitle: axisTitle(run.axes, run.axes[rowAxis]!),
    columnTitle: isBars ? '' : axisTitle(run.axes, run.axes[columnAxis]!),
    cellAt: (row, column) => {
      const index = plane.indexAt(row, column);
      const value = values[index] ?? null;
      return { share: value === null ? null : value / (largest || 1), text: textOf(index, value) };
    },
    cut: isLens,
    pending: run.state === 'running',
  };
}

/** Smaller shares of the largest value are written as 0 in a cell. */
const NEGLIGIBLE = 0.0005;

/** Two digits of a number, for a small place, with a real minus sign. @param largest - of all that are shown */
export function cellNumber(value: number, largest: number): string {
  if (Math.abs(value) < NEGLIGIBLE * largest) return '0';
  return shortNumber(Number(value.toPrecision(2))).replaceAll('-', '−');
}

/** The widest text that cells should have room for; '' when they carry none. */
export function widestText(reading: Reading, plane: Plane, numbers: boolean): string {
  if (reading.run.lens && reading.other === null) return 'MMMMMM';
  return numbers || plane.choice.columnAxis === null ? '−0.0012' : '';
}
