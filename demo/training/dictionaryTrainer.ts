import type { CompiledGraph, Tensor } from '../../server/src/engine/ort';
import { Random } from '../random';
import { adamStep, cosineRate, trained, type AdamSettings, type Trained } from './adam';
import { dictionaryTensors, type DictionaryShape } from './dictionaryGraph';

/** How long and how sparse a dictionary trains. */
export interface DictionarySchedule {
  readonly features: number;
  readonly steps: number;
  /** Activations in a step. */
  readonly batch: number;
  readonly peakRate: number;
  /** Wanted mean number of active features. */
  readonly k: number;
  /** Share of the steps after which dead features are left alone. */
  readonly lastRevival: number;
}

/** Scaled activations, row-major, and how to take them back. */
export interface TrainingData {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** x and y were multiplied by these. */
  readonly scaleIn: number;
  readonly scaleOut: number;
  /** Means of the scaled x and y. */
  readonly meanIn: Float32Array;
  readonly meanOut: Float32Array;
}

const settings: AdamSettings = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 };
/** The number of active features starts this many times above k, so that every feature learns something at first. */
const startingExcess = 3;
/** Share of the steps in which the excess is worn off. */
const annealing = 0.3;
/** Dead features are set anew every so many steps, in the first part of the training. */
const stepsBetweenRevivals = 150;
/** A feature is dead when it fired less often than this in the rows since the last revival. */
const deadRate = 2e-5;

/** Trains one dictionary on activations that are all in memory. */
export class DictionaryTrainer {
  readonly parameters: ReadonlyMap<string, Trained>;
  threshold = 1.5;
  /** Mean number of active features, smoothed. */
  active = 0;
  private readonly random: Random;
  private readonly fired: Float64Array;

  constructor(
    private readonly compiled: CompiledGraph,
    private readonly shape: DictionaryShape,
    private readonly schedule: DictionarySchedule,
    private readonly data: TrainingData,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.fired = new Float64Array(shape.features);
    this.parameters = new Map(
      [...dictionaryTensors(shape)].map(([name, dims]) => [
        name,
        trained(new Float32Array(dims.reduce((a, b) => a * b, 1)), false),
      ]),
    );
    this.initialise();
  }

  tensor(name: string): Float32Array {
    return this.parameters.get(name)!.data;
  }

  /** Step `index` from 0. */
  async run(index: number): Promise<void> {
    const { batch, steps, peakRate, lastRevival } = this.schedule;
    const { x, y } = this.draw(batch);
    const results = await this.compiled.run(this.feeds(x, y, batch));
    const rate = cosineRate(index, steps, 100, peakRate, 0.02);
    for (const [name, parameter] of this.parameters) {
      adamStep(parameter, results.get(`grad.${name}`)!.data as Float32Array, 1, rate, index + 1, settings);
    }
    this.normaliseDecoder();
    this.follow(results.get('active')!.data as Float32Array, index, batch);
    if ((index + 1) % stepsBetweenRevivals === 0 && index < lastRevival * steps) {
      this.revive(x, results.get('residual')!.data as Float32Array, batch);
    }
  }

  private initialise(): void {
    const { features, dIn, dOut } = this.shape;
    const decoder = this.tensor('W_dec');
    for (let i = 0; i < decoder.length; i++) decoder[i] = this.random.normal();
    this.normaliseDecoder();
    const [encoder, bias] = [this.tensor('W_enc'), this.tensor('b_enc')];
    for (let feature = 0; feature < features; feature++) {
      for (let i = 0; i < dIn; i++) {
        const value = decoder[feature * dOut + i]!;
        encoder[i * features + feature] = value;
        bias[feature] = bias[feature]! - value * this.data.meanIn[i]!;
      }
    }
    this.tensor('b_dec').set(this.data.meanOut);
  }

