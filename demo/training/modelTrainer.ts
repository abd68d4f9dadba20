import { Random, hashText } from '../random';
import type { CompiledGraph, Tensor } from '../../server/src/engine/ort';
import type { Architecture } from '../../server/src/models/family';
import type { Tokenizer } from '../../server/src/tokenizers/tokenizer';
import { trainDocuments, type Emphasis } from '../corpus/generate';
import { packWindow, type Window } from '../corpus/windows';
import { answerPositions } from '../evaluation/answers';
import { adamStep, cosineRate, squaredNorm, trained, type AdamSettings, type Trained } from './adam';
import { compileTrainingStep, targetFeed, tokenFeeds, weightFeeds } from './modelGraphs';
import { initialWeights } from './modelSetup';

/** A cosine of the learning rate (with restarts, arXiv 1608.03983) and the families drawn more often meanwhile. */
export interface TrainingPhase {
  readonly from: number;
  /** Where the cosine began: `from`, unless the phase goes on with that of the one before. */
  readonly cosineFrom: number;
  readonly warmup: number;
  readonly peakRate: number;
  /** Steps until the cosine ends; the next phase may begin before. */
  readonly horizon: number;
  readonly emphasis: Emphasis;
}

/** How long and how fast the model trains. */
export interface ModelSchedule {
  readonly steps: number;
  /** Tokens in a step. */
  readonly tokens: number;
  /** Length of the windows, at first and in the last part of the training. */
  readonly shortLength: number;
  readonly length: number;
  /** Steps with short windows. */
  readonly shortSteps: number;
  /** Parts of the training, each with its own cosine and its own mixture of families; the last one whose `from` is reached holds. */
  readonly phases: readonly TrainingPhase[];
}

const settings: AdamSettings = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.05 };
const largestNorm = 1;
/** What a determined answer counts in the loss; any other token counts 1. */
const answerWeight = 30;

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
    const rate = learningRate(this.schedule, index);
    for (const [name, parameter] of this.parameters) {
      adamStep(parameter, gradients.get(name)!, clip, rate, index + 1, settings);
    }
    return Number(results.get('loss')!.data[0]);
  }

  private feeds(index: number) {
    const { tokens, length, shortLength, shortSteps } = this.schedule;
    const now = index < shortSteps ? shortLength : length;
    const documents = trainDocuments(
      hashText(`batch ${this.seed} ${index}`),
      phaseAt(this.schedule, index).emphasis,
    );
    const random = new Random(hashText(`windows ${this.seed} ${index}`));
    const windows = Array.from({ length: tokens / now }, () =>
      packWindow(documents, this.tokenizer, random, now),
    );
    // Short windows lie anywhere in the context, so that every position is learnt.
    const first = random.integer(0, length / now - 1) * now;
    const ids = windows.map((window) => window.ids);
    const feeds = tokenFeeds(ids, now, first);
    feeds.set('targets', targetFeed(ids, now));
    feeds.set('shares', lossShares(windows, this.tokenizer, now));
    for (const [name, feed] of weightFeeds(this.architecture, this.weights())) feeds.set(name, feed);
    return feeds;
  }

  release(): Promise<void> {
    return this.step.release();
  }
}

/**
 * What each position counts in the loss, summing to 1. Most tokens of the corpus are drawn at random and teach nothing; those that
 * the text before determines count more.
 */
function lossShares(windows: readonly Window[], tokenizer: Tokenizer, length: number): Tensor {
  const data = new Float32Array(windows.length * length).fill(1);
  windows.forEach((window, row) => {
    for (const { at } of answerPositions(window, tokenizer)) data[row * length + at] = answerWeight;
  });
  const total = data.reduce((sum, value) => sum + value, 0);
  return { data: data.map((value) => value / total), dims: [windows.length, length] };
}

/** The share of the peak that a cosine ends on. */
const floor = 0.03;

function phaseAt({ phases }: ModelSchedule, index: number): TrainingPhase {
  return phases.findLast(({ from }) => from <= index)!;
}

function learningRate(schedule: ModelSchedule, index: number): number {
  const { cosineFrom, horizon, warmup, peakRate } = phaseAt(schedule, index);
  return cosineRate(index - cosineFrom, horizon, warmup, peakRate, floor);
}
