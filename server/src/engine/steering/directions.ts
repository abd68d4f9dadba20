/** The vectors that edits add or measure along, over the flattened inner axes of their hook point. */
import { RunError } from '../feeds';
import type { ModelHost } from '../modelHost';
import { type SteeringTarget, targetName } from './requests';

export interface Direction {
  readonly hook: string;
  /** [width], finite, not zero. */
  readonly vector: Float32Array;
}

/** The direction of an edit's target; a feature's is its row of W_dec. @throws RunError naming the target */
export async function directionOf(host: ModelHost, target: SteeringTarget): Promise<Direction> {
  const name = targetName(target);
  const { hook, vector } = 'hook' in target ? given(host, target) : await decoderRow(host, target);
  const size = norm(vector);
  if (!Number.isFinite(size))
    throw new RunError(`${name}: its direction has entries that are infinite or not numbers`);
  if (size === 0) throw new RunError(`${name}: its direction is zero, so that it cannot steer`);
  return { hook, vector };
}

/** v / |v|. */
export function unit(vector: Float32Array): Float32Array {
  const size = norm(vector);
  return vector.map((x) => x / size);
}

/** Euclidean, in float64. */
export function norm(vector: Float32Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

function given(host: ModelHost, { hook, vector }: { hook: string; vector: Float32Array }): Direction {
  const width = widthOf(host, hook);
  if (vector.length === width) return { hook, vector };
  throw new RunError(
    `the direction has ${vector.length} numbers, and ${hook} of this model is ${width} wide`,
  );
}

async function decoderRow(
  host: ModelHost,
  { dictionary, feature }: { dictionary: string; feature: number },
): Promise<Direction> {
  const slot = host.dictionaries.get(dictionary);
  if (!slot) throw new RunError(`the dictionary ${dictionary} is not loaded`);
  const { dSae, hookNameOut, hookHeadIndex } = slot.algebra.config;
  if (!Number.isInteger(feature) || feature < 0 || feature >= dSae)
    throw new RunError(`${dictionary} has features 0 to ${dSae - 1}, not ${feature}`);
  const row = (await host.decoderRows(dictionary, [feature])).data as Float32Array;
  const vector = new Float32Array(widthOf(host, hookNameOut));
  vector.set(row, (hookHeadIndex ?? 0) * row.length);
  return { hook: hookNameOut, vector };
}

function widthOf(host: ModelHost, hook: string): number {
  if (!host.hooks.includes(hook)) throw new RunError(`the model has no hook point ${hook}`);
  return host.innerShape(hook).reduce((a, b) => a * b, 1);
}
