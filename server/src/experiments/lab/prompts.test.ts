import { describe, expect, it } from 'vitest';
import { preparePrompt } from './prompts';
import { fakeLab, lettersTokenizer } from './testing/fakeLab';

const prepare = (given: string | { tokens: number[] }, bos?: boolean, lab = fakeLab()) =>
  preparePrompt(given, lab, bos, 'the prompt');

describe('preparePrompt', () => {
  it('puts BOS before a text unless that is unwanted, and nothing before ids', () => {
    expect(prepare('ab')).toEqual({
      text: 'ab',
      ids: [0, 1, 2],
      tokens: [
        { id: 0, text: '<bos>' },
        { id: 1, text: 'a' },
        { id: 2, text: 'b' },
      ],
      bosAdded: true,
      notes: [],
    });
    expect(prepare('ab', false)).toMatchObject({ ids: [1, 2], bosAdded: false });
    expect(prepare('')).toMatchObject({ ids: [0] });
    expect(prepare({ tokens: [3, 4] }, true)).toMatchObject({ text: null, ids: [3, 4], bosAdded: false });
  });

  it('says when BOS stands there twice', () => {
    const tokenizer = { ...lettersTokenizer, encode: () => [{ id: 0, text: '<bos>', start: 0, end: 5 }] };
    expect(prepare('<bos>', undefined, fakeLab({ tokenizer })).notes).toEqual([
      'the prompt begins with BOS twice: leave it out of the text.',
    ]);
  });

  it('shows ids where there is no tokenizer, and wants ids then', () => {
    const lab = fakeLab({ tokenizer: null });
    expect(prepare({ tokens: [7] }, undefined, lab).tokens).toEqual([{ id: 7, text: '7' }]);
    expect(() => prepare('a', undefined, lab)).toThrow(/no tokenizer: give exact ids/);
  });

  it.each([
    ['nothing', '', false, /has no tokens/],
    ['too much', 'a'.repeat(12), undefined, /13 tokens, more than the model has positions for \(12\)/],
    ['foreign tokens', { tokens: [1, 100] }, undefined, /token 100 is not in the vocabulary \(0 to 99\)/],
  ])('refuses %s', (_, given, bos, reason) => {
    expect(() => prepare(given, bos)).toThrow(reason);
  });

  it('refuses BOS where the tokenizer has none', () => {
    const lab = fakeLab({ tokenizer: { ...lettersTokenizer, bosId: null } });
    expect(() => prepare('a', true, lab)).toThrow(/tokenizer has none/);
    expect(prepare('a', undefined, lab).ids).toEqual([1]);
  });
});
