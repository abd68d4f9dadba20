import { describe, expect, it } from 'vitest';
import { disagreement, probe, PROVIDER_TOLERANCE } from './providerCheck';

const tensors = (...data: number[]) => new Map([['x', { data: Float32Array.from(data), dims: [2, 2] }]]);

describe('provider check', () => {
  it('measures the difference against the row it is in', () => {
    expect(disagreement(tensors(1000, 1, 2, 4), tensors(1000, 1, 2, 4))).toBe(0);
    expect(disagreement(tensors(1000, 1, 2, 4), tensors(1000, 1, 2, 5))).toBeCloseTo(0.25);
    expect(disagreement(tensors(1000, 1, 2, 4), tensors(1000, 1.5, 2, 4))).toBeLessThan(PROVIDER_TOLERANCE);
  });

  it('refuses NaN, missing tensors and zeros that became something', () => {
    expect(disagreement(tensors(1, 2, 3, 4), tensors(1, NaN, 3, 4))).toBe(Infinity);
    expect(disagreement(tensors(1, 2, 3, 4), new Map())).toBe(Infinity);
    expect(disagreement(tensors(0, 0, 3, 4), tensors(0, 1, 3, 4))).toBe(Infinity);
  });

  it('probes with tokens that the model has', () => {
    const dimensions = {
      layers: 2,
      heads: 1,
      kvHeads: 1,
      dModel: 4,
      dHead: 4,
      dMlp: 8,
      vocabulary: 10,
      context: 5,
    };
    const { tokens, plan } = probe(dimensions);
    expect(tokens[0]!.length).toBe(5);
    for (const id of tokens[0]!) expect(id).toBeLessThan(10);
    expect(plan.outputs).toContainEqual({ kind: 'hook', hook: 'blocks.1.hook_resid_post' });
  });
});
