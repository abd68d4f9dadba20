/** Steering against the reference, and against the slow way of test/support/naiveSteering.ts: every method, place and kind. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectClose } from '../../../../test/reference/expectClose';
import { fixturePath, readTensors, tinyFixture, tokensOf } from '../../../../test/reference/fixtures';
import { type NaiveChange, naiveGreedy, naiveLogits } from '../../../../test/support/naiveSteering';
import { temporaryCopy, temporaryFolder } from '../../../../test/support/temporary';
import { writeSafetensors } from '../../formats/safetensorsWriter';
import { Cancelled } from '../failures';
import { generate, steer } from '../generate';
import { KeyValueCache } from '../keyValueCache';
import { loadDictionary, loadModel } from '../loading';
import type { DictionarySummary, GenerateParams } from '../messages';
import type { Tensor } from '../ort';
import { capture, type Plan } from '../plan';
import { prepareSteering } from './preparedSteering';
import type { SteeringChange, SteeringEdit, SteeringPositions } from './requests';

const fixture = tinyFixture();
const MODEL = fixturePath('gpt2-tiny', 'model');
const PROMPT = tokensOf(fixture, 'long').slice(0, 9);
const COUNT = 6;
const HOOK = 'blocks.1.hook_resid_post';
const { host } = loadModel({ path: MODEL });
afterAll(() => host.release());

const quiet = { isCancelled: () => false, partial: () => undefined };

function params(steering: readonly SteeringEdit[], maxTokens = COUNT): GenerateParams {
  return { tokens: PROMPT, maxTokens, stop: [], temperature: 0, seed: 0, steering };
}

/** Numbers without a pattern, the same at every run. */
function noise(width: number, seed: number): Float32Array {
  return Float32Array.from({ length: width }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed) * 1.5);
}

function covers(positions: SteeringPositions, position: number): boolean {
  if (positions === 'all') return true;
  if (positions === 'new') return position >= PROMPT.length;
  return positions.some((p) => (p < 0 ? p + PROMPT.length : p) === position);
}

/** t(x) of the design's table, in float64. */
function target(x: number, change: SteeringChange): number {
  switch (change.method) {
    case 'add':
      return x + change.value;
    case 'set':
      return change.value;
    case 'scale':
    case 'project':
      return change.value * x;
    case 'ablate':
      return 0;
    case 'cap':
      return Math.min(Math.max(x, change.min ?? -Infinity), change.max ?? Infinity);
  }
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, x, i) => sum + x * b[i]!, 0);

function naiveDirection(edit: SteeringEdit, hook: string, vector: Float32Array): NaiveChange {
  const { change, positions } = edit;
  return {
    hook,
    edit: (h, position) => {
      if (!covers(positions, position)) return;
      const squared = dot(vector, vector);
      const along = dot(h, vector) / Math.sqrt(squared);
      const factor =
        change.method === 'add' ? change.value : (target(along, change) - along) / Math.sqrt(squared);
      h.forEach((x, i) => (h[i] = x + factor * vector[i]!));
    },
  };
}

async function expectAgreement(
  edits: readonly SteeringEdit[],
  logitsOf: (tokens: readonly number[]) => Promise<Float32Array>,
): Promise<void> {
  const steered = await generate(host, params(edits), quiet);
  const naive = await naiveGreedy(PROMPT, COUNT, logitsOf);
  expect(steered.map(({ id }) => id)).toEqual(naive.map(({ id }) => id));
  steered.forEach(({ logProb }, i) => {
    expect(Math.abs(logProb - naive[i]!.logProb)).toBeLessThan(1e-4);
  });
  const plain = await generate(host, params([]), quiet);
  const difference = Math.max(...steered.map(({ logProb }, i) => Math.abs(logProb - plain[i]!.logProb)));
  expect(difference, 'the edit must matter').toBeGreaterThan(1e-3);
}

