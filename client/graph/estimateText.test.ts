import { describe, expect, it } from 'vitest';
import type { GraphEstimate } from '../../protocol/graphs';
import { contentLines, costText, duration, isCostly } from './estimateText';

const ESTIMATE: GraphEstimate = {
  tokens: 12,
  active: 9000,
  featureNodes: 5000,
  errorNodes: 48,
  logitNodes: 10,
  seconds: 2.4,
  bytes: 300 * 2 ** 20,
  warnings: ['Layer 3 has no dictionary: all of its MLP is error.'],
};

describe('what building takes', () => {
  it('is asked about from three seconds or a gibibyte on', () => {
    expect(isCostly(ESTIMATE)).toBe(false);
    expect(isCostly({ ...ESTIMATE, seconds: 3.1 })).toBe(true);
    expect(isCostly({ ...ESTIMATE, bytes: 2 ** 30 + 1 })).toBe(true);
  });

  it('is said in units that one can imagine', () => {
    expect(costText({ ...ESTIMATE, seconds: 42.3 })).toBe('This graph takes about 42 s and up to 300 MiB.');
    expect(costText({ ...ESTIMATE, bytes: 3 * 2 ** 30 })).toContain('3.0 GiB');
    expect([0.2, 119, 121].map(duration)).toEqual(['1 s', '119 s', '2 min']);
  });

  it('says that nodes are left out, and every warning', () => {
    const [nodes, warning] = contentLines(ESTIMATE);
    expect(nodes).toBe(
      '5,000 feature nodes, those of most influence out of 9,000 active features; 12 tokens, 48 error nodes, 10 logit nodes.',
    );
    expect(warning).toBe(ESTIMATE.warnings[0]);
    expect(contentLines({ ...ESTIMATE, active: 5000 })[0]).toMatch(/^5,000 feature nodes; /);
  });
});
