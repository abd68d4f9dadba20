/** Edges as curves with heads. Pure. */
import type { Box as Rectangle, Step } from '../../render/surface';
import type { Point } from './layOut';

export interface Curve {
  readonly line: readonly Step[];
  /** A triangle. */
  readonly head: readonly Step[];
  /** Where a label stands. */
  readonly middle: Point;
}

/** Along the points of a route, its corners rounded. */
export function routedCurve(points: readonly Point[], width: number): Curve {
  const tip = points.at(-1)!;
  const before = points.at(-2)!;
  const shaft = [...points.slice(0, -1), towards(tip, before, headLength(width))];
  const line: Step[] = [['move', shaft[0]!.x, shaft[0]!.y]];
  let from = shaft[0]!;
  for (let at = 1; at < shaft.length - 1; at++) {
    const corner = shaft[at]!;
    const to = at === shaft.length - 2 ? shaft.at(-1)! : between(corner, shaft[at + 1]!);
    line.push(bend(from, corner, to));
    from = to;
  }
  if (shaft.length === 2) line.push(['line', shaft[1]!.x, shaft[1]!.y]);
  return { line, head: headOf(before, tip, width), middle: halfway(points) };
}

/** From box to box, where one of them was moved: out at the top, in at the bottom, with a bend between. */
export function freeCurve(from: Rectangle, to: Rectangle, width: number): Curve {
  const start = { x: from.x + from.width / 2, y: from.y };
  const tip = { x: to.x + to.width / 2, y: to.y + to.height };
  const bow = Math.max(24, Math.abs(start.y - tip.y) / 3);
  const lower = { x: start.x, y: start.y - bow };
  const upper = { x: tip.x, y: tip.y + bow };
  const neck = towards(tip, upper, headLength(width));
  return {
    line: [
      ['move', start.x, start.y],
      ['curve', lower.x, lower.y, upper.x, upper.y, neck.x, neck.y],
    ],
    head: headOf(upper, tip, width),
    middle: between(between(start, lower), between(upper, tip)),
  };
}

/** A quadratic curve about a corner, as a cubic one. */
function bend(from: Point, corner: Point, to: Point): Step {
  const [first, second] = [from, to].map((end) => ({
    x: end.x + (2 / 3) * (corner.x - end.x),
    y: end.y + (2 / 3) * (corner.y - end.y),
  })) as [Point, Point];
  return ['curve', first.x, first.y, second.x, second.y, to.x, to.y];
}

function headLength(width: number): number {
  return 6 + width;
}

function headOf(from: Point, tip: Point, width: number): readonly Step[] {
  const length = headLength(width);
  const back = towards(tip, from, length);
  const half = (3.5 + width * 0.75) / length;
  const [x, y] = [(tip.x - back.x) * half, (tip.y - back.y) * half];
  return [
    ['move', tip.x, tip.y],
    ['line', back.x - y, back.y + x],
    ['line', back.x + y, back.y - x],
    ['close'],
  ];
}

/** The point at a distance from one point on the way to another. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : distance / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function halfway(points: readonly Point[]): Point {
  const middle = (points.length - 1) / 2;
  return between(points[Math.floor(middle)]!, points[Math.ceil(middle)]!);
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
