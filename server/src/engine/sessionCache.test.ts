import { describe, expect, it } from 'vitest';
import type { CompiledGraph } from './ort';
import { SessionCache } from './sessionCache';

/** Sessions that only note when they are made and released. */
function factory(mappings = 0) {
  const log: string[] = [];
  const make = (key: string) => (): Promise<CompiledGraph> => {
    log.push(`made ${key}`);
    return Promise.resolve({
      inputs: [],
      outputs: [],
      mappings,
      run: () => Promise.resolve(new Map()),
      release: () => {
        log.push(`released ${key}`);
        return Promise.resolve();
      },
    });
  };
  return { log, make };
}

describe('SessionCache', () => {
  it('makes a session once', async () => {
    const { log, make } = factory();
    const cache = new SessionCache(2, () => false);
    expect(await cache.get('a', make('a'))).toBe(await cache.get('a', make('a')));
    expect(log).toEqual(['made a']);
  });

  it('releases the least recently used one when there are too many', async () => {
    const { log, make } = factory();
    const cache = new SessionCache(2, () => false);
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key, make(key));
    expect(log).toEqual(['made a', 'made b', 'made c', 'released b']);
    expect(cache.size).toBe(2);
  });

  it('releases sessions that together map more than the system allows', async () => {
    const { log, make } = factory(9000);
    const cache = new SessionCache(48, () => false);
    for (const key of ['a', 'b', 'c']) await cache.get(key, make(key));
    expect(log).toEqual(['made a', 'made b', 'made c', 'released a']);
  });

  it('keeps none but the newest when memory is short', async () => {
    const { log, make } = factory();
    let short = false;
    const cache = new SessionCache(10, () => short);
    for (const key of ['a', 'b', 'c']) await cache.get(key, make(key));
    short = true;
    await cache.get('a', make('a'));
    expect(log).toEqual(['made a', 'made b', 'made c', 'released b', 'released c']);
    expect(cache.size).toBe(1);
  });

  it('stops releasing as soon as there is memory again', async () => {
    const { log, make } = factory();
    const cache = new SessionCache(10, () => !log.includes('released a') && log.includes('made d'));
    for (const key of ['a', 'b', 'c', 'd']) await cache.get(key, make(key));
    expect(log.filter((line) => line.startsWith('released'))).toEqual(['released a']);
  });

  it('forgets a session that could not be made', async () => {
    const { log, make } = factory();
    const cache = new SessionCache(2, () => false);
    await expect(cache.get('a', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(cache.size).toBe(0);
    await cache.get('a', make('a'));
    expect(log).toEqual(['made a']);
  });

  it('releases everything when it is cleared', async () => {
    const { log, make } = factory();
    const cache = new SessionCache(5, () => false);
    for (const key of ['a', 'b']) await cache.get(key, make(key));
    await cache.clear();
    expect(log.slice(2)).toEqual(['released a', 'released b']);
    expect(cache.size).toBe(0);
  });
});
