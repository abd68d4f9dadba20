import { describe, expect, it } from 'vitest';
import type { ModelEstimate } from '../../protocol/models';
import { estimateKey, estimateLines, parameterCount } from './wording';

const ESTIMATE: ModelEstimate = {
  name: 'pythia-70m',
  shape: {
    family: 'gpt_neox',
    layers: 6,
    dModel: 512,
    contextLength: 2048,
    vocabulary: 50304,
    parameters: 70_426_624,
  },
  weightBytes: 166 * 2 ** 20,
  dtypes: ['F16'],
  tokens: 64,
  privateBytes: 310 * 2 ** 20,
  seconds: 2.4,
  machineBytes: 16 * 2 ** 30,
  warnings: ['it is larger than memory.'],
};

describe('estimateLines', () => {
  it('says what the model is, what it costs and what to know of it', () => {
    expect(estimateLines(ESTIMATE)).toEqual([
      'gpt_neox · 6 layers · d_model 512 · 70.4 M parameters · context of 2048 tokens',
      'Weights: 166 MiB on disk (F16); they are mapped, not copied.',
      'A text of 64 tokens: about 2 s and 310 MiB of memory. This machine has 16.0 GiB.',
      'Warning: it is larger than memory.',
    ]);
  });

  it('rounds times to what can be promised', () => {
    expect(estimateLines({ ...ESTIMATE, seconds: 0.01 })[2]).toMatch(/: less than a second and/);
    expect(estimateLines({ ...ESTIMATE, seconds: 600 })[2]).toMatch(/about 10 min/);
  });
});

describe('estimateKey', () => {
  it('is another one when the weights are', () => {
    const same = estimateKey({ ...ESTIMATE, seconds: 9, privateBytes: 1, warnings: [] });
    expect(same).toBe(estimateKey(ESTIMATE));
    expect(estimateKey({ ...ESTIMATE, weightBytes: 1 })).not.toBe(estimateKey(ESTIMATE));
    expect(estimateKey({ ...ESTIMATE, dtypes: ['F32'] })).not.toBe(estimateKey(ESTIMATE));
  });
});

describe('parameterCount', () => {
  it('has a unit for every size', () => {
    expect([100, 45_000, 124_400_000, 2_600_000_000].map(parameterCount)).toEqual([
      '1 k parameters',
      '45 k parameters',
      '124.4 M parameters',
      '2.6 B parameters',
    ]);
  });
});
