/**
 * Integrated gradients of one hook point at a time, the others unchanged (Marks et al., arXiv 2403.19647; math.md 6.5): all its
 * nodes stand at base + k/m (source - base), k = 0 ... m-1, and the mean gradient there is taken times (source - base).
 */
import { otherInput } from '../attributionGraph';
import type { Tensor } from '../ort';
import { interventionInput } from '../planGraph';
import { type AttributionRun, type Contributions, inTurns, repeated } from './attributionRun';
import { cleanRun } from './baseRun';
import { derive } from './derive';
import { FROM_TOKENS, isPattern, startLayer } from './places';
import type { NodeHook } from './requests';
import { residualInto, rowsAtOnce } from './stretches';

/** Numbers that the interpolated rows of one hook point may take. */
const LARGEST_FEED = 8e6;

export async function integratedGradients(run: AttributionRun): Promise<Contributions> {
  const { host, params, metricFeeds, lookUp } = run;
  const { layers } = host.architecture.dimensions;
  const starts = params.nodes
    .map(({ hook }) => startLayer(hook, layers))
    .filter((start) => start !== FROM_TOKENS);
  const hooks = [...params.nodes.map(({ hook }) => hook), ...starts.map(residualInto)];
  await lookUp();
  const base = await cleanRun(host, params.base, params.metric, [...new Set(hooks)], metricFeeds(1), lookUp);
  const values = new Map<string, Tensor>();
  for (const node of params.nodes) values.set(node.hook, await integrate(run, base.activations, node));
  return { base: base.metric, values, scores: new Map() };
}

/** The run starts from the layer of the hook point, a row of the batch a step. */
async function integrate(
  run: AttributionRun,
  activations: ReadonlyMap<string, Tensor>,
  { hook, each }: NodeHook,
): Promise<Tensor> {
  const { host, params, plan, metricFeeds, lookUp } = run;
  const { layers } = host.architecture.dimensions;
  const { tokens } = params.base;
  const start = startLayer(hook, layers);
  const from = start === FROM_TOKENS ? [] : [residualInto(start)];
  const whole = {
    ...plan,
    interventions: [{ hook, kind: 'add' as const }],
    outputs: [{ kind: 'attribution' as const, hook, times: 'along' as const, each }],
    starts: from,
  };
  const change = difference(run, hook, activations.get(hook)!);
  const byMemory = Math.max(1, Math.floor(LARGEST_FEED / change.data.length));
  const most = Math.min(rowsAtOnce(host, layers - Math.max(0, start), tokens.length), byMemory);
  const steps = Array.from({ length: params.steps }, (_, k) => k / params.steps);
  const sums: Float32Array[] = [];
  let dims: readonly number[] = [];
  for (const shares of inTurns(steps, most)) {
    const feeds = new Map([
      ...metricFeeds(shares.length),
      ...from.map((name): [string, Tensor] => [
        name,
        multiples(
          activations.get(name)!,
          shares.map(() => 1),
        ),
      ]),
      [interventionInput(hook), multiples(change, shares)],
      [otherInput(hook), change],
    ]);
    const results = await derive(host, whole, repeated(tokens, shares.length), feeds, lookUp);
    const found = results.get(`attribution.${hook}`)!;
    sums.push(sumOfRows(found));
    dims = found.dims.slice(1);
  }
  const data = sums[0]!.map((_, i) => sums.reduce((sum, turn) => sum + turn[i]!, 0) / params.steps);
  return { data, dims };
}

/** source - base; 0 where nothing takes the base's place and behind the mask. */
function difference({ others, params }: AttributionRun, hook: string, { data, dims }: Tensor): Tensor {
  const other = others.get(hook)!.data as Float32Array;
  const { alignment } = params;
  const width = data.length / alignment.length;
  const hasCounterpart = (i: number) => isPattern(hook) || alignment[Math.floor(i / width)] !== null;
  const changed = (data as Float32Array).map((x, i) =>
    hasCounterpart(i) && Number.isFinite(x) ? other[i]! - x : 0,
  );
  return { data: changed, dims };
}

/** A row of the batch for each factor. */
function multiples({ data, dims }: Tensor, factors: readonly number[]): Tensor {
  const numbers = data as Float32Array;
  const rows = new Float32Array(factors.length * numbers.length);
  factors.forEach((factor, row) => {
    rows.set(factor === 1 ? numbers : numbers.map((x) => factor * x), row * numbers.length);
  });
  return { data: rows, dims: [factors.length, ...dims.slice(1)] };
}

function sumOfRows({ data, dims }: Tensor): Float32Array {
  const length = data.length / dims[0]!;
  const sum = new Float32Array(length);
  (data as Float32Array).forEach((x, i) => {
    sum[i % length]! += x;
  });
  return sum;
}
