/** Whole experiments over the engine: averages, units, verification, notes, and ends in the middle. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentRun, ExperimentSpec, PromptPair } from '../../../../protocol/experimentSpec';
import type { RunResult } from '../../../../protocol/experiments';
import { flattened, unchangedMetric } from '../../../../protocol/normalise';
import { readExperimentResult } from '../../../../protocol/readResult';
import type { SweepPart } from '../../engine/causal/requests';
import { capture } from '../../engine/plan';
import { EngineError } from '../../engine/supervisor';
import { runExperiment } from './experiment';
import type { Laboratory } from './laboratory';
import { type FixtureLab, fixtureLab } from './testing/fixtureLab';

let lab: FixtureLab;
beforeAll(async () => {
  lab = await fixtureLab('gpt2-tiny/model', ['standard', 'skip-transcoder']);
});
afterAll(() => lab.release());

const tokens = (start: number, length: number) => ({
  tokens: Array.from({ length }, (_, i) => (start + 37 * i) % 300),
});
/** Two prompts of eight tokens that differ at two positions. */
function pair(start: number): PromptPair {
  const clean = tokens(start, 8);
  return {
    clean,
    corrupt: { tokens: clean.tokens.map((id, i) => (i === 2 || i === 5 ? (id + 91) % 300 : id)) },
  };
}
/** The second has a token more. */
const unequal: PromptPair = {
  clean: tokens(3, 6),
  corrupt: { tokens: [...tokens(3, 3).tokens, 299, 298, ...tokens(3, 6).tokens.slice(3)] },
};

const spec = (prompts: ExperimentSpec['prompts'], ...runs: ExperimentRun[]): ExperimentSpec => ({
  prompts,
  metric: 'logit_diff:7,280',
  runs,
});

async function run(given: ExperimentSpec, at: Laboratory = lab, signal = new AbortController().signal) {
  const result = await runExperiment(given, at, { signal });
  expect(() => readExperimentResult(structuredClone(result))).not.toThrow();
  return result;
}
async function only(given: ExperimentSpec, at?: Laboratory): Promise<RunResult> {
  return (await run(given, at)).runs[0]!;
}

describe('several pairs', () => {
  it.each<ExperimentRun>([
    { patch: 'resid_pre' },
    { patch: 'z', direction: 'noise' },
    { ablate: 'z' },
    { ablate: 'mlp_out', with: 'resample' },
    { attribute: 'z', method: 'atp*' },
    { direct: 'heads' },
    { lens: 'resid_post' },
    { attention: { layer: 1, head: 2 } },
  ])('are averaged cell by cell: %j', async (each) => {
    const pairs = [pair(5), pair(100), pair(250)];
    const alone: RunResult[] = [];
    for (const one of pairs) alone.push(await only(spec(one, each)));
    const together = await only(spec(pairs, each));
    const mean = (pick: (result: RunResult) => number | null) =>
      alone.reduce((sum, result) => sum + pick(result)!, 0) / alone.length;
    flattened(together.values).forEach((value, cell) => {
      expect(value).toBeCloseTo(
        mean(({ values }) => flattened(values)[cell]!),
        4,
      );
    });
    if (together.clean !== null)
      expect(together.clean).toBeCloseTo(
        mean(({ clean }) => clean),
        4,
      );
    if (together.corrupted !== null)
      expect(together.corrupted).toBeCloseTo(
        mean(({ corrupted }) => corrupted),
        4,
      );
    expect(together.pairs.map(({ clean }) => clean.metric)).toEqual(
      alone.map(({ pairs: [one] }) => one!.clean.metric),
    );
    expect(together).toMatchObject({ state: 'complete', done: together.total });
  });

  it('of different lengths have heads in common, but no positions', async () => {
    const pairs = [pair(5), { clean: tokens(9, 5), corrupt: tokens(77, 5) }];
    expect(await only(spec(pairs, { patch: 'z' }))).toMatchObject({ state: 'complete' });
    expect(await only(spec(pairs, { patch: 'resid_pre' }))).toMatchObject({
      state: 'failed',
      message: expect.stringMatching(
        /5 to 8 tokens, so that a position is not the same in all pairs/,
      ) as string,
      values: [],
    });
    const last = await only(spec(pairs, { patch: 'resid_pre', positions: [-1] }));
    expect(last).toMatchObject({ state: 'complete' });
    expect(last.ticks[1]).toHaveLength(1);
  });

  it('that were not finished do not count', async () => {
    const pairs = [pair(5), pair(100), pair(250)];
    const first = await only(spec(pairs[0]!, { patch: 'z' }));
    let sweeps = 0;
    const failing: Laboratory = {
      ...lab,
      ask: (method, params, options) =>
        method === 'sweep' && ++sweeps === 2
          ? Promise.reject(new EngineError('internal', 'out of memory'))
          : lab.ask(method, params, options),
    };
    const result = await only(spec(pairs, { patch: 'z' }), failing);
    expect(result).toMatchObject({ state: 'failed', message: 'out of memory', done: 12, total: 36 });
    expect(result.values).toEqual(first.values);
    expect(result).toMatchObject({ clean: first.clean, corrupted: first.corrupted });
    expect(result.notes).toContain('Averaged over the 1 of 3 pairs that were finished.');
  });
});

