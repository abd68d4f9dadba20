/** One run of the model that writes on, a token at a time with cached keys and values. */
import { hasNaN } from '../formats/float';
import { RunError } from './feeds';
import { KeyValueCache } from './keyValueCache';
import type { GeneratedToken, GenerateParams } from './messages';
import type { LookUp, ModelHost } from './modelHost';
import type { Tensor } from './ort';
import { capture, type Plan } from './plan';
import { logSoftmax, sample } from './sampling';
import type { PreparedSteering } from './steering/preparedSteering';

export class Continuation {
  private readonly cache: KeyValueCache;
  private readonly random: () => number;
  private readonly plan: Plan;
  private following: readonly number[];
  private written = 0;

  /** @param steering null: the model as it is */
  constructor(
    private readonly host: ModelHost,
    private readonly params: GenerateParams,
    private readonly steering: PreparedSteering | null,
    private readonly lookUp: LookUp,
  ) {
    const { dimensions } = host.architecture;
    this.cache = new KeyValueCache(dimensions, params.tokens.length + params.maxTokens);
    this.random = mulberry32(params.seed);
    this.following = params.tokens;
    this.plan = {
      ...capture(['logits', ...this.cache.hooks, ...(steering?.changeHooks ?? [])]),
      ...(steering ? { steering: steering.slots } : {}),
      past: true,
      lastRowOnly: !steering?.afterBlocks,
    };
  }

  /** The next token, or null after the last one. @throws RunError when the logits are no numbers */
  async next(): Promise<GeneratedToken | null> {
    const { maxTokens, stop, temperature } = this.params;
    if (this.written === maxTokens) return null;
    const { logProbs, changes } = await this.step();
    if (hasNaN(logProbs)) {
      throw new RunError(
        'the logits are not numbers (NaN): the steering is too strong, or the weights are damaged',
      );
    }
    const id = sample(logProbs, temperature, this.random);
    if (stop.includes(id)) {
      this.written = maxTokens;
      return null;
    }
    this.written++;
    this.following = [id];
    return { id, logProb: logProbs[id]!, ...(changes ? { changes } : {}) };
  }

  /** Runs the tokens after the cached ones. */
  private async step(): Promise<{ logProbs: Float32Array; changes: readonly number[] | null }> {
    const { host, cache, following, steering } = this;
    const feeds = new Map<string, Tensor>([
      ['rows', { data: BigInt64Array.of(BigInt(following.length - 1)), dims: [1] }],
      ...cache.feeds(),
      ...(steering?.feeds(cache.length, following.length) ?? []),
    ]);
    const results = await host.run(this.plan, [following], feeds, cache.length, this.lookUp);
    cache.append(results, following.length);
    const logits = results.get('logits')!.data as Float32Array;
    const last = logits.subarray(logits.length - host.architecture.dimensions.vocabulary);
    return { logProbs: logSoftmax(last), changes: steering?.changes(results) ?? null };
  }
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
