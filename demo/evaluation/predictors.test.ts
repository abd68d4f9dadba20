import { describe, expect, it } from 'vitest';
import { bestThresholds, measure, tokenIdentityF1 } from './predictors';
import { countTags, type TaggedRows } from './taggedRows';

const [contextual, lexical] = [0, 1];
/** Token 7 carries `contextual` in two of four places; token 8 is always `lexical`. */
const rows: TaggedRows = {
  ids: Int32Array.of(7, 7, 7, 7, 8, 8, 9, 9),
  tags: [[contextual], [contextual], [], [], [lexical], [lexical], [], []].map((tags) =>
    Int32Array.from(tags),
  ),
};
const positives = countTags(rows, 2);

describe('predictors', () => {
  it('count tags', () => {
    expect([...positives]).toEqual([2, 2]);
  });

  it('find the threshold with the best F1', () => {
    const firings = { rows: [0, 1, 2, 6], activations: [5, 4, 1, 2] };
    const best = bestThresholds(firings, rows, positives);
    expect(best.get(contextual)).toEqual({ tag: contextual, threshold: 3, f1: 1 });
    expect(best.has(lexical)).toBe(false);
  });

  it('measure precision and recall at a threshold that was given', () => {
    const firings = { rows: [0, 2, 3], activations: [5, 4, 1] };
    const result = measure({ tag: contextual, threshold: 2, f1: 1 }, firings, rows, positives);
    expect(result).toEqual({ precision: 0.5, recall: 0.5, f1: 0.5 });
  });

  it('bound what the identity of the token can tell', () => {
    const f1 = tokenIdentityF1(rows, 2);
    expect(f1[contextual]).toBeCloseTo((2 * 2) / (4 + 2), 10);
    expect(f1[lexical]).toBe(1);
  });
});
