/** Random Unicode for tests, and what must hold of its tokens. */
import { expect } from 'vitest';
import type { Token } from '../tokenizer';

/** Small seeded generator (a linear congruence), so that a failure can be repeated. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
}

const ranges = [
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0x09, 0x0d],
  [0xa0, 0x24f],
  [0x300, 0x36f],
  [0x5d0, 0x5ff],
  [0x900, 0x97f],
  [0x1100, 0x11ff],
  [0x2000, 0x20ff],
  [0x3099, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xd800, 0xdfff],
  [0xfb00, 0xffdc],
  [0x1d400, 0x1d4ff],
  [0x1f300, 0x1faff],
] as const;

/** Letters, spaces, marks, jamo, bidirectional and zero-width characters, CJK, lone surrogates, emoji. */
export function randomText(random: (below: number) => number): string {
  let text = '';
  for (let i = random(40); i >= 0; i--) {
    const [from, to] = ranges[random(ranges.length)]!;
    text += String.fromCodePoint(from + random(to - from + 1));
  }
  return text;
}

/** Spans tile the text, whenever it has tokens. */
export function checkSpans(text: string, tokens: readonly Token[]): void {
  let at = 0;
  for (const { start, end } of tokens) {
    if (start !== at || end < start) expect({ text, start, end }).toEqual({ text, start: at, end: 'later' });
    at = end;
  }
  if (tokens.length > 0) expect({ text, end: at }).toEqual({ text, end: text.length });
}
