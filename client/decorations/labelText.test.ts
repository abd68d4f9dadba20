import { describe, expect, it } from 'vitest';
import type { TokenReading } from '../../protocol/documents';
import type { FeatureActivation } from '../../protocol/features';
import { featureName } from '../../protocol/wording';
import { lineEndText, strongest } from './labelText';

const active = (index: number, activation: number, text?: string): FeatureActivation => ({
  feature: { dictionary: 'd', index },
  activation,
  label: text === undefined ? null : { text, source: 'dictionary' },
});

const reading = (...lists: FeatureActivation[][]): TokenReading => ({
  textDocument: { uri: 'file:///a.txt', version: 1 },
  token: { id: 5, text: ' gave' },
  range: { start: { line: 0, character: 4 }, end: { line: 0, character: 9 } },
  position: 2,
  window: { tokens: 9, span: { start: 0, end: 40 } },
  surprisal: 1.2,
  rank: 3,
  predictions: [],
  dictionaries: lists.map((features) => ({ dictionary: 'd', active: features.length, features })),
});

describe('strongest', () => {
  it('merges dictionaries by activation and shows a label once', () => {
    const features = strongest(
      reading([active(1, 2, 'verb'), active(2, 1)], [active(3, 5, 'verb'), active(4, 3)]),
      3,
    );
    expect(features.map(featureName)).toEqual(['verb', '#4', '#2']);
    expect(features[0]!.activation).toBe(5);
  });
});

describe('lineEndText', () => {
  it('names the token and its features', () => {
    expect(lineEndText(reading([active(1, 2.3456, 'verb of giving')]), 3)).toBe(
      '·gave ▸ verb of giving 2.35',
    );
  });
  it('says so when nothing is active', () => {
    expect(lineEndText(reading([]), 3)).toBe('·gave ▸ no active feature');
  });
  it('shortens long labels', () => {
    expect(lineEndText(reading([active(1, 2, 'x'.repeat(100))]), 3)).toMatch(/x{47}… 2$/);
  });
});
