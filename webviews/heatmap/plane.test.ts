import { describe, expect, it } from 'vitest';
import { patchRun } from '../../test/support/results';
import { axisPairs, coordinatesOf, firstChoice, planeOf } from './plane';
import type { PlaneChoice } from './plane';
import { read } from './reading';

/** Changes of 5 * layer, with the strongest head at position 2. */
const cube = patchRun(
  [
    ['layer', 2],
    ['position', 3],
    ['head', 4],
  ],
  (layer, position, head) => -2 + (position === 2 && head === 3 ? -9 : layer * 5 + position + head / 10),
);
const reading = read(cube, null, 'change');
const shown = (choice: PlaneChoice) => {
  const plane = planeOf(reading, choice);
  return plane.rows.map((_, row) =>
    plane.columns.map((_, column) => reading.values[plane.indexAt(row, column)]),
  );
};

describe('planeOf', () => {
  it('shows two axes and one place of the third', () => {
    const choice = { ...firstChoice(3), holds: ['strongest', 'strongest', 0] as const };
    expect(shown(choice)).toEqual([
      [0, 1, 2],
      [5, 6, 7],
    ]);
    expect(shown({ ...choice, rowAxis: 2, columnAxis: 1, holds: [1, 0, 0] })[1]).toEqual([
      expect.closeTo(5.1),
      expect.closeTo(6.1),
      expect.closeTo(7.1),
    ]);
  });

  it('shows the strongest along the others, with its sign', () => {
    expect(shown(firstChoice(3))).toEqual([
      [expect.closeTo(0.3), expect.closeTo(1.3), -9],
      [expect.closeTo(5.3), expect.closeTo(6.3), -9],
    ]);
    const plane = planeOf(reading, firstChoice(3));
    expect(coordinatesOf(plane.indexAt(1, 2), [2, 3, 4])).toEqual([1, 2, 3]);
  });

  it('orders rows and columns by their strongest cell', () => {
    const choice: PlaneChoice = { ...firstChoice(3), holds: ['strongest', 'strongest', 0] };
    const plane = planeOf(reading, { ...choice, rowOrder: 'strongest', columnOrder: 'strongest' });
    expect([plane.rows, plane.columns]).toEqual([
      [1, 0],
      [2, 1, 0],
    ]);
    expect(reading.values[plane.indexAt(0, 0)]).toBe(7);
    expect(coordinatesOf(plane.indexAt(0, 0), [2, 3, 4])).toEqual([1, 2, 0]);
  });

  it('puts what has no number last and keeps the order of equals', () => {
    const run = patchRun([['layer', 4]], (layer) => [null, -2, 3, -2][layer]!);
    const plane = planeOf(read(run, null, 'value'), { ...firstChoice(1), rowOrder: 'strongest' });
    expect(plane.rows).toEqual([2, 1, 3, 0]);
  });

  it('gives a run with one axis one column', () => {
    const run = patchRun([['head', 3]], (head) => head);
    const plane = planeOf(read(run, null, 'value'), firstChoice(1));
    expect(plane.columns).toEqual([0]);
    expect(plane.rows.map((_, row) => plane.indexAt(row, 0))).toEqual([0, 1, 2]);
  });

  it('has nothing to show of an empty axis', () => {
    const run = patchRun(
      [
        ['feature', 0],
        ['position', 3],
      ],
      () => 0,
    );
    expect(planeOf(read(run, null, 'value'), firstChoice(2)).rows).toEqual([]);
    const deep = patchRun(
      [
        ['layer', 2],
        ['position', 3],
        ['feature', 0],
      ],
      () => 0,
    );
    expect(planeOf(read(deep, null, 'value'), firstChoice(3)).rows).toEqual([]);
  });
});

describe('axisPairs', () => {
  it('names each pair once', () => {
    expect(axisPairs(1)).toEqual([]);
    expect(axisPairs(2)).toEqual([[0, 1]]);
    expect(axisPairs(3)).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
  });
});
