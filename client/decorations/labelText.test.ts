import { describe, expect, it } from 'vitest';
import type { FeatureLabel } from '../../protocol/features';
import { active, reading } from '../../test/support/readings';
import { lineEndText } from './labelText';

const verb: FeatureLabel = { text: 'verb of giving', source: 'dictionary', precision: 0.912, threshold: 1 };

describe('lineEndText', () => {
  it('names the token and its features, with the measured quality of the label', () => {
    expect(lineEndText(reading([active(1, 2.3456, verb)]), 3)).toBe('·gave ▸ verb of giving 2.35 (P 0.91)');
  });
  it('names the dictionary of a feature whose label does not hold or that has none', () => {
    const weak = active(1, 0.5, verb, 'blocks.2.hook_resid_post');
    expect(lineEndText(reading([weak, active(7, 0.25)]), 3)).toBe('·gave ▸ 2.resid_post #1 0.5 · d #7 0.25');
  });
  it('says so when nothing is active', () => {
    expect(lineEndText(reading([]), 3)).toBe('·gave ▸ no active feature');
    expect(lineEndText({ ...reading([]), dictionaries: [] }, 3)).toBe('·gave ▸ no dictionary loaded');
  });
  it('cuts a long label, but not its numbers, and leaves out what does not fit', () => {
    const text = lineEndText(
      reading([active(1, 2, { ...verb, text: 'x'.repeat(100) }), active(2, 1, verb), active(3, 1)]),
      3,
    );
    expect(text).toMatch(/x… 2 \(P 0\.91\)$/);
    expect(text).toHaveLength(60);
  });
  it('is never longer than 60 units, whatever the dictionary is called', () => {
    const long = active(123456, 12.3, null, 'y'.repeat(90));
    expect(lineEndText(reading([long, long]), 3).length).toBeLessThanOrEqual(60);
  });
});
