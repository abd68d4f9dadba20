import { describe, expect, it } from 'vitest';
import { FileFormatError } from '../formats/errors';
import type { DictionaryConfig } from './config';
import { parseSaelensConfig } from './saelensConfig';
import { checkSaelensTensors, expectedTensors, type TensorSource } from './saelensTensors';

function configOf(architecture: string): DictionaryConfig {
  const metadata = { hook_name: 'blocks.0.hook_resid_pre', hook_name_out: 'blocks.0.hook_mlp_out' };
  return parseSaelensConfig({ architecture, d_in: 4, d_out: 3, d_sae: 8, k: 2, metadata }, 'cfg.json');
}

/** A weight file with the expected tensors and some changes; a null takes a tensor away. */
function sourceOf(
  config: DictionaryConfig,
  changes: Record<string, readonly number[] | null> = {},
  values: readonly number[] = [],
): TensorSource {
  const shapes = { ...Object.fromEntries(expectedTensors(config)), ...changes };
  const present = Object.entries(shapes).flatMap(([name, shape]) => (shape ? [[name, shape] as const] : []));
  return {
    path: 'sae_weights.safetensors',
    tensors: new Map(present.map(([name, shape]) => [name, { dtype: 'F32', shape }])),
    readFloat32: () => Float32Array.from(values),
  };
}

const check = (
  architecture: string,
  changes?: Record<string, readonly number[] | null>,
  values?: readonly number[],
) => {
  const config = configOf(architecture);
  checkSaelensTensors(config, sourceOf(config, changes, values));
};

describe('checkSaelensTensors', () => {
  it.each([
    ['standard', ['W_dec', 'W_enc', 'b_dec', 'b_enc']],
    ['topk', ['W_dec', 'W_enc', 'b_dec', 'b_enc']],
    ['jumprelu', ['W_dec', 'W_enc', 'b_dec', 'b_enc', 'threshold']],
    ['gated', ['W_dec', 'W_enc', 'b_dec', 'b_gate', 'b_mag', 'r_mag']],
    ['transcoder', ['W_dec', 'W_enc', 'b_dec', 'b_enc']],
    ['jumprelu_skip_transcoder', ['W_dec', 'W_enc', 'W_skip', 'b_dec', 'b_enc', 'threshold']],
  ])('accepts %s with %j', (architecture, names) => {
    expect([...expectedTensors(configOf(architecture)).keys()].sort()).toEqual(names);
    check(architecture);
  });

  it('expects the shapes of a skip transcoder', () => {
    expect(Object.fromEntries(expectedTensors(configOf('skip_transcoder')))).toEqual({
      W_enc: [4, 8],
      W_dec: [8, 3],
      b_dec: [3],
      b_enc: [8],
      W_skip: [3, 4],
    });
  });

  it('names file, tensor, expected and found shape', () => {
    expect(() => {
      check('standard', { W_enc: [8, 4] });
    }).toThrow('sae_weights.safetensors: tensor "W_enc" must be [4, 8] and is [8, 4]. Check that cfg.json');
    expect(() => {
      check('standard', { b_dec: [4, 1] });
    }).toThrow('tensor "b_dec" must be [4] and is [4, 1]');
  });

  it('refuses missing, surplus and training tensors', () => {
    expect(() => {
      check('jumprelu', { threshold: null });
    }).toThrow('it has no tensor "threshold" [8]');
    expect(() => {
      check('jumprelu', { threshold: null, log_threshold: [8] });
    }).toThrow('it is a training checkpoint');
    expect(() => {
      check('standard', { threshold: [8] });
    }).toThrow('it has a tensor "threshold", which a standard dictionary does not have');
    expect(() => {
      check('transcoder', { W_skip: [3, 4] });
    }).toThrow('which a standard transcoder does not have');
  });

  it('accepts a scaling factor of ones only', () => {
    const ones = new Array<number>(8).fill(1);
    check('standard', { scaling_factor: [8] }, ones);
    expect(() => {
      check('standard', { scaling_factor: [8] }, [...ones.slice(1), 1.5]);
    }).toThrow('it was fine-tuned with "scaling_factor"');
  });

  it('refuses integers', () => {
    const config = configOf('standard');
    const source = sourceOf(config);
    const tensors = new Map([...source.tensors, ['W_enc', { dtype: 'I32', shape: [4, 8] }]]);
    expect(() => {
      checkSaelensTensors(config, { ...source, tensors });
    }).toThrow(FileFormatError);
  });
});
