/** Steered runs over a real engine: snapshots, refusals, and the features that changed. */
import { describe, expect, it } from 'vitest';
import type { SteerRun, SteerSpec } from '../../../protocol/experimentSpec';
import type { SteeringOutcome } from '../../../protocol/experiments';
import { fixturePath } from '../../../test/reference/fixtures';
import { EngineService } from '../engine/engineService';
import type { DictionarySummary, ModelSummary } from '../engine/messages';
import { capture } from '../engine/plan';
import { loadTokenizer } from '../tokenizers/loadTokenizer';
import type { Ask, LabDictionary, Laboratory } from './lab/laboratory';
import { preparePairs } from './lab/pairs';
import { runSteering } from './steering';

const MODEL = fixturePath('gpt2-tiny', 'model');
const service = new EngineService();

const ask = (async (method, params, { signal, onPartial }) =>
  service.handle(method, params, {
    isCancelled: () => signal.aborted,
    partial: (value) => onPartial?.(value as never),
  })) as Ask;

async function laboratory(...names: string[]): Promise<Laboratory> {
  const signal = new AbortController().signal;
  const model: ModelSummary = await ask('load', { path: MODEL }, { signal });
  const dictionaries = new Map<string, LabDictionary>();
  for (const id of names) {
    const path = fixturePath('dictionaries', id);
    const summary: DictionarySummary = await ask('loadDictionary', { id, path }, { signal });
    dictionaries.set(id, { summary, label: (feature) => (feature === 3 ? 'the third' : null) });
  }
  const versions = { featurescope: '0', onnxruntime: '0' };
  const tokenizer = await loadTokenizer(MODEL);
  return { modelName: 'tiny', model, tokenizer, dictionaries, provider: 'cpu', versions, ask };
}

async function run(
  lab: Laboratory,
  steer: SteerSpec | readonly SteerSpec[],
  rest: Omit<SteerRun, 'steer'> = {},
  clean: string | { tokens: number[] } = 'the cat',
): Promise<{ outcome: SteeringOutcome; parts: SteeringOutcome[] }> {
  const parts: SteeringOutcome[] = [];
  const steered: SteerRun = {
    steer: Array.isArray(steer) ? steer : [steer as SteerSpec],
    tokens: 6,
    ...rest,
  };
  const [pair] = preparePairs([{ clean }], lab, undefined);
  const signal = new AbortController().signal;
  const outcome = await runSteering(steered, lab, pair!, signal, (part) => parts.push(part));
  return { outcome, parts };
}