  private draw(count: number): { x: Float32Array; y: Float32Array } {
    const { dIn, dOut } = this.shape;
    const x = new Float32Array(count * dIn);
    const y = new Float32Array(count * dOut);
    for (let row = 0; row < count; row++) {
      const from = this.random.integer(0, this.data.rows - 1);
      x.set(this.data.x.subarray(from * dIn, (from + 1) * dIn), row * dIn);
      y.set(this.data.y.subarray(from * dOut, (from + 1) * dOut), row * dOut);
    }
    return { x, y };
  }

  private feeds(x: Float32Array, y: Float32Array, rows: number): Map<string, Tensor> {
    const feeds = new Map<string, Tensor>([
      ['x', { data: x, dims: [rows, this.shape.dIn] }],
      ['y', { data: y, dims: [rows, this.shape.dOut] }],
      ['threshold', { data: Float32Array.of(this.threshold), dims: [] }],
    ]);
    for (const [name, dims] of dictionaryTensors(this.shape))
      feeds.set(name, { data: this.tensor(name), dims });
    return feeds;
  }

  private normaliseDecoder(): void {
    const { features, dOut } = this.shape;
    const decoder = this.tensor('W_dec');
    for (let feature = 0; feature < features; feature++) {
      const row = decoder.subarray(feature * dOut, (feature + 1) * dOut);
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      for (let i = 0; i < dOut; i++) row[i] = row[i]! / norm;
    }
  }

  /** Counts firings and moves the threshold towards the wanted number of active features. */
  private follow(counts: Float32Array, index: number, rows: number): void {
    let active = 0;
    for (let feature = 0; feature < counts.length; feature++) {
      active += counts[feature]! / rows;
      this.fired[feature] = this.fired[feature]! + counts[feature]!;
    }
    const progress = Math.min(1, index / (annealing * this.schedule.steps));
    const wanted = this.schedule.k * (startingExcess + (1 - startingExcess) * progress);
    this.threshold *= Math.exp(0.05 * Math.max(-1, Math.min(1, active / wanted - 1)));
    this.active = index === 0 ? active : 0.98 * this.active + 0.02 * active;
  }

  /**
   * Points dead features at what is reconstructed worst: rows drawn by squared error give the directions (resampling, Bricken et al.
   * 2023), and the encoder is scaled so that the feature fires on its row.
   */
  private revive(x: Float32Array, residual: Float32Array, rows: number): void {
    const { features, dOut } = this.shape;
    const few = deadRate * rows * stepsBetweenRevivals;
    const errors = Float64Array.from({ length: rows }, (_, row) =>
      residual.subarray(row * dOut, (row + 1) * dOut).reduce((sum, value) => sum + value * value, 0),
    );
    const total = errors.reduce((sum, error) => sum + error, 0);
    for (let feature = 0; feature < features; feature++) {
      if (this.fired[feature]! > few) continue;
      let at = this.random.next() * total;
      const row = errors.findIndex((error) => (at -= error) < 0);
      if (row >= 0) this.pointAt(feature, x, residual, row);
    }
    this.fired.fill(0);
  }

  private pointAt(feature: number, x: Float32Array, residual: Float32Array, row: number): void {
    const { features, dIn, dOut } = this.shape;
    const direction = residual.slice(row * dOut, (row + 1) * dOut);
    const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    const mean = this.data.meanIn;
    const input = x.subarray(row * dIn, (row + 1) * dIn).map((value, i) => value - mean[i]!);
    const factor = (1.5 * this.threshold) / input.reduce((sum, value) => sum + value * value, 0);
    const [encoder, decoder, bias] = ['W_enc', 'W_dec', 'b_enc'].map((name) => this.parameters.get(name)!);
    for (let i = 0; i < dOut; i++) setFresh(decoder!, feature * dOut + i, direction[i]! / norm);
    for (let i = 0; i < dIn; i++) setFresh(encoder!, i * features + feature, factor * input[i]!);
    setFresh(bias!, feature, -factor * input.reduce((sum, value, i) => sum + value * mean[i]!, 0));
  }
}

/** Sets one number and forgets its moments. */
function setFresh({ data, first, second }: Trained, index: number, value: number): void {
  data[index] = value;
  first[index] = 0;
  second[index] = 0;
}
