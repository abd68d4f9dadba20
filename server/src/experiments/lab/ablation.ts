/** Ablation on the clean run: activations replaced by zeros, by a mean, or by those of the corrupted run. */
import type { AblateRun } from '../../../../protocol/experimentSpec';
import type { PatchValue, RunPair } from '../../engine/causal/requests';
import type { Tensor } from '../../engine/ort';
import { type Alignment, counterparts } from './alignment';
import { type Bench, metricOfRun, pairAlignment, resolveAll, shownMetric } from './bench';
import { type Grid, gridOf, type GridView } from './grid';
import { type PairJob, runGrid } from './gridRun';
import { overallMeans, positionMeans } from './means';
import { cleanRunPair, runPair } from './pairs';
import { checkPatterns } from './patterns';
import { type PreparedPrompt, preparePrompt } from './prompts';
import type { Recorder } from './recorder';
import { Refusal } from './refusal';
import { withUnits } from './units';

/** @throws Refusal, EngineError; what is computed by then is in the recorder */
export async function runAblation(run: AblateRun, bench: Bench, recorder: Recorder): Promise<void> {
  const method = run.with ?? 'zero';
  const text = metricOfRun(bench, run.metric);
  const alignments = bench.pairs.map((pair) =>
    method === 'resample' ? pairAlignment(bench, pair, 'ablation by resampling') : null,
  );
  const metrics = resolveAll(bench, text, alignments);
  recorder.describe({ metric: shownMetric(text, metrics, bench.lab) });
  const plain = bench.pairs.map((pair, i): PairJob => {
    const alignment = alignments[i] ?? null;
    const metric = metrics[i]!;
    const runs: RunPair = alignment ? runPair(pair, 'noise', alignment, metric) : cleanRunPair(pair, metric);
    return {
      pair,
      runs,
      view: cleanView(pair.clean, pair.corrupt, alignment, method),
      metric,
      values: new Map(),
    };
  });
  const grid = gridOf(run.ablate, await withUnits(run.ablate, run, plain, bench), bench.lab);
  checkPatterns(grid.hooks, plain);
  recorder.describe({ at: `${grid.at}, ${WORDS[method]}` });
  const jobs =
    method === 'mean' || method === 'position-mean' ? await withMeans(run, grid, plain, bench) : plain;
  if (method === 'mean' && jobs.some(({ pair }) => pair.clean.bosAdded))
    recorder.note('BOS is left out of the mean.');
  await runGrid(grid, jobs, 'noise', bench, recorder);
}

const WORDS: Readonly<Record<NonNullable<AblateRun['with']>, string>> = {
  zero: 'zeros',
  mean: 'the mean',
  'position-mean': 'the mean of the position',
  resample: 'the corrupted run',
};

function cleanView(
  clean: PreparedPrompt,
  corrupt: PreparedPrompt | null,
  alignment: Alignment | null,
  method: NonNullable<AblateRun['with']>,
): GridView {
  const valueOf = (hook: string): PatchValue => {
    if (method === 'zero') return { from: 'zero' };
    return method === 'resample' ? { from: 'source' } : { from: 'given', name: hook };
  };
  return {
    base: clean,
    source: alignment ? corrupt : null,
    counterparts: alignment ? counterparts(alignment, 'noise', clean.ids.length) : null,
    valueOf,
  };
}

async function withMeans(
  run: AblateRun,
  grid: Grid,
  jobs: readonly PairJob[],
  bench: Bench,
): Promise<PairJob[]> {
  if (grid.hooks.some((hook) => hook.endsWith('.hook_pattern')))
    throw new Refusal(
      'attention patterns have no mean over texts: ablate with zero or resample, or ablate z',
    );
  const texts =
    run.over?.map((text, i) => preparePrompt(text, bench.lab, bench.bos, `text ${i + 1} of "over"`)) ??
    bench.pairs.map(({ clean }) => clean);
  const { hooks, dictionaries } = grid;
  if (run.with === 'mean') {
    const values = await overallMeans(hooks, dictionaries, texts, bench);
    return jobs.map((job) => ({ ...job, values }));
  }
  const length = Math.max(...jobs.map(({ view }) => view.base.ids.length));
  const values = await positionMeans(hooks, dictionaries, texts, length, bench);
  return jobs.map((job) => ({ ...job, values: shortened(values, job.view.base.ids.length) }));
}

/** The first positions of tensors [pos, ...inner]. */
function shortened(values: ReadonlyMap<string, Tensor>, length: number): Map<string, Tensor> {
  return new Map(
    [...values].map(([hook, { data, dims }]) => {
      const width = data.length / dims[0]!;
      return [
        hook,
        { data: (data as Float32Array).subarray(0, length * width), dims: [length, ...dims.slice(1)] },
      ];
    }),
  );
}
