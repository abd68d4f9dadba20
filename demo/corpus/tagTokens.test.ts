import { describe, expect, it } from 'vitest';
import { Random } from '../random';
import type { CorpusDocument } from './document';
import { families } from './families/index';
import { generate, heldOutDocuments } from './generate';
import { renderTemplate } from './template';
import { tagTokens } from './tagTokens';

/** Spans of words, each with the space before it, as the demo's tokenizer would cut them. */
function spansOf(text: string) {
  const ends = Int32Array.from(
    text.matchAll(/ ?[\p{L}\p{N}]+| ?[^\p{L}\p{N}\s]+|\s/gu),
    (m) => m.index + m[0].length,
  );
  return { ids: new Int32Array(ends.length), ends };
}

function document(markup: string, slots: Record<string, string>): CorpusDocument {
  const { text, tags, answers } = renderTemplate('test', markup, slots);
  return { family: 'test', template: 'test/0', side: 'train', text, tags, answers };
}

describe('tagTokens', () => {
  it('puts tags on the tokens they touch and next.* on the token before', () => {
    const sample = document('The «giver» gave ⟦inside|a key to⟧ «=taker».', { giver: 'Anna', taker: 'Tom' });
    const tags = tagTokens(sample, spansOf(sample.text));
    const holding = (tag: string) => tags.flatMap((set, i) => (set.has(tag) ? [i] : []));
    expect(sample.text).toBe('The Anna gave a key to Tom.');
    expect(holding('test.giver')).toEqual([1]);
    expect(holding('next.test.giver')).toEqual([0]);
    expect(holding('inside')).toEqual([3, 4, 5]);
    expect(holding('test.answer')).toEqual([6]);
    expect(holding('next.test.answer')).toEqual([5]);
    expect(holding('punctuation.period')).toEqual([7]);
    expect(holding('family.test')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('knows at least eighty tags on held-out text', () => {
    const known = new Set(heldOutDocuments(1, 2000).flatMap(({ tags }) => tags.map(({ tag }) => tag)));
    expect(known.size).toBeGreaterThanOrEqual(80);
  });

  it('marks later mentions of a name', () => {
    const ioi = families.find(({ name }) => name === 'ioi')!;
    const sample = generate(ioi, 'train', new Random(1));
    const tags = tagTokens(sample, spansOf(sample.text));
    const names = tags.filter((set) => set.has('name'));
    expect(names.map((set) => set.has('name.repeated'))).toEqual([false, false, true, true]);
  });
});

describe('renderTemplate', () => {
  it('refuses slots that were not drawn and ranges that do not close', () => {
    expect(() => renderTemplate('test', '«nobody»', {})).toThrow('no slot nobody');
    expect(() => renderTemplate('test', '⟦inside|a', {})).toThrow('not closed');
    expect(() => renderTemplate('test', 'a⟧', {})).toThrow('not opened');
  });
});
