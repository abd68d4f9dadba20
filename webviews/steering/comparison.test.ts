import { describe, expect, it } from 'vitest';
import type { WrittenToken } from '../../protocol/experiments';
import { compare, LEVELS, likelihood, tokenTitle } from './comparison';

function token(id: number, logProb: number, plainLogProb?: number): WrittenToken {
  return { id, text: ` t${id}`, logProb, ...(plainLogProb === undefined ? {} : { plainLogProb }) };
}

describe('compare', () => {
  it('compares the same tokens with each other until the texts part', () => {
    const plain = [token(1, -1), token(2, -2), token(3, -3)];
    const steered = [token(1, -0.5), token(9, -1), token(3, -1)];
    const { plain: left, steered: right, apart } = compare(plain, steered);
    expect(apart).toBe(1);
    expect(left.map(({ difference }) => difference)).toEqual([0.5, null, null]);
    expect(right.map(({ difference }) => difference)).toEqual([0.5, null, null]);
  });

  it('takes a steered token’s own unsteered likelihood once that is known', () => {
    const { steered } = compare([token(1, -1)], [token(9, -1, -5), token(8, -3, -2.5)]);
    expect(steered.map(({ difference }) => difference)).toEqual([4, -0.5]);
    expect(steered.map(({ level }) => level)).toEqual([5, 2]);
  });

  it('sees no parting in a text that only goes on', () => {
    expect(compare([token(1, -1)], [token(1, -1), token(2, -1)])).toMatchObject({
      apart: null,
      steered: [
        { difference: 0, level: 0 },
        { difference: null, level: 0 },
      ],
    });
    expect(compare([], [])).toEqual({ plain: [], steered: [], apart: null });
  });

  it('has a level for each size, up or down', () => {
    const levels = LEVELS.flatMap((size) =>
      [size, -size].map((by) => compare([], [token(1, by - 10, -10)]).steered[0]!.level),
    );
    expect(levels).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
    expect(compare([], [token(1, -1, -1.01)]).steered[0]!.level).toBe(0);
  });
});

describe('what is said of a token', () => {
  it('names both likelihoods and the difference, from either side', () => {
    const { plain, steered } = compare([token(1, Math.log(0.1))], [token(1, Math.log(0.2))]);
    expect(tokenTitle(steered[0]!, 'steered')).toBe(
      '“·t1” (id 1): steered 20% (ln p -1.61), unsteered 10% (ln p -2.3), difference +0.693 nats',
    );
    expect(tokenTitle(plain[0]!, 'plain')).toBe(
      '“·t1” (id 1): unsteered 10% (ln p -2.3), steered 20% (ln p -1.61), difference +0.693 nats',
    );
  });

  it('says only what is known', () => {
    const { plain } = compare([token(1, Math.log(0.1))], []);
    expect(tokenTitle(plain[0]!, 'plain')).toBe('“·t1” (id 1): unsteered 10% (ln p -2.3)');
    expect(likelihood(-20)).toBe('<0.1% (ln p -20)');
  });
});
