/** 16-bit weights at Gemma-2-2B shape: time against the same numbers in float32, and private memory (method in README.md). */
import { statfsSync } from 'node:fs';
import { capture, type Plan, type PlanOutput } from '../server/src/engine/plan';
import { metricFeeds, parseMetric } from '../server/src/experiments/metric';
import type { Budget } from './lib/budget';
import { type Checkpoints, GEMMA2_2B, type StoredType } from './lib/checkpoint';
import { EngineProcess } from './lib/engineProcess';
import { fastest } from './lib/timing';

const LENGTH = 64;
const ROUNDS = 3;
/** Bytes of both checkpoints, and some room. */
const DISK = 17e9;

/** The ten likeliest tokens with their log-probabilities at every position. */
const predictions: Plan = { ...capture([]), outputs: [{ kind: 'predictions', k: 10 }] };
const metric = parseMetric('logit_diff:1,2', () => null);

function backward(layers: number): Plan {
  const gradients = Array.from({ length: layers }, (_, layer): PlanOutput => ({
    kind: 'gradient',
    hook: `blocks.${layer}.hook_resid_pre`,
  }));
  return { ...capture([]), metric: metric.kind, outputs: [{ kind: 'metric' }, ...gradients] };
}

/** An engine of its own for each type. Nothing where the disk has no room for both checkpoints. */
export async function sixteenBitBudgets(checkpoints: Checkpoints): Promise<Budget[]> {
  const { bavail, bsize } = statfsSync(checkpoints.folder);
  if (bavail * bsize < DISK) {
    process.stderr.write('no room for the checkpoints of Gemma-2-2B shape (17 GB): they are left out\n');
    return [];
  }
  const [wide, narrow] = [await Loaded.open(checkpoints, 'F32'), await Loaded.open(checkpoints, 'BF16')];
  try {
    const times = await fastest(
      {
        wide: () => wide.predict(),
        narrow: () => narrow.predict(),
        narrowBackward: () => narrow.differentiate(),
      },
      ROUNDS,
    );
    const seconds = (time: number) => `${(time / 1000).toFixed(2)} s`;
    const ratio = (name: string, limit: number, time: number): Budget => ({
      name,
      measured: time / times.wide,
      limit,
      bound: 'most',
      unit: 'x',
      detail: `${seconds(time)} / ${seconds(times.wide)}`,
    });
    const of = 'Gemma-2-2B shape in bfloat16, T=64';
    return [
      ratio(`${of}: top-10 at every position / the same in float32`, 1.5, times.narrow),
      ratio(`${of}: forward + backward / forward in float32`, 2.9, times.narrowBackward),
      {
        name: `${of}: private memory of the engine over idle`,
        measured: narrow.growth / 1e9,
        limit: 1.2,
        bound: 'most',
        unit: ' GB',
        detail: `${(wide.growth / 1e6).toFixed(0)} MB in float32, forward only`,
      },
    ];
  } finally {
    await wide.close();
    await narrow.close();
  }
}

/** A checkpoint in an engine, and the most private memory that its runs took. */
class Loaded {
  /** Bytes over what the engine took before it loaded the model. */
  growth = 0;
  private readonly tokens = [
    Array.from({ length: LENGTH }, (_, i) => (i * 7919 + 13) % GEMMA2_2B.vocab_size),
  ];

  private constructor(
    private readonly process: EngineProcess,
    private readonly idle: number,
  ) {}

  static async open(checkpoints: Checkpoints, type: StoredType): Promise<Loaded> {
    const path = checkpoints.gemma2(type);
    const process = await EngineProcess.start();
    const { memoryBytes } = await process.engine.request('status', null);
    await process.engine.request('load', { path });
    return new Loaded(process, memoryBytes);
  }

  predict(): Promise<void> {
    return this.run(predictions, new Map());
  }

  differentiate(): Promise<void> {
    return this.run(backward(GEMMA2_2B.num_hidden_layers), metricFeeds(metric, this.tokens));
  }

  async close(): Promise<void> {
    await this.process.stop();
  }

  private async run(plan: Plan, feeds: ReturnType<typeof metricFeeds>): Promise<void> {
    const { engine } = this.process;
    const { enginePeak } = await this.process.watched(() =>
      engine.request('run', { plan, tokens: this.tokens, feeds }),
    );
    this.growth = Math.max(this.growth, enginePeak - this.idle);
  }
}
