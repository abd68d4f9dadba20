import { describe, expect, it } from 'vitest';
import { patchRun } from '../../test/support/results';
import { firstChoice, planeOf } from './plane';
import type { PlaneChoice } from './plane';
import { read } from './reading';
import { ranges, regionOf, regionWords } from './region';

const cube = patchRun(
  [
    ['layer', 4],
    ['head', 3],
    ['position', 12],
  ],
  (layer, head) => layer * 10 + head,
);
const plane = (changes: Partial<PlaneChoice> = {}) =>
  planeOf(read(cube, null, 'value'), { ...firstChoice(3), ...changes });

describe('regionOf', () => {
  it('names what is selected along every axis, whichever corner came first', () => {
    const corners = [
      { row: 2, column: 1 },
      { row: 1, column: 2 },
    ] as const;
    const region = regionOf(cube, plane(), corners);
    expect(region.map(({ name, indices, whole }) => [name, indices.length, whole])).toEqual([
      ['layer', 2, false],
      ['head', 2, false],
      ['position', 12, true],
    ]);
    expect(regionOf(cube, plane(), [corners[1], corners[0]])).toEqual(region);
    expect(regionWords(cube, region)).toBe('layers 1–2, heads 1–2, all 12 positions');
  });

  it('follows the order in which rows are shown, and a held place', () => {
    const sorted = plane({ rowOrder: 'strongest', holds: ['strongest', 'strongest', 7] });
    const region = regionOf(cube, sorted, [
      { row: 0, column: 0 },
      { row: 1, column: 0 },
    ]);
    expect(region[0]!.indices).toEqual([2, 3]);
    expect(region[2]!.indices).toEqual([7]);
    expect(regionWords(cube, region)).toBe('layers 2–3, head 0, position 7 “·John”');
  });
});

describe('ranges', () => {
  it('joins what follows on each other', () => {
    expect(ranges([1, 2, 3, 7, 9, 10])).toBe('1–3, 7, 9–10');
    expect(ranges([])).toBe('');
  });
});
