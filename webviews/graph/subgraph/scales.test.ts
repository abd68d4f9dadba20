import { describe, expect, it } from 'vitest';
import { scaleOf, zoomedScale } from './scales';

const large = { width: 2000, height: 4000 };
const room = { width: 1000, height: 400 };

describe('scaleOf', () => {
  it('begins so large that texts can be read, and fits when that is asked for', () => {
    expect(scaleOf(null, large, room)).toBe(0.85);
    expect(scaleOf('fit', large, room)).toBe(0.1);
  });

  it('never enlarges by itself, and keeps what the user chose', () => {
    const small = { width: 10, height: 10 };
    expect([scaleOf(null, small, room), scaleOf('fit', small, room)]).toEqual([1, 1]);
    expect(scaleOf(2.5, small, room)).toBe(2.5);
  });
});

describe('zoomedScale', () => {
  it('goes by steps between ends', () => {
    expect(zoomedScale('nearer', 1)).toBe(1.25);
    expect(zoomedScale('nearer', 3.9)).toBe(4);
    expect(zoomedScale('farther', 0.21)).toBe(0.2);
    expect(zoomedScale('fit', 3)).toBe('fit');
  });

  it('does not enlarge a drawing that fits when it is asked to go farther', () => {
    expect(zoomedScale('farther', 0.1)).toBe(0.1);
    expect(zoomedScale('nearer', 0.1)).toBeCloseTo(0.125, 9);
  });
});
