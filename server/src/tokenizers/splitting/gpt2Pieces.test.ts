import { describe, expect, it } from 'vitest';
import { gpt2Pieces } from './gpt2Pieces';

function pieces(text: string): string[] {
  const found: string[] = [];
  gpt2Pieces(text, (piece) => found.push(piece));
  return found;
}

describe('gpt2Pieces', () => {
  it.each([
    ['', []],
    ['Hello world', ['Hello', ' world']],
    ["I'm they're o'clock 'S ''s", ['I', "'m", ' they', "'re", ' o', "'", 'clock', " '", 'S', " ''", 's']],
    ['a  b\n\n c \t', ['a', ' ', ' b', '\n\n', ' c', ' \t']],
    ['x\r\ny\r\n', ['x', '\r', '\n', 'y', '\r\n']],
    ['12ab½ Ⅷ', ['12', 'ab', '½', ' Ⅷ']],
    [' ', [' ']],
    ['a ', ['a', ' ']],
    ['e\u0301x', ['e', '\u0301', 'x']],
    ['a\u0085b\ufeffc', ['a', '\u0085', 'b', '\ufeff', 'c']],
    ['😀 𝒳𝒴\ud800', ['😀', ' 𝒳𝒴', '\ud800']],
  ])('splits %j', (text, expected) => {
    expect(pieces(text)).toEqual(expected);
  });

  it('agrees with the pattern on random text', () => {
    const pattern =
      /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
    const alphabet = [
      ' ',
      ' ',
      "'",
      's',
      'l',
      'r',
      'e',
      '1',
      '½',
      '\n',
      '\t',
      '\u00a0',
      '.',
      '字',
      '😀',
      '𝒳',
      '\ud83d',
      '\u0301',
    ];
    let state = 7;
    for (let round = 0; round < 2_000; round++) {
      let text = '';
      for (let i = 0; i < 20; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        text += alphabet[(state >>> 8) % alphabet.length]!;
      }
      expect(pieces(text)).toEqual(text.match(pattern));
    }
  });

  it('takes a run of 20 million characters', () => {
    expect(pieces('字'.repeat(20_000_000))).toHaveLength(1);
  });
});
