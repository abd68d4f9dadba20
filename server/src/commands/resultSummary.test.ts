import { describe, expect, it } from 'vitest';
import type { RunResult, Tick } from '../../../protocol/experiments';
import { runSummary } from './resultSummary';

const ticks = (...labels: string[]): Tick[] => labels.map((label, index) => ({ label, index }));

const RUN: RunResult = {
  name: 'heads',
  kind: 'attribute',
  at: 'z, estimated by attribution patching',
  direction: 'denoise',
  metric: 'logit_diff:1,2',
  clean: 10,
  corrupted: 0,
  axes: ['layer', 'head'],
  ticks: [ticks('0', '1'), ticks('0', '1')],
  values: [
    [1, 5],
    [-2, 0.5],
  ],
  pairs: [],
  notes: [],
  state: 'complete',
  done: 4,
  total: 4,
  cost: { forwards: 1, seconds: 1, secondsLeft: null },
};

const lines = (changes: Partial<RunResult>) => runSummary({ ...RUN, ...changes }).split('\n');
const written = (id: number, text: string, logProb: number) => ({ id, text, logProb });

describe('runSummary', () => {
  it('has estimates and exact changes side by side, each number once, and the bound in words', () => {
    const verification = {
      nodes: [
        { cell: [0, 1], estimate: 5, exact: 4.5 },
        { cell: [1, 0], estimate: -2, exact: null },
      ],
      bound: 0.25,
      confidence: 0.95,
      samples: 2,
    };
    expect(lines({ verification }).slice(2)).toEqual([
      '  layer 0, head 1: estimate 5, exact 4.5 (by the estimate: recovered 0.5, effect 0.5)',
      '  layer 1, head 0: estimate -2, exact none: not a number (by the estimate: recovered -0.2, effect 1.2)',
      '  layer 0, head 0: estimate 1, not patched (by the estimate: recovered 0.1, effect 0.9)',
      '  layer 1, head 1: estimate 0.5, not patched (by the estimate: recovered 0.05, effect 0.95)',
      '  1 of the strongest cell was patched exactly; with 95% confidence no other cell changes the metric by more than 0.25, if their effects add up (from 2 more patches)',
    ]);
    expect(lines({ verification: { ...verification, bound: null } }).at(-1)).toMatch(/is not bounded$/);
  });

  it('lists every cell that was verified', () => {
    const cells = Array.from({ length: 14 }, (_, i) => i);
    const verification = {
      nodes: cells.slice(0, 12).map((i) => ({ cell: [i], estimate: 20 - i, exact: 1 })),
      bound: 0,
      confidence: 0.95,
      samples: 2,
    };
    const found = lines({
      axes: ['layer'],
      ticks: [ticks(...cells.map(String))],
      values: cells.map((i) => 20 - i),
      verification,
    });
    expect(found.filter((line) => line.includes('exact 1 '))).toHaveLength(12);
    expect(found.filter((line) => line.includes('not patched'))).toHaveLength(0);
  });

  it.each([
    [{ name: 'heads' }, 'heads: attribute z'],
    [{ name: 'attribute' }, 'attribute: z'],
    [{ name: 'lens', kind: 'lens', at: 'logit lens at resid_post' }, 'logit lens at resid_post'],
    [{ name: 'a', kind: 'attention', at: 'attention of head 1.0' }, 'a: attention of head 1.0'],
    [{ name: 'direct', kind: 'direct', at: 'heads' }, 'direct: heads'],
    [{ name: 'lens', kind: 'lens', at: '', direction: null, metric: '' }, 'lens'],
  ] as [Partial<RunResult>, string][])('says the kind of %j once', (changes, head) => {
    expect(lines(changes)[0]!.split(', ')[0]).toBe(head);
  });

  it('names the likeliest token of the cells of a lens', () => {
    const at = (text: string) => [
      { token: { id: 1, text }, logProb: Math.log(0.5) },
      { token: { id: 2, text: 'other' }, logProb: -9 },
    ];
    const lens = [
      [at(' a'), at(' b')],
      [at(' c'), []],
    ];
    expect(lines({ kind: 'lens', axes: ['layer', 'position'], lens }).slice(2)).toEqual([
      '  layer 0, position 1: 5, likeliest " b" (probability 0.5)',
      '  layer 1, position 0: -2, likeliest " c" (probability 0.5)',
      '  layer 0, position 0: 1, likeliest " a" (probability 0.5)',
      '  layer 1, position 1: 0.5',
    ]);
  });

  it('has the labels of features, and components by their names', () => {
    const features = [{ label: '7', index: 7, detail: 'names of\ndays' }];
    expect(lines({ kind: 'direct', axes: ['feature'], ticks: [features], values: [2] })[2]).toBe(
      '  feature 7 (names of days): 2',
    );
    expect(lines({ kind: 'direct', axes: ['component'], ticks: [ticks('embed')], values: [2] })[2]).toBe(
      '  embed: 2',
    );
  });

  it('says how far the same text differs when it is steered', () => {
    const plain = { text: ' a b', tokens: [written(1, ' a', -1), written(2, ' b', -2)] };
    const same = { text: ' a b', tokens: [written(1, ' a', -1.25), written(2, ' b', -2.5)] };
    const other = { text: ' c', tokens: [written(3, ' c', -1)] };
    const summary = (steered: typeof plain) =>
      lines({ kind: 'steer', steering: { prompt: 'x', plain, steered, features: [] } });
    expect(summary(same).at(-1)).toBe(
      '  the same text: log-probabilities of its tokens differ by 0.5 at most',
    );
    expect(summary(other).at(-1)).toBe('  steered:  c');
  });
});
