/** Attribution against the reference (float64, recomputed naively), and against finite differences where that has none. */
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import {
  type AttributionFixture,
  attributionFixtures,
  flattened,
  type NestedNumbers,
  patchingPairs,
  saturatedFixtures,
  sizesOf,
} from '../../../../test/reference/patchingFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { FixtureHosts, hookOf, metricSpec, runPair } from '../../../../test/support/patchingRuns';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import { capture } from '../plan';
import { attribute } from './attribute';
import { Engine } from '../supervisor';
import type { AttributeParams, NodeHook } from './requests';
import { sweep } from './sweep';

const hosts = new FixtureHosts();
afterAll(() => hosts.release());

const lookUp = () => Promise.resolve();
const numbersOf = ({ data }: Tensor): number[] => Array.from(data, Number);

/** The nodes of a fixture's grid, one hook point a layer where it has layers. */
function nodesOf(host: ModelHost, { at, axes, dictionary }: AttributionFixture): NodeHook[] {
  const layers = axes[0] === 'layer' ? host.architecture.dimensions.layers : 1;
  const each = axes.some((axis) => ['neuron', 'feature', 'source'].includes(axis));
  return Array.from({ length: layers }, (_, layer) => ({ hook: hookOf(host, at, layer, dictionary), each }));
}

function paramsOf(host: ModelHost, fixture: AttributionFixture): AttributeParams {
  const { metricParts, method, steps } = fixture;
  return {
    ...runPair(fixture),
    metric: metricSpec(metricParts),
    method,
    steps: steps ?? 0,
    nodes: nodesOf(host, fixture),
  };
}

/** All layers behind one another are the fixture's grid; NaN where it has null. */
function expectGrid(tensors: readonly Tensor[], wanted: NestedNumbers, bound: number): void {
  const sizes = sizesOf(wanted);
  const found = tensors.flatMap(numbersOf);
  const inner = sizes.slice(sizes.length - tensors[0]!.dims.length);
  for (const { dims } of tensors) expect(dims).toEqual(inner);
  const reference = flattened(wanted);
  expect(found.map((value) => Number.isNaN(value))).toEqual(reference.map((value) => value === null));
  const numbers = found.map((value) => (Number.isNaN(value) ? 0 : value));
  expect(
    relativeError(
      numbers,
      reference.map((value) => value ?? 0),
      sizes.at(-1)!,
    ),
  ).toBeLessThan(bound);
}

describe('attribution agrees with the reference', () => {
  for (const fixture of attributionFixtures()) {
    const { pair, at, method, metric, direction, dictionary } = fixture;
    it(`${method} ${pair} ${at} ${dictionary ?? ''} ${metric} ${direction}`, async () => {
      const host = hosts.of(pair);
      const params = paramsOf(host, fixture);
      const { base, source, values, scores } = await attribute(host, params, lookUp);
      const unchanged = direction === 'denoise' ? [source, base] : [base, source];
      expect(relativeError(unchanged, [fixture.clean, fixture.corrupted], 2)).toBeLessThan(1e-4);
      const ordered = (found: ReadonlyMap<string, Tensor>) =>
        params.nodes.map(({ hook }) => found.get(hook)!);
      expectGrid(ordered(values), fixture.values, 1e-3);
      expect(scores.size).toBe(fixture.scores ? params.nodes.length : 0);
      if (fixture.scores) expectGrid(ordered(scores), fixture.scores, 1e-3);
    });
  }
});

describe('a saturated softmax', () => {
  for (const fixture of saturatedFixtures()) {
    const { pair, at, layer, head, position, exact, direction, metricParts } = fixture;

    it(`is missed by AtP at the query and met by AtP*: ${direction}`, async () => {
      const host = hosts.of(pair);
      const hook = hookOf(host, at, layer);
      const common = { ...runPair(fixture), metric: metricSpec(metricParts), dictionaries: [] };
      const estimate = async (method: 'atp' | 'atp*') => {
        const nodes = [{ hook, each: false }];
        const { values } = await attribute(host, { ...common, method, steps: 0, nodes }, lookUp);
        const { data, dims } = values.get(hook)!;
        return data[position * dims[1]! + head] as number;
      };
      const value = { from: 'source' as const };
      const cell = [{ hook, positions: [position], head, keys: null, unit: null, value }];
      const { base, metrics } = await sweep(
        host,
        { ...common, cells: [cell], values: new Map() },
        { lookUp, partial: () => undefined },
      );
      const patched = metrics[0]! - base;
      expect(patched / exact).toBeCloseTo(1, 3);
      expect(Math.abs(await estimate('atp'))).toBeLessThan(0.05 * Math.abs(patched));
      expect(Math.abs((await estimate('atp*')) - patched)).toBeLessThan(0.1 * Math.abs(patched));
      expect((await estimate('atp')) / fixture.atp).toBeCloseTo(1, 2);
      expect((await estimate('atp*')) / fixture.atpStar).toBeCloseTo(1, 3);
    });
  }
});

