import { describe, expect, it } from 'vitest';
import { modelFixture, readTensors, tokensOf } from './fixtures';

describe('fixtures', () => {
  it('reads tensors with their shapes', () => {
    const fixture = modelFixture('gpt2-tiny');
    const tokens = tokensOf(fixture, 'long');
    const activations = readTensors('gpt2-tiny', 'activations.long.safetensors');
    const scores = activations.get('blocks.1.attn.hook_attn_scores')!;
    expect(scores.shape).toEqual([4, tokens.length, tokens.length]);
    expect(scores.data[1]).toBe(-Infinity);
    const pattern = activations.get('blocks.1.attn.hook_pattern')!;
    const lastRow = pattern.data.slice(-tokens.length);
    expect(lastRow.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
  });

  it('has a gradient for every activation, zero behind the mask', () => {
    for (const { sequence, file } of modelFixture('gpt2-tiny').gradients) {
      const activations = readTensors('gpt2-tiny', `activations.${sequence}.safetensors`);
      const gradients = readTensors('gpt2-tiny', file);
      expect([...gradients.keys()].sort()).toEqual([...activations.keys()].map((n) => `grad.${n}`).sort());
      const scores = activations.get('blocks.0.attn.hook_attn_scores')!;
      const masked = gradients
        .get('grad.blocks.0.attn.hook_attn_scores')!
        .data.filter((_, i) => !isFinite(scores.data[i]!));
      expect(masked.every((g) => g === 0)).toBe(true);
    }
  });

  it('says which sequence is missing', () => {
    expect(() => tokensOf(modelFixture('gpt2-tiny'), 'middle')).toThrow('No sequence middle');
  });
});