describe('adding a direction everywhere agrees with the reference', () => {
  const tokens = tokensOf(fixture, 'long');
  const vector = readTensors('gpt2-tiny', fixture.interventions.values).get('direction')!.data;
  const hook = 'blocks.1.hook_resid_pre';
  const edit: SteeringEdit = {
    target: { hook, vector },
    change: { method: 'add', value: 1 },
    positions: 'all',
  };
  const logits = readTensors('gpt2-tiny', 'intervention.steer.safetensors').get('logits')!;

  it('in one run', async () => {
    const prepared = await prepareSteering(host, [edit], tokens.length);
    const plan: Plan = { ...capture(['logits']), steering: prepared.slots };
    const results = await host.run(plan, [tokens], new Map(prepared.feeds(0, tokens.length)));
    expectClose(results, new Map([['logits', logits]]), 1e-4);
  });

  it('position after position, with cached keys and values', async () => {
    const prepared = await prepareSteering(host, [edit], 5);
    const cache = new KeyValueCache(host.architecture.dimensions, tokens.length);
    const plan: Plan = { ...capture(['logits', ...cache.hooks]), steering: prepared.slots, past: true };
    const found: number[] = [];
    for (const step of [tokens.slice(0, 5), ...tokens.slice(5).map((token) => [token])]) {
      const feeds = new Map([...cache.feeds(), ...prepared.feeds(cache.length, step.length)]);
      const results = await host.run(plan, [step], feeds, cache.length);
      cache.append(results, step.length);
      found.push(...(results.get('logits')!.data as Float32Array));
    }
    const whole: Tensor = { data: Float32Array.from(found), dims: [1, ...logits.shape] };
    expectClose(new Map([['logits', whole]]), new Map([['logits', logits]]), 1e-4);
  });
});

const CHANGES: SteeringChange[] = [
  { method: 'add', value: -2.5 },
  { method: 'set', value: 4 },
  { method: 'scale', value: -3 },
  { method: 'project', value: 2.5 },
  { method: 'ablate' },
  { method: 'cap', min: -0.25, max: 0.25 },
  { method: 'cap', min: null, max: -1 },
  { method: 'cap', min: 1, max: null },
];
const PLACES: SteeringPositions[] = ['all', 'new', [2, -1]];

describe('a direction, without cached keys and values', () => {
  for (const change of CHANGES) {
    for (const positions of PLACES) {
      it(`${JSON.stringify(change)} at ${JSON.stringify(positions)}`, async () => {
        const vector = noise(32, 1);
        const edit: SteeringEdit = { target: { hook: HOOK, vector }, change, positions };
        await expectAgreement([edit], (tokens) =>
          naiveLogits(host, tokens, [naiveDirection(edit, HOOK, vector)]),
        );
      });
    }
  }

  it.each(['blocks.1.attn.hook_z', 'blocks.0.attn.hook_k', 'blocks.2.attn.hook_result', 'hook_embed'])(
    'at %s',
    async (hook) => {
      const vector = noise(hook.endsWith('result') ? 128 : 32, 2);
      const edit: SteeringEdit = {
        target: { hook, vector },
        change: { method: 'set', value: 9 },
        positions: 'all',
      };
      await expectAgreement([edit], (tokens) =>
        naiveLogits(host, tokens, [naiveDirection(edit, hook, vector)]),
      );
    },
  );

  it.each(['ln_final.hook_normalized', 'logits'])('after the last block, at %s', async (hook) => {
    const vector = noise(hook === 'logits' ? 300 : 32, 3);
    const edit: SteeringEdit = {
      target: { hook, vector },
      change: { method: 'add', value: 2 },
      positions: 'all',
    };
    await expectAgreement([edit], (tokens) =>
      naiveLogits(host, tokens, [naiveDirection(edit, hook, vector)]),
    );
  });

  it('several in order at one hook point, and at others', async () => {
    const [u, v, w] = [noise(32, 4), noise(32, 5), noise(32, 6)];
    const all: [string, Float32Array, SteeringChange, SteeringPositions][] = [
      [HOOK, u, { method: 'add', value: 3 }, 'all'],
      [HOOK, v, { method: 'ablate' }, 'all'],
      ['blocks.0.hook_mlp_out', w, { method: 'set', value: 5 }, [1, 3]],
      [HOOK, u, { method: 'cap', min: null, max: 1 }, 'new'],
    ];
    const edits = all.map(([hook, vector, change, positions]) => ({
      target: { hook, vector },
      change,
      positions,
    }));
    const naive = edits.map((edit) => naiveDirection(edit, edit.target.hook, edit.target.vector));
    const inRunningOrder = [naive[2]!, naive[0]!, naive[1]!, naive[3]!];
    await expectAgreement(edits, (tokens) => naiveLogits(host, tokens, inRunningOrder));
  });
});