describe('a steered run', () => {
  it('is shown as it is written, both texts side by side', async () => {
    const lab = await laboratory('standard');
    const { outcome, parts } = await run(lab, { method: 'add', feature: 3, value: 40 });
    expect(outcome.prompt).toBe('the cat');
    expect(outcome.plain.tokens).toHaveLength(6);
    expect(outcome.steered.tokens).toHaveLength(6);
    expect(outcome.steered.text).not.toBe(outcome.plain.text);
    expect(outcome.steered.text).toBe(lab.tokenizer!.decode(outcome.steered.tokens.map(({ id }) => id)));
    for (const { text, id, logProb } of outcome.steered.tokens) {
      expect(text).toBe(lab.tokenizer!.tokenText(id));
      expect(logProb).toBeLessThan(0);
    }
    expect(parts.map(({ plain, steered }) => [plain.tokens.length, steered.tokens.length])).toEqual(
      Array.from({ length: 12 }, (_, i) => [Math.floor(i / 2) + 1, Math.ceil(i / 2)]),
    );
    expect(parts.at(-1)).toMatchObject({ plain: outcome.plain, features: [] });
    const written = outcome.steered.tokens.map(({ id, text, logProb }) => ({ id, text, logProb }));
    expect(parts.at(-1)!.steered.tokens).toEqual(written);
  });

  it('says how likely the steered text is to the model unsteered', async () => {
    const lab = await laboratory('standard');
    const { outcome } = await run(lab, { method: 'add', feature: 3, value: 40, positions: 'new' });
    const { plain, steered } = outcome;
    // The first token is written before anything is steered.
    expect(steered.tokens[0]!.plainLogProb).toBeCloseTo(steered.tokens[0]!.logProb, 4);
    const apart = steered.tokens.findIndex(({ id }, i) => id !== plain.tokens[i]!.id);
    expect(apart).toBeGreaterThan(0);
    steered.tokens.slice(0, apart).forEach(({ plainLogProb }, i) => {
      expect(plainLogProb).toBeCloseTo(plain.tokens[i]!.logProb, 4);
    });
    expect(steered.tokens[apart]!.plainLogProb!).toBeLessThan(plain.tokens[apart]!.logProb);
    expect(plain.tokens.every((token) => token.plainLogProb === undefined)).toBe(true);
  });

  it('lists the features whose mean over the written tokens changed most', async () => {
    const lab = await laboratory('standard', 'topk');
    const { outcome } = await run(lab, { method: 'set', dictionary: 'standard', feature: 3, value: 30 });
    const { features, plain, steered } = outcome;
    expect(new Set(features.map(({ dictionary }) => dictionary))).toEqual(new Set(['standard', 'topk']));
    const changes = features.map((feature) => Math.abs(feature.steered - feature.plain));
    expect(changes).toEqual([...changes].sort((a, b) => b - a));
    expect(features.filter(({ dictionary }) => dictionary === 'topk')).toHaveLength(10);
    const { featureHook, dSae } = lab.dictionaries.get('standard')!.summary;
    const means = await Promise.all(
      [plain, steered].map(async ({ tokens }) => {
        const prompt = preparePairs([{ clean: 'the cat' }], lab, undefined)[0]!.clean.ids;
        const text = [...prompt, ...tokens.map(({ id }) => id)];
        const plan = {
          ...capture([featureHook]),
          dictionaries: [{ id: 'standard', mode: 'beside' as const }],
        };
        const { signal } = new AbortController();
        const results = await lab.ask('run', { plan, tokens: [text] }, { signal });
        const data = results.get(featureHook)!.data as Float32Array;
        return Array.from({ length: dSae }, (_, feature) => {
          const written = tokens.map((_token, i) => data[(prompt.length + i) * dSae + feature]!);
          return written.reduce((a, b) => a + b) / written.length;
        });
      }),
    );
    const all = means[0]!.map((mean, index) => ({ index, plain: mean, steered: means[1]![index]! }));
    const largest = all
      .sort((a, b) => Math.abs(b.steered - b.plain) - Math.abs(a.steered - a.plain))
      .slice(0, 10);
    const found = features.filter(({ dictionary }) => dictionary === 'standard');
    expect(found.map(({ index }) => index)).toEqual(largest.map(({ index }) => index));
    found.forEach((feature, i) => {
      expect(feature.plain).toBeCloseTo(largest[i]!.plain, 5);
      expect(feature.steered).toBeCloseTo(largest[i]!.steered, 5);
      expect(feature.label).toBe(feature.index === 3 ? 'the third' : null);
    });
  });

  it('takes directions by any name of their hook point, exact ids and no tokens to spare', async () => {
    const lab = await laboratory();
    const vector = Array.from({ length: 32 }, (_, i) => Math.cos(i));
    const context = lab.model.dimensions.context;
    const tokens = Array.from({ length: context - 1 }, (_, i) => i);
    const direction: SteerSpec = { method: 'project', hook: 'resid_post.1', vector };
    const { outcome } = await run(lab, direction, { tokens: 2 }, { tokens });
    expect(outcome.steered.tokens).toHaveLength(2);
    expect(outcome.steered.tokens.map(({ plainLogProb }) => typeof plainLogProb)).toEqual([
      'number',
      'undefined',
    ]);
    expect(outcome.features).toEqual([]);
    await expect(run(lab, direction, { tokens: 3 }, { tokens })).rejects.toThrow(/more than the model has/);
    const pair = preparePairs([{ clean: { tokens } }], lab, undefined)[0]!;
    const unlimited = await runSteering(
      { steer: [direction] },
      lab,
      pair,
      new AbortController().signal,
      () => null,
    );
    expect(unlimited.plain.tokens).toHaveLength(2);
  });

  it('draws the same with the same seed', async () => {
    const lab = await laboratory('standard');
    const edit: SteerSpec = { method: 'add', feature: 3, value: 20 };
    const drawn = async (seed: number) => (await run(lab, edit, { temperature: 1, seed })).outcome;
    expect(await drawn(1)).toEqual(await drawn(1));
    expect((await drawn(2)).plain.text).not.toBe((await drawn(1)).plain.text);
  });

  it('says which of several edits changed nothing', async () => {
    const lab = await laboratory('standard');
    const edits: SteerSpec[] = [
      { method: 'add', feature: 3, value: 40 },
      { method: 'cap', feature: 4, value: 1e6 },
    ];
    const { outcome } = await run(lab, edits);
    expect(outcome.notes).toEqual([
      'standard:4 (cap) changed nothing: what is there lies within the bounds.',
    ]);
  });

  it('keeps what was written when it is cancelled', async () => {
    const lab = await laboratory('standard');
    const [pair] = preparePairs([{ clean: 'the cat' }], lab, undefined);
    const abort = new AbortController();
    const parts: SteeringOutcome[] = [];
    const steered: SteerRun = { steer: [{ method: 'add', feature: 3, value: 40 }], tokens: 40 };
    const running = runSteering(steered, lab, pair!, abort.signal, (part) => {
      if (parts.push(part) === 9) abort.abort();
    });
    await expect(running).rejects.toThrow();
    expect(parts.at(-1)!.plain.tokens).toHaveLength(5);
    expect(parts.at(-1)!.steered.tokens).toHaveLength(4);
  });
});

