/** Finds nodes by place: a grid of square buckets. Framework-free. */
import type { Box } from './surface';

/** Nodes by where they stand; those at NaN are nowhere. */
export class GraphIndex {
  private readonly buckets = new Map<number, number[]>();

  /** @param side - of a bucket, in the units of the places */
  constructor(
    private readonly x: Float32Array,
    private readonly y: Float32Array,
    private readonly side: number,
  ) {
    for (let node = 0; node < x.length; node++) {
      if (Number.isNaN(x[node]!)) continue;
      const key = keyOf(this.cell(x[node]!), this.cell(y[node]!));
      const bucket = this.buckets.get(key);
      if (bucket) bucket.push(node);
      else this.buckets.set(key, [node]);
    }
  }

  /** The node nearest to a point, not farther than `reach`; null where there is none. */
  nearest(x: number, y: number, reach: number): number | null {
    let [found, least]: [number | null, number] = [null, reach];
    this.each({ x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach }, (node) => {
      const distance = Math.hypot(this.x[node]! - x, this.y[node]! - y);
      if (distance > least || (distance === least && found !== null)) return;
      [found, least] = [node, distance];
    });
    return found;
  }

  /** Nodes inside a box, in no order. */
  within(box: Box): number[] {
    const found: number[] = [];
    this.each(box, (node) => {
      const [dx, dy] = [this.x[node]! - box.x, this.y[node]! - box.y];
      if (dx >= 0 && dy >= 0 && dx <= box.width && dy <= box.height) found.push(node);
    });
    return found;
  }

  private each({ x, y, width, height }: Box, visit: (node: number) => void): void {
    const [left, right] = [this.cell(x), this.cell(x + width)];
    const [top, bottom] = [this.cell(y), this.cell(y + height)];
    if ((right - left + 1) * (bottom - top + 1) > this.buckets.size) {
      for (const bucket of this.buckets.values()) bucket.forEach(visit);
      return;
    }
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) this.buckets.get(keyOf(column, row))?.forEach(visit);
  }

  private cell(place: number): number {
    return Math.floor(place / this.side);
  }
}

/** One number of two; places of a layout are nowhere near its bounds. */
function keyOf(column: number, row: number): number {
  return column * 0x4000000 + row;
}
