import { describe, expect, it } from 'vitest';
import { freeCurve, portsOf, routedCurve } from './paths';

const box = (x: number, y: number) => ({ x, y, width: 100, height: 40 });

describe('portsOf', () => {
  it('puts the ends of a box side by side in the order of where they go', () => {
    const [low, left, right] = [box(100, 200), box(0, 0), box(300, 0)];
    const bound = (to: ReturnType<typeof box>) => ({
      from: low,
      to,
      towards: { x: to.x + 50, y: 100 },
      since: { x: low.x + 50, y: 100 },
    });
    const [toRight, toLeft] = portsOf([bound(right), bound(left)]);
    expect(toLeft!.start).toEqual({ x: 100 + 100 / 3, y: 200 });
    expect(toRight!.start).toEqual({ x: 100 + 200 / 3, y: 200 });
    expect(toLeft).toMatchObject({ tip: { x: 50, y: 40 }, up: 1 });
  });

  it('leaves downwards where the target is below, and upwards where it is beside', () => {
    const [a, below, beside] = [box(0, 0), box(0, 200), box(300, 0)];
    const ends = [below, beside].map((to) => portsOf([{ from: a, to, towards: to, since: a }])[0]!);
    expect(ends[0]).toMatchObject({ start: { y: 40 }, tip: { y: 200 }, up: -1 });
    expect(ends[1]).toMatchObject({ start: { y: 0 }, tip: { y: 40 }, up: 1 });
  });
});

describe('curves', () => {
  const ends = { start: { x: 0, y: 200 }, tip: { x: 90, y: 40 }, up: 1 } as const;

  it('begin at the start and end at the head, which points at the target', () => {
    const route = [
      { x: 0, y: 200 },
      { x: 30, y: 120 },
      { x: 90, y: 40 },
    ];
    for (const { line, head } of [routedCurve(ends, route, 4), freeCurve(ends, 4)]) {
      expect(line[0]).toEqual(['move', 0, 200]);
      expect(line.at(-1)!.slice(-2)).toEqual([90, 50]);
      expect(head[0]).toEqual(['move', 90, 40]);
    }
    expect(routedCurve(ends, route, 4).line[1]!.slice(-2)).toEqual([30, 120]);
  });

  it('have labels outside of both boxes', () => {
    const { atStart, atTip } = freeCurve(ends, 1).labels;
    expect(atStart.y).toBeLessThan(200);
    expect(atTip.y).toBeGreaterThan(40);
  });
});
