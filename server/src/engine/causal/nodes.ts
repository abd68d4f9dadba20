/** The nodes that attribution scores: their values in another run, and which of them count. */
import type { Tensor } from '../ort';
import { isPattern } from './places';
import type { RunPair } from './requests';

type Alignment = RunPair['alignment'];

/** The hook point's value in the source run at the positions of the base run [1, pos, ...]; zeros without a counterpart. */
export function alignedTo(alignment: Alignment, hook: string, source: Tensor): Tensor {
  if (isPattern(hook)) return source;
  const [, length, ...inner] = source.dims as [number, number, ...number[]];
  const width = source.data.length / length;
  const data = new Float32Array(alignment.length * width);
  alignment.forEach((at, position) => {
    if (at === null) return;
    data.set((source.data as Float32Array).subarray(at * width, (at + 1) * width), position * width);
  });
  return { data, dims: [1, alignment.length, ...inner] };
}

/** Contributions [pos, ...] with NaN at positions without a counterpart. */
export function withoutUnaligned(alignment: Alignment, hook: string, { data, dims }: Tensor): Tensor {
  if (isPattern(hook)) return { data, dims };
  const marked = Float32Array.from(data as Float32Array);
  const width = data.length / alignment.length;
  alignment.forEach((at, position) => {
    if (at === null) marked.fill(NaN, position * width, (position + 1) * width);
  });
  return { data: marked, dims };
}
