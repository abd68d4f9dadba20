import { describe, expect, it } from 'vitest';
import { BlockCutter } from './blocks';

const WORDS =
  'the a model reads text feature fires on token when it sees , and . then 12 1999 Ärger 東京 😀'.split(' ');

/** Words in an order that does not repeat. */
function prose(words: number, seed = 1): string {
  let state = seed;
  const next = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8;
  return Array.from(
    { length: words },
    () => `${WORDS[next() % WORDS.length]!}${next() % 9 ? ' ' : '\n'}`,
  ).join('');
}

const cutter = new BlockCutter({ space: true, lineBreak: true }, 256);

function blocks(text: string, using = cutter): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length;) {
    const block = using.blockAt(text, at);
    expect(block.start).toBe(at);
    found.push(text.slice(block.start, block.end));
    at = block.end;
  }
  return found;
}

describe('BlockCutter', () => {
  it('tiles the text with blocks of about twice the reach, cut before white space', () => {
    const text = prose(20_000);
    const found = blocks(text);
    expect(found.join('')).toBe(text);
    expect(text.length / found.length).toBeGreaterThan(256);
    expect(text.length / found.length).toBeLessThan(1024);
    for (const block of found.slice(1)) expect(block).toMatch(/^[ \n]/);
    for (const block of found.slice(0, -1)) expect(block).toMatch(/\S$/u);
  });

  it('finds the same block from every offset in it', () => {
    const text = prose(2000);
    for (let offset = 0; offset < text.length; offset += 7) {
      const block = cutter.blockAt(text, offset);
      expect(offset >= block.start && offset < block.end).toBe(true);
      expect(cutter.blockAt(text, block.start)).toEqual(block);
      expect(cutter.blockAt(text, block.end - 1)).toEqual(block);
    }
  });

  it('keeps the cuts that are far from an edit', () => {
    const text = prose(20_000);
    const middle = Math.floor(text.length / 2);
    const edited = `${text.slice(0, middle)} something new${text.slice(middle)}`;
    const old = new Set(blocks(text));
    const changed = blocks(edited).filter((block) => !old.has(block));
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThan(5);
  });

  it('bounds the blocks of text that repeats itself or has no white space', () => {
    for (const text of ['na '.repeat(30_000), 'x'.repeat(90_000), '😀'.repeat(40_000)]) {
      const found = blocks(text);
      expect(found.join('')).toBe(text);
      expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(256 * 32);
      for (const block of found) expect(block).not.toMatch(/^[\uDC00-\uDFFF]/);
    }
  });

  it('cuts only as the rule allows', () => {
    const text = prose(5000);
    const atSpaces = blocks(text, new BlockCutter({ space: true, lineBreak: false }, 256));
    for (const block of atSpaces.slice(1)) expect(block).toMatch(/^ /);
    expect(blocks(text, new BlockCutter({ space: false, lineBreak: false }, 256))).toEqual([text]);
  });

  it('finds a block in the middle of a very long text from the text around it alone', () => {
    const text = prose(10_000).repeat(150);
    const middle = Math.floor(text.length / 2);
    const from = middle - 20_000;
    const { start, end } = cutter.blockAt(text.slice(from, middle + 20_000), middle - from);
    expect(cutter.blockAt(text, middle)).toEqual({ start: from + start, end: from + end });
  });
});
