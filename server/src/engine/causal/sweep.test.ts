/** Exact patching against the reference (one full forward pass for each cell, float64), and against ourselves run naively. */
import { afterAll, describe, expect, it } from 'vitest';
import {
  flattened,
  patchFixtures,
  type PatchFixture,
  patchingPairs,
  type SiteFixture,
  sizesOf,
} from '../../../../test/reference/patchingFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { FixtureHosts, hookOf, metricSpec, runPair } from '../../../../test/support/patchingRuns';
import type { ModelHost } from '../modelHost';
import type { Tensor } from '../ort';
import type { Cell, MetricSpec, Patch, PatchValue, RunPair, SweepParams, SweepPart } from './requests';
import { sweep } from './sweep';

const hosts = new FixtureHosts();
afterAll(() => hosts.release());

function patchAt(host: ModelHost, site: SiteFixture): Patch {
  const { position, head, source, neuron, feature } = site;
  return {
    hook: hookOf(host, site.at, site.layer ?? 0, site.dictionary),
    positions: position === undefined ? null : [position],
    head: head ?? null,
    keys: source === undefined ? null : [source],
    unit: neuron ?? feature ?? null,
    value: { from: 'source' },
  };
}

/** One cell for each entry of the fixture's grid. */
function cellsOf(host: ModelHost, fixture: PatchFixture): Cell[] {
  const { sites, at, layer, head, neurons, features, dictionary, axes, values } = fixture;
  if (sites) return sites.map((together) => together.map((site) => patchAt(host, site)));
  const units: Readonly<Record<string, readonly number[] | undefined>> = {
    neuron: neurons,
    feature: features,
  };
  return places(sizesOf(values)).map((place) => {
    const named = Object.fromEntries(axes.map((axis, i) => [axis, units[axis]?.[place[i]!] ?? place[i]!]));
    const fixed = { ...(layer === undefined ? {} : { layer }), ...(head === undefined ? {} : { head }) };
    return [patchAt(host, { at, ...fixed, ...(dictionary === undefined ? {} : { dictionary }), ...named })];
  });
}