/** The feature that is active most on the prompt. */
async function strongestFeature({ id, featureHook, dSae }: DictionarySummary): Promise<number> {
  const plan: Plan = { ...capture([featureHook]), dictionaries: [{ id, mode: 'beside' }] };
  const { data } = (await host.run(plan, [PROMPT])).get(featureHook)!;
  const sums = new Float64Array(dSae);
  (data as Float32Array).forEach((x, i) => (sums[i % dSae] = sums[i % dSae]! + (i < dSae ? 0 : x)));
  return sums.indexOf(Math.max(...sums));
}

const KINDS = [
  'standard',
  'standard-layer-norm',
  'standard-constant-norm',
  'standard-expected-average',
  'standard-hook-z',
  'jumprelu-hook-z-layer-norm',
  'gated',
  'topk-rescaled',
  'topk-v5',
  'transcoder',
  'jumprelu-skip-transcoder-layer-norm',
];

for (const kind of KINDS) {
  describe(`a feature through ${kind}`, () => {
    let summary: DictionarySummary;
    let feature: number;
    beforeAll(async () => {
      const normFactor = kind === 'standard-expected-average' ? { normFactor: 1.7 } : {};
      summary = loadDictionary(host, { id: kind, path: fixturePath('dictionaries', kind), ...normFactor });
      feature = await strongestFeature(summary);
    });
    afterAll(() => host.removeDictionary(kind));

    const changes: [SteeringChange, SteeringPositions][] = [
      [{ method: 'set', value: 6 }, 'all'],
      [{ method: 'set', value: -2 }, [0, 4, -1]],
      [{ method: 'scale', value: 5 }, 'all'],
      [{ method: 'set', value: 8 }, 'new'],
      [{ method: 'ablate' }, 'all'],
      [{ method: 'cap', min: 0.5, max: 0.75 }, 'all'],
    ];
    it.each(changes)('%j at %j: decoded with the error term kept', async (change, positions) => {
      const edit: SteeringEdit = { target: { dictionary: kind, feature }, change, positions };
      const naive: NaiveChange = {
        hook: summary.featureHook,
        edit: (f, position) => {
          if (covers(positions, position)) f[feature] = target(f[feature]!, change);
        },
      };
      const through: Partial<Plan> = { dictionaries: [{ id: kind, mode: 'through' }] };
      await expectAgreement([edit], (tokens) => naiveLogits(host, tokens, [naive], through));
    });

    it.each<SteeringChange>([
      { method: 'add', value: 4 },
      { method: 'project', value: -1 },
    ])('%j: along its decoder row, where the dictionary writes', async (change) => {
      const edit: SteeringEdit = { target: { dictionary: kind, feature }, change, positions: 'all' };
      const row = readTensors('dictionaries', kind, 'sae_weights.safetensors').get('W_dec')!;
      const vector = row.data.slice(feature * 32, (feature + 1) * 32);
      const naive = naiveDirection(edit, summary.hookNameOut, vector);
      await expectAgreement([edit], (tokens) => naiveLogits(host, tokens, [naive]));
    });
  });
}

