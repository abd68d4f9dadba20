import { describe, expect, it } from 'vitest';
import { patchRun } from '../../test/support/results';
import { firstChoice, planeOf } from './plane';
import { read } from './reading';
import { cellNumber, sceneOf, widestText } from './sceneOf';

const run = patchRun(
  [
    ['layer', 2],
    ['position', 2],
  ],
  (layer, position) => [1, -4, 0, null][2 * layer + position]!,
);
const reading = read(run, null, 'value');
const plane = planeOf(reading, firstChoice(2));

describe('sceneOf', () => {
  it('divides by the largest absolute value, so that zero stays zero', () => {
    const { cellAt } = sceneOf(reading, plane, false);
    expect([cellAt(0, 0), cellAt(0, 1), cellAt(1, 0), cellAt(1, 1)].map(({ share }) => share)).toEqual([
      0.25,
      -1,
      0,
      null,
    ]);
  });

  it('follows the order of the plane in cells and headings', () => {
    const sorted = planeOf(reading, { ...firstChoice(2), columnOrder: 'strongest' });
    const scene = sceneOf(reading, sorted, true);
    const [first] = sorted.columns;
    expect(scene.columns[0]!.place).toBe(`${first}`);
    expect(scene.cellAt(0, 0).text).toBe(cellNumber(reading.values[first!]!, 4));
  });

  it('writes numbers when asked to, predictions in a lens, and nothing into what is subtracted', () => {
    expect(sceneOf(reading, plane, true).cellAt(0, 1).text).toBe('−4');
    expect(sceneOf(reading, plane, false).cellAt(0, 1).text).toBeNull();
    const prediction = [{ token: { id: 1, text: ' a' }, logProb: -1 }];
    const lens = {
      ...run,
      lens: [
        [prediction, []],
        [prediction, prediction],
      ],
    };
    const scene = sceneOf(read(lens, null, 'value'), plane, false);
    expect([scene.cellAt(0, 0).text, scene.cellAt(0, 1).text, scene.cut]).toEqual(['·a', null, true]);
    const compared = sceneOf(read(lens, run, 'value'), plane, false);
    expect([compared.cellAt(0, 0).text, compared.cut]).toEqual([null, false]);
  });

  it('makes bars of one axis', () => {
    const heads = patchRun([['head', 3]], (head) => head);
    const bars = read(heads, null, 'value');
    const scene = sceneOf(bars, planeOf(bars, firstChoice(1)), false);
    expect(scene).toMatchObject({ shape: 'bars', columnTitle: '', rowTitle: 'head' });
    expect(scene.cellAt(2, 0)).toEqual({ share: 1, text: '2' });
  });

  it('has room for the numbers that it writes', () => {
    expect(widestText(reading, plane, false)).toBe('');
    const written = [1.25, -0.00123, -1234, -3.2e-5].map((value) => cellNumber(value, 0).length);
    expect(widestText(reading, plane, true).length).toBeGreaterThanOrEqual(Math.max(...written));
  });

  it('shows nothing but zeros as zeros', () => {
    const zeros = read(
      patchRun(
        [
          ['layer', 2],
          ['head', 1],
        ],
        () => -2,
      ),
      null,
      'change',
    );
    expect(sceneOf(zeros, planeOf(zeros, firstChoice(2)), false).cellAt(0, 0).share).toBe(0);
  });
});

describe('cellNumber', () => {
  it.each([
    [0.12345, '0.12'],
    [-1234, '−1200'],
    [0.0001, '0'],
    [-0.0012, '−0.0012'],
    [0, '0'],
  ])('writes %d beside 1 as %s', (value, text) => {
    expect(cellNumber(value, 1)).toBe(text);
  });

  it('keeps small numbers where all are small', () => {
    expect(cellNumber(-3.21e-5, 4e-5)).toBe('−3.2e−5');
  });
});
