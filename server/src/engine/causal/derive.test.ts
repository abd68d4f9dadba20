/** Derivatives in stretches and behind gates are those of the whole run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath, tinyFixture, tokensOf } from '../../../../test/reference/fixtures';
import { relativeError } from '../../../../test/support/closeness';
import { writeRandomModel } from '../../../../test/support/randomModel';
import { temporaryCopy, temporaryFolder } from '../../../../test/support/temporary';
import { errorHook } from '../../dictionaries/splices';
import type { Feeds } from '../feeds';
import { loadDictionary, loadModel } from '../loading';
import type { ModelHost } from '../modelHost';
import { rowFeeds } from '../metricFeeds';
import type { Tensor } from '../ort';
import { capture, type InterventionSlot, type Plan, type PlanOutput } from '../plan';
import { interventionInput } from '../planGraph';
import { derive } from './derive';
import { evenCuts, possibleCuts } from './stretches';

const hosts: ModelHost[] = [];
const newHost = (path: string) => {
  const { host } = loadModel({ path });
  hosts.push(host);
  return host;
};
const host = newHost(fixturePath('gpt2-tiny', 'model'));
afterAll(async () => {
  for (const loaded of hosts) await loaded.release();
});
const tokens = tokensOf(tinyFixture(), 'long');
const layers = [0, 1, 2];

/** Loads a fixture's dictionary at other hook points. */
function load(into: ModelHost, id: string, folder: string, hookName: string, hookNameOut: string): string {
  const path = temporaryCopy(fixturePath('dictionaries', folder));
  const file = join(path, 'cfg.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { metadata: object };
  const hooks = { hook_name: hookName, ...(hookName === hookNameOut ? {} : { hook_name_out: hookNameOut }) };
  writeFileSync(file, JSON.stringify({ ...config, metadata: { ...config.metadata, ...hooks } }));
  return loadDictionary(into, { id, path }).featureHook;
}

function expectSame(found: ReadonlyMap<string, Tensor>, wanted: ReadonlyMap<string, Tensor>): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [name, { data, dims }] of wanted) {
    expect(found.get(name)!.dims, name).toEqual(dims);
    const error = relativeError(found.get(name)!.data as Float32Array, data as Float32Array, dims.at(-1)!);
    expect(error, name).toBeLessThan(1e-4);
  }
}

const ofSelf = (hook: string): PlanOutput => ({ kind: 'attribution', hook, times: 'ofSelf', each: true });

