/** Experiments, from their specs to their results, against the reference implementation (test/reference, "Patching"). */
import { afterAll, describe, expect, it } from 'vitest';
import type {
  AttributeRun,
  ExperimentRun,
  PatchRun,
  PromptPair,
  SiteSpec,
  SweepAxis,
} from '../../../../protocol/experimentSpec';
import type { Nested, RunResult } from '../../../../protocol/experiments';
import { flattened, unchangedMetric } from '../../../../protocol/normalise';
import {
  ablationFixtures,
  attributionFixtures,
  directFixtures,
  lensFixtures,
  type MetricParts,
  patchFixtures,
  patchingPairs,
  type PatchingEntry,
  saturatedFixtures,
} from '../../../../test/reference/patchingFixtures';
import { relativeError } from '../../../../test/support/closeness';
import { runExperiment } from './experiment';
import { type FixtureLab, fixtureLab } from './testing/fixtureLab';

const EXACT = 1e-4;
const GRADIENTS = 1e-3;

const labs = new Map<string, Promise<FixtureLab>>();
afterAll(async () => {
  for (const lab of labs.values()) await (await lab).release();
});

function labOf(model: string): Promise<FixtureLab> {
  const dictionaries = model.startsWith('gpt2-tiny') ? ['standard', 'skip-transcoder'] : [];
  const lab = labs.get(model) ?? fixtureLab(model, dictionaries);
  labs.set(model, lab);
  return lab;
}

/** The largest difference, by the measure of the design; Infinity where one has a number and the other has none. */
function difference(actual: Nested, expected: Nested): number {
  const [a, b] = [flattened(actual), flattened(expected)];
  if (a.length !== b.length || a.some((value, i) => (value === null) !== (b[i] === null))) return Infinity;
  let row: unknown = expected;
  while (Array.isArray(row) && Array.isArray(row[0])) row = row[0];
  const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? 0);
  return relativeError(numbers(a), numbers(b), (row as unknown[]).length);
}

function metricText({ kind, answers, position }: MetricParts): string {
  const groups = answers.map((group) => group.join('|')).join(',');
  return `${kind}${groups === '' ? '' : `:${groups}`}${position === null ? '' : `@${position}`}`;
}

async function resultOf({ pair, metricParts }: PatchingEntry, run: ExperimentRun): Promise<RunResult> {
  const { model, clean, corrupt, alignment } = patchingPairs()[pair]!;
  const prompts: PromptPair = { clean: { tokens: clean }, corrupt: { tokens: corrupt } };
  const align = alignment ? { align: alignment } : {};
  const { signal } = new AbortController();
  const spec = { prompts, ...align, metric: metricText(metricParts), runs: [run] };
  const { runs } = await runExperiment(spec, await labOf(model), { signal });
  expect(runs[0]).toMatchObject({ state: 'complete', done: runs[0]!.total });
  return runs[0]!;
}

function expectRuns({ clean, corrupted }: RunResult, expected: { clean: number; corrupted: number }): void {
  expect(difference([clean, corrupted], [expected.clean, expected.corrupted])).toBeLessThan(EXACT);
}

describe('patch', () => {
  for (const entry of patchFixtures()) {
    const { pair, direction, at, axes, metric, layer, head, neurons, features, dictionary, sites } = entry;
    const where = `${at}${dictionary ? ` of ${dictionary}` : ''} by ${axes.join()}`;
    it(`${pair}, ${direction}, ${where}: ${metric}`, async () => {
      const units = neurons ?? features;
      const swept: PatchRun = {
        patch: at as 'z',
        by: axes as readonly SweepAxis[],
        ...(layer === undefined ? {} : { layers: [layer] }),
        ...(head === undefined ? {} : { heads: [head] }),
        ...(units ? { units } : {}),
        ...(dictionary === undefined ? {} : { dictionary }),
      };
      const sets = sites as unknown as readonly (readonly SiteSpec[])[] | undefined;
      const found = await resultOf(entry, { ...(sets ? { patch: sets } : swept), direction });
      expect(found.axes).toEqual(axes);
      expect(difference(found.values, entry.values)).toBeLessThan(EXACT);
      expectRuns(found, entry);
    });
  }
});

describe('ablate', () => {
  for (const entry of ablationFixtures()) {
    const { pair, at, axes, metric, over } = entry;
    const lengths = over ? ` over ${over.map(({ length }) => length).join()} tokens` : '';
    it(`${pair}, ${at} by ${axes.join()} with ${entry.with}${lengths}: ${metric}`, async () => {
      const texts = over ? { over: over.map((tokens) => ({ tokens })) } : {};
      const found = await resultOf(entry, { ablate: at, with: entry.with, ...texts });
      expect(found.axes).toEqual(axes);
      expect(difference(found.values, entry.values)).toBeLessThan(EXACT);
      expect(difference([found.clean], [entry.clean])).toBeLessThan(EXACT);
      expect(found.corrupted === null).toBe(entry.with !== 'resample');
    });
  }
});

