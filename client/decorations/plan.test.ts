import { describe, expect, it } from 'vitest';
import { planDecorations } from './plan';

const tokens = [
  { start: 0, end: 4, surprisal: null, activations: [0] },
  { start: 4, end: 6, surprisal: 2.5, activations: [1] },
  { start: 6, end: 6, surprisal: 9, activations: [5] },
  { start: 6, end: 9, surprisal: 0.1, activations: [5] },
];
const all = { heat: true, surprisal: true, tokenBoundaries: true };

describe('planDecorations', () => {
  it('puts each token at its level', () => {
    const plan = planDecorations(tokens, all);
    expect(plan.heat).toEqual([[{ start: 4, end: 6 }], [], [], [], [{ start: 6, end: 9 }]]);
    expect(plan.surprisal).toEqual([[], [{ start: 4, end: 6 }], [], [], []]);
  });

  it('draws nothing for a token without extent', () => {
    expect(planDecorations(tokens, all).tokenBoundaries).toEqual([
      [
        { start: 0, end: 4 },
        { start: 6, end: 9 },
      ],
      [{ start: 4, end: 6 }],
    ]);
  });

  it('leaves out what is switched off', () => {
    const plan = planDecorations(tokens, { heat: false, surprisal: false, tokenBoundaries: false });
    expect([...plan.heat, ...plan.surprisal, ...plan.tokenBoundaries].flat()).toEqual([]);
  });
});
