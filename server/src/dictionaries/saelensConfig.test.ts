import { describe, expect, it } from 'vitest';
import { FileFormatError } from '../formats/errors';
import { parseSaelensConfig } from './saelensConfig';

const parse = (content: unknown) => parseSaelensConfig(content, 'cfg.json');
const version6 = {
  architecture: 'standard',
  d_in: 768,
  d_sae: 24_576,
  dtype: 'torch.float32',
  device: 'cpu',
  apply_b_dec_to_input: true,
  normalize_activations: 'none',
  reshape_activations: 'none',
  metadata: {
    sae_lens_version: '6.18.0',
    model_name: 'gpt2-small',
    hook_name: 'blocks.0.hook_resid_pre',
    hook_head_index: null,
    context_size: 128,
    prepend_bos: true,
  },
};

describe('parseSaelensConfig', () => {
  it('reads version 6', () => {
    expect(parse(version6)).toEqual({
      kind: 'standard',
      transcoder: false,
      skip: false,
      dIn: 768,
      dOut: 768,
      dSae: 24_576,
      rescaleByDecoderNorm: false,
      applyBDecToInput: true,
      normalize: 'none',
      reshapeHookZ: false,
      hookName: 'blocks.0.hook_resid_pre',
      hookNameOut: 'blocks.0.hook_resid_pre',
      hookHeadIndex: null,
      modelName: 'gpt2-small',
      prependBos: true,
      contextSize: 128,
      dtype: 'float32',
      raw: version6,
    });
  });

  it('reads the oldest style with its former names and defaults to the same', () => {
    const oldest = {
      model_name: 'gpt2-small',
      hook_point: 'blocks.0.hook_resid_pre',
      hook_point_layer: 0,
      hook_point_head_index: null,
      context_size: 128,
      d_in: 768,
      dtype: 'torch.float32',
      expansion_factor: 32,
      d_sae: 24_576,
    };
    const { raw, ...config } = parse(oldest);
    const { raw: other, ...expected } = parse(version6);
    expect(config).toEqual(expected);
    expect(raw).not.toEqual(other);
    expect(parse({ ...oldest, d_sae: null }).dSae).toBe(24_576);
    expect(parse({ ...oldest, hook_point_head_index: 3 }).hookHeadIndex).toBe(3);
  });

  it('sees through a version 5 topk dictionary that calls itself standard', () => {
    const config = parse({
      architecture: 'standard',
      d_in: 768,
      d_sae: 32_768,
      hook_name: 'blocks.0.hook_resid_mid',
      hook_layer: 0,
      activation_fn_str: 'topk',
      activation_fn_kwargs: { k: 32 },
      normalize_activations: 'layer_norm',
      prepend_bos: false,
      context_size: 64,
    });
    expect(config).toMatchObject({
      kind: 'topk',
      k: 32,
      normalize: 'layer_norm',
      prependBos: false,
      contextSize: 64,
    });
  });

  it('reads topk of version 6', () => {
    const config = parse({ ...version6, architecture: 'topk', k: 10, rescale_acts_by_decoder_norm: true });
    expect(config).toMatchObject({ kind: 'topk', k: 10, rescaleByDecoderNorm: true });
    expect(() => parse({ ...version6, architecture: 'topk' })).toThrow(
      '"k" must be a whole number, 1 or more',
    );
    expect(() => parse({ ...version6, architecture: 'topk', k: 24_577 })).toThrow(
      'more than its 24576 features',
    );
  });

  it.each([
    ['transcoder', 'standard', false],
    ['skip_transcoder', 'standard', true],
    ['jumprelu_transcoder', 'jumprelu', false],
    ['jumprelu_skip_transcoder', 'jumprelu', true],
  ])('reads %s, which never subtracts b_dec', (architecture, kind, skip) => {
    const metadata = { ...version6.metadata, hook_name_out: 'blocks.0.hook_mlp_out' };
    const config = parse({ ...version6, architecture, d_out: 512, metadata });
    expect(config).toMatchObject({
      kind,
      skip,
      transcoder: true,
      dOut: 512,
      hookNameOut: 'blocks.0.hook_mlp_out',
    });
    expect(config.applyBDecToInput).toBe(false);
    expect(() => parse({ ...version6, architecture, d_out: 512 })).toThrow('"hook_name_out" is missing');
  });

  it('flattens hook_z by name in old files, by field in new ones', () => {
    const old = { d_in: 8, d_sae: 16, hook_name: 'blocks.1.attn.hook_z' };
    expect(parse(old).reshapeHookZ).toBe(true);
    expect(parse({ ...old, sae_lens_version: '5.9.1' }).reshapeHookZ).toBe(true);
    expect(parse({ ...old, sae_lens_version: '6.0.0-rc.1' }).reshapeHookZ).toBe(false);
    expect(parse({ ...old, sae_lens_version: '6.0.0-beta.1' }).reshapeHookZ).toBe(true);
    expect(parse({ ...old, sae_lens_version: '6.1.0', reshape_activations: 'hook_z' }).reshapeHookZ).toBe(
      true,
    );
  });

  it.each([
    [undefined, 'none'],
    [null, 'none'],
    [false, 'none'],
    [true, 'expected_average_only_in'],
    ['constant_norm_rescale', 'constant_norm_rescale'],
  ])('reads normalize_activations %j as %s', (value, expected) => {
    expect(parse({ ...version6, normalize_activations: value }).normalize).toBe(expected);
  });

  it.each([
    [{ architecture: 'temporal' }, 'the architecture "temporal" is not supported'],
    [{ architecture: 'matching_pursuit' }, 'the architecture "matching_pursuit" is not supported'],
    [{ architecture: 'constructor' }, 'the architecture "constructor" is not supported'],
    [{ architecture: 'batchtopk' }, 'the architecture batchtopk exists in training only'],
    [{ activation_fn: 'tanh-relu' }, 'the activation function "tanh-relu" is not supported'],
    [{ normalize_activations: 'constant_scalar_rescale' }, '"constant_scalar_rescale" is not supported'],
    [{ reshape_activations: 'other' }, '"reshape_activations" is "other"'],
    [{ d_in: 0 }, '"d_in" must be a whole number, 1 or more, found 0'],
    [{ d_sae: null }, '"d_sae" must be a whole number, 1 or more, found nothing'],
    [{ d_sae: '16' }, 'found "16"'],
    [{ metadata: {} }, '"hook_name" is missing'],
    [{ metadata: 3 }, '"metadata" must be a JSON object'],
    [{ sae_lens_version: 'new' }, '"sae_lens_version" is "new"'],
  ])('refuses %j', (change, reason) => {
    expect(() => parse({ ...version6, ...change })).toThrow(FileFormatError);
    expect(() => parse({ ...version6, ...change })).toThrow(reason);
  });

  it('refuses what is not an object', () => {
    expect(() => parse([])).toThrow('cfg.json: the file must be a JSON object, found a list of 0');
  });
});
