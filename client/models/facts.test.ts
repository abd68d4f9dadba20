import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../../protocol/models';
import { modelFacts } from './facts';

const MODEL: ModelInfo = {
  id: '/m',
  name: 'm',
  path: '/m',
  state: 'loaded',
  shape: { family: 'gpt2', layers: 2, dModel: 8, contextLength: 32, vocabulary: 50, parameters: 4000 },
  weightBytes: 16_000,
  dtypes: ['F32'],
  bos: '<|endoftext|>',
};

describe('modelFacts', () => {
  it('lists what a loaded model is', () => {
    expect(modelFacts(MODEL).map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Family: gpt2',
      'Size: 2 layers · d_model 8 · 4 k parameters',
      'Weights: 16 KiB on disk, F32',
      'Context: 32 tokens',
      'Vocabulary: 50 tokens',
      'Before every text: <|endoftext|>',
    ]);
    expect(modelFacts({ ...MODEL, bos: null }).at(-1)?.value).toBe('nothing');
  });

  it('says which processing of the weights the hook points show', () => {
    const { value } = modelFacts({ ...MODEL, processing: ['fold_ln', 'center_unembed'] }).at(-1)!;
    expect(value).toBe('fold_ln, center_unembed');
  });

  it('puts a warning first', () => {
    const [first] = modelFacts({ ...MODEL, message: 'no tokenizer' });
    expect(first).toEqual({ label: 'Warning', value: 'no tokenizer', isWarning: true });
  });

  it('knows nothing of what is not loaded', () => {
    expect(modelFacts({ ...MODEL, state: 'failed' })).toEqual([]);
    expect(modelFacts({ id: 'a', name: 'a', path: 'a', state: 'loading' })).toEqual([]);
  });
});
