/** Arithmetic on rows of tensors, and what every run of a layer is fed. */
import { causalMask, integers } from '../feeds';
import type { Tensor } from '../ort';

/** Positions and mask of the first positions of a text. */
export function sequenceFeeds(length: number): [string, Tensor][] {
  return [
    ['positions', integers(Array.from({ length }, (_, i) => i))],
    ['mask', causalMask(length, 0)],
  ];
}

/** That of a tensor [1, pos, width]. */
export function lastPosition({ data, dims }: Tensor): Tensor {
  const width = dims.at(-1)!;
  return { data: (data as Float32Array).subarray(-width), dims: [1, 1, width] };
}

/** Of `length` numbers of each, from these places. */
export function dot(a: Float32Array, atA: number, b: Float32Array, atB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[atA + i]! * b[atB + i]!;
  return sum;
}

/** Adds `factor` times a row to another. */
export function addVector(
  into: Float32Array,
  at: number,
  from: Float32Array,
  start: number,
  width: number,
  factor: number,
): void {
  for (let i = 0; i < width; i++) into[at + i]! += factor * from[start + i]!;
}
