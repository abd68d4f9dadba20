import { describe, expect, it } from 'vitest';
import { verificationSentence } from './verificationWords';

const nodes = [{ cell: [0, 1], estimate: 1, exact: 1 }];

describe('verificationSentence', () => {
  it('gives the bound with its confidence and its condition', () => {
    const words = verificationSentence({ nodes, bound: 0.12345, confidence: 0.999, samples: 40 });
    expect(words).toMatch(/^The 1 strongest/);
    expect(words).toMatch(/From 40 random subsets of the others, with 99.9% confidence/);
    expect(words).toMatch(/by more than 0.123, if its effect adds to those of the others/);
  });

  it('says that there is none', () => {
    const without = (samples: number) =>
      verificationSentence({ nodes, bound: null, confidence: 0.99, samples });
    expect(without(0)).toMatch(/no bound on the others: none of them was sampled/);
    expect(without(3)).toMatch(/too few of them/);
  });
});
