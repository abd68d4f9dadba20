/** From box to box by keys: along edges, and from one edge to the next. Pure. */
import type { Figure } from './figure';
import type { BoxId } from './types';

/** Where somebody came from and which way, so that left and right choose among the other edges there. */
export interface Trail {
  readonly from: BoxId;
  readonly way: 'up' | 'down';
}

export interface Step {
  readonly to: BoxId;
  readonly trail: Trail | null;
}

type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

const ARROWS: readonly string[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'];

export function isArrow(key: string): key is Arrow {
  return ARROWS.includes(key);
}

/**
 * Up to the strongest target, down to the strongest source; left and right to the next weaker or stronger edge of
 * the box one came from, or, where one came from none, to the box beside. Home: the highest box, End: the lowest.
 * @returns undefined where there is nothing in that direction
 */
export function stepFrom(figure: Figure, at: BoxId, trail: Trail | null, arrow: Arrow): Step | undefined {
  if (arrow === 'Home' || arrow === 'End') {
    const order = readingOrder(figure);
    const to = order.at(arrow === 'Home' ? 0 : -1);
    return to === undefined ? undefined : { to, trail: null };
  }
  if (arrow === 'ArrowUp' || arrow === 'ArrowDown') {
    const way = arrow === 'ArrowUp' ? 'up' : 'down';
    const [to] = along(figure, at, way);
    return to === undefined ? undefined : { to, trail: { from: at, way } };
  }
  const by = arrow === 'ArrowRight' ? 1 : -1;
  const choices = trail ? along(figure, trail.from, trail.way) : [];
  if (choices.includes(at)) {
    const to = choices[choices.indexOf(at) + by];
    return to === undefined ? undefined : { to, trail };
  }
  const order = readingOrder(figure);
  const to = order[order.indexOf(at) + by];
  return to === undefined ? undefined : { to, trail: null };
}

/** Boxes at the other ends, strongest edge first. */
function along({ edges }: Figure, at: BoxId, way: Trail['way']): readonly BoxId[] {
  return edges.flatMap(({ edge: { source, target } }) => {
    if (way === 'up') return source === at ? [target] : [];
    return target === at ? [source] : [];
  });
}

/** From the top downwards, from left to right. */
export function readingOrder({ boxes }: Figure): readonly BoxId[] {
  return boxes.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ box }) => box.id);
}
