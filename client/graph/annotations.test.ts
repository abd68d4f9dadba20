import { describe, expect, it } from 'vitest';
import { NO_ANNOTATIONS } from '../../protocol/graphs';
import type { GraphAnnotations } from '../../protocol/graphs';
import { keptAnnotations, readAnnotations, sameAnnotations } from './annotations';

const FULL: GraphAnnotations = {
  pinned: ['a', 'b'],
  groups: [
    { name: 'capitals', members: ['a', 'gone'], collapsed: true },
    { name: 'lost', members: ['gone'], collapsed: false },
  ],
  notes: { a: 'why?', gone: 'was there' },
  positions: { a: { x: 1, y: 2 }, 'group:capitals': { x: 3, y: 4 }, 'group:lost': { x: 5, y: 6 } },
};

describe('reading annotations', () => {
  it('takes what is of the form', () => {
    expect(readAnnotations(FULL)).toEqual(FULL);
    expect(readAnnotations(NO_ANNOTATIONS)).toEqual(NO_ANNOTATIONS);
  });

  it.each([
    null,
    [],
    {},
    { ...FULL, pinned: [1] },
    { ...FULL, groups: [{ name: 'a', members: 'b', collapsed: true }] },
    { ...FULL, notes: { a: 1 } },
    { ...FULL, positions: { a: { x: Number.NaN, y: 0 } } },
  ])('refuses what is not: %j', (value) => {
    expect(() => readAnnotations(value)).toThrow(/no annotations/);
  });
});

describe('keeping annotations', () => {
  it('leaves out what is about nodes that are gone', () => {
    expect(keptAnnotations(FULL, new Set(['a']))).toEqual({
      pinned: ['a'],
      groups: [{ name: 'capitals', members: ['a'], collapsed: true }],
      notes: { a: 'why?' },
      positions: { a: { x: 1, y: 2 }, 'group:capitals': { x: 3, y: 4 } },
    });
  });

  it('keeps all where all nodes are there', () => {
    expect(keptAnnotations(FULL, new Set(['a', 'b', 'gone']))).toEqual(FULL);
  });
});

describe('comparing annotations', () => {
  it('heeds the order of pins, not that of notes', () => {
    const notes = { gone: 'was there', a: 'why?' };
    expect(sameAnnotations(FULL, { ...FULL, notes })).toBe(true);
    expect(sameAnnotations(FULL, { ...FULL, pinned: ['b', 'a'] })).toBe(false);
    expect(sameAnnotations(FULL, { ...FULL, positions: {} })).toBe(false);
  });
});
