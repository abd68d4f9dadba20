import { describe, expect, it } from 'vitest';
import { promptSpans } from './promptSpans';

describe('promptSpans', () => {
  it('finds tokens that make up the prompt, BOS written out or added', () => {
    expect(promptSpans('<bos>a bc', ['<bos>', 'a', ' bc'])).toEqual([
      [0, 5],
      [5, 6],
      [6, 9],
    ]);
    expect(promptSpans('a bc', ['<bos>', 'a', ' bc'])).toEqual([null, [0, 1], [1, 4]]);
  });

  it('finds none when they do not', () => {
    expect(promptSpans('é!', ['<bos>', '\uFFFD', '\uFFFD', '!'])).toEqual([]);
    expect(promptSpans('a b', ['a'])).toEqual([]);
    expect(promptSpans('', [])).toEqual([]);
  });
});
