/**
 * Direct logit attribution: how much each part of the residual stream gives to a logit or a difference of logits by way of the
 * stream alone. With every norm's scale held at the run's own value and nothing flowing through later layers, the metric is a
 * sum over what was added to the stream (and what the biases of the last norm and the unembedding give, which no hook point names).
 * Logits are those before any cap, which bends the sum.
 */
import { RunError } from '../feeds';
import { rowFeeds } from '../metricFeeds';
import type { LookUp, ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type InterventionSlot, type Plan } from '../plan';
import { contributionsOf } from './attributionRun';
import { dictionariesOf, metricPlan } from './baseRun';
import { derive } from './derive';
import { checkNodes, checkRun } from './checks';
import type { DirectParams, DirectResult, MetricSpec, NodeHook } from './requests';

/** What enters the residual stream linearly. */
const LINEAR =
  /^(hook_(pos_)?embed|blocks\.\d+\.(hook_(resid_pre|resid_mid|resid_post|attn_out|mlp_out)|attn\.hook_(z|result)|mlp\.hook_post)|.+\.hook_sae_(acts_post|error))$/;

/** What later layers read, with or without a norm before it, and what norms divide by. */
const NONLINEAR = /^blocks\.\d+\.(ln\d\.hook_normalized|attn\.hook_[qkv]|mlp\.hook_in)$|\.hook_scale$/;

/**
 * Contributions at every position; all are zero but where the metric is read. The nodes of each dictionary have a run of
 * their own, in which no other is spliced.
 * @throws RunError for a request that the model cannot take, and what `lookUp` throws
 */
export async function direct(host: ModelHost, params: DirectParams, lookUp: LookUp): Promise<DirectResult> {
  const { run, metric, nodes } = params;
  checkRun(run);
  checkNodes(host, nodes);
  checkLinear(metric, nodes);
  const feeds = rowFeeds(metric, run.readAt, [run.tokens]);
  const values = new Map<string, Tensor>();
  let value = NaN;
  for (const group of byDictionary(host, nodes, metric)) {
    await lookUp();
    const results = await derive(host, directPlan(host, metric, group), [run.tokens], feeds, lookUp);
    for (const [hook, tensor] of contributionsOf(group, results)) values.set(hook, tensor);
    value = results.get('metric')!.data[0] as number;
  }
  return { metric: value, values };
}

function directPlan(host: ModelHost, metric: MetricSpec, nodes: readonly NodeHook[]): Plan {
  const held = host.hooks.filter((hook) => NONLINEAR.test(hook));
  return {
    ...capture([]),
    ...metricPlan(metric),
    uncapped: true,
    dictionaries: dictionariesOf(
      host,
      nodes.map(({ hook }) => hook),
      metric,
    ),
    interventions: held.map((hook): InterventionSlot => ({ hook, kind: 'stop' })),
    outputs: [
      { kind: 'metric' },
      ...nodes.map(({ hook, each }) => ({
        kind: 'attribution' as const,
        hook,
        times: 'ofSelf' as const,
        each,
      })),
    ],
  };
}

/** The model's own nodes together, then those of each dictionary; one empty group where there are none at all. */
function byDictionary(host: ModelHost, nodes: readonly NodeHook[], metric: MetricSpec): NodeHook[][] {
  const groups = new Map<string, NodeHook[]>();
  for (const node of nodes) {
    const [dictionary] = dictionariesOf(host, [node.hook], metric);
    const key = dictionary ? `dictionary ${dictionary.id}` : 'model';
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return groups.size === 0 ? [[]] : [...groups.values()];
}

/** @throws RunError when a contribution would be no part of a sum */
function checkLinear({ kind }: MetricSpec, nodes: readonly NodeHook[]): void {
  if (kind !== 'logit' && kind !== 'logit_diff') {
    throw new RunError(
      `direct attribution splits a metric that is linear in the logits, and ${kind} is not: take logit or logit_diff, or use atp`,
    );
  }
  const nonlinear = nodes.find(({ hook }) => !LINEAR.test(hook));
  if (!nonlinear) return;
  throw new RunError(
    `${nonlinear.hook} does not enter the residual stream linearly: take embeddings, attn_out, mlp_out, z, mlp.hook_post or features, or use atp`,
  );
}
