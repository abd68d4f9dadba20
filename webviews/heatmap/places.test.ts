import { describe, expect, it } from 'vitest';
import { namesPair, patchRun } from '../../test/support/results';
import type { RunResult } from '../../protocol/experiments';
import { axisTitle, baseSide, counterpartAt, headingsOf, placeDetail, placeWords } from './places';

const run = patchRun(
  [
    ['layer', 2],
    ['position', 12],
  ],
  () => 0,
);
/** As the server heads them: the tokens of the corrupted prompt. */
const corruptTicks = namesPair.corrupt!.tokens.map(({ text }, index) => ({ label: text, index }));
const patched: RunResult = {
  ...run,
  ticks: [[0, 1].map((index) => ({ label: `${index}`, index })), corruptTicks],
};

describe('headingsOf', () => {
  it('shows tokens with their position, and the other prompt’s where it is another', () => {
    const headings = headingsOf(patched, 1);
    expect(headings[1]).toEqual({ text: '·Mary', place: '1', second: null });
    expect(headings[7]).toEqual({ text: '·Mary', place: '7', second: '·John' });
    expect(headingsOf(patched, 0)[1]).toEqual({ text: '1', place: null, second: null });
  });

  it('names features by their label, with their number', () => {
    const features: RunResult = {
      ...run,
      axes: ['feature'],
      ticks: [
        [
          { label: '41', index: 41, detail: 'names of\npeople' },
          { label: '7', index: 7 },
        ],
      ],
      values: [0, 0],
    };
    expect(headingsOf(features, 0)).toEqual([
      { text: 'names of people', place: '41', second: null },
      { text: '7', place: null, second: null },
    ]);
    expect(placeWords(features, 0, 0)).toBe('feature 41');
    expect(placeDetail(features, 0, 0)).toBe('names of people');
  });

  it('lets no token act on what stands beside it', () => {
    const hostile = { ...patched, ticks: [run.ticks[0]!, [{ label: '\u202Ea\nb\u0007', index: 0 }]] };
    expect(headingsOf(hostile, 1)[0]!.text).toBe('\uFFFDa↵b\uFFFD');
  });

  it('shows a number where the pairs have different tokens', () => {
    const averaged = {
      ...patched,
      pairs: [namesPair, namesPair],
      ticks: [run.ticks[0]!, [{ label: '3', index: 3 }]],
    };
    expect(headingsOf(averaged, 1)[0]).toEqual({ text: '3', place: null, second: null });
    expect(placeWords(averaged, 1, 0)).toBe('position 3');
  });
});

describe('counterpartAt', () => {
  it('finds what takes a position’s place in the other prompt, if it is anything else', () => {
    expect(counterpartAt(patched, 7)).toEqual({ token: ' John', position: 7 });
    expect(counterpartAt(patched, 6)).toBeUndefined();
    expect(counterpartAt({ ...patched, direction: 'noise' }, 7)).toEqual({ token: ' Mary', position: 7 });
    const shifted = { ...namesPair, alignment: [null, 2, 1] };
    const unequal = { ...patched, pairs: [shifted] };
    expect(counterpartAt(unequal, 0)).toEqual({ token: null, position: null });
    expect(counterpartAt(unequal, 1)).toEqual({ token: ' and', position: 2 });
    expect(placeDetail({ ...unequal, ticks: patched.ticks }, 1, 0)).toMatch(/nothing takes its place/);
    expect(placeDetail(unequal, 1, 1)).toBe('other prompt: “·and” at position 2');
  });

  it('says nothing over several pairs, or without another prompt', () => {
    expect(counterpartAt({ ...patched, pairs: [namesPair, namesPair] }, 7)).toBeUndefined();
    expect(counterpartAt({ ...patched, pairs: [{ ...namesPair, corrupt: null }] }, 7)).toBeUndefined();
  });
});

describe('words', () => {
  it('name axes by what they are', () => {
    expect(axisTitle(['layer', 'position'], 'position')).toBe('position');
    expect(axisTitle(['position', 'source'], 'position')).toBe('attending position');
    expect(axisTitle(['position', 'source'], 'source')).toBe('attended position');
    expect(placeWords(patched, 1, 7)).toBe('position 7 “·Mary”');
    expect(placeWords(patched, 0, 1)).toBe('layer 1');
  });

  it('know whose positions are meant', () => {
    expect(baseSide(run)).toBe('corrupt');
    expect(baseSide({ ...run, direction: 'noise' })).toBe('clean');
    expect(baseSide({ ...run, kind: 'ablate', direction: null })).toBe('clean');
    expect(baseSide({ ...run, kind: 'lens', direction: null })).toBe('clean');
  });
});