describe('attribute', () => {
  for (const entry of attributionFixtures()) {
    const { pair, direction, at, axes, metric, method, steps, dictionary } = entry;
    const where = `${at}${dictionary ? ` of ${dictionary}` : ''} by ${axes.join()}`;
    it(`${method}, ${pair}, ${direction}, ${where}: ${metric}`, async () => {
      const counts: Readonly<Record<string, number>> = { mlp_post: 128, features: 48 };
      const run: AttributeRun = {
        attribute: at as 'z',
        by: axes as readonly SweepAxis[],
        method,
        direction,
        ...(steps === undefined ? {} : { steps }),
        ...(at in counts ? { units: Array.from({ length: counts[at]! }, (_, unit) => unit) } : {}),
        ...(dictionary === undefined ? {} : { dictionary }),
      };
      const found = await resultOf(entry, run);
      expect(found.axes).toEqual(axes);
      expect(difference(found.values, entry.values)).toBeLessThan(GRADIENTS);
      if (entry.scores) expect(difference(found.scores!, entry.scores)).toBeLessThan(GRADIENTS);
      else expect(found.scores).toBeUndefined();
      expectRuns(found, entry);
    });
  }

  for (const entry of saturatedFixtures()) {
    it(`sees through a saturated softmax, ${entry.direction}`, async () => {
      const { direction, layer, head, position, exact } = entry;
      const by = ['layer', 'head', 'position'] as const;
      const at = ({ values }: RunResult) =>
        (values as readonly (readonly (readonly number[])[])[])[layer]![head]![position]!;
      const patched = await resultOf(entry, { patch: 'q', direction, by });
      expect(difference([at(patched) - unchangedMetric(patched)!], [exact])).toBeLessThan(EXACT);
      const atp = at(await resultOf(entry, { attribute: 'q', direction, by, method: 'atp' }));
      const star = at(await resultOf(entry, { attribute: 'q', direction, by, method: 'atp*' }));
      expect(Math.abs(atp / exact)).toBeLessThan(0.05);
      expect(Math.abs(star / exact - 1)).toBeLessThan(0.1);
    });
  }
});

describe('direct', () => {
  for (const entry of directFixtures()) {
    const close = (actual: Nested, expected: Nested) => {
      expect(difference(actual, expected)).toBeLessThan(GRADIENTS);
    };

    it(`layers, ${entry.pair}: ${entry.metric}`, async () => {
      const found = await resultOf(entry, { direct: 'layers' });
      const both = entry.attnOut.flatMap((attention, layer) => [attention, entry.mlpOut[layer]!]);
      close(found.values, [entry.embed, entry.posEmbed, ...both]);
      expect(found.ticks[0]!.slice(0, 4).map(({ label }) => label)).toEqual([
        'embed',
        'pos_embed',
        'attn_out 0',
        'mlp_out 0',
      ]);
      expect(found.clean).toBeCloseTo(entry.value, 4);
      const rest = /; (\S+) is the constant/.exec(found.notes.join('\n'))![1];
      expect(Number(rest)).toBeCloseTo(entry.constant, 4);
    });

    it(`heads, ${entry.pair}: ${entry.metric}`, async () => {
      const found = await resultOf(entry, { direct: 'heads' });
      expect(found.axes).toEqual(['layer', 'head']);
      close(found.values, entry.heads);
    });

    it(`neurons, ${entry.pair}: ${entry.metric}`, async () => {
      const units = entry.neurons[0]!.map((_, unit) => unit);
      close((await resultOf(entry, { direct: 'neurons', units })).values, entry.neurons);
      const top = await resultOf(entry, { direct: 'neurons', top: 3 });
      const strongest = units.toSorted((a, b) => strength(b) - strength(a)).slice(0, 3);
      function strength(unit: number): number {
        return Math.max(...entry.neurons.map((layer) => Math.abs(layer[unit]!)));
      }
      expect(top.ticks[1]!.map(({ index }) => index)).toEqual(strongest);
    });

    for (const { dictionary, features } of entry.dictionaries) {
      it(`features of ${dictionary}, ${entry.pair}: ${entry.metric}`, async () => {
        const units = features.map((_, unit) => unit);
        close((await resultOf(entry, { direct: 'features', dictionary, units })).values, features);
      });
    }
  }
});

describe('lens', () => {
  for (const entry of lensFixtures()) {
    it(`${entry.pair}, ${entry.at}: ${entry.metric}`, async () => {
      const found = await resultOf(entry, { lens: entry.at, top: 3 });
      expect(found.axes).toEqual(entry.axes);
      expect(difference(found.values, entry.values)).toBeLessThan(EXACT);
      expect(found.clean).toBeCloseTo(entry.clean, 4);
      const ids = found.lens!.map((row) => row.map((cell) => cell.map(({ token }) => token.id)));
      expect(ids).toEqual(entry.top.ids);
      const logProbs = found.lens!.map((row) => row.map((cell) => cell.map(({ logProb }) => logProb)));
      expect(difference(logProbs, entry.top.logProbs)).toBeLessThan(EXACT);
    });
  }
});