/** The coordinates of every cell, the last axis fastest. */
function places(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (all, size) => all.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

const nothing = { lookUp: () => Promise.resolve(), partial: () => undefined };

describe('patching agrees with the reference', () => {
  for (const fixture of patchFixtures()) {
    const { pair, at, axes, metric, direction, dictionary } = fixture;
    it(`${pair} ${at} ${dictionary ?? ''} ${axes.join(' x ')} ${metric} ${direction}`, async () => {
      const host = hosts.of(pair);
      const cells = cellsOf(host, fixture);
      const params = {
        ...runPair(fixture),
        metric: metricSpec(fixture.metricParts),
        cells,
        values: new Map(),
      };
      const { base, source, metrics } = await sweep(host, params, nothing);
      const unchanged = direction === 'denoise' ? [source!, base] : [base, source!];
      expect(relativeError(unchanged, [fixture.clean, fixture.corrupted], 2)).toBeLessThan(1e-4);
      // A position without counterpart keeps its value, so the cell is the base run.
      const wanted = flattened(fixture.values).map((value) => value ?? base);
      expect(relativeError(metrics, wanted, sizesOf(fixture.values).at(-1)!)).toBeLessThan(1e-4);
    });
  }
});

const tokens = patchingPairs()['tiny']!.corrupt;
const alone: RunPair = {
  base: { tokens, readAt: [tokens.length - 1] },
  source: null,
  alignment: [],
  reference: 'base',
};
const metric: MetricSpec = { kind: 'logit_diff', a: [7], b: [280] };

function ablation(hook: string, value: PatchValue, positions: readonly number[] | null = null): Patch {
  return { hook, positions, head: null, keys: null, unit: null, value };
}

function request(cells: readonly Cell[], values: ReadonlyMap<string, Tensor> = new Map()): SweepParams {
  return { ...alone, metric, cells, values };
}

/** The model on a machine where a pack of more positions cannot be allocated; the unchanged runs can. */
function withRoomFor(positions: number): ModelHost {
  const host = hosts.of('tiny');
  const run: ModelHost['run'] = (plan, rows, feeds, past, lookUp) => {
    const length = rows.length > 0 ? 0 : (feeds?.get('positions')?.data.length ?? 0);
    return length > positions
      ? Promise.reject(new Error('std::bad_alloc'))
      : host.run(plan, rows, feeds, past, lookUp);
  };
  return new Proxy(host, {
    get: (target, name) => {
      const value: unknown = name === 'run' ? run : Reflect.get(target, name, target);
      return typeof value === 'function' && name !== 'run' ? (value as () => unknown).bind(target) : value;
    },
  });
}

describe('a sweep', () => {
  const host = hosts.of('tiny');

  it('sets to zero and to given values, the same everywhere or by position', async () => {
    const hook = 'blocks.2.hook_mlp_out';
    const vector = Float32Array.from({ length: 32 }, (_, i) => Math.sin(i));
    const rows = new Float32Array(32 * tokens.length);
    rows.set(vector, 32 * 9);
    const values = new Map([
      ['vector', { data: vector, dims: [32] }],
      ['rows', { data: rows, dims: [tokens.length, 32] }],
      ['zeros', { data: new Float32Array(32), dims: [32] }],
    ]);
    const given = (name: string): PatchValue => ({ from: 'given', name });
    const { base, metrics } = await sweep(
      host,
      request(
        [
          [ablation(hook, { from: 'zero' })],
          [ablation(hook, given('zeros'))],
          [ablation(hook, given('vector'), [9])],
          [ablation(hook, given('rows'), [9])],
        ],
        values,
      ),
      nothing,
    );
    expect(metrics[0]).not.toBeCloseTo(base, 3);
    expect(metrics[1]).toBeCloseTo(metrics[0]!, 5);
    expect(metrics[3]).toBeCloseTo(metrics[2]!, 5);
    expect(metrics[2]).not.toBeCloseTo(metrics[0]!, 3);
  });

  it('sends the unchanged runs first, then every cell once', async () => {
    const cells = [3, 0, 8].map((at) => [ablation('blocks.1.hook_resid_mid', { from: 'zero' }, [at])]);
    const sent: SweepPart[] = [];
    await sweep(host, request(cells), { ...nothing, partial: (part) => void sent.push(part) });
    expect(sent[0]!.type).toBe('runs');
    const finished = sent.flatMap((part) => (part.type === 'cells' ? part.cells : []));
    expect(finished.toSorted()).toEqual([0, 1, 2]);
  });

  it('leaves alone what cannot reach the metric', async () => {
    const late = { ...request([[ablation('blocks.1.hook_resid_mid', { from: 'zero' }, [5])]]) };
    const { base, metrics } = await sweep(host, { ...late, base: { tokens, readAt: [4] } }, nothing);
    expect(metrics[0]).toBe(base);
  });

  it('does not change what is patched from an equal run', async () => {
    const run = alone.base;
    const cells = [[ablation('blocks.0.hook_resid_pre', { from: 'source' })], []];
    const same = { ...request(cells), source: run, alignment: tokens.map((_, at) => at) };
    const { base, metrics } = await sweep(host, same, nothing);
    expect([...metrics]).toEqual([base, base]);
  });

  it('stops between packs, what was finished having left', async () => {
    const cells = Array.from({ length: 300 }, (_, i) => [
      ablation(`blocks.${i % 3}.hook_resid_pre`, { from: 'zero' }, [i % 10]),
    ]);
    const sent: SweepPart[] = [];
    const lookUp = () => (sent.length < 4 ? Promise.resolve() : Promise.reject(new Error('stopped')));
    const context = { lookUp, partial: (part: SweepPart) => void sent.push(part) };
    await expect(sweep(host, request(cells), context)).rejects.toThrow('stopped');
    const finished = sent.flatMap((part) => (part.type === 'cells' ? part.cells : []));
    expect(finished.length).toBeGreaterThan(0);
    expect(finished.length).toBeLessThan(300);
  });

  it('goes on in smaller packs when memory is short, and says so when one cell is too much', async () => {
    const cells = Array.from({ length: 40 }, (_, i) => [
      ablation('blocks.0.hook_resid_pre', { from: 'zero' }, [i % 10]),
    ]);
    const whole = await sweep(host, request(cells), nothing);
    const narrow = await sweep(withRoomFor(25), request(cells), nothing);
    narrow.metrics.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.metrics[i]!, 4);
    });
    await expect(sweep(withRoomFor(5), request(cells), nothing)).rejects.toThrow(/not enough memory/);
  });

  it('says what it cannot do', async () => {
    const refused = (cell: Cell, change: Partial<SweepParams> = {}) =>
      expect(sweep(host, { ...request([cell]), ...change }, nothing)).rejects;
    await refused([ablation('blocks.7.hook_resid_pre', { from: 'zero' })]).toThrow(
      /no hook point matches "blocks.7/,
    );
    await refused([ablation('blocks.0.hook_resid_pre', { from: 'source' })]).toThrow(/from another run/);
    await refused([ablation('blocks.0.hook_resid_pre', { from: 'given', name: 'm' })]).toThrow(/named m/);
    const shorter = { tokens: tokens.slice(1), readAt: [3] };
    await refused([ablation('blocks.0.attn.hook_pattern', { from: 'source' })], {
      source: shorter,
      alignment: tokens.map(() => null),
    }).toThrow(/equal length/);
  });
});
