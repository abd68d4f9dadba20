/** Attribution patching: what replacing each node would do to the metric, estimated from gradients, and then checked. */
import type { AttributeRun } from '../../../../protocol/experimentSpec';
import type { Verification } from '../../../../protocol/experiments';
import type { AttributeResult, NodeHook } from '../../engine/causal/requests';
import { type Bench, finite, meanOf } from './bench';
import { cellEstimates } from './estimates';
import { exchangeJobs } from './exchange';
import { type Grid, gridOf, type PairGrid } from './grid';
import { type PairJob, pairSummary } from './gridRun';
import { layOut } from './layOut';
import { alignmentNotes, averageNote } from './notes';
import { WITH_GRADIENT } from './pace';
import { checkPatterns } from './patterns';
import type { Findings, Recorder } from './recorder';
import { Refusal } from './refusal';
import { withUnits } from './units';
import { verificationCells, verify } from './verifying';

/** Of integrated gradients, unless the run says otherwise. */
const DEFAULT_STEPS = 10;

/** @throws Refusal, EngineError; what is computed by then is in the recorder */
export async function runAttribution(run: AttributeRun, bench: Bench, recorder: Recorder): Promise<void> {
  const method = run.method ?? 'atp';
  const jobs = exchangeJobs(run, bench, recorder, 'attribution');
  if (run.direction === 'noise' && method !== 'ig' && jobs.some(({ metric }) => metric.spec.kind === 'kl')) {
    throw new Refusal(
      'the KL divergence is smallest at the clean run, so that its gradient there is 0 and says nothing: ' +
        'denoise, use integrated gradients (ig), or choose another metric',
    );
  }
  const grid = gridOf(run.attribute, await withUnits(run.attribute, run, jobs, bench), bench.lab);
  checkPatterns(grid.hooks, jobs);
  recorder.describe({ at: `${grid.at}, ${WORDS[method]}` });
  const attribution = new Attribution(run, grid, jobs, bench, recorder);
  await attribution.run();
}

const WORDS: Readonly<Record<NonNullable<AttributeRun['method']>, string>> = {
  atp: 'attribution patching',
  'atp*': 'AtP*',
  ig: 'integrated gradients',
};

class Attribution {
  private readonly grids: readonly PairGrid[];
  private readonly found: AttributeResult[] = [];
  private readonly values: (number | null)[][] = [];
  private readonly scores: (number | null)[][] = [];
  private verification: Verification | null = null;
  /** Cells that were patched for it. */
  private verified = 0;

  constructor(
    private readonly settings: AttributeRun,
    private readonly grid: Grid,
    private readonly jobs: readonly PairJob[],
    private readonly bench: Bench,
    private readonly recorder: Recorder,
  ) {
    this.grids = jobs.map(({ view }) => grid.on(view));
  }

  async run(): Promise<void> {
    const { jobs, grids, grid, recorder } = this;
    const ticks = layOut(
      grid.axes,
      grids,
      jobs.map(({ view }) => view.base),
    );
    recorder.start({ axes: grid.axes, ticks, ...this.cost() });
    recorder.note(...jobs.flatMap(({ view, pair }) => alignmentNotes(view, pair)));
    try {
      for (const [i, job] of jobs.entries()) await this.attribute(job, grids[i]!);
    } finally {
      recorder.note(...averageNote(this.found.length, jobs.length));
    }
    if (this.settings.verify !== undefined) await this.verify(this.settings.verify);
  }

  private async attribute({ runs, metric, view }: PairJob, { cells }: PairGrid): Promise<void> {
    const { method = 'atp', steps = DEFAULT_STEPS } = this.settings;
    const { lab, signal } = this.bench;
    const result = await lab.ask(
      'attribute',
      {
        ...runs,
        metric: metric.spec,
        method,
        steps,
        nodes: this.nodes(cells),
      },
      { signal },
    );
    this.found.push(result);
    this.values.push(cellEstimates(cells, result.values, view.counterparts));
    if (result.scores.size > 0) this.scores.push(cellEstimates(cells, result.scores, view.counterparts));
    this.show();
  }

  /** Nodes keep their last axis where single units, or entries of patterns, are asked for. */
  private nodes(cells: PairGrid['cells']): NodeHook[] {
    const each = cells.some((cell) => cell?.some(({ unit }) => unit !== null));
    return this.grid.hooks.map((hook) => ({ hook, each: each || hook.endsWith('.hook_pattern') }));
  }

  private findings(): Findings {
    const { jobs, found, grids } = this;
    const isNoise = this.settings.direction === 'noise';
    const average = (lists: readonly (number | null)[][]) =>
      grids[0]!.cells.map((_, cell) => meanOf(lists.map((list) => list[cell]!)));
    const base = meanOf(found.map((result) => finite(result.base)));
    const source = meanOf(found.map((result) => finite(result.source)));
    return {
      flat: average(this.values),
      ...(this.scores.length > 0 ? { flatScores: average(this.scores) } : {}),
      clean: isNoise ? base : source,
      corrupted: isNoise ? source : base,
      pairs: jobs.map((job, i) =>
        pairSummary(job, found[i]?.base ?? null, found[i]?.source ?? null, isNoise ? 'noise' : 'denoise'),
      ),
      ...(this.verification ? { verification: this.verification } : {}),
      done: this.cellCount(found.length) + this.verified,
    };
  }

  private show(): void {
    this.recorder.update(() => this.findings());
  }

  private async verify(count: number): Promise<void> {
    const estimates = this.grids[0]!.cells.map((_, cell) => meanOf(this.values.map((list) => list[cell]!)));
    const ranks = this.grids[0]!.cells.map((_, cell) => {
      const lists = this.scores.length > 0 ? this.scores : this.values;
      return Math.abs(meanOf(lists.map((list) => list[cell]!)) ?? NaN);
    });
    const { grids, jobs, bench } = this;
    await verify({ grids, jobs, bench, estimates, ranks, count }, (verification, done) => {
      this.verified = done;
      this.verification = verification;
      this.show();
    });
  }

  /** Cells of the first so many pairs. */
  private cellCount(pairs: number): number {
    return this.grids
      .slice(0, pairs)
      .reduce((sum, { cells }) => sum + cells.filter((cell) => cell !== null).length, 0);
  }

  private cost() {
    const { method = 'atp', steps = DEFAULT_STEPS, verify: count } = this.settings;
    const { layers } = this.bench.lab.model.dimensions;
    const passes = {
      atp: WITH_GRADIENT,
      'atp*': 1 + (WITH_GRADIENT - 1) * layers,
      ig: (steps * this.grid.hooks.length * WITH_GRADIENT) / 2,
    };
    const extra = count === undefined ? 0 : verificationCells(this.grids[0]!.cells.length, count);
    return {
      total: this.cellCount(this.jobs.length) + extra * this.jobs.length,
      forwards: this.jobs.length * (1 + passes[method] + extra / 2),
      length: Math.max(...this.jobs.map(({ runs }) => runs.base.tokens.length)),
    };
  }
}