describe('prompts that do not align', () => {
  it('are refused by the runs that need an alignment, and by no other', async () => {
    const { runs } = await run(
      spec(unequal, { patch: 'resid_pre' }, { name: 'b', ablate: 'z' }, { name: 'c', direct: 'heads' }),
    );
    expect(runs.map(({ state }) => state)).toEqual(['failed', 'complete', 'complete']);
    expect(runs[0]!.message).toMatch(/clean prompt has 6 tokens and the corrupted one 8/);
  });

  it('are aligned when asked, and say what has no counterpart', async () => {
    const result = await only({ ...spec(unequal, { patch: 'resid_pre' }), align: 'auto' });
    expect(result.pairs[0]!.alignment).toEqual([0, 1, 2, null, null, 3, 4, 5]);
    expect(result.notes[0]).toMatch(/^No counterpart in the other prompt: 299 \(3\), 298 \(4\)\./);
    const columns = (result.values as (number | null)[][]).map((row) => row.map((value) => value === null));
    expect(columns).toEqual([0, 1, 2].map(() => [false, false, false, true, true, false, false, false]));
    const noised = await only({
      ...spec(unequal, { patch: 'resid_pre', direction: 'noise' }),
      align: 'auto',
    });
    expect(noised.pairs[0]!.alignment).toEqual([0, 1, 2, 5, 6, 7]);
    expect(flattened(noised.values)).not.toContain(null);
    const patterns = await only({ ...spec(unequal, { patch: 'pattern' }), align: 'auto' });
    expect(patterns.message).toMatch(/patterns can be exchanged only between prompts of equal length/);
  });
});

describe('units that are not named', () => {
  it('are the strongest by attribution patching', async () => {
    const given = spec(pair(5), {
      attribute: 'features',
      dictionary: 'standard',
      units: Array.from({ length: 48 }, (_, i) => i),
    });
    const all = await only(given);
    const strengths = (all.values as number[][]).map((row) =>
      row.reduce((sum, value) => sum + Math.abs(value), 0),
    );
    const strongest = strengths
      .map((_, unit) => unit)
      .sort((a, b) => strengths[b]! - strengths[a]!)
      .slice(0, 4);
    const patched = await only(spec(pair(5), { patch: 'features', dictionary: 'standard', top: 4 }));
    expect(patched.ticks[0]!.map(({ index }) => index)).toEqual(strongest);
    expect(patched.ticks[0]!.find(({ index }) => index === 3)?.detail ?? 'a name').toBe('a name');
    const here = await only(
      spec(pair(5), { patch: 'features', dictionary: 'standard', top: 2, positions: [5] }),
    );
    const at5 = (all.values as number[][]).map((row) => Math.abs(row[5]!));
    expect(here.ticks[0]![0]!.index).toBe(at5.indexOf(Math.max(...at5)));
  });

  it('are chosen towards zero where no other run gives values', async () => {
    const clean = { clean: pair(5).clean };
    const result = await only(spec(clean, { ablate: 'mlp_post', layers: [1], top: 3, by: ['neuron'] }));
    expect(result).toMatchObject({ state: 'complete', axes: ['neuron'] });
    const every = await only(
      spec(clean, {
        ablate: 'mlp_post',
        layers: [1],
        units: Array.from({ length: 128 }, (_, i) => i),
        by: ['neuron'],
      }),
    );
    const changes = flattened(every.values).map((value) => Math.abs(value! - every.clean!));
    const rank = (unit: number) => changes.filter((change) => change > changes[unit]!).length;
    for (const { index } of result.ticks[0]!) expect(rank(index)).toBeLessThan(20);
    const kl = await only({ ...spec(clean, { ablate: 'mlp_post', layers: [1] }), metric: 'kl' });
    expect(kl.message).toMatch(/no gradient at the clean run: name the "units"/);
  });
});