describe('several features', () => {
  const [F, G] = [3, 7];
  const decoder = readTensors('dictionaries', 'standard', 'sae_weights.safetensors').get('W_dec')!.data;
  const row = (feature: number) => decoder.subarray(feature * 32, (feature + 1) * 32);
  beforeAll(() => {
    loadDictionary(host, { id: 'd', path: fixturePath('dictionaries', 'standard') });
    loadDictionary(host, { id: 'tc', path: fixturePath('dictionaries', 'transcoder') });
  });
  afterAll(async () => {
    await host.removeDictionary('d');
    await host.removeDictionary('tc');
  });

  const edit = (feature: number, change: SteeringChange, dictionary = 'd'): SteeringEdit => ({
    target: { dictionary, feature },
    change,
    positions: 'all',
  });
  const encode = async (h: Float64Array): Promise<Float32Array> => {
    const x = { data: Float32Array.from(h), dims: [1, 32] };
    return (await host.encode('d', x)).get('feature_acts')!.data as Float32Array;
  };
  const move = (h: Float64Array, feature: number, by: number) => {
    h.forEach((x, i) => (h[i] = x + by * row(feature)[i]!));
  };

  it('of one dictionary share one encoding: each is what was set', async () => {
    const edits = [edit(F, { method: 'set', value: 6 }), edit(G, { method: 'set', value: 5 })];
    const naive = async (h: Float64Array) => {
      const f = await encode(h);
      move(h, F, 6 - f[F]!);
      move(h, G, 5 - f[G]!);
    };
    await expectAgreement(edits, (tokens) => naiveLogits(host, tokens, [{ hook: HOOK, edit: naive }]));
  });

  it('the same one twice: the second change is of what the first left', async () => {
    const edits = [edit(F, { method: 'set', value: 3 }), edit(F, { method: 'scale', value: 2 })];
    const both = async (h: Float64Array) => {
      move(h, F, 6 - (await encode(h))[F]!);
    };
    await expectAgreement(edits, (tokens) => naiveLogits(host, tokens, [{ hook: HOOK, edit: both }]));
    const transcoded = edits.map(({ change }) => edit(F, change, 'tc'));
    const between = edit(G, { method: 'add', value: 2 }, 'tc');
    const [twice, once] = await Promise.all(
      [
        [transcoded[0]!, between, transcoded[1]!],
        [between, edit(F, { method: 'set', value: 6 }, 'tc')],
      ].map((all) => generate(host, params(all), quiet)),
    );
    twice!.forEach(({ logProb }, i) => {
      expect(logProb).toBeCloseTo(once![i]!.logProb, 4);
    });
  });

  it('with a direction between them: the activation is encoded anew after it', async () => {
    const vector = noise(32, 8);
    const direction: SteeringEdit = {
      target: { hook: HOOK, vector },
      change: { method: 'add', value: 1 },
      positions: 'all',
    };
    const edits = [edit(F, { method: 'set', value: 6 }), direction, edit(F, { method: 'scale', value: 2 })];
    const naive = async (h: Float64Array) => {
      move(h, F, 6 - (await encode(h))[F]!);
      h.forEach((x, i) => (h[i] = x + vector[i]!));
      move(h, F, (await encode(h))[F]!);
    };
    await expectAgreement(edits, (tokens) => naiveLogits(host, tokens, [{ hook: HOOK, edit: naive }]));
  });
});

describe('a dictionary of one head', () => {
  it('changes that head alone', async () => {
    const folder = temporaryFolder();
    const config = {
      architecture: 'standard',
      activation_fn_str: 'relu',
      d_in: 8,
      d_sae: 8,
      hook_name: 'blocks.1.attn.hook_z',
      hook_layer: 1,
      hook_head_index: 2,
      normalize_activations: 'layer_norm',
      apply_b_dec_to_input: false,
    };
    writeFileSync(join(folder, 'cfg.json'), JSON.stringify(config));
    const [encoder, rows] = [noise(64, 9), noise(64, 10)];
    const zeros = { data: new Float32Array(8), shape: [8] };
    const square = (data: Float32Array) => ({ data, shape: [8, 8] });
    const weights = { W_enc: square(encoder), W_dec: square(rows), b_enc: zeros, b_dec: zeros };
    writeSafetensors(join(folder, 'sae_weights.safetensors'), new Map(Object.entries(weights)));
    const { featureHook } = loadDictionary(host, { id: 'head', path: folder });
    const target = { dictionary: 'head', feature: 5 };
    const set: SteeringEdit = { target, change: { method: 'set', value: 7 }, positions: 'all' };
    const through: Partial<Plan> = { dictionaries: [{ id: 'head', mode: 'through' }] };
    const naive: NaiveChange = { hook: featureHook, edit: (f) => void (f[5] = 7) };
    await expectAgreement([set], (tokens) => naiveLogits(host, tokens, [naive], through));
    const added: SteeringEdit = { target, change: { method: 'add', value: 7 }, positions: 'all' };
    const vector = new Float32Array(32);
    vector.set(rows.subarray(40, 48), 16);
    await expectAgreement([added], (tokens) =>
      naiveLogits(host, tokens, [naiveDirection(added, 'blocks.1.attn.hook_z', vector)]),
    );
    await host.removeDictionary('head');
  });
});

