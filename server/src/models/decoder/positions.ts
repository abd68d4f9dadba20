/** What a graph knows of positions: rotation of queries and keys, and which keys lie within a window. */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import type { Rotary } from './decoder';

/** Turns [batch, n, head, dHead] by the angles of n positions. */
export class Rotation {
  private readonly cos: Value;
  private readonly sin: Value;

  /** @param positions [n], int64 */
  constructor(
    private readonly b: Builder,
    private readonly rotary: Rotary,
    positions: Value,
  ) {
    const pairs = rotary.frequencies.length;
    const frequencies = b.constant(Float32Array.from(rotary.frequencies), [pairs]);
    const column = b.reshape(b.toFloat(positions), [positions.shape[0]!, 1, 1]);
    const angles = b.mul(column, frequencies);
    this.cos = b.cos(angles);
    this.sin = b.sin(angles);
  }

  turn(x: Value): Value {
    const { b } = this;
    const width = x.shape.at(-1) as number;
    const turned = 2 * this.rotary.frequencies.length;
    if (turned === width) return this.turnAll(x);
    const [first, rest] = b.split(x, -1, [turned, width - turned]);
    return b.concat([this.turnAll(first!), rest!], -1);
  }

  private turnAll(x: Value): Value {
    return this.rotary.style === 'halves' ? this.turnHalves(x) : this.turnPairs(x);
  }

  /** Pairs are (i, i + n), n half the width. */
  private turnHalves(x: Value): Value {
    const pairs = this.rotary.frequencies.length;
    return this.b.concat(this.turned(this.b.split(x, -1, [pairs, pairs]), this.cos, this.sin), -1);
  }

  /** Pairs are (2i, 2i + 1). */
  private turnPairs(x: Value): Value {
    const { b } = this;
    const pairs = this.rotary.frequencies.length;
    const column = (value: Value) => b.unflatten(value, [pairs, 1]);
    const parts = b.split(b.unflatten(x, [pairs, 2]), -1, [1, 1]);
    return b.flatten(b.concat(this.turned(parts, column(this.cos), column(this.sin)), -1));
  }

  private turned([x, y]: readonly Value[], cos: Value, sin: Value): Value[] {
    const { b } = this;
    return [b.sub(b.mul(x!, cos), b.mul(y!, sin)), b.add(b.mul(y!, cos), b.mul(x!, sin))];
  }
}

/**
 * The mask [pos, key] with what lies outside of the window hidden too: a position sees itself and `window - 1` before it.
 * @param positions [pos], keys [key], both int64
 */
export function windowMask(b: Builder, mask: Value, positions: Value, keys: Value, window: number): Value {
  const column = b.reshape(b.toFloat(positions), [positions.shape[0]!, 1]);
  const distance = b.sub(column, b.toFloat(keys));
  const isFar = b.step(b.sub(distance, b.scalar(window - 1)));
  return b.add(mask, b.select(isFar, b.scalar(-Infinity), b.scalar(0)));
}
