/** Edges as curves with heads. Pure. */
import type { Box as Rectangle, Step } from '../../render/surface';
import type { Point } from './layOut';

export interface Curve {
  readonly line: readonly Step[];
  /** A triangle. */
  readonly head: readonly Step[];
  /** Where a label stands at either end, so that the labels of a box's edges stand apart. */
  readonly labels: { readonly atStart: Point; readonly atTip: Point };
}

/** Where an edge leaves its source and reaches its target. */
export interface Ends {
  readonly start: Point;
  readonly tip: Point;
  /** 1 where it leaves upwards and arrives from below, -1 the other way. */
  readonly up: 1 | -1;
}

/** Along a route from level to level, upright where it crosses one. */
export function routedCurve({ start, tip, up }: Ends, route: readonly Point[], width: number): Curve {
  const neck = { x: tip.x, y: tip.y + up * headLength(width) };
  const points = [start, ...route.slice(1, -1), neck];
  const line: Step[] = [['move', start.x, start.y]];
  points.slice(1).forEach((to, at) => {
    const from = points[at]!;
    const level = (from.y + to.y) / 2;
    line.push(from.x === to.x ? ['line', to.x, to.y] : ['curve', from.x, level, to.x, level, to.x, to.y]);
  });
  return { line, head: headOf(tip, up, width), labels: labelsOf(start, neck, up) };
}

/** From box to box, where one of them was moved. */
export function freeCurve({ start, tip, up }: Ends, width: number): Curve {
  const bow = up * Math.max(24, Math.abs(start.y - tip.y) / 2.5);
  const neck = { x: tip.x, y: tip.y + up * headLength(width) };
  return {
    line: [
      ['move', start.x, start.y],
      ['curve', start.x, start.y - bow, neck.x, neck.y + bow, neck.x, neck.y],
    ],
    head: headOf(tip, up, width),
    labels: labelsOf(start, neck, up),
  };
}

function headLength(width: number): number {
  return 6 + width;
}

/** @param up - 1 where the tip is above, -1 where it is below */
function headOf({ x, y }: Point, up: number, width: number): readonly Step[] {
  const back = y + up * headLength(width);
  const half = 3.5 + 0.75 * width;
  return [['move', x, y], ['line', x - half, back], ['line', x + half, back], ['close']];
}

const LABEL_AWAY = 9;

function labelsOf(start: Point, neck: Point, up: number): Curve['labels'] {
  return {
    atStart: { x: start.x, y: start.y - up * LABEL_AWAY },
    atTip: { x: neck.x, y: neck.y + up * LABEL_AWAY },
  };
}

/** An edge that needs places at two boxes. */
export interface Bound {
  readonly from: Rectangle;
  readonly to: Rectangle;
  /** The first and the last corner of its route, towards which it leaves and from which it arrives. */
  readonly towards: Point;
  readonly since: Point;
}

/** The ends of edges, side by side along the border of each box in the order of where they go: at its top those upwards. */
export function portsOf(bounds: readonly Bound[]): readonly Ends[] {
  const isUp = ({ from, to }: Bound): boolean => middleOf(from).y >= middleOf(to).y;
  const ends = bounds.flatMap((bound) => [
    { bound, box: bound.from, atTop: isUp(bound), x: bound.towards.x, isStart: true },
    { bound, box: bound.to, atTop: !isUp(bound), x: bound.since.x, isStart: false },
  ]);
  const places = new Map<(typeof ends)[number], Point>();
  for (const box of new Set(ends.map((end) => end.box)))
    for (const atTop of [true, false]) {
      const side = ends.filter((end) => end.box === box && end.atTop === atTop).sort((a, b) => a.x - b.x);
      side.forEach((end, at) => {
        const x = box.x + (box.width * (at + 1)) / (side.length + 1);
        places.set(end, { x, y: atTop ? box.y : box.y + box.height });
      });
    }
  return bounds.map((bound, at) => ({
    start: places.get(ends[2 * at]!)!,
    tip: places.get(ends[2 * at + 1]!)!,
    up: isUp(bound) ? 1 : -1,
  }));
}

function middleOf({ x, y, width, height }: Rectangle): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
