/** Writes the small parts of a decoder: maps, norms, activation functions. */
import type { Builder } from '../../graph/builder';
import type { Value } from '../../graph/types';
import type { ModelDimensions } from '../family';
import { activations, layerNorm, rmsNorm } from '../layers';
import type { Linear, Norm } from './decoder';

export class PartWriter {
  /** [pos], int64 */
  readonly positions: Value;

  constructor(
    readonly b: Builder,
    readonly dimensions: ModelDimensions,
  ) {
    this.positions = b.input('positions', ['pos'], 'int64');
  }

  /** @param out width of the result */
  linear(x: Value, { weight, bias, stored }: Linear, out: number): Value {
    const { b } = this;
    const into = x.shape.at(-1) as number;
    const isTransposed = stored === 'out,in';
    const matrix = b.weight(weight, isTransposed ? [out, into] : [into, out]);
    return b.linear(x, matrix, bias === null ? null : b.weight(bias, [out]), isTransposed);
  }

  /** With hook points `hook_scale` and `hook_normalized` under `at`, unless that is null; x itself where there is no norm. */
  norm(x: Value, norm: Norm | null, at: string | null): Value {
    if (!norm) return x;
    const { b } = this;
    const width = x.shape.at(-1) as number;
    const vector = (name: string | null) => (name === null ? null : b.weight(name, [width]));
    if (norm.kind === 'rms') return rmsNorm(b, x, vector(norm.gain), norm.offset, norm.epsilon, at);
    return layerNorm(b, x, vector(norm.gain), vector(norm.bias), norm.epsilon, at);
  }

  activate(x: Value, act: string): Value {
    return activations[act]!(this.b, x);
  }
}
