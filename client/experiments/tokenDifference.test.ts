import { describe, expect, it } from 'vitest';
import { tokenDifference } from './tokenDifference';

const tokens = (text: string) => text.split(' ').map((word) => ({ id: word.charCodeAt(0), text: word }));

const labelOf = (clean: string, corrupt: string) => tokenDifference(tokens(clean), tokens(corrupt)).label;

describe('the difference of two prompts', () => {
  it('is counted position by position where they have as many tokens', () => {
    expect(tokenDifference(tokens('a b c d'), tokens('a x c y'))).toEqual({
      label: '$(info) 4 tokens each; 2 differ',
      advice: '',
    });
    expect(labelOf('a b c', 'a x c')).toBe('$(info) 3 tokens each; 1 differs');
  });

  it('is warned of when it is more than half of them', () => {
    const { label, advice } = tokenDifference(tokens('a b c d'), tokens('a x y z'));
    expect(label).toBe('$(warning) 4 tokens each; 3 differ');
    expect(advice).toMatch(/differ in a word or two/);
    expect(labelOf('a', 'b')).toBe('$(warning) 1 token each; 1 differs');
  });

  it('is what stands between the shared ends where they have not', () => {
    expect(labelOf('a b c d', 'a x y c d')).toBe(
      '$(info) 4 and 5 tokens, positions are aligned by what they share; 2 differ',
    );
    expect(labelOf('a b c', 'x y')).toMatch(/^\$\(warning\) 3 and 2 tokens, .*; 3 differ$/);
  });

  it('counts no token as shared twice', () => {
    expect(labelOf('a a', 'a a a')).toMatch(/; 1 differs$/);
  });
});