describe('refused', () => {
  const refused: [string, SteerSpec, Omit<SteerRun, 'steer'>, RegExp][] = [
    [
      'no effect: scaled by 1',
      { method: 'scale', feature: 3, value: 1 },
      {},
      /standard:3: it changes nothing/,
    ],
    ['no effect: strength 0', { method: 'add', feature: 3, value: 0 }, {}, /adds nothing: its strength is 0/],
    [
      'no effect: nothing above the bound',
      { method: 'cap', feature: 3, value: 1e6 },
      {},
      /no effect: neither a token nor a log-probability .* lies within the bounds/,
    ],
    [
      'no effect: only one token is written',
      { method: 'add', feature: 3, value: 9, positions: 'new' },
      { tokens: 1 },
      /write at least 2/,
    ],
    ['no value', { method: 'set', feature: 3 }, {}, /set needs a value/],
    ['no target', { method: 'ablate' }, {}, /needs a feature, or a hook point and a vector/],
    ['no dictionary', { method: 'ablate', feature: 3, dictionary: 'x' }, {}, /dictionary x is not loaded/],
    [
      'no tokens',
      { method: 'ablate', feature: 3 },
      { tokens: 0 },
      /"tokens" must be a whole number of at least 1/,
    ],
    ['a temperature below 0', { method: 'ablate', feature: 3 }, { temperature: -1 }, /"temperature"/],
    ['a broken seed', { method: 'ablate', feature: 3 }, { seed: 1.5 }, /"seed"/],
  ];
  it.each(refused)('%s', async (_, edit, rest, reason) => {
    const lab = await laboratory('standard');
    await expect(run(lab, edit, rest)).rejects.toThrow(reason);
  });

  it('a feature that is never active, and a change that nothing reads', async () => {
    const lab = await laboratory('standard');
    const { summary } = lab.dictionaries.get('standard')!;
    const { signal } = new AbortController();
    const plan = {
      ...capture([summary.featureHook]),
      dictionaries: [{ id: 'standard', mode: 'beside' as const }],
    };
    const tokens = [[299]];
    const acts = (await lab.ask('run', { plan, tokens }, { signal })).get(summary.featureHook)!
      .data as Float32Array;
    const silent = acts.indexOf(0);
    const edit: SteerSpec = { method: 'ablate', feature: silent, positions: [0] };
    await expect(run(lab, edit, {}, { tokens: [299] })).rejects.toThrow(
      /the feature is active on none of the tokens that it covers/,
    );
    const vector = Array.from({ length: 32 }, () => 1);
    const unread: SteerSpec = {
      method: 'add',
      hook: 'blocks.2.hook_resid_post',
      vector,
      value: 5,
      positions: [0],
    };
    await expect(run(lab, unread)).rejects.toThrow(
      /moved .* by up to 5, and no written token depends on that/,
    );
  });

  it('an empty list of changes', async () => {
    await expect(run(await laboratory(), [])).rejects.toThrow(/nothing to steer with/);
  });
});
