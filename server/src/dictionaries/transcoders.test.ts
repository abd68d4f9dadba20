import { describe, expect, it } from 'vitest';
import { layerOfTranscoder } from './transcoders';

const layer = (hookName: string, hookNameOut: string, transcoder = true) =>
  layerOfTranscoder({ transcoder, hookName, hookNameOut });

describe('layerOfTranscoder', () => {
  it('is the layer of those from what a block holds to its hook_mlp_out', () => {
    expect(layer('blocks.12.mlp.hook_in', 'blocks.12.hook_mlp_out')).toBe(12);
    expect(layer('blocks.0.hook_resid_mid', 'blocks.0.hook_mlp_out')).toBe(0);
  });

  it.each([
    ['another block', 'blocks.1.hook_mlp_in', 'blocks.12.hook_mlp_out', true],
    ['another output', 'blocks.1.hook_mlp_in', 'blocks.1.hook_attn_out', true],
    ['a dictionary that reconstructs', 'blocks.1.hook_mlp_out', 'blocks.1.hook_mlp_out', false],
  ])('is none for %s', (_, from, to, transcoder) => {
    expect(layer(from, to, transcoder)).toBeNull();
  });
});
