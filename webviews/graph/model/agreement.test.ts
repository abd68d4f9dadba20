import { describe, expect, it } from 'vitest';
import type { Agreement, GraphVerification } from '../../../protocol/graphs';
import { agreementWords, verdict } from './agreement';

const agreement = (edges: number, within: number): Agreement => ({
  edges,
  within,
  maxError: 0.25,
  correlation: edges < 2 ? null : 0.99987,
  absolute: 5e-4,
  relative: 1e-5,
});
const verification = (within: number, hold: GraphVerification['hold'] = 'everything'): GraphVerification => ({
  hold,
  nodes: [],
  features: agreement(10, within),
  logits: agreement(0, 0),
  worst: [],
  sample: [],
});

describe('agreementWords', () => {
  it('says how many, within what, and the worst', () => {
    expect(agreementWords('features', agreement(1200, 1200))).toBe(
      'All 1,200 edges onto features agree within 5.0e-4 + 1.0e-5 × |effect|; the largest difference is 0.25. Correlation 0.9999.',
    );
    expect(agreementWords('outputs', agreement(10, 4))).toContain('4 of 10 edges onto outputs (40%) agree');
    expect(agreementWords('outputs', agreement(1, 1))).not.toContain('Correlation');
    expect(agreementWords('outputs', agreement(0, 0))).toBe('No edges onto outputs were tested.');
  });
});

describe('verdict', () => {
  it('is harsh only where edges claim to be exact', () => {
    expect(verdict(verification(10))).toBe('Edges hold');
    expect(verdict(verification(9))).toBe('Some edges do not hold');
    expect(verdict(verification(5, 'nothing'))).toBe('50% of edges hold');
    expect(verdict({ ...verification(0), features: agreement(0, 0) })).toBe('Nothing to compare');
  });
});
