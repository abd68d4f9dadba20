/** Attribution patching: what replacing each node by its value in the other run would do to the metric, from gradients. */
import { RunError } from '../feeds';
import { rowFeeds } from '../metricFeeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type PlanOutput } from '../plan';
import {
  type AttributionRun,
  type Contributions,
  contributionsOf,
  otherFeeds,
  repeated,
  toOther,
} from './attributionRun';
import { cleanRun, dictionariesOf, metricPlan, ownReference, referenceFeeds } from './baseRun';
import { checkMetric, checkNodes, checkPatterns, checkRun } from './checks';
import { derive } from './derive';
import { gradDrop } from './gradDrop';
import { integratedGradients } from './integrated';
import { alignedTo, withoutUnaligned } from './nodes';
import type { AttributeParams, AttributeResult, CausalRun } from './requests';

/**
 * The source run is computed once for its values; the rest is the method's.
 * @throws RunError for a request that the model cannot take, and what `lookUp` throws
 */
export async function attribute(
  host: ModelHost,
  params: AttributeParams,
  lookUp: LookUp,
): Promise<AttributeResult> {
  const source = checkedSource(host, params);
  const { base, metric, alignment } = params;
  const reference = await referenceFeeds(host, params, metric, lookUp);
  const hooks = params.nodes.map(({ hook }) => hook);
  await lookUp();
  const other = await cleanRun(host, source, metric, hooks, reference, lookUp);
  const aligned = hooks.map(
    (hook) => [hook, alignedTo(alignment, hook, other.activations.get(hook)!)] as const,
  );
  const found = await METHODS[params.method]({
    host,
    params,
    others: new Map(aligned),
    plan: { ...capture([]), ...metricPlan(metric), dictionaries: dictionariesOf(host, hooks, metric) },
    metricFeeds: (rows) =>
      new Map([
        ...rowFeeds(metric, base.readAt, repeated(base.tokens, rows)),
        ...reference,
        ...ownReference(base),
      ]),
    lookUp,
  });
  const marked = (values: ReadonlyMap<string, Tensor>) =>
    new Map([...values].map(([hook, tensor]) => [hook, withoutUnaligned(alignment, hook, tensor)]));
  return {
    base: found.base,
    source: other.metric,
    values: marked(found.values),
    scores: marked(found.scores),
  };
}

const METHODS = { atp, 'atp*': gradDrop, ig: integratedGradients } as const;

/** AtP (math.md 6.1): one forward and one backward pass of the base run, whatever the number of nodes. */
async function atp({
  host,
  params,
  others,
  plan,
  metricFeeds,
  lookUp,
}: AttributionRun): Promise<Contributions> {
  const { nodes, base } = params;
  const outputs: PlanOutput[] = [{ kind: 'metric' }, ...nodes.map(toOther)];
  const feeds = new Map([...metricFeeds(1), ...otherFeeds(others)]);
  const results = await derive(host, { ...plan, outputs }, [base.tokens], feeds, lookUp);
  const metric = results.get('metric')!.data[0] as number;
  return { base: metric, values: contributionsOf(nodes, results), scores: new Map() };
}

/** @throws RunError for a request that makes no sense */
function checkedSource(host: ModelHost, params: AttributeParams): CausalRun {
  const { source, nodes, method, steps } = params;
  if (!source) throw new RunError('attribution compares two runs: give the other prompt');
  for (const run of [params.base, source]) checkRun(run);
  checkNodes(host, nodes);
  checkMetric(host, params.metric);
  checkPatterns(
    nodes.map(({ hook }) => hook),
    params,
  );
  if (method === 'ig' && !(Number.isInteger(steps) && steps > 0)) {
    throw new RunError(`integrated gradients take a whole number of steps, at least one, not ${steps}`);
  }
  return source;
}
