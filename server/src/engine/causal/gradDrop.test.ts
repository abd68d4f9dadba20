/** GradDrop layer by layer and row by row is one whole backward pass for every dropped layer. */
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import { patchingPairs } from '../../../../test/reference/patchingFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { hookOf } from '../../../../test/support/patchingRuns';
import { writeRandomModel } from '../../../../test/support/randomModel';
import { temporaryFolder } from '../../../../test/support/temporary';
import { loadModel } from '../loading';
import { rowFeeds } from '../metricFeeds';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { attribute } from './attribute';
import { otherFeeds, toOther } from './attributionRun';
import { dictionariesOf, metricPlan } from './baseRun';
import { derive } from './derive';
import type { AttributeParams } from './requests';
import { rowsAtOnce } from './stretches';

const hosts: ModelHost[] = [];
function load(path: string): ModelHost {
  const { host } = loadModel({ path });
  hosts.push(host);
  return host;
}
afterAll(async () => {
  for (const host of hosts) await host.release();
});

const lookUp = () => Promise.resolve();

function request(
  base: readonly number[],
  source: readonly number[],
  hooks: readonly string[],
): AttributeParams {
  const run = (tokens: readonly number[]) => ({ tokens, readAt: [tokens.length - 1] });
  return {
    base: run(base),
    source: run(source),
    alignment: base.map((_, at) => at),
    reference: 'source',
    metric: { kind: 'log_prob', a: [7], b: [] },
    method: 'atp*',
    steps: 0,
    nodes: hooks.map((hook) => ({ hook, each: hook.endsWith('hook_sae_acts_post') })),
  };
}

const magnitudes = ({ data }: Tensor): number[] =>
  Array.from(data, (x: number | bigint) => Math.abs(Number(x)));

/** By hook point 1/(L-1) of the sum over layers of |contribution| with the layer's outputs stopped; runs of nothing but one. */
async function naiveScores(host: ModelHost, params: AttributeParams): Promise<Map<string, number[]>> {
  const { layers } = host.architecture.dimensions;
  const { nodes, metric, base, source } = params;
  const hooks = nodes.map(({ hook }) => hook);
  const plan: Plan = {
    ...capture([]),
    ...metricPlan(metric),
    dictionaries: dictionariesOf(host, hooks, metric),
    outputs: hooks.map((hook) => ({ kind: 'hook', hook })),
  };
  const feeds = rowFeeds(metric, base.readAt, [base.tokens]);
  const others = await host.run({ ...plan, metric: null }, [source!.tokens]);
  const sums = new Map<string, number[]>();
  for (let layer = 0; layer < layers; layer++) {
    const stopped: Plan = {
      ...plan,
      interventions: ['attn', 'mlp'].map((part) => ({
        hook: `blocks.${layer}.hook_${part}_out`,
        kind: 'stop',
      })),
      outputs: nodes.map(toOther),
    };
    const fed = new Map([...feeds, ...otherFeeds(others)]);
    const results = await derive(host, stopped, [base.tokens], fed, lookUp, []);
    for (const { hook } of nodes) {
      const found = magnitudes(results.get(`attribution.${hook}`)!).map((x) => x / (layers - 1));
      sums.set(hook, sums.get(hook)?.map((sum, i) => sum + found[i]!) ?? found);
    }
  }
  return sums;
}

async function expectNaive(host: ModelHost, params: AttributeParams): Promise<void> {
  const { scores } = await attribute(host, params, lookUp);
  for (const [hook, wanted] of await naiveScores(host, params)) {
    const { data, dims } = scores.get(hook)!;
    expect(Math.max(...wanted), hook).toBeGreaterThan(0);
    expect(relativeError(data as Float32Array, wanted, dims.at(-1)!), hook).toBeLessThan(1e-3);
  }
}

describe('GradDrop', () => {
  const { clean, corrupt } = patchingPairs()['tiny']!;

  it('is a backward pass for every dropped layer, through dictionaries too', async () => {
    const host = load(fixturePath('gpt2-tiny', 'model'));
    const ofDictionaries = ['standard', 'skip-transcoder'].flatMap((id) =>
      ['features', 'error'].map((at) => hookOf(host, at, 0, id)),
    );
    const hooks = ['hook_embed', 'blocks.0.attn.hook_v', 'blocks.1.hook_attn_out', 'blocks.2.hook_resid_mid'];
    const params = request(corrupt, clean, [...hooks, 'blocks.2.mlp.hook_post', ...ofDictionaries]);
    await expectNaive(host, params);
  });

  it('is the same where the rows of a layer run in several turns', async () => {
    const folder = temporaryFolder();
    writeRandomModel(folder, { layers: 3, heads: 4, dModel: 256, vocabulary: 50, context: 1024 });
    const host = load(folder);
    const tokens = Array.from({ length: 900 }, (_, i) => i % 50);
    expect(rowsAtOnce(host, 1, tokens.length)).toBeLessThan(4);
    const hooks = [0, 1, 2].map((layer) => `blocks.${layer}.attn.hook_z`);
    await expectNaive(host, request(tokens, tokens.with(4, 31), hooks));
  });

  it('drops nothing in a model of one layer', async () => {
    const folder = temporaryFolder();
    writeRandomModel(folder, { layers: 1, heads: 2, dModel: 16, vocabulary: 50, context: 16 });
    const host = load(folder);
    const hooks = ['blocks.0.attn.hook_q', 'blocks.0.attn.hook_z', 'blocks.0.hook_resid_pre'];
    const { values, scores } = await attribute(host, request([1, 2, 3], [1, 9, 4], hooks), lookUp);
    for (const hook of hooks) {
      const found = magnitudes(scores.get(hook)!);
      expect(found).toEqual(magnitudes(values.get(hook)!));
      expect(Math.max(...found)).toBeGreaterThan(0);
    }
  });
});
