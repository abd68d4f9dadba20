import { describe, expect, it } from 'vitest';
import { estimatePass, type Machine, type ModelCosts, multipliedWeights } from './estimate';
import type { ModelDimensions } from './family';

const MACHINE: Machine = { speed: 100e9, bytes: 16e9, operationsPerRun: 15e9, budgetBytes: 4e9 };

const GPT2_SMALL: ModelDimensions = {
  layers: 12,
  heads: 12,
  kvHeads: 12,
  dModel: 768,
  dHead: 64,
  dMlp: 3072,
  vocabulary: 50257,
  context: 1024,
};

const GEMMA2_OF_4: ModelDimensions = {
  layers: 4,
  heads: 8,
  kvHeads: 4,
  dModel: 2304,
  dHead: 256,
  dMlp: 9216,
  vocabulary: 256000,
  context: 8192,
};

const NAMES = ['resid_pre', 'resid_mid', 'resid_post', 'attn_out', 'mlp_out'];

function costs(
  dimensions: ModelDimensions,
  parameters: number,
  changes: Partial<ModelCosts> = {},
): ModelCosts {
  const layers = Array.from({ length: dimensions.layers }, (_, layer) => layer);
  const hooks = layers.flatMap((layer) => NAMES.map((name) => `blocks.${layer}.hook_${name}`));
  return {
    dimensions,
    hooks,
    multiplied: parameters,
    heldBytes: 0,
    weightBytes: 4 * parameters,
    dtypes: ['F32'],
    ...changes,
  };
}

const GPT2 = costs(GPT2_SMALL, 124e6);
const GEMMA2 = costs(GEMMA2_OF_4, 901e6, { dtypes: ['BF16'], weightBytes: 1802e6 });
const CAPPED = { ...GEMMA2, hooks: [...GEMMA2.hooks, 'unembed.hook_out'] };

/** Largest private memory of the engine while it ran such models with these activations, in bytes (Linux, two cores). */
const MEASURED: readonly (readonly [string, ModelCosts, number, number])[] = [
  ['GPT-2 small', GPT2, 64, 174e6],
  ['GPT-2 small', GPT2, 256, 709e6],
  ['GPT-2 small', GPT2, 1024, 4329e6],
  ['four layers of Gemma 2 2B in bfloat16', CAPPED, 64, 692e6],
  ['four layers of Gemma 2 2B in bfloat16', CAPPED, 256, 2557e6],
];

describe('estimatePass', () => {
  it.each(MEASURED)('is close to what %s took', (_, model, tokens, measured) => {
    const { privateBytes } = estimatePass(model, tokens, MACHINE);
    expect(privateBytes / measured).toBeGreaterThan(0.75);
    expect(privateBytes / measured).toBeLessThan(1.15);
  });

  it('takes time by the operations and the speed', () => {
    const seconds = (tokens: number, speed: number): number =>
      estimatePass(GPT2, tokens, { ...MACHINE, speed }).seconds;
    expect(seconds(256, 100e9)).toBeGreaterThan((2 * 256 * 124e6) / 100e9);
    expect(seconds(256, 100e9)).toBeLessThan((3 * (2 * 256 * 124e6)) / 100e9);
    expect(seconds(256, 10e9) / seconds(256, 100e9)).toBeGreaterThan(8);
    expect(seconds(1024, 100e9) / seconds(256, 100e9)).toBeGreaterThan(3.5);
  });

  it('counts widening, weights that are held, and caps of the logits', () => {
    const sixteen = { ...GPT2, dtypes: ['F32', 'F16'] };
    expect(estimatePass(sixteen, 64, MACHINE).seconds).toBeGreaterThan(
      estimatePass(GPT2, 64, MACHINE).seconds,
    );
    const held = estimatePass({ ...GPT2, heldBytes: 5e8 }, 64, MACHINE).privateBytes;
    expect(held - estimatePass(GPT2, 64, MACHINE).privateBytes).toBe(5e8);
    const logits = 4 * 64 * GEMMA2_OF_4.vocabulary;
    const difference =
      estimatePass(CAPPED, 64, MACHINE).privateBytes - estimatePass(GEMMA2, 64, MACHINE).privateBytes;
    expect(difference).toBe(2 * logits);
  });

  it('keeps no more than the budget between runs', () => {
    const { privateBytes } = estimatePass(GPT2, 1024, { ...MACHINE, budgetBytes: 1e9 });
    expect(estimatePass(GPT2, 1024, MACHINE).privateBytes - privateBytes).toBeGreaterThan(2e9);
  });

  it('warns of weights that are read from disk each time, and of too little memory', () => {
    expect(estimatePass(GPT2, 64, MACHINE).warnings).toEqual([]);
    const small = estimatePass(GPT2, 1024, { ...MACHINE, bytes: 400e6 });
    expect(small.warnings).toEqual([
      'The weights do not fit into memory: every pass reads them from disk, which takes about 1 s each time.',
      'A pass needs more memory than this machine has.',
    ]);
  });
});

describe('multipliedWeights', () => {
  const { vocabulary, dModel } = GPT2_SMALL;

  it('counts the one table of tokens that makes the logits', () => {
    const layer = [dModel, 3 * dModel];
    const table = [vocabulary, dModel];
    const product = dModel * 3 * dModel;
    expect(multipliedWeights([layer, [dModel], table], GPT2_SMALL)).toBe(product + vocabulary * dModel);
    expect(multipliedWeights([layer, table, [dModel, vocabulary]], GPT2_SMALL)).toBe(
      product + vocabulary * dModel,
    );
    expect(multipliedWeights([layer], GPT2_SMALL)).toBe(product);
  });
});