describe('what each edit changed', () => {
  const direction = { hook: HOOK, vector: noise(32, 1) };
  const changesOf = async (edit: SteeringEdit): Promise<(readonly number[])[]> =>
    (await generate(host, params([edit]), quiet)).map(({ changes }) => changes!);

  it('is nothing for a change to what is there already, and the numbers are the plain ones', async () => {
    const edit: SteeringEdit = { target: direction, change: { method: 'scale', value: 1 }, positions: 'all' };
    const steered = await generate(host, params([edit]), quiet);
    expect(steered.map(({ changes }) => changes)).toEqual(steered.map(() => [0]));
    const plain = await generate(host, params([]), quiet);
    steered.forEach(({ id, logProb }, i) => {
      expect(id).toBe(plain[i]!.id);
      expect(Math.abs(logProb - plain[i]!.logProb)).toBeLessThan(1e-5);
    });
  });

  it('is nothing where no position is covered', async () => {
    const change = { method: 'add', value: 2 } as const;
    expect(await changesOf({ target: direction, change, positions: 'new' })).toEqual([
      [0],
      [2],
      [2],
      [2],
      [2],
      [2],
    ]);
    expect(await changesOf({ target: direction, change, positions: [0] })).toEqual([
      [2],
      [0],
      [0],
      [0],
      [0],
      [0],
    ]);
  });
});

