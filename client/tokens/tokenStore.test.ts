import { describe, expect, it } from 'vitest';
import type { TokenChunk } from '../../protocol/documents';
import { TokenStore } from './tokenStore';

/** A chunk whose tokens lie end to end from `start`, one per activation. */
function chunk(start: number, lengths: readonly number[], activations: readonly number[]): TokenChunk {
  const ends = lengths.map((_, i) => start + lengths.slice(0, i + 1).reduce((a, b) => a + b, 0));
  return {
    span: { start, end: ends.at(-1) ?? start },
    start: ends.map((end, i) => end - lengths[i]!),
    end: ends,
    surprisal: lengths.map((_, i) => i),
    activations: activations.length > 0 ? [activations] : [],
  };
}

const a = [{ dictionary: 'd', index: 1 }];
const b = [{ dictionary: 'd', index: 2 }];
const places = (store: TokenStore): number[][] => store.tokens.map(({ start, end }) => [start, end]);

describe('TokenStore', () => {
  it('puts chunks in order and knows what they cover', () => {
    const store = new TokenStore();
    store.put(chunk(10, [5, 5], [1, 0]), a);
    store.put(chunk(0, [4, 6], [0, 2]), a);
    expect(places(store)).toEqual([
      [0, 4],
      [4, 10],
      [10, 15],
      [15, 20],
    ]);
    expect(store.knows({ start: 0, end: 20 }, a)).toBe(true);
    expect(store.knows({ start: 0, end: 21 }, a)).toBe(false);
    expect(store.knows({ start: 0, end: 20 }, b)).toBe(false);
  });

  it('replaces what it knew of a span, also when the tokens differ', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4, 4], [1, 2, 3]), a);
    store.put(chunk(4, [1, 1, 2], [7, 8, 9]), a);
    expect(store.tokens.map(({ activations }) => activations[0])).toEqual([1, 7, 8, 9, 3]);
  });

  it('keeps an empty token at a boundary exactly once', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 0], [1, 2]), a);
    store.put(chunk(4, [2], [3]), a);
    store.put(chunk(4, [2], [3]), a);
    expect(places(store)).toEqual([
      [0, 4],
      [4, 6],
    ]);
  });

  it('when cleared shows and knows nothing', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4], [1, 2]), a);
    store.clear();
    expect(store.tokens).toEqual([]);
    expect(store.knows({ start: 0, end: 4 }, a)).toBe(false);
  });

  it('follows an edit: earlier tokens stay, touched ones go, later ones move, nothing is known', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4, 4], [1, 2, 3]), a);
    store.edit({ offset: 5, length: 1, inserted: 3 });
    expect(places(store)).toEqual([
      [0, 4],
      [10, 14],
    ]);
    expect(store.knows({ start: 0, end: 4 }, a)).toBe(false);
  });

  it('moves the token at which text is inserted', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4], [1, 2]), a);
    store.edit({ offset: 4, length: 0, inserted: 2 });
    expect(places(store)).toEqual([
      [0, 4],
      [6, 10],
    ]);
  });

  it('forgets the activations of another focus but not the tokens', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4], [1, 2]), a);
    store.put(chunk(4, [4], [5]), b);
    expect(store.tokens.map(({ activations }) => activations)).toEqual([[], [5]]);
    expect(store.knows({ start: 0, end: 4 }, b)).toBe(false);
  });

  it('bounds itself to a span', () => {
    const store = new TokenStore();
    store.put(chunk(0, [4, 4, 4], [1, 2, 3]), a);
    store.keepOnly({ start: 4, end: 8 });
    expect(places(store)).toEqual([[4, 8]]);
    expect(store.knows({ start: 4, end: 8 }, a)).toBe(true);
    expect(store.knows({ start: 0, end: 8 }, a)).toBe(false);
  });
});
