/** Packed, cached, suffix-only sweeps equal one whole run for each cell, at every hook point of a model. */
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { patchingPairs } from '../../../../test/reference/patchingFixtures';
import { errorHook } from '../../dictionaries/splices';
import { loadDictionary, loadModel } from '../loading';
import { rowFeeds } from '../metricFeeds';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { interventionInput } from '../planGraph';
import { cleanRun, dictionariesOf, metricPlan } from './baseRun';
import { isPattern } from './places';
import type { MetricSpec, Patch, PatchValue, SweepParams } from './requests';
import { sweep } from './sweep';

const { host } = loadModel({ path: fixturePath('gpt2-tiny', 'model') });
loadDictionary(host, { id: 'standard', path: fixturePath('dictionaries', 'standard') });
afterAll(() => host.release());

const { clean, corrupt } = patchingPairs()['tiny']!;
const features = host.dictionaries.get('standard')!.hook;
const identity = clean.map((_, at) => at);
const metric: MetricSpec = { kind: 'logit_diff', a: [7], b: [280] };
const later = () => Promise.resolve();

/** The same, one whole run with the values written over a copy of what stands there. */
async function naive(patch: Patch, of: MetricSpec, readAt: readonly number[]): Promise<number> {
  const { activations: old } = await cleanRun(
    host,
    { tokens: corrupt, readAt },
    of,
    [patch.hook],
    new Map(),
    later,
  );
  const { activations: other } = await cleanRun(
    host,
    { tokens: clean, readAt },
    of,
    [patch.hook],
    new Map(),
    later,
  );
  const { data, dims } = old.get(patch.hook)!;
  const value = new Float32Array(data.length);
  const kept = new Float32Array(data.length).fill(1);
  const axis = isPattern(patch.hook) ? 2 : 1;
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  for (let i = 0; i < data.length; i++) {
    const position = Math.floor(i / inner) % dims[axis]!;
    if (!patch.positions!.includes(position)) continue;
    value[i] = patch.value.from === 'source' ? Number(other.get(patch.hook)!.data[i]) : 0;
    kept[i] = 0;
  }
  const input = interventionInput(patch.hook);
  const plan: Plan = {
    ...capture([]),
    ...metricPlan(of),
    dictionaries: dictionariesOf(host, [patch.hook], of),
    interventions: [{ hook: patch.hook, kind: 'replace' }],
    outputs: [{ kind: 'metric' }],
  };
  const feeds = new Map<string, Tensor>([
    ...rowFeeds(of, readAt, [corrupt]),
    [input, { data: value, dims }],
    [`${input}.kept`, { data: kept, dims }],
  ]);
  return (await host.run(plan, [corrupt], feeds)).get('metric')!.data[0] as number;
}

function params(patches: readonly Patch[], of: MetricSpec, readAt: readonly number[]): SweepParams {
  return {
    base: { tokens: corrupt, readAt },
    source: { tokens: clean, readAt },
    alignment: identity,
    reference: 'source',
    metric: of,
    cells: patches.map((patch) => [patch]),
    values: new Map(),
  };
}

function patch(hook: string, positions: readonly number[], value: PatchValue): Patch {
  return { hook, positions, head: null, keys: null, unit: null, value };
}

async function expectNaive(
  patches: readonly Patch[],
  of: MetricSpec,
  readAt: readonly number[],
): Promise<void> {
  const { metrics } = await sweep(host, params(patches, of, readAt), {
    lookUp: later,
    partial: () => undefined,
  });
  for (const [i, one] of patches.entries()) {
    const expected = await naive(one, of, readAt);
    expect(Math.abs(metrics[i]! - expected), one.hook).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
  }
}

describe('a sweep equals whole runs', () => {
  const hooks = host.hooks.filter((hook) => hook !== 'logits');
  it.each(hooks)('%s', async (hook) => {
    const from: PatchValue =
      hook.endsWith('hook_scale') || isPattern(hook) ? { from: 'source' } : { from: 'zero' };
    await expectNaive([patch(hook, [6], from), patch(hook, [2, 9], { from: 'source' })], metric, [9]);
  });

  it('where features and errors of a dictionary are patched', async () => {
    const patches = [features, errorHook(features)].flatMap((hook) => [
      patch(hook, [5], { from: 'source' }),
      patch(hook, [3, 8], { from: 'zero' }),
    ]);
    await expectNaive(patches, metric, [9]);
  });

  it('where the metric is a feature, read in the middle of model and text', async () => {
    const feature: MetricSpec = { kind: 'feature', a: [10], b: [], dictionary: 'standard' };
    const hooksBefore = [
      'hook_embed',
      'blocks.0.hook_resid_mid',
      'blocks.0.attn.hook_z',
      'blocks.2.hook_mlp_out',
    ];
    const patches = hooksBefore.flatMap((hook) => [2, 5].map((at) => patch(hook, [at], { from: 'source' })));
    await expectNaive(patches, feature, [3, 6]);
  });
});
