/** Choosing and joining positions of activations [1, pos, ...inner]. */
import type { Tensor } from '../ort';

/** The first positions, without a copy. */
export function firstPositions({ data, dims }: Tensor, count: number): Tensor {
  const width = data.length / dims[1]!;
  return { data: (data as Float32Array).subarray(0, count * width), dims: [1, count, ...dims.slice(2)] };
}

/** Positions in the order asked for, repeated where asked for twice. */
export function gatherPositions({ data, dims }: Tensor, positions: readonly number[]): Tensor {
  const width = data.length / dims[1]!;
  const gathered = new Float32Array(positions.length * width);
  positions.forEach((position, i) => {
    gathered.set((data as Float32Array).subarray(position * width, (position + 1) * width), i * width);
  });
  return { data: gathered, dims: [1, positions.length, ...dims.slice(2)] };
}

/** `b` behind `a`. */
export function joinPositions(a: Tensor, b: Tensor): Tensor {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data as Float32Array);
  data.set(b.data as Float32Array, a.data.length);
  return { data, dims: [1, a.dims[1]! + b.dims[1]!, ...a.dims.slice(2)] };
}
