/** Which units (features, neurons) a sweep covers that names none: the strongest by attribution patching. */
import type { PatchRun, SweepRange } from '../../../../protocol/experimentSpec';
import { rowFeeds } from '../../engine/metricFeeds';
import type { Tensor } from '../../engine/ort';
import { capture, type Plan } from '../../engine/plan';
import { positionIn } from '../metric';
import { largestOf } from '../readFeatures';
import type { Bench } from './bench';
import { coverageOf, hooksOf } from './coverage';
import { wantsUnits } from './grid';
import type { PairJob } from './gridRun';
import { Refusal } from './refusal';

/** So many units are covered unless the run says otherwise. */
const DEFAULT_TOP = 20;

/**
 * The range with the units that it covers, strongest first: by the sum over pairs and covered positions of the |change of the
 * metric| that attribution patching estimates, towards the source run, or towards zero where there is none.
 * @throws Refusal, EngineError
 */
export async function withUnits(
  swept: PatchRun['patch'],
  range: SweepRange,
  jobs: readonly PairJob[],
  bench: Bench,
): Promise<SweepRange> {
  if (typeof swept !== 'string' || !wantsUnits(swept, range)) return range;
  const coverage = coverageOf(swept, range, bench.lab);
  const [hook, ...others] = hooksOf(coverage);
  if (others.length > 0) {
    throw new Refusal(
      `the strongest units of ${swept} are chosen in one layer: name it with "layers", or name the "units"`,
    );
  }
  const dictionaries = coverage.dictionary ? [coverage.dictionary.summary.id] : [];
  let strengths = new Float32Array();
  for (const job of jobs) {
    const estimates = await estimatesOf(hook!, dictionaries, job, bench);
    const width = estimates.dims.at(-1)!;
    if (strengths.length === 0) strengths = new Float32Array(width);
    const positions = coverage.positions?.map((position) =>
      positionIn(position, job.runs.base.tokens.length),
    );
    addStrengths(estimates, positions ?? null, strengths);
  }
  if (strengths.every((strength) => strength === 0)) {
    throw new Refusal(
      `every unit of ${swept} has an estimated effect of 0 on this metric, so that none is the strongest: name the "units"`,
    );
  }
  return { ...range, units: largestOf(strengths, Math.min(range.top ?? DEFAULT_TOP, strengths.length)) };
}

/** Estimated changes [pos, unit]; NaN where a position has no counterpart. */
async function estimatesOf(
  hook: string,
  dictionaries: readonly string[],
  { runs, metric }: PairJob,
  { lab, signal }: Bench,
): Promise<Tensor> {
  if (runs.source) {
    const nodes = [{ hook, each: true }];
    const params = { ...runs, metric: metric.spec, method: 'atp' as const, steps: 1, nodes };
    return (await lab.ask('attribute', params, { signal })).values.get(hook)!;
  }
  if (metric.spec.kind === 'kl')
    throw new Refusal(
      'the KL divergence has no gradient at the clean run: name the "units", or choose another metric',
    );
  const plan: Plan = {
    ...capture([]),
    dictionaries: dictionaries.map((id) => ({ id, mode: 'through' })),
    metric: metric.spec.kind,
    ...(metric.spec.dictionary === undefined ? {} : { metricDictionary: metric.spec.dictionary }),
    outputs: [{ kind: 'attribution', hook, times: 'ofSelf', each: true }],
  };
  const tokens = [runs.base.tokens];
  const feeds = rowFeeds(metric.spec, runs.base.readAt, tokens);
  const { data, dims } = (await lab.ask('run', { plan, tokens, feeds }, { signal })).get(
    `attribution.${hook}`,
  )!;
  return { data, dims: dims.slice(1) };
}

/** Adds |estimate| of every covered position. */
function addStrengths(
  { data, dims }: Tensor,
  positions: readonly number[] | null,
  strengths: Float32Array,
): void {
  const width = strengths.length;
  for (const position of positions ?? Array.from({ length: dims[0]! }, (_, i) => i)) {
    for (let unit = 0; unit < width; unit++) {
      const estimate = Number(data[position * width + unit]);
      if (!Number.isNaN(estimate)) strengths[unit]! += Math.abs(estimate);
    }
  }
}
