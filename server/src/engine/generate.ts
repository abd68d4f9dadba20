/** Writing on: one token at a time with cached keys and values. */
import { hasNaN } from '../formats/float';
import { interventionInput } from './planGraph';
import type { InterventionSlot, Plan } from './plan';
import { RunError } from './feeds';
import { Cancelled } from './failures';
import type { RequestContext } from './engineService';
import type { GeneratedToken, GenerateParams } from './messages';
import type { ModelHost } from './modelHost';
import type { Tensor } from './ort';
import { KeyValueCache } from './keyValueCache';
import { logSoftmax, sample } from './sampling';

/**
 * Continues the tokens; every new one is also sent as a partial result.
 * @throws RunError when prompt and continuation do not fit the context, Cancelled when the asker lost interest
 */
export async function generate(
  host: ModelHost,
  params: GenerateParams,
  { isCancelled, partial }: RequestContext,
): Promise<GeneratedToken[]> {
  const { dimensions } = host.architecture;
  const total = params.tokens.length + params.maxTokens;
  if (total > dimensions.context + 1) {
    throw new RunError(
      `${params.tokens.length} tokens and ${params.maxTokens} new ones are more than the model has positions for ` +
        `(${dimensions.context}): ask for fewer`,
    );
  }
  const cache = new KeyValueCache(dimensions, total);
  const random = mulberry32(params.seed);
  const written: GeneratedToken[] = [];
  let next: readonly number[] = params.tokens;
  while (written.length < params.maxTokens) {
    if (isCancelled()) throw new Cancelled();
    const logProbs = logSoftmax(await step(host, cache, next, params));
    if (hasNaN(logProbs)) {
      throw new RunError(
        'the logits are not numbers (NaN): the steering is too strong, or the weights are damaged',
      );
    }
    const id = sample(logProbs, params.temperature, random);
    if (id === params.stop) break;
    const token = { id, logProb: logProbs[id]! };
    written.push(token);
    partial(token);
    next = [id];
    await new Promise((resolve) => setImmediate(resolve));
  }
  return written;
}

/** Runs the new tokens after the cached ones and returns the logits of the last position. */
async function step(
  host: ModelHost,
  cache: KeyValueCache,
  tokens: readonly number[],
  { steering }: GenerateParams,
): Promise<Float32Array> {
  const feeds = new Map<string, Tensor>([
    ['rows', { data: BigInt64Array.of(BigInt(tokens.length - 1)), dims: [1] }],
    ...cache.feeds(),
    ...steering.map(({ hook, vector }): [string, Tensor] => [
      interventionInput(hook),
      repeat(host, hook, vector, tokens.length),
    ]),
  ]);
  const results = await host.run(stepPlan(cache, steering), [tokens], feeds, cache.length);
  cache.append(results, tokens.length);
  return results.get('logits')!.data as Float32Array;
}

function stepPlan(cache: KeyValueCache, steering: GenerateParams['steering']): Plan {
  const interventions = steering.map(({ hook }): InterventionSlot => ({ hook, kind: 'add' }));
  const outputs = ['logits', ...cache.hooks].map((hook) => ({ kind: 'hook' as const, hook }));
  return {
    dictionaries: [],
    interventions,
    metric: null,
    outputs,
    past: true,
    starts: [],
    lastRowOnly: true,
  };
}

/** The vector at every position, in the shape of its hook point [1, pos, ...]. */
function repeat(host: ModelHost, hook: string, vector: Float32Array, positions: number): Tensor {
  const data = new Float32Array(vector.length * positions);
  for (let position = 0; position < positions; position++) data.set(vector, position * vector.length);
  return { data, dims: [1, positions, ...host.innerShape(hook)] };
}

/** Tommy Ettinger's 32-bit generator: numbers in [0, 1) from a seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