describe('refused', () => {
  const refusal = (edit: Partial<SteeringEdit>) =>
    expect(
      generate(
        host,
        params([
          {
            target: { hook: HOOK, vector: noise(32, 1) },
            change: { method: 'add', value: 1 },
            positions: 'all',
            ...edit,
          },
        ]),
        quiet,
      ),
    ).rejects;

  it.each([
    ['zero', new Float32Array(32), /is zero/],
    ['not finite', new Float32Array(32).fill(Infinity), /infinite or not numbers/],
    ['NaN', new Float32Array(32).fill(NaN), /infinite or not numbers/],
    ['of another width', noise(31, 1), /31 numbers, and blocks\.1\.hook_resid_post of this model is 32 wide/],
  ])('a direction that is %s', async (_, vector, reason) => {
    await refusal({ target: { hook: HOOK, vector } }).toThrow(reason);
  });

  it.each([
    ['blocks.9.hook_resid_post', 32, /no hook point blocks\.9/],
    ['blocks.1.attn.hook_pattern', 4, /one vector for each position/],
  ])('the hook point %s', async (hook, width, reason) => {
    await refusal({ target: { hook, vector: noise(width, 1) } }).toThrow(reason);
  });

  it('a feature or dictionary that is not there', async () => {
    await refusal({ target: { dictionary: 'x', feature: 0 } }).toThrow(/dictionary x is not loaded/);
    loadDictionary(host, { id: 'd', path: fixturePath('dictionaries', 'standard') });
    await refusal({ target: { dictionary: 'd', feature: 48 } }).toThrow(/d has features 0 to 47, not 48/);
    await refusal({ target: { dictionary: 'd', feature: 0.5 } }).toThrow(/not 0\.5/);
    await host.removeDictionary('d');
  });

  it.each<[SteeringChange, RegExp]>([
    [{ method: 'add', value: NaN }, /add by NaN is no float32 number/],
    [{ method: 'set', value: 1e39 }, /set by 1e\+39/],
    [{ method: 'add', value: 3e38 }, /too large for float32/],
    [{ method: 'cap', min: null, max: null }, /needs a least or a largest value/],
    [{ method: 'cap', min: 2, max: 1 }, /2 to 1, which holds nothing/],
  ])('%j', async (change, reason) => {
    await refusal({ change }).toThrow(reason);
  });

  it.each<[SteeringPositions, RegExp]>([
    [[9], /position 9 is outside the prompt, which has positions 0 to 8/],
    [[0, -10], /position -10 is outside/],
    [[1.5], /position 1\.5 is outside/],
    [[], /names no position/],
  ])('positions %j', async (positions, reason) => {
    await refusal({ positions }).toThrow(reason);
  });

  it('a dictionary that reads after it writes', async () => {
    const folder = temporaryCopy(fixturePath('dictionaries', 'transcoder'));
    const file = join(folder, 'cfg.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll('blocks.1.mlp.hook_in', 'blocks.2.mlp.hook_in'));
    loadDictionary(host, { id: 'back', path: folder });
    const target = { dictionary: 'back', feature: 0 };
    await refusal({ target, change: { method: 'set', value: 1 } }).toThrow(
      /back cannot steer: it reads blocks\.2/,
    );
    await host.removeDictionary('back');
  });
});

describe('side by side', () => {
  const edit: SteeringEdit = {
    target: { hook: HOOK, vector: noise(32, 1) },
    change: { method: 'add', value: 3 },
    positions: 'all',
  };

  it('is what each run is by itself, a token of each in turn', async () => {
    const sent: unknown[] = [];
    const asked = { ...params([edit]), temperature: 0.8, seed: 4 };
    const pair = await steer(host, asked, { ...quiet, partial: (part) => sent.push(part) });
    expect(pair.plain).toEqual(await generate(host, { ...asked, steering: [] }, quiet));
    expect(pair.steered).toEqual(await generate(host, asked, quiet));
    expect(sent).toEqual(
      pair.plain.flatMap((token, i) => [
        { run: 'plain', token },
        { run: 'steered', token: pair.steered[i] },
      ]),
    );
  });

  it('lets one run end before the other', async () => {
    const { plain, steered } = await steer(host, params([edit]), quiet);
    const stop = steered.map(({ id }) => id).find((id) => plain.every((token) => token.id !== id))!;
    const ended = await steer(host, { ...params([edit]), stop: [stop] }, quiet);
    expect(ended.plain).toEqual(plain);
    expect(ended.steered).toEqual(
      steered.slice(
        0,
        steered.findIndex(({ id }) => id === stop),
      ),
    );
  });

  it('stops when it is cancelled, and needs an edit', async () => {
    let written = 0;
    const impatient = {
      isCancelled: () => written >= 3,
      partial: () => {
        written++;
      },
    };
    await expect(steer(host, params([edit]), impatient)).rejects.toThrow(Cancelled);
    expect(written).toBe(3);
    await expect(steer(host, params([]), quiet)).rejects.toThrow(/nothing to steer with/);
  });
});

describe('keys of earlier positions, which are cached at hook_k', () => {
  const qwen = loadModel({ path: fixturePath('families', 'qwen3', 'model') });
  afterAll(() => qwen.host.release());
  const { kvHeads, dHead } = qwen.summary.dimensions;
  const writtenBy = (hook: string, width: number) => {
    const edit: SteeringEdit = {
      target: { hook, vector: noise(width, 3) },
      change: { method: 'add', value: 3 },
      positions: 'all',
    };
    return generate(qwen.host, { ...params([edit]), tokens: [1, 5, 9, 20, 33] }, quiet);
  };

  it.each([
    ['blocks.0.attn.hook_rot_k', kvHeads * dHead],
    ['blocks.0.attn.k_norm.hook_normalized', kvHeads * dHead],
    ['blocks.0.attn.k_norm.hook_scale', kvHeads],
  ])('are not steered behind it, at %s', async (hook, width) => {
    await expect(writtenBy(hook, width)).rejects.toThrow(`before ${hook}: steer at hook_k instead`);
  });

  it('are steered there, and queries anywhere', async () => {
    const { heads } = qwen.summary.dimensions;
    expect(await writtenBy('blocks.0.attn.hook_k', kvHeads * dHead)).toHaveLength(COUNT);
    expect(await writtenBy('blocks.0.attn.hook_rot_q', heads * dHead)).toHaveLength(COUNT);
  });
});
