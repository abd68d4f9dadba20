import { beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import type { Tokenizer } from '../tokenizers/tokenizer';
import { cutRule, TokenBlocks } from './tokenBlocks';
import { answeredSpan, tokenSpan, WindowLayout } from './windows';

const CONTEXT = 64;
let tokenizer: Tokenizer;
let layout: WindowLayout;

beforeAll(async () => {
  tokenizer = await loadTokenizer(fixturePath('gpt2-tiny', 'model'));
  layout = new WindowLayout(tokenizer, tokenizer.bosId, CONTEXT);
});

function prose(sentences: number): string {
  const names = ['Mary', 'John', 'Zoë', '王小明', 'Ann 😀', "O'Neil"];
  return Array.from(
    { length: sentences },
    (_, i) =>
      `${names[(i * i + 3) % 6]!} gave ${(i * 7919) % 1000} things to ${names[i % 6]!}.${i % 5 ? ' ' : '\n\n'}`,
  ).join('');
}

const all = (text: string) => ({ start: 0, end: text.length });

describe('tokens of blocks', () => {
  it('are the tokens of the whole text', () => {
    const text = prose(500);
    const blocks = new TokenBlocks(tokenizer, CONTEXT);
    const ids: number[] = [];
    for (let at = 0; at < text.length;) {
      const block = blocks.at(text, at);
      ids.push(...block.tokens.ids);
      at = block.end;
    }
    expect(ids).toEqual([...tokenizer.encodeSpans(text).ids]);
  });

  it('are never cut where the tokenizer joins', () => {
    expect(cutRule(tokenizer)).toEqual({ space: true, lineBreak: true });
    const joining = { ...tokenizer, encodeSpans: (text: string) => tokenizer.encodeSpans(` ${text}`) };
    expect(cutRule(joining)).toEqual({ space: false, lineBreak: false });
  });
});

/** Chains that put something in front of texts, split at spaces and line breaks, or not at all. */
describe.each(['llama2', 'mistral', 'gemma', 'llama3', 'qwen', 'neox', 'unigram', 'unigram-bytes', 'words'])(
  'blocks under the tokenizer of %s',
  (name) => {
    it('have the tokens of the whole text, in the same places', async () => {
      const other = await loadTokenizer(fixturePath('tokenizers', name));
      const text = `${prose(300)}\n\n${' '.repeat(40)}${prose(100)}`;
      const blocks = new TokenBlocks(other, CONTEXT);
      const found: [number, number][] = [];
      for (let at = 0; at < text.length;) {
        const { start, end, tokens } = blocks.at(text, at);
        tokens.ids.forEach((id, i) => found.push([id, start + tokens.ends[i]!]));
        at = end;
      }
      const { ids, ends } = other.encodeSpans(text);
      expect(found.map(([id]) => id)).toEqual([...ids]);
      // The space between two words may belong to either side of a cut.
      found.forEach(([, end], i) => {
        expect(text.slice(Math.min(end, ends[i]!), Math.max(end, ends[i]!)).trim()).toBe('');
      });
    });
  },
);

it('has no windows where nothing of a text is left', async () => {
  const words = await loadTokenizer(fixturePath('tokenizers', 'words'));
  expect(new WindowLayout(words, null, CONTEXT).windowsIn('  \n ', all('  \n '), 'file')).toEqual([]);
});

describe('WindowLayout', () => {
  it('reads a text that fits as one window after BOS', () => {
    const text = 'When Mary went 😀 home';
    const [window, ...more] = layout.windowsIn(text, all(text), 'file');
    expect(more).toEqual([]);
    expect(window!.ids[0]).toBe(tokenizer.bosId);
    expect([...window!.ids.subarray(1)]).toEqual([...tokenizer.encodeSpans(text).ids]);
    expect([window!.from, window!.to]).toEqual([1, window!.ids.length]);
    expect(answeredSpan(window!)).toEqual(all(text));
    expect(layout.windowsIn('', all(''), 'file')).toEqual([]);
  });

  it('answers for every token once, with half a window before it', () => {
    const text = prose(300);
    const windows = layout.windowsIn(text, all(text), 'file');
    expect(windows.flatMap(({ ids, from, to }) => [...ids.subarray(from, to)])).toEqual([
      ...tokenizer.encodeSpans(text).ids,
    ]);
    let at = 0;
    for (const window of windows) {
      expect(window.ids.length).toBeLessThanOrEqual(CONTEXT);
      expect(answeredSpan(window).start).toBe(at);
      at = answeredSpan(window).end;
      if (window.start > 0) expect(window.from).toBeGreaterThan(CONTEXT / 2);
      for (let i = window.lead; i < window.ids.length; i++) {
        const { start, end } = tokenSpan(window, i);
        expect(end).toBeGreaterThanOrEqual(start);
      }
    }
    expect(at).toBe(text.length);
  });

  it('lays the same windows from any part of the text', () => {
    const text = prose(120);
    const key = (window: object) => JSON.stringify(window);
    const known = new Set(layout.windowsIn(text, all(text), 'file').map(key));
    for (let start = 0; start < text.length; start += 97) {
      const span = { start, end: Math.min(text.length, start + 150) };
      const windows = layout.windowsIn(text, span, 'file');
      for (const window of windows) expect(known).toContain(key(window));
      expect(answeredSpan(windows[0]!).start).toBeLessThanOrEqual(span.start);
      expect(answeredSpan(windows.at(-1)!).end).toBeGreaterThanOrEqual(span.end);
    }
  });

  it('changes only the windows near an edit', () => {
    const text = prose(300);
    const middle = Math.floor(text.length / 2);
    const edited = `${text.slice(0, middle)}x${text.slice(middle)}`;
    const ids = (of: string) => layout.windowsIn(of, all(of), 'file').map((window) => window.ids.join());
    const before = new Set(ids(text));
    const changed = ids(edited).filter((window) => !before.has(window));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(ids(edited).length / 4);
  });

  it('starts each line and paragraph afresh', () => {
    const text = 'one two\nthree\n\nfour';
    const starts = (unit: 'line' | 'paragraph') =>
      layout.windowsIn(text, all(text), unit).map((window) => text.slice(window.start, window.ends.at(-1)));
    expect(starts('line')).toEqual(['one two', 'three', 'four']);
    expect(starts('paragraph')).toEqual(['one two\nthree', 'four']);
  });

  it('lays windows in the middle of 49 MB within 50 ms', () => {
    const text = prose(10_000).repeat(150).slice(0, 49_000_000);
    expect(text.charCodeAt(text.length - 1)).toBeGreaterThan(0); // the string is put together before the clock starts
    const times = [24_000_000, 11_000_000, 37_000_000].map((start) => {
      const before = performance.now();
      layout.windowsIn(text, { start, end: start + 3000 }, 'file');
      return performance.now() - before;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