describe('derivatives in stretches', () => {
  const read = tokens.map((_, at) => at).slice(0, -1);
  const feeds = rowFeeds({ kind: 'loss', a: [], b: [] }, read, [tokens]);
  const nodes = [
    'hook_embed',
    ...layers.map((layer) => `blocks.${layer}.hook_resid_pre`),
    'ln_final.hook_scale',
  ];
  const plan: Plan = {
    ...capture([]),
    metric: 'loss',
    outputs: [{ kind: 'metric' }, ...[...nodes, 'blocks.0.attn.hook_k', 'blocks.2.hook_mlp_out'].map(ofSelf)],
  };
  const inStretches = (whole: Plan, cuts: number[], on = host) =>
    derive(on, whole, [tokens], feeds, () => Promise.resolve(), cuts);

  it('are those of the whole run', async () => {
    const whole = await inStretches(plan, []);
    expectSame(await inStretches(plan, [1, 2]), whole);
    expectSame(await inStretches(plan, [2]), whole);
  });

  it('leave out what lies below the lowest node', async () => {
    const upper = { ...plan, outputs: ['blocks.2.attn.hook_q', 'logits'].map(ofSelf) };
    expectSame(await inStretches(upper, [1, 2]), await inStretches(upper, []));
  });

  it('pass through dictionaries, one at the cut and several between', async () => {
    const withTwo = newHost(fixturePath('gpt2-tiny', 'model'));
    const atCut = load(withTwo, 'at cut', 'standard', 'blocks.2.hook_resid_pre', 'blocks.2.hook_resid_pre');
    const transcoder = load(
      withTwo,
      'transcoder',
      'skip-transcoder',
      'blocks.1.mlp.hook_in',
      'blocks.1.hook_mlp_out',
    );
    const spliced: Plan = {
      ...plan,
      dictionaries: ['at cut', 'transcoder'].map((id) => ({ id, mode: 'through' })),
      outputs: [...plan.outputs, ...[atCut, errorHook(atCut), transcoder].map(ofSelf)],
    };
    expect(possibleCuts(withTwo, spliced)).toEqual([1, 2]);
    expectSame(await inStretches(spliced, [1, 2], withTwo), await inStretches(spliced, [], withTwo));
  });

  it('do not cut a dictionary from what it writes, nor the layers above a feature that is the metric', () => {
    const withTwo = newHost(fixturePath('gpt2-tiny', 'model'));
    load(withTwo, 'within', 'transcoder', 'blocks.1.mlp.hook_in', 'blocks.1.hook_mlp_out');
    load(withTwo, 'across', 'transcoder', 'blocks.0.mlp.hook_in', 'blocks.1.hook_mlp_out');
    const across: Plan = { ...plan, dictionaries: [{ id: 'across', mode: 'through' }] };
    expect(possibleCuts(withTwo, across)).toEqual([2]);
    const dictionaries = [{ id: 'within', mode: 'beside' as const }];
    const feature: Plan = { ...plan, dictionaries, metric: 'feature', metricDictionary: 'within' };
    expect(possibleCuts(withTwo, feature)).toEqual([1]);
  });

  it('are of a size that leaves room to look up, and whole where that is small', async () => {
    const folder = temporaryFolder();
    writeRandomModel(folder, { layers: 8, heads: 4, dModel: 256, vocabulary: 50, context: 1024 });
    const long = newHost(folder);
    const text = Array.from({ length: 900 }, (_, i) => i % 50);
    const outputs = [0, 3, 7].map((layer) => ofSelf(`blocks.${layer}.attn.hook_z`));
    const whole: Plan = { ...capture([]), metric: 'logit', outputs };
    expect(evenCuts(long, whole, 1, 32)).toEqual([]);
    expect(evenCuts(long, whole, 1, text.length).length).toBeGreaterThan(1);
    expect(evenCuts(long, whole, 64, text.length)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    let looks = 0;
    const lookUp = () => {
      looks++;
      return Promise.resolve();
    };
    const ofLogit = rowFeeds({ kind: 'logit', a: [7], b: [] }, [899], [text]);
    const found = await derive(long, whole, [text], ofLogit, lookUp);
    expect(looks).toBeGreaterThan(2);
    expectSame(found, await derive(long, whole, [text], ofLogit, lookUp, []));
  });
});

describe('gates', () => {
  it('in the rows of a batch are runs of their own with stops', async () => {
    const hooks = layers.flatMap((layer) => [
      `blocks.${layer}.hook_attn_out`,
      `blocks.${layer}.hook_mlp_out`,
    ]);
    const nodes = [
      ...hooks,
      ...layers.flatMap((l) => [`blocks.${l}.attn.hook_z`, `blocks.${l}.hook_resid_mid`]),
    ];
    const plan: Plan = {
      ...capture([]),
      metric: 'logit',
      outputs: [{ kind: 'metric' }, ...nodes.map(ofSelf)],
    };
    const run = (interventions: InterventionSlot[], rows: number, fed: Feeds) => {
      const batch = Array.from({ length: rows }, () => tokens);
      const feeds = rowFeeds({ kind: 'logit', a: [7], b: [] }, [tokens.length - 1], batch);
      return host.run({ ...plan, interventions }, batch, new Map([...feeds, ...fed]));
    };
    const dropped = [null, ...layers];
    const gated = hooks.map((hook): [string, Tensor] => [
      interventionInput(hook),
      {
        data: Float32Array.from(dropped, (layer) => Number(!hook.startsWith(`blocks.${layer}.`))),
        dims: [dropped.length],
      },
    ]);
    const together = await run(
      hooks.map((hook) => ({ hook, kind: 'gate' })),
      dropped.length,
      new Map(gated),
    );
    for (const [row, layer] of dropped.entries()) {
      const stops = hooks.filter((hook) => hook.startsWith(`blocks.${layer}.`));
      const alone = await run(
        stops.map((hook) => ({ hook, kind: 'stop' })),
        1,
        new Map(),
      );
      expectSame(new Map([...together].map(([name, tensor]) => [name, rowOf(tensor, row)])), alone);
      for (const hook of stops) {
        expect(alone.get(`attribution.${hook}`)!.data.every((x) => Number(x) === 0)).toBe(true);
      }
      const above = alone.get('attribution.blocks.2.hook_resid_mid')!.data;
      expect((above as Float32Array).some((x) => x !== 0)).toBe(true);
    }
  });
});

function rowOf({ data, dims }: Tensor, row: number): Tensor {
  const length = data.length / dims[0]!;
  return { data: data.slice(row * length, (row + 1) * length), dims: [1, ...dims.slice(1)] };
}
