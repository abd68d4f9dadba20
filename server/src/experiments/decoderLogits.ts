/**
 * What a feature's decoder direction does to the logits by itself: the direct path from where it is written, past all later
 * layers, through the last norm and the unembedding ("logit lens" of the direction; nostalgebraist 2020).
 *
 * Everything on that path is affine except what the last norm divides by, and that behind an attention or MLP that has one
 * (Gemma 2, 3). These scales depend on the text and are left out: the numbers are the effect per unit of activation times the
 * scales, which keeps the order of the tokens. A constant over the vocabulary, which no probability can see, is taken away.
 */
import type { Tensors } from '../engine/messages';
import type { Tensor } from '../engine/ort';
import { capture, type Plan } from '../engine/plan';
import { UNCAPPED_LOGITS } from '../models/family';

/** One run of the path: starts at a hook point from rows of vectors and reads others. */
interface Step {
  readonly plan: Plan;
  readonly feeds: ReadonlyMap<string, Tensor>;
}

/** What the path needs to know of the model. */
export interface PathModel {
  /** Every hook point. */
  readonly hooks: readonly string[];
  readonly layers: number;
  readonly heads: number;
  readonly dHead: number;
  readonly dModel: number;
}

/** Runs a step in the engine. */
export type StepRunner = (step: Step) => Promise<Tensors>;

/** Hook points whose value is added to the residual stream or is it. */
const RESIDUAL = /\.hook_(resid_pre|resid_mid|resid_post|attn_out|mlp_out)$/;
/** Inside of a block: what the block adds, and the norm before it in models that have one there. */
const INNER: readonly (readonly [inside: RegExp, out: string, norm: string])[] = [
  [/^(blocks\.\d+)\.attn\.hook_z$/, '$1.hook_attn_out', '$1.ln1_post'],
  [/^(blocks\.\d+)\.mlp\.hook_post$/, '$1.hook_mlp_out', '$1.ln2_post'],
];

/**
 * The effect [vocabulary] of a decoder direction that is written at `hook`, centred over the vocabulary; null when the hook
 * point does not lead into the residual stream linearly, or the direction covers only a part of it.
 */
export async function decoderLogits(
  run: StepRunner,
  hook: string,
  direction: Float32Array,
  model: PathModel,
): Promise<Float32Array | null> {
  const residual = await residualDirection(run, hook, direction, model);
  if (residual?.length !== model.dModel) return null;
  const last = `blocks.${model.layers - 1}.hook_resid_post`;
  const path = { from: last, norm: 'ln_final', to: logitsOf(model) };
  const logits = await throughNorm(run, path, residual, [model.dModel], model);
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
  return logits.map((value) => value - mean);
}

/** A cap would bend the path: what stands before it is read. */
function logitsOf({ hooks }: PathModel): string {
  return hooks.includes(UNCAPPED_LOGITS) ? UNCAPPED_LOGITS : 'logits';
}

async function residualDirection(
  run: StepRunner,
  hook: string,
  direction: Float32Array,
  model: PathModel,
): Promise<Float32Array | null> {
  if (RESIDUAL.test(hook)) return direction;
  const inner = INNER.find(([pattern]) => pattern.test(hook));
  if (!inner) return null;
  const { heads, dHead, dModel } = model;
  const isZ = hook.endsWith('hook_z');
  if (isZ && direction.length !== heads * dHead) return null;
  const shape = isZ ? [heads, dHead] : [direction.length];
  const [inside, out, norm] = inner;
  const path = { from: hook, norm: hook.replace(inside, norm), to: hook.replace(inside, out) };
  const written = await throughNorm(run, path, direction, shape, model);
  return written.length === dModel ? written : null;
}

/** The way from a hook point to another with at most one norm between them. */
interface Path {
  readonly from: string;
  /** The norm's name, whether or not the model has it. */
  readonly norm: string;
  readonly to: string;
}

/** What becomes of a direction on the way, the norm's scale left out. */
async function throughNorm(
  run: StepRunner,
  { from, norm, to }: Path,
  x: Float32Array,
  shape: readonly number[],
  { hooks }: PathModel,
): Promise<Float32Array> {
  const normalized = `${norm}.hook_normalized`;
  if (!hooks.includes(normalized)) return difference(run, from, to, x, shape);
  const unscaled = await beforeScale(run, { from, norm, to: normalized }, x, shape);
  return difference(run, normalized, to, unscaled, [unscaled.length]);
}

/** What the norm leaves of a direction before it divides by the scale (for layer norm, the mean is taken away). */
async function beforeScale(
  run: StepRunner,
  { from, norm, to }: Path,
  x: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const scale = `${norm}.hook_scale`;
  const results = await run(step(from, [to, scale], [x, new Float32Array(x.length)], shape));
  const [values, scales] = [floats(results, to), floats(results, scale)];
  const width = values.length / 2;
  return values.slice(0, width).map((value, i) => value * scales[0]! - values[width + i]! * scales[1]!);
}

/** f(x) - f(0) of the affine map from one hook point to another: free of the biases on the way. */
async function difference(
  run: StepRunner,
  from: string,
  to: string,
  x: Float32Array,
  shape: readonly number[],
): Promise<Float32Array> {
  const results = floats(await run(step(from, [to], [x, new Float32Array(x.length)], shape)), to);
  const width = results.length / 2;
  return results.slice(0, width).map((value, i) => value - results[width + i]!);
}

/** A run over a batch of vectors, each a sequence of one position. */
function step(
  from: string,
  to: readonly string[],
  rows: readonly Float32Array[],
  shape: readonly number[],
): Step {
  const data = Float32Array.from(rows.flatMap((row) => [...row]));
  return {
    plan: { ...capture(to), starts: [from] },
    feeds: new Map([[from, { data, dims: [rows.length, 1, ...shape] }]]),
  };
}

function floats(results: Tensors, name: string): Float32Array {
  return results.get(name)!.data as Float32Array;
}
