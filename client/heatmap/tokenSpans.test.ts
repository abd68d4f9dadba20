import { describe, expect, it } from 'vitest';
import { findPrompt, tokenSpans } from './tokenSpans';

const spansOf = (text: string, tokens: readonly string[]) =>
  tokenSpans(
    text,
    tokens.map((token, id) => ({ id, text: token })),
  ).map((span) => (span === null ? null : text.slice(span.start, span.end)));

describe('tokenSpans', () => {
  it('finds each of several equal tokens at its own place', () => {
    const spans = tokenSpans(
      'a b a',
      ['a', ' b', ' a'].map((text, id) => ({ id, text })),
    );
    expect(spans).toEqual([
      { start: 0, end: 1 },
      { start: 1, end: 3 },
      { start: 3, end: 5 },
    ]);
  });

  it('gives no span to what stands before the text', () => {
    expect(spansOf('Mary went', ['', 'Mary', ' went'])).toEqual([null, 'Mary', ' went']);
    expect(spansOf('Mary went', ['<|endoftext|>', 'Mary', ' went'])).toEqual([null, 'Mary', ' went']);
  });

  it('gives fragments of a character the whole of it', () => {
    expect(spansOf('a 😀 b', ['a', ' \uFFFD', '\uFFFD', ' b'])).toEqual(['a', ' 😀', ' 😀', ' b']);
    expect(spansOf('a é', ['a', ' \uFFFD', '\uFFFD'])).toEqual(['a', ' é', ' é']);
  });

  it('takes a replacement character that is in the text as text', () => {
    expect(spansOf('a\uFFFDb', ['a', '\uFFFD', 'b'])).toEqual(['a', '\uFFFD', 'b']);
  });

  it('does not run away with tokens of another text', () => {
    expect(spansOf('one two', ['other', ' two'])).toEqual([null, null]);
  });
});

describe('findPrompt', () => {
  it('finds a prompt as it stands', () => {
    expect(findPrompt('first\nMary went', 'Mary went')?.offsetOf(5)).toBe(11);
  });

  it('finds it between double quotes, and offsets behind what is escaped there', () => {
    const place = findPrompt('clean: "say \\"hi\\" now"', 'say "hi" now');
    expect(place?.offsetOf(4)).toBe(12);
    expect(place?.offsetOf(9)).toBe(19);
  });

  it('finds nothing where there is nothing', () => {
    expect(findPrompt('clean: other', 'Mary went')).toBeUndefined();
    expect(findPrompt('anything', '')).toBeUndefined();
  });
});
