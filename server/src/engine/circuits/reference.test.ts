/** Attribution graphs against float64 on small random models (test/reference/README.md, Graphs). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../../test/reference/fixtures';
import {
  allSources,
  allTargets,
  GRAPH_FIXTURES,
  graphFixture,
  graphTensors,
  HOLDS,
  referenceRows,
  type GraphFixture,
} from '../../../../test/reference/graphFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { loadDictionary, loadModel } from '../loading';
import type { ModelHost } from '../modelHost';
import { circuitCarriers } from './carriers';
import { circuitEffects } from './effects';
import type {
  CircuitChange,
  CircuitEffect,
  CircuitHold,
  CircuitRow,
  CircuitRun,
  CircuitSource,
  CircuitTarget,
} from './requests';
import { circuitRows } from './rows';
import { circuitSources } from './frozenRun';

const lookUp = () => Promise.resolve();

/** Tolerances of circuit-tracer's own tests, in float32 (math.md 7.11). */
const ACTIVATIONS = { absolute: 5e-4, relative: 1e-5 };
const LOGITS = { absolute: 1e-5, relative: 1e-3 };

/** Random nodes that are doubled, or all where there are fewer. */
const VERIFIED = 100;

/** Features that a whole effect tells of. */
const MOST_CHANGED = 100;

interface Loaded {
  readonly host: ModelHost;
  readonly run: CircuitRun;
}

function load({ model, dictionaries, tokens }: GraphFixture): Loaded {
  const { host } = loadModel({ path: fixturePath(model) });
  const ids = dictionaries.flatMap((dictionary, layer) => {
    if (!dictionary) return [];
    const { folder, normFactor } = dictionary;
    const id = `layer ${layer}`;
    loadDictionary(host, { id, path: fixturePath(folder), ...(normFactor === null ? {} : { normFactor }) });
    return [id];
  });
  return { host, run: { tokens, dictionaries: ids } };
}

async function rowsOf({ host, run }: Loaded, targets: readonly CircuitTarget[]): Promise<CircuitRow[]> {
  const rows: CircuitRow[] = [];
  await circuitRows(host, { run, targets }, { lookUp, partial: (some) => rows.push(...some) });
  return rows.sort((a, b) => a.target - b.target);
}

async function effectsOf(
  { host, run }: Loaded,
  changes: readonly (readonly CircuitChange[])[],
  hold: CircuitHold,
  targets: readonly CircuitTarget[],
  whole = false,
): Promise<CircuitEffect[]> {
  const effects: CircuitEffect[] = [];
  const params = { run, changes, hold, targets, whole };
  await circuitEffects(host, params, { lookUp, partial: (some) => effects.push(...some) });
  return effects.sort((a, b) => a.change - b.change);
}

/** The weight of each of `allSources` in a row. */
function whole(fixture: GraphFixture, { features, errors, tokens }: CircuitRow): Float32Array {
  const blocks = fixture.features.length;
  const row = new Float32Array(allSources(fixture).length);
  row.set(features);
  row.set(errors, blocks);
  row.set(tokens, row.length - tokens.length);
  return row;
}

function doubling(source: CircuitSource, activations: Float32Array, at: number): CircuitChange {
  return source.kind === 'feature' ? { ...source, value: 2 * activations[at]! } : { ...source, factor: 2 };
}

/** Indices below `count` in an order that looks random and is always the same. */
function shuffled(count: number): number[] {
  const keys = Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32);
  return keys.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
}

/** By how much the difference exceeds the tolerance, 1 being as much as it allows. */
function excess(effect: number, edge: number, { absolute, relative }: typeof LOGITS): number {
  return Math.abs(effect - edge) / (absolute + relative * Math.abs(effect));
}