const { clean, corrupt } = patchingPairs()['tiny']!;
const host = hosts.of('tiny');
const resid = { hook: 'blocks.1.hook_resid_pre', each: false };

function request(change: Partial<AttributeParams> = {}): AttributeParams {
  const run = (tokens: readonly number[]) => ({ tokens, readAt: [tokens.length - 1] });
  return {
    base: run(corrupt),
    source: run(clean),
    alignment: corrupt.map((_, at) => at),
    reference: 'source',
    metric: { kind: 'logit_diff', a: [7], b: [280] },
    method: 'atp',
    steps: 10,
    nodes: [resid],
    ...change,
  };
}

describe('attribution', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('takes two runs whatever the number of nodes', async () => {
    const run = vi.spyOn(host, 'run');
    const nodes = host.hooks
      .filter((hook) => !/hook_(attn_scores|result)$|^logits$|^ln_final/.test(hook))
      .map((hook) => ({ hook, each: true }));
    const { values } = await attribute(host, request({ nodes }), lookUp);
    expect(values.size).toBe(nodes.length);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('keeps single numbers where they are wanted, which add up to the nodes', async () => {
    const hook = 'blocks.2.attn.hook_z';
    const [each, whole] = await Promise.all(
      [true, false].map(async (kept) => {
        const { values } = await attribute(host, request({ nodes: [{ hook, each: kept }] }), lookUp);
        return values.get(hook)!;
      }),
    );
    expect(each!.dims).toEqual([corrupt.length, 4, 8]);
    const single = numbersOf(each!);
    const sums = numbersOf(whole!).map((_, i) => single.slice(8 * i, 8 * i + 8).reduce((a, b) => a + b, 0));
    expect(relativeError(sums, numbersOf(whole!), 4)).toBeLessThan(1e-5);
  });

  it('has a number for every attention score, 0 behind the mask', async () => {
    const hook = 'blocks.1.attn.hook_attn_scores';
    for (const method of ['atp', 'ig'] as const) {
      const { values } = await attribute(host, request({ method, nodes: [{ hook, each: true }] }), lookUp);
      const { dims } = values.get(hook)!;
      expect(dims).toEqual([4, corrupt.length, corrupt.length]);
      const found = numbersOf(values.get(hook)!);
      const isBehind = (i: number) => i % dims[2]! > Math.floor(i / dims[2]!) % dims[1]!;
      expect(found.every((x, i) => Number.isFinite(x) && (x === 0 || !isBehind(i)))).toBe(true);
      expect(found.some((x) => Math.abs(x) > 1e-4)).toBe(true);
    }
  });

  it('is 0 for KL from the base run itself, where KL is least', async () => {
    const { base, values } = await attribute(
      host,
      request({ metric: { kind: 'kl', a: [], b: [] }, reference: 'base' }),
      lookUp,
    );
    expect(base).toBeCloseTo(0, 6);
    expect(Math.max(...numbersOf(values.get(resid.hook)!).map(Math.abs))).toBeLessThan(1e-4);
  });

  it('can be about a feature as the metric', async () => {
    const feature = hookOf(host, 'features', 0, 'standard');
    const dictionaries = [{ id: 'standard', mode: 'beside' as const }];
    const activations = (await host.run({ ...capture([feature]), dictionaries }, [corrupt])).get(feature)!;
    const last = numbersOf(activations).slice(-48);
    const strongest = last.indexOf(Math.max(...last));
    const metric = { kind: 'feature' as const, a: [strongest], b: [], dictionary: 'standard' };
    const above = { hook: 'blocks.2.attn.hook_z', each: false };
    for (const method of ['atp', 'atp*'] as const) {
      const params = request({ method, metric, nodes: [resid, above] });
      const { base, values } = await attribute(host, params, lookUp);
      expect(base).toBeGreaterThan(0.1);
      expect(base).toBeCloseTo(last[strongest]!, 4);
      expect(numbersOf(values.get(resid.hook)!).some((x) => Math.abs(x) > 1e-3)).toBe(true);
      expect(numbersOf(values.get(above.hook)!).every((x) => x === 0)).toBe(true);
    }
  });

  it('stops where it is told to', async () => {
    for (const method of ['atp', 'atp*', 'ig'] as const) {
      let looks = 0;
      const stop = () => (++looks > 1 ? Promise.reject(new Error('stopped')) : Promise.resolve());
      await expect(attribute(host, request({ method }), stop)).rejects.toThrow('stopped');
    }
  });

  it('is asked of the engine process, and can be cancelled there', async () => {
    const engine = new Engine({ entry: join(inject('bundles'), 'engine.js') });
    try {
      await engine.request('load', { path: fixturePath('gpt2-tiny', 'model') });
      const here = await attribute(host, request({ method: 'atp*' }), lookUp);
      const there = await engine.request('attribute', request({ method: 'atp*' }));
      expect(there).toEqual(here);
      const abort = new AbortController();
      const manySteps = request({ method: 'ig', steps: 1_000_000 });
      const cancelled = engine.request('attribute', manySteps, { signal: abort.signal });
      setTimeout(() => {
        abort.abort();
      }, 50);
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
      const run = { tokens: corrupt, readAt: [9] };
      const nodes = [{ hook: 'hook_embed', each: false }];
      const direct = { run, nodes, metric: request().metric, dictionaries: [] };
      expect((await engine.request('direct', direct)).metric).toBeCloseTo(here.base, 4);
    } finally {
      await engine.dispose();
    }
  });

  it('says what it cannot do', async () => {
    const refused = (change: Partial<AttributeParams>) =>
      expect(attribute(host, request(change), lookUp)).rejects;
    const node = (hook: string, each = false) => ({ nodes: [{ hook, each }] });
    const features = hookOf(host, 'features', 0, 'standard');
    await refused({ source: null }).toThrow(/the other prompt/);
    await refused(node('blocks.1.hook_resid_per')).toThrow(/did you mean blocks.1.hook_resid_pre/);
    await refused(node(features.replace('.1.', '.7.'))).toThrow(/did you mean/);
    const unheard = { kind: 'feature', a: [0], b: [], dictionary: 'unheard' } as const;
    await refused({ metric: unheard }).toThrow(/dictionary unheard is not loaded/);
    await refused({ method: 'ig', steps: 0 }).toThrow(/at least one, not 0/);
    await refused({ ...node('blocks.0.attn.hook_q', true), method: 'atp*' }).toThrow(/head by head/);
    await refused({ metric: { kind: 'feature', a: [0], b: [] } }).toThrow(/dictionary that it is of/);
    await refused({ base: { tokens: corrupt, readAt: [10] } }).toThrow(/position 10, which is outside/);
    await refused({ base: { tokens: corrupt, readAt: [] } }).toThrow(/no position/);
    await refused({ ...node('blocks.0.attn.hook_pattern'), alignment: corrupt.map(() => null) }).toThrow(
      /equal length/,
    );
  });
});

describe('integrated gradients', () => {
  const all = (hook: string) => [
    { hook, positions: null, head: null, keys: null, unit: null, value: { from: 'source' as const } },
  ];

  it.each(['blocks.1.mlp.hook_post', 'hook_embed', 'blocks.2.attn.hook_pattern', 'features', 'error'])(
    'add up to the effect of patching the whole hook point with many steps: %s',
    async (name) => {
      const isOfDictionary = name === 'features' || name === 'error';
      const hook = isOfDictionary ? hookOf(host, name, 0, 'standard') : name;
      const params = request({
        method: 'ig',
        steps: 600,
        nodes: [{ hook, each: true }],
      });
      const { values } = await attribute(host, params, lookUp);
      const { base, metrics } = await sweep(
        host,
        { ...params, cells: [all(hook)], values: new Map() },
        { lookUp, partial: () => undefined },
      );
      const effect = metrics[0]! - base;
      expect(Math.abs(effect)).toBeGreaterThan(0.05);
      const sum = numbersOf(values.get(hook)!).reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - effect)).toBeLessThan(0.02 * Math.abs(effect));
    },
  );
});