describe('verification', () => {
  it.each(['atp', 'atp*'] as const)(
    'patches the top in order and bounds what %s missed, on a real model',
    async (method) => {
      for (const start of [5, 100, 250]) {
        const estimated = await only(
          spec(pair(start), { attribute: 'z', method, by: ['layer', 'head', 'position'], verify: 4 }),
        );
        const exact = await only(spec(pair(start), { patch: 'z', by: ['layer', 'head', 'position'] }));
        const base = unchangedMetric(exact)!;
        const changes = flattened(exact.values).map((value) => value! - base);
        const { nodes, bound, samples, confidence } = estimated.verification!;
        const ranks = flattened(estimated.scores ?? estimated.values).map((value) => Math.abs(value!));
        const places = nodes.map(({ cell: [layer, head, position] }) => (layer! * 4 + head!) * 8 + position!);
        expect(places).toEqual(
          ranks
            .map((_, cell) => cell)
            .sort((a, b) => ranks[b]! - ranks[a]!)
            .slice(0, 4),
        );
        nodes.forEach(({ exact: change, estimate }, i) => {
          expect(change).toBeCloseTo(changes[places[i]!]!, 4);
          expect(estimate).toBe(flattened(estimated.values)[places[i]!]);
        });
        // 92 others: 16 patched one by one, and sixteen random halves of 64 and of the 12 that are left.
        expect({ samples, confidence }).toEqual({ samples: 16 + 16 + 12, confidence: 0.99 });
        const missed = changes.filter((_, cell) => !places.includes(cell)).map(Math.abs);
        expect(bound).toBeGreaterThanOrEqual(Math.max(...missed) - 1e-4);
        expect(estimated).toMatchObject({ state: 'complete', done: estimated.total });
      }
    },
  );
});

describe('notes', () => {
  it('say that clean and corrupted values are equal, and that nothing had an effect', async () => {
    const { clean } = pair(5);
    const result = await only(spec({ clean, corrupt: clean }, { patch: 'z' }));
    expect(result.notes).toEqual([
      expect.stringMatching(/^The clean and the corrupted run have the same metric/),
      'No effect anywhere: every cell has the metric of the unchanged run.',
    ]);
  });

  it('say that BOS is left out of a mean, and refuse means that there are not', async () => {
    const text = spec({ clean: 'the cat', answer: 7 }, { ablate: 'z', with: 'mean' });
    const result = await only(text, await withTokenizer());
    expect(result.notes).toContain('BOS is left out of the mean.');
    const short = await only(spec(pair(5), { ablate: 'z', with: 'position-mean', over: [tokens(1, 7)] }));
    expect(short.message).toMatch(/longest text .* has 7 tokens and a prompt has 8/);
    const pattern = await only(spec(pair(5), { ablate: 'pattern', with: 'mean' }));
    expect(pattern.message).toMatch(/patterns have no mean/);
  });

  it('say when the metric is upside down', async () => {
    const one = await only(spec(pair(5), { patch: 'z' }));
    const turned = await only({ ...spec(pair(5), { patch: 'z' }), metric: 'logit_diff:280,7' });
    const words = /does better by this metric/;
    const isUpsideDown = [one, turned].map(({ notes }) => words.test(notes.join()));
    expect(isUpsideDown.toSorted()).toEqual([false, true]);
    expect(isUpsideDown[0]).toBe(one.corrupted! > one.clean!);
  });
});

async function withTokenizer(): Promise<Laboratory> {
  const { loadTokenizer } = await import('../../tokenizers/loadTokenizer');
  return { ...lab, tokenizer: await loadTokenizer(lab.model.folder) };
}

