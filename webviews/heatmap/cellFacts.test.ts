import { describe, expect, it } from 'vitest';
import { patchRun } from '../../test/support/results';
import { announcement, cellFacts, exactNumber, predictionsAt } from './cellFacts';
import { read } from './reading';

const axes = [
  ['layer', 2],
  ['position', 2],
] as const;
/** Clean 3, corrupted -2. */
const run = patchRun(axes, (layer, position) => (layer === 1 && position === 1 ? null : layer + position));

describe('cellFacts', () => {
  it('gives the number in every unit, the shown one first', () => {
    const { facts, places, missing } = cellFacts(read(run, null, 'recovered'), 2);
    expect(facts.map(({ value }) => value)).toEqual([0.6, 1, 3, 0.4]);
    expect(facts[0]!.words).toMatch(/^share recovered/);
    expect(places.map(({ words }) => words)).toEqual(['layer 1', 'position 0 “·When”']);
    expect(missing).toBeNull();
  });

  it('adds the score and what patching exactly gave', () => {
    const attributed = {
      ...run,
      kind: 'attribute' as const,
      scores: [
        [0, 8],
        [0, 0],
      ],
      verification: {
        nodes: [{ cell: [0, 1], estimate: 1, exact: 1.5 }],
        bound: null,
        confidence: 0.9,
        samples: 0,
      },
    };
    const { facts } = cellFacts(read(attributed, null, 'change'), 1);
    expect(facts.slice(-2)).toEqual([
      { words: 'AtP* score, by which nodes are ranked', value: 8 },
      { words: 'change when patched exactly', value: 1.5 },
    ]);
    expect(
      cellFacts(read(attributed, null, 'value'), 0).facts.map(({ words }) => words.slice(0, 15)),
    ).toEqual(['estimated chang', 'share recovered', 'share destroyed', 'AtP* score, by ']);
  });

  it('gives both sides of a difference', () => {
    const other = {
      ...run,
      name: 'noised',
      values: [
        [5, 5],
        [5, 5],
      ],
    };
    const { facts } = cellFacts(read(run, other, 'value'), 1);
    expect(facts).toEqual([
      { words: 'difference of: metric', value: -4 },
      { words: 'patch (this run)', value: 1 },
      { words: 'noised (the other)', value: 5 },
    ]);
  });

  it('says why there is no number', () => {
    const at = (changes: object) => cellFacts(read({ ...run, ...changes }, null, 'value'), 3).missing;
    expect(at({})).toMatch(/nothing corresponds to it/);
    expect(at({ state: 'running', done: 3 })).toBe('Not computed yet.');
    expect(at({ state: 'cancelled', done: 3 })).toBe('Not computed.');
  });
});

describe('predictionsAt', () => {
  it('gives probabilities and inert tokens', () => {
    const lens = [[[{ token: { id: 1, text: ' a\n' }, logProb: Math.log(0.25) }]]];
    expect(predictionsAt(lens, [0, 0])).toEqual([{ token: '·a↵', probability: 0.25 }]);
    expect(predictionsAt(lens, [1, 0])).toEqual([]);
    expect(predictionsAt(undefined, [0, 0])).toEqual([]);
  });
});

describe('announcement', () => {
  it('is one sentence with place, number and convention', () => {
    expect(announcement(cellFacts(read(run, null, 'change'), 2))).toBe(
      'layer 1, position 0 “·When”: 3, change of the metric',
    );
    expect(announcement(cellFacts(read(run, null, 'change'), 3))).toMatch(/position 1 “·Mary”: No number/);
  });
});

describe('exactNumber', () => {
  it('keeps the digits of a float32', () => {
    expect(exactNumber(Math.fround(0.1))).toBe('0.100000001');
    expect(exactNumber(null)).toBe('—');
  });
});
