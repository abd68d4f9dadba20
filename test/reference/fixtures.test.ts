import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { relativeError } from '../support/closeness';
import {
  dictionaryFixtures,
  fixturePath,
  modelFixture,
  readTensors,
  tinyFixture,
  tokensOf,
} from './fixtures';

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

  it('has interventions that change the logits', () => {
    const { interventions } = tinyFixture();
    const clean = readTensors('gpt2-tiny', 'activations.long.safetensors').get('logits')!;
    const values = readTensors('gpt2-tiny', interventions.values);
    for (const { file, edits } of interventions.runs) {
      const logits = readTensors('gpt2-tiny', file).get('logits')!;
      expect(relativeError(logits.data, clean.data, 300), file).toBeGreaterThan(1e-2);
      for (const { value } of edits) if (value !== undefined) expect(values.has(value), value).toBe(true);
    }
  });

  it('has splices that leave the logits alone only with the error term', () => {
    const clean = readTensors('gpt2-tiny', 'activations.long.safetensors').get('logits')!;
    for (const { file } of tinyFixture().splices.runs) {
      const tensors = readTensors('gpt2-tiny', file);
      const change = (name: string) => relativeError(tensors.get(`logits.${name}`)!.data, clean.data, 300);
      expect(change('with-error'), file).toBeLessThan(1e-6);
      expect(change('reconstruction'), file).toBeGreaterThan(1e-2);
      expect(change('feature-ablated'), file).toBeGreaterThan(1e-2);
    }
  });

  it('has every dictionary folder that its index names, sparse and not silent', () => {
    for (const { folder, expected } of dictionaryFixtures()) {
      expect(existsSync(fixturePath('dictionaries', folder, 'cfg.json'))).toBe(true);
      const { data } = readTensors('dictionaries', folder, expected).get('feature_acts')!;
      const firing = data.filter((f) => f > 0).length / data.length;
      expect(firing, folder).toBeGreaterThan(0.03);
      expect(firing, folder).toBeLessThan(0.9);
    }
  });

  it('says which sequence is missing', () => {
    expect(() => tokensOf(modelFixture('gpt2-tiny'), 'middle')).toThrow('No sequence middle');
  });
});