describe.each(GRAPH_FIXTURES)('%s', (name) => {
  const fixture = graphFixture(name);
  const tensors = graphTensors(name);
  const targets = allTargets(fixture);
  const sources = allSources(fixture);
  const data = (tensor: string) => tensors.get(tensor)!.data;
  const toleranceOf = (target: number) => (targets[target]!.kind === 'feature' ? ACTIVATIONS : LOGITS);
  let loaded: Loaded;
  let rows: CircuitRow[];

  beforeAll(async () => {
    loaded = load(fixture);
    rows = await rowsOf(loaded, targets);
  });
  afterAll(() => loaded.host.release());

  it('has the same sources', async () => {
    const found = await circuitSources(loaded.host, loaded.run, lookUp);
    const places = [...found.layers].map((layer, i) => [layer, found.positions[i], found.indices[i]]);
    expect(places).toEqual(fixture.features);
    expect([...found.starts]).toEqual(
      Array.from(
        { length: fixture.layers + 1 },
        (_, layer) => fixture.features.filter(([below]) => below < layer).length,
      ),
    );
    expect(found.bareLayers).toEqual(
      fixture.dictionaries.flatMap((dictionary, layer) => (dictionary ? [] : [layer])),
    );
    for (const key of ['activations', 'errorNorms', 'logits'] as const)
      expect(relativeError(found[key], data(key), data(key).length), key).toBeLessThan(1e-5);
  });

  it('has the same direct effects on every target', () => {
    const reference = referenceRows(fixture);
    expect(rows.map(({ target }) => target)).toEqual(reference.map(({ target }) => target));
    rows.forEach((row, at) => {
      expect([row.features.length, row.errors.length]).toEqual([
        reference[at]!.features.length,
        reference[at]!.errors.length,
      ]);
      const error = relativeError(whole(fixture, row), whole(fixture, reference[at]!), sources.length);
      expect(error, JSON.stringify(targets[at])).toBeLessThan(1e-4);
    });
  });

  it('has the same direct effects whichever targets are asked for together', async () => {
    const some = shuffled(targets.length).slice(0, 5);
    const alone = await rowsOf(
      loaded,
      some.map((at) => targets[at]!),
    );
    alone.forEach((row, i) => {
      const together = whole(fixture, rows[some[i]!]!);
      expect(relativeError(whole(fixture, row), together, sources.length)).toBeLessThan(1e-5);
    });
  });

  it('changes targets by what edges say when a node is doubled and everything else is frozen', async () => {
    const activations = data('activations');
    const chosen = shuffled(sources.length).slice(0, VERIFIED);
    const changes = chosen.map((at) => [doubling(sources[at]!, activations, at)]);
    const effects = await effectsOf(loaded, changes, 'everything', targets);
    expect(effects).toHaveLength(chosen.length);
    const edges = rows.map((row) => whole(fixture, row));
    effects.forEach((effect, i) => {
      effect.targets.forEach((value, target) => {
        const edge = edges[target]![chosen[i]!]!;
        const what = `${JSON.stringify(sources[chosen[i]!])} on ${JSON.stringify(targets[target])}`;
        expect(excess(value, edge, toleranceOf(target)), what).toBeLessThan(1);
      });
    });
  });

  it('changes targets as the reference does when a node is doubled', async () => {
    const expected = data('doubled');
    const changes = fixture.doubled.map((change) => [change]);
    const effects = await effectsOf(loaded, changes, 'everything', targets);
    effects.forEach((effect, row) => {
      effect.targets.forEach((value, target) => {
        const reference = expected[row * targets.length + target]!;
        expect(excess(value, reference, toleranceOf(target))).toBeLessThan(1);
      });
    });
  });

  it.each(HOLDS)('predicts what the reference does after changes made together, held: %s', async (hold) => {
    const effects = await effectsOf(loaded, fixture.changed, hold, targets.slice(-1), true);
    effects.forEach((effect, at) => {
      const logits = data(`changed.${at}.${hold}.logits`);
      expect(relativeError(effect.logits!, logits, logits.length)).toBeLessThan(1e-5);
    });
  });

  it.each(['attention', 'nothing'] as const)('changes the same features, held: %s', async (hold) => {
    const effects = await effectsOf(loaded, fixture.changed, hold, [], true);
    effects.forEach((effect, at) => {
      const expected = changedFeatures(fixture, data('activations'), data(`changed.${at}.${hold}.features`));
      const set = new Set(fixture.changed[at]!.map(placeOf));
      const others = effect.changed.filter((one) => !set.has(placeOf(one)));
      const reference = expected.filter((one) => !set.has(placeOf(one)));
      expect(others.length).toBe(
        Math.min(reference.length, MOST_CHANGED - (effect.changed.length - others.length)),
      );
      const byPlace = new Map(reference.map((one) => [placeOf(one), one]));
      for (const one of others) {
        const same = byPlace.get(placeOf(one));
        expect(same, placeOf(one)).toBeDefined();
        expect(one.before).toBeCloseTo(same!.before, 4);
        expect(one.after).toBeCloseTo(same!.after, 4);
      }
    });
  });

  it('has the same heads carrying edges', async () => {
    for (const { source, target, weight, heads, direct } of fixture.carriers) {
      const found = await circuitCarriers(loaded.host, { run: loaded.run, source, target }, lookUp);
      const what = `${JSON.stringify(source)} to ${JSON.stringify(target)}`;
      const shares = [found.weight, found.direct, ...found.heads];
      expect(relativeError(shares, [weight, direct, ...heads], shares.length), what).toBeLessThan(1e-4);
    }
  });
});

function placeOf(place: object): string {
  const { layer, position, index } = place as Record<string, number>;
  return `${layer}:${position}:${index}`;
}

/** Of the reference: features whose activation is another than in the unchanged run, beyond rounding. */
function changedFeatures(
  { features, layers, tokens }: GraphFixture,
  activations: Float32Array,
  after: Float32Array,
): { layer: number; position: number; index: number; before: number; after: number }[] {
  const before = new Map(features.map((place, i) => [place.join(':'), activations[i]!]));
  const width = after.length / (layers * tokens.length);
  const places = [...after].map((value, at) => {
    const [row, index] = [Math.floor(at / width), at % width];
    const place = { layer: Math.floor(row / tokens.length), position: row % tokens.length, index };
    return { ...place, before: before.get(placeOf(place)) ?? 0, after: value };
  });
  return places.filter((one) => Math.abs(one.after - one.before) > 1e-4 * Math.max(one.before, one.after));
}
