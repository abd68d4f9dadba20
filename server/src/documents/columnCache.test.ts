import { describe, expect, it } from 'vitest';
import { ColumnCache } from './columnCache';

const ids = (...values: number[]) => Int32Array.from(values);
const column = (...values: number[]) => ({ width: 1, data: Float32Array.from(values) });
const TEN = Array.from({ length: 10 }, (_, i) => i);

describe('ColumnCache', () => {
  it('answers for a window by one that begins alike, as far as they agree', () => {
    const cache = new ColumnCache(1000, true);
    cache.put(ids(...TEN), new Map([['a', column(...TEN)]]));
    const edited = ids(...TEN.slice(0, 9), 77, 78);
    expect(cache.find(edited, 9, ['a'])?.get('a')?.data[8]).toBe(8);
    expect(cache.find(edited, 10, ['a'])).toBeUndefined();
    expect(cache.find(ids(...TEN), 10, ['a', 'b'])).toBeUndefined();
    expect(cache.known(edited).size).toBe(0);
  });

  it('answers by the same window alone where later tokens matter', () => {
    const cache = new ColumnCache(1000, false);
    cache.put(ids(...TEN), new Map([['a', column(...TEN)]]));
    expect(cache.find(ids(...TEN), 5, ['a'])?.get('a')?.data[4]).toBe(4);
    expect(cache.find(ids(...TEN, 10), 5, ['a'])).toBeUndefined();
    expect(cache.find(ids(...TEN.slice(0, 9), 77), 5, ['a'])).toBeUndefined();
  });

  it('adds columns to those of the same window', () => {
    const cache = new ColumnCache(1000, true);
    cache.put(ids(1, 2), new Map([['a', column(1, 2)]]));
    cache.put(ids(1, 2), new Map([['b', column(3, 4)]]));
    expect([...cache.find(ids(1, 2), 2, ['a', 'b'])!.keys()]).toEqual(['a', 'b']);
  });

  it('forgets the windows that were not used for longest', () => {
    const cache = new ColumnCache(100, true);
    for (let first = 0; first < 10; first++) cache.put(ids(first, 1), new Map([['a', column(0, 0)]]));
    expect(cache.find(ids(9, 1), 2, ['a'])).toBeDefined();
    expect(cache.find(ids(0, 1), 2, ['a'])).toBeUndefined();
  });

  it('bounds what a thousand keystrokes leave behind', () => {
    const cache = new ColumnCache(1e9, true);
    for (let typed = 0; typed < 1000; typed++)
      cache.put(ids(...TEN, typed), new Map([['a', column(...TEN, 0)]]));
    expect(cache.find(ids(...TEN, 999), 11, ['a'])).toBeDefined();
    expect(cache.find(ids(...TEN, 0), 11, ['a'])).toBeUndefined();
  });
});
