import { compile, type CompiledGraph } from '../../server/src/engine/ort';
import { Builder } from '../../server/src/graph/builder';
import { gradient } from '../../server/src/graph/gradient';
import { lower } from '../../server/src/graph/lower';
import { withOutputs } from '../../server/src/graph/rewrite';

/** Widths of a dictionary. */
export interface DictionaryShape {
  readonly dIn: number;
  readonly dOut: number;
  readonly features: number;
  readonly skip: boolean;
}

/** Tensors of a dictionary by their SAELens names. */
export function dictionaryTensors({ dIn, dOut, features, skip }: DictionaryShape): Map<string, number[]> {
  const tensors = new Map([
    ['W_enc', [dIn, features]],
    ['W_dec', [features, dOut]],
    ['b_enc', [features]],
    ['b_dec', [dOut]],
  ]);
  if (skip) tensors.set('W_skip', [dOut, dIn]);
  return tensors;
}

/**
 * A training step of f = h where h > threshold, h = x W_enc + b_enc, y = f W_dec + b_dec [+ x W_skip^T].
 *
 * One threshold for all features stands in for the k-th largest activation of a batch (BatchTopK, Bussmann et al., arXiv 2412.06410):
 * the trainer moves it so that the mean number of active features is k. No gradient flows through the choice.
 * Inputs `x`, `y`, `threshold`; outputs `grad.NAME` of the mean squared error, `active` [features] (how often each fired) and
 * `residual` [row, dOut].
 */
export async function compileDictionaryStep(shape: DictionaryShape, rows: number): Promise<CompiledGraph> {
  const b = new Builder();
  const weights = new Map([...dictionaryTensors(shape)].map(([name, dims]) => [name, b.weight(name, dims)]));
  const weight = (name: string) => weights.get(name)!;
  const x = b.input('x', [rows, shape.dIn]);
  const y = b.input('y', [rows, shape.dOut]);
  const h = b.linear(x, weight('W_enc'), weight('b_enc'));
  const on = b.step(b.sub(h, b.input('threshold', [])));
  const decoded = b.linear(b.mul(b.relu(h), on), weight('W_dec'), weight('b_dec'));
  const whole = shape.skip ? b.add(decoded, b.linear(x, weight('W_skip'), null, true)) : decoded;
  const residual = b.sub(y, whole);
  const loss = b.scale(b.sum(b.square(residual)), 1 / (rows * shape.dOut));
  const active = b.sum(on, [0]);
  const derived = gradient(b.build(), loss, [...weights.values()]);
  const outputs = new Map([
    ['residual', residual],
    ['active', active],
  ]);
  [...weights.keys()].forEach((name, i) => outputs.set(`grad.${name}`, derived.gradients[i]!));
  return compile(lower(withOutputs(derived.graph, outputs), () => ({ kind: 'fed' })));
}