describe('readings', () => {
  it('show the attention pattern of a head', async () => {
    const { clean } = pair(5);
    const result = await only(spec({ clean }, { attention: { layer: 2, head: 3 } }));
    const hook = 'blocks.2.attn.hook_pattern';
    const { signal } = new AbortController();
    const ids = (clean as { tokens: number[] }).tokens;
    const pattern = (await lab.ask('run', { plan: capture([hook]), tokens: [ids] }, { signal })).get(hook)!;
    expect(flattened(result.values)).toEqual([...pattern.data.subarray(3 * 64)]);
    expect(result).toMatchObject({ axes: ['position', 'source'], clean: null, metric: '' });
    expect((await only(spec({ clean }, { attention: { layer: 3, head: 0 } }))).message).toMatch(
      /no head 3\.0/,
    );
  });

  it('have no loss after the last token, and no divergence at the end of a lens', async () => {
    const { clean } = pair(5);
    const loss = await only({ ...spec({ clean }, { lens: 'resid_post' }), metric: 'loss' });
    const rows = loss.values as (number | null)[][];
    expect(rows.map((row) => row.indexOf(null))).toEqual([7, 7, 7]);
    const last = rows.at(-1)!.slice(0, 7) as number[];
    expect(loss.clean).toBeCloseTo(last.reduce((a, b) => a + b, 0) / 7, 4);
    const kl = await only({ ...spec({ clean }, { lens: 'resid_post', top: 1 }), metric: 'kl' });
    for (const value of (kl.values as number[][]).at(-1)!) expect(Math.abs(value)).toBeLessThan(1e-5);
    expect(kl.clean).toBe(0);
    expect((kl.values as number[][])[0]!.every((value) => value > 1e-3)).toBe(true);
    const feature = await only({ ...spec({ clean }, { lens: 'resid_pre' }), metric: 'feature:standard#1' });
    expect(feature.message).toMatch(/a feature is none/);
  });

  it('refuse direct attribution of what is not linear', async () => {
    const { clean } = pair(5);
    expect((await only({ ...spec({ clean }, { direct: 'heads' }), metric: 'log_prob:7' })).message).toMatch(
      /is not: take logit/,
    );
    expect((await only(spec({ clean }, { direct: 'heads', by: ['head'] }))).message).toMatch(
      /axes of its own/,
    );
  });

  it("measure a feature's activation", async () => {
    const patched = await only({ ...spec(pair(5), { patch: 'resid_pre' }), metric: 'feature:standard#3@-1' });
    expect(patched).toMatchObject({ state: 'complete', metric: 'feature:standard#3@-1' });
    const { featureHook } = lab.dictionaries.get('standard')!.summary;
    const plan = { ...capture([featureHook]), dictionaries: [{ id: 'standard', mode: 'beside' as const }] };
    const ids = (pair(5).clean as { tokens: number[] }).tokens;
    const acts = (
      await lab.ask('run', { plan, tokens: [ids] }, { signal: new AbortController().signal })
    ).get(featureHook)!;
    expect(patched.clean).toBeCloseTo(Number(acts.data[7 * 48 + 3]), 5);
  });
});

describe('a run that is steered', () => {
  it('has two texts in place of a grid', async () => {
    const steer = [{ method: 'add' as const, dictionary: 'standard', feature: 3, value: 40 }];
    const result = await only({ ...spec({ clean: pair(5).clean }, { steer, tokens: 4 }) });
    expect(result).toMatchObject({ state: 'complete', kind: 'steer', axes: [], values: [] });
    expect(result.steering!.plain.tokens).not.toEqual(result.steering!.steered.tokens);
  });
});

describe('runs', () => {
  it('are told apart by their names', async () => {
    const { signal } = new AbortController();
    const twice = spec(pair(5), { patch: 'z' }, { patch: 'q' });
    await expect(runExperiment(twice, lab, { signal })).rejects.toThrow(/two runs are called patch/);
    const named = spec(pair(5), { patch: 'z' }, { name: 'b', patch: 'q' });
    await expect(runExperiment(named, lab, { signal, only: ['c'] })).rejects.toThrow(
      /no run c: .* has patch, b/,
    );
    const { runs } = await runExperiment(named, lab, { signal, only: ['b'] });
    expect(runs.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('an experiment that is cancelled', () => {
  it('keeps what is done and leaves out the runs after it', async () => {
    const controller = new AbortController();
    const snapshots: RunResult[] = [];
    const given = spec(
      pair(5),
      { patch: 'z', by: ['layer', 'head', 'position'] },
      { name: 'after', patch: 'z' },
    );
    const cancelling: Laboratory = {
      ...lab,
      ask: (method, params, options) =>
        lab.ask(method, params, {
          ...options,
          onPartial: (part) => {
            options.onPartial?.(part);
            if ((part as SweepPart).type === 'cells') controller.abort();
          },
        }),
    };
    const { runs } = await runExperiment(given, cancelling, {
      signal: controller.signal,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
    });
    expect(runs).toHaveLength(1);
    const [cancelled] = runs as [RunResult];
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.done).toBeGreaterThan(0);
    expect(cancelled.done).toBeLessThan(cancelled.total);
    expect(flattened(cancelled.values).filter((value) => value !== null)).toHaveLength(cancelled.done);
    expect(snapshots.at(-1)).toBe(cancelled);
  });

  it('before it began runs nothing', async () => {
    const controller = new AbortController();
    controller.abort();
    expect((await run(spec(pair(5), { patch: 'z' }), lab, controller.signal)).runs).toEqual([]);
  });
});
