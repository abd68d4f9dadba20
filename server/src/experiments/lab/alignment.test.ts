import { describe, expect, it } from 'vitest';
import { align, alignmentOf, counterparts } from './alignment';

/** One token a letter. */
const tokens = (text: string) => Array.from(text, (letter) => letter.codePointAt(0)!);
/** `0=0 1=2` ... */
const shown = (clean: string, corrupt: string) =>
  align(tokens(clean), tokens(corrupt))
    .map((pair) => pair.join('='))
    .join(' ');

describe('align', () => {
  it.each([
    ['equal lengths correspond position by position, whatever the tokens', 'abcd', 'dcba', '0=0 1=1 2=2 3=3'],
    ['what was inserted has no counterpart', 'abcd', 'abXcd', '0=0 1=1 2=3 3=4'],
    ['what was removed has none either', 'abXcd', 'abcd', '0=0 1=1 3=2 4=3'],
    [
      'a replaced block of equal length corresponds one to one',
      'abXYcdZ',
      'abPQcd',
      '0=0 1=1 2=2 3=3 4=4 5=5',
    ],
    ['a replaced block of unequal length does not', 'abXcd', 'abPQcd', '0=0 1=1 3=4 4=5'],
    ['ends are shared as far as they go', 'aa', 'aaa', '0=0 1=1'],
    [
      'repeated tokens are matched along the diagonal',
      'the cat the dog',
      'the cat saw the dog',
      '0=0 1=1 2=2 3=3 4=4 5=5 6=6 7=7 8=12 9=13 10=14 11=15 12=16 13=17 14=18',
    ],
    ['nothing in common, unequal', 'ab', 'xyz', ''],
    ['an empty side', '', 'xyz', ''],
  ])('%s', (_, clean, corrupt, expected) => {
    expect(shown(clean, corrupt)).toBe(expected);
  });

  it('refuses what is too long to compare', () => {
    const long = (shift: number, length: number) => Array.from({ length }, (_, i) => i + shift);
    expect(() => align(long(0, 9000), long(50_000, 9001))).toThrow(/too many to align/);
    expect(align(long(0, 9000), long(0, 9001))).toHaveLength(9000);
  });
});

describe('alignmentOf', () => {
  const [three, four] = [tokens('abc'), tokens('abXc')];

  it('refuses unequal lengths unless an alignment is asked for', () => {
    expect(() => alignmentOf(three, four)).toThrow(/has 3 tokens and the corrupted one 4.*align: auto/);
    expect(() => alignmentOf(three, four, 'none')).toThrow(/do not correspond/);
    expect(alignmentOf(three, four, 'auto')).toEqual([
      [0, 0],
      [1, 1],
      [2, 3],
    ]);
    expect(alignmentOf(three, tokens('xyz'))).toHaveLength(3);
  });

  it('takes listed pairs, from the end too, in order', () => {
    expect(
      alignmentOf(three, four, [
        [-1, -1],
        [0, 2],
      ]),
    ).toEqual([
      [0, 2],
      [2, 3],
    ]);
  });

  it.each([
    [[[3, 0]], /clean position 3, and that prompt has 3 tokens/],
    [[[0, -5]], /corrupted position -5/],
    [
      [
        [0, 1],
        [0, 2],
      ],
      /clean position 0 twice/,
    ],
    [
      [
        [0, 1],
        [1, -3],
      ],
      /corrupted position 1 twice/,
    ],
  ] as [[number, number][], RegExp][])('refuses %j', (pairs, reason) => {
    expect(() => alignmentOf(three, four, pairs)).toThrow(reason);
  });
});

describe('counterparts', () => {
  const alignment = alignmentOf(tokens('abc'), tokens('abXc'), 'auto');

  it('are those of the run that is changed', () => {
    expect(counterparts(alignment, 'noise', 3)).toEqual([0, 1, 3]);
    expect(counterparts(alignment, 'denoise', 4)).toEqual([0, 1, null, 2]);
  });
});
