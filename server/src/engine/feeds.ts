/** The numbers of a run that follow from its tokens. */
import type { ModelDimensions } from '../models/family';
import type { Tensor } from './ort';

/** A request that the model cannot take: its message says why and what to do. */
export class RunError extends Error {
  override readonly name = 'RunError';
}

/** Feeds by name. */
export type Feeds = ReadonlyMap<string, Tensor>;

export function integers(values: readonly number[], dims: readonly number[] = [values.length]): Tensor {
  return { data: BigInt64Array.from(values, BigInt), dims };
}

/** Tokens, positions (those of the earlier ones too) and mask for rows of equal length after `past` earlier positions. @throws RunError */
export function tokenFeeds(
  tokens: readonly (readonly number[])[],
  past: number,
  { context, vocabulary }: ModelDimensions,
  causal = true,
): Map<string, Tensor> {
  const length = tokens[0]?.length ?? 0;
  if (length === 0) throw new RunError('there are no tokens to run');
  if (tokens.some((row) => row.length !== length))
    throw new RunError('the rows of a batch must be equally long');
  if (past + length > context) {
    throw new RunError(
      `${past + length} tokens are more than the model has positions for (${context}): give it a shorter text`,
    );
  }
  const flat = tokens.flat();
  const wrong = flat.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
  if (wrong !== undefined)
    throw new RunError(`token ${wrong} is not in the vocabulary (0 to ${vocabulary - 1})`);
  return new Map([
    ['tokens', integers(flat, [tokens.length, length])],
    ['positions', integers(Array.from({ length }, (_, i) => past + i))],
    pastPositions(past),
    ['mask', causal ? causalMask(length, past) : openMask(length)],
  ]);
}

/** Which positions the cached keys and values are: the first ones, [past]. */
export function pastPositions(past: number): [string, Tensor] {
  return ['pastPositions', integers(Array.from({ length: past }, (_, i) => i))];
}

/** [pos, pos]: every position sees every other. */
export function openMask(length: number): Tensor {
  return { data: new Float32Array(length * length), dims: [length, length] };
}

/** [pos, past+pos]: 0 where a position sees another, -Infinity where that comes later. */
export function causalMask(length: number, past: number): Tensor {
  const keys = past + length;
  const data = new Float32Array(length * keys);
  for (let query = 0; query < length; query++)
    data.fill(-Infinity, query * keys + past + query + 1, (query + 1) * keys);
  return { data, dims: [length, keys] };
}
