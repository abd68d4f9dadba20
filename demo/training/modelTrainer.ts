import { Random, hashText } from '../random';
import type { CompiledGraph } from '../../server/src/engine/ort';
import type { Architecture } from '../../server/src/models/family';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { trainDocuments } from '../corpus/generate';
import { packWindow } from '../corpus/windows';
import { adamStep, cosineRate, squaredNorm, trained, type AdamSettings, type Trained } from './adam';
import { compileTrainingStep, targetFeed, tokenFeeds, weightFeeds } from './modelGraphs';
import { initialWeights } from './modelSetup';

/** How long and how fast the model trains. */
export interface ModelSchedule {
  readonly steps: number;
  readonly batch: number;
  readonly length: number;
  readonly peakRate: number;
  readonly warmup: number;
  /** Steps after which the cosine would reach its floor. */
  readonly horizon: number;
  /** Last steps, in which the rate falls to zero linearly besides. */
  readonly cooldown: number;
}

const settings: AdamSettings = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.05 };
const largestNorm = 1;

/** Trains the model by next-token prediction. The batch of a step depends on the seed and the step alone. */
export class ModelTrainer {
  readonly parameters: ReadonlyMap<string, Trained>;

  private constructor(
    private readonly step: CompiledGraph,
    private readonly architecture: Architecture,
    private readonly tokenizer: Tokenizer,
    private readonly seed: number,
    private readonly schedule: ModelSchedule,
  ) {
    const weights = initialWeights(architecture, seed);
    this.parameters = new Map(
      [...weights].map(([name, data]) => [name, trained(data, architecture.tensors.get(name)!.length > 1)]),
    );
  }

  static async create(
    architecture: Architecture,
    tokenizer: Tokenizer,
    seed: number,
    schedule: ModelSchedule,
  ): Promise<ModelTrainer> {
    const step = await compileTrainingStep(architecture);
    return new ModelTrainer(step, architecture, tokenizer, seed, schedule);
  }

  weights(): Map<string, Float32Array> {
    return new Map([...this.parameters].map(([name, { data }]) => [name, data]));
  }

  /** Does step `index` (from 0) and returns its mean cross-entropy in nats. */
  async run(index: number): Promise<number> {
    const results = await this.step.run(this.feeds(index));
    const gradients = new Map(
      [...this.parameters.keys()].map((name) => [name, results.get(`grad.${name}`)!.data as Float32Array]),
    );
    const norm = Math.sqrt(squaredNorm(gradients.values()));
    const clip = Math.min(1, largestNorm / norm);
    const { steps, warmup, peakRate, horizon, cooldown } = this.schedule;
    const cooling = Math.min(1, (steps - index) / cooldown);
    const rate = cooling * cosineRate(index, horizon, warmup, peakRate, 0.05);
    for (const [name, parameter] of this.parameters) {
      adamStep(parameter, gradients.get(name)!, clip, rate, index + 1, settings);
    }
    return Number(results.get('loss')!.data[0]);
  }

  private feeds(index: number) {
    const { batch, length } = this.schedule;
    const documents = trainDocuments(hashText(`batch ${this.seed} ${index}`));
    const random = new Random(hashText(`windows ${this.seed} ${index}`));
    const windows = Array.from(
      { length: batch },
      () => packWindow(documents, this.tokenizer, random, length).ids,
    );
    const feeds = tokenFeeds(windows, length);
    feeds.set('targets', targetFeed(windows, length));
    feeds.set('minusShare', { data: Float32Array.of(-1 / (batch * length)), dims: [] });
    for (const [name, feed] of weightFeeds(this.architecture, this.weights())) feeds.set(name, feed);
    return feeds;
  }

  release(): Promise<void> {
    return this.step.release();
  }
}
