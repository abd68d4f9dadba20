/**
 * What a feature's decoder direction does to the logits by itself: the direct path from where it is written, past all later
 * layers, through the last norm and the unembedding ("logit lens" of the direction; nostalgebraist 2020).
 *
 * Everything on that path is affine except the last norm's division by its scale. That scale depends on the text and is left
 * out: the numbers are the effect per unit of activation times the scale, which keeps the order of the tokens. A constant over
 * the vocabulary, which no probability can see, is taken away.
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
/** Inside of a block: mapped linearly to what the block adds. */
const INNER: readonly (readonly [RegExp, string])[] = [
  [/^(blocks\.\d+)\.attn\.hook_z$/, '$1.hook_attn_out'],
  [/^(blocks\.\d+)\.mlp\.hook_post$/, '$1.hook_mlp_out'],
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
  const logits = model.hooks.includes(NORMALIZED)
    ? await difference(run, NORMALIZED, logitsOf(model), await unscaled(run, last, residual), [model.dModel])
    : await difference(run, last, logitsOf(model), residual, [model.dModel]);
  const mean = logits.reduce((sum, value) => sum + value, 0) / logits.length;
  return logits.map((value) => value - mean);
}

const NORMALIZED = 'ln_final.hook_normalized';

/** A cap would bend the path: what stands before it is read. */
function logitsOf({ hooks }: PathModel): string {
  return hooks.includes(UNCAPPED_LOGITS) ? UNCAPPED_LOGITS : 'logits';
}

/** What the last norm leaves of a direction before it divides by the scale (for layer norm, the mean is taken away). */
async function unscaled(run: StepRunner, last: string, residual: Float32Array): Promise<Float32Array> {
  const norm = await run(step(last, [NORMALIZED, 'ln_final.hook_scale'], [residual], [residual.length]));
  const scale = floats(norm, 'ln_final.hook_scale')[0]!;
  return floats(norm, NORMALIZED).map((value) => value * scale);
}

async function residualDirection(
  run: StepRunner,
  hook: string,
  direction: Float32Array,
  { heads, dHead, dModel }: PathModel,
): Promise<Float32Array | null> {
  if (RESIDUAL.test(hook)) return direction;
  const inner = INNER.find(([pattern]) => pattern.test(hook));
  if (!inner) return null;
  const isZ = hook.endsWith('hook_z');
  if (isZ && direction.length !== heads * dHead) return null;
  const shape = isZ ? [heads, dHead] : [direction.length];
  const written = await difference(run, hook, hook.replace(inner[0], inner[1]), direction, shape);
  return written.length === dModel ? written : null;
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
