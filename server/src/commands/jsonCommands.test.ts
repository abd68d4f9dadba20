/** tokenize, features, generate and inspect as the contract says (docs/architecture.md). */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturePath, tinyFixture, tokensOf } from '../../../test/reference/fixtures';
import { cli, cliJson, cliTensors } from '../../../test/support/cli';
import { temporaryCopy } from '../../../test/support/temporary';
import { demoDictionaries } from '../store/places';

const fixture = tinyFixture();
const MODEL = fixturePath('gpt2-tiny', 'model');
const BOS = 299;
const IDS = tokensOf(fixture, 'long').join();
const dictionary = (name: string) => fixturePath('dictionaries', name);

describe('tokenize', () => {
  it('gives ids, texts and places', async () => {
    expect(await cliJson('tokenize', '--model', MODEL, '--prompt', 'the')).toEqual([
      { id: BOS, text: '<|endoftext|>', start: null, end: null },
      { id: 83, text: 't', start: 0, end: 1 },
      { id: 256, text: 'he', start: 1, end: 3 },
    ]);
    expect(await cliJson('tokenize', '--model', MODEL, '--prompt', 'é', '--no-bos')).toEqual([
      expect.objectContaining({ start: 0, end: 1 }),
      expect.objectContaining({ start: 1, end: 1 }),
    ]);
  });

  it('follows --bos and --no-bos', async () => {
    const count = async (...args: string[]) =>
      ((await cliJson('tokenize', '--model', MODEL, '--prompt', 'the', ...args)) as unknown[]).length;
    expect(await count('--bos')).toBe(3);
    expect(await count('--no-bos')).toBe(2);
    expect(await cliJson('tokenize', '--model', MODEL, '--prompt', '')).toHaveLength(1);
    expect(await cliJson('tokenize', '--model', MODEL, '--prompt', '', '--no-bos')).toEqual([]);
  });

  it('has neither texts nor places without a tokenizer', async () => {
    const model = fixturePath('gpt2-odd', 'model');
    expect(await cliJson('tokenize', '--model', model, '--tokens', '0,5')).toEqual([
      { id: 0, text: null, start: null, end: null },
      { id: 5, text: null, start: null, end: null },
    ]);
  });
});

describe('features', () => {
  it('reads the demo with all its own dictionaries, by name', async () => {
    const { dictionaries } = (await cliJson('features', '--model', 'demo', '--prompt', 'Mary')) as {
      dictionaries: string[];
    };
    const own = demoDictionaries(join(__dirname, '../../../media/demo')).map((path) => basename(path));
    expect(own.length).toBeGreaterThan(1);
    expect(dictionaries).toEqual(own);
  });

  it('lists the strongest of every dictionary on every token', async () => {
    const args = ['--model', MODEL, '--prompt', 'the', '--top', '2'];
    const paths = ['standard', 'standard-hook-z'].map(dictionary);
    const found = await cliJson('features', ...args, ...paths.flatMap((path) => ['--dictionary', path]));
    const reading = (name: string): unknown => ({
      dictionary: name,
      index: expect.any(Number) as unknown,
      activation: expect.any(Number) as unknown,
      label: null,
    });
    const four = [...Array<string>(2).fill('standard'), ...Array<string>(2).fill('standard-hook-z')].map(
      reading,
    );
    expect(found).toEqual({
      model: MODEL,
      dictionaries: ['standard', 'standard-hook-z'],
      tokens: [
        { id: BOS, text: '<|endoftext|>', start: null, end: null, features: four },
        { id: 83, text: 't', start: 0, end: 1, features: four },
        { id: 256, text: 'he', start: 1, end: 3, features: four },
      ],
    });
  });

  it('agrees with what run writes, strongest first, five by default', async () => {
    const args = ['--model', MODEL, '--tokens', IDS, '--dictionary', dictionary('standard')];
    const acts = (await cliTensors('run', ...args, '--hooks', 'logits')).get(
      'blocks.1.hook_resid_post.hook_sae_acts_post',
    )!.data;
    const { tokens } = (await cliJson('features', ...args)) as {
      tokens: { features: { index: number; activation: number }[] }[];
    };
    expect(tokens).toHaveLength(17);
    tokens.forEach(({ features }, position) => {
      const row = acts.subarray(position * 48, (position + 1) * 48);
      const strongest = [...row.entries()]
        .filter(([, activation]) => activation > 0)
        .sort(([, a], [, b]) => b - a)
        .slice(0, 5);
      expect(features.map(({ index, activation }) => [index, activation])).toEqual(strongest);
    });
  });
});

describe('generate', () => {
  interface Continuation {
    prompt: string;
    text: string;
    tokens: { id: number; text: string; logProb: number }[];
    steered?: Continuation;
  }

  const generate = async (...args: string[]) =>
    (await cliJson('generate', '--model', MODEL, ...args)) as Continuation;

  it('writes on as the reference does; text is the continuation alone', async () => {
    const { prompt, continuation } = fixture.greedy;
    const args = ['--tokens', prompt.join(), '--max-tokens', `${continuation.length}`];
    const { text, tokens, steered } = await generate(...args);
    expect(tokens.map(({ id }) => id)).toEqual(continuation);
    expect(tokens[0]!.logProb).toBeLessThan(0);
    expect(steered).toBeUndefined();
    const plain = await cli('generate', '--model', MODEL, ...args);
    expect(plain).toEqual({ status: 0, stdout: `${text}\n`, stderr: '' });
  });

  it('samples the same with the same seed', async () => {
    const args = ['--prompt', 'the', '--max-tokens', '12', '--temperature', '1.5'];
    const first = await generate(...args, '--seed', '3');
    expect(first.prompt).toBe('the');
    expect(await generate(...args, '--seed', '3')).toEqual(first);
    expect((await generate(...args, '--seed', '4')).tokens).not.toEqual(first.tokens);
  });

  it('writes the steered continuation beside the other', async () => {
    const args = ['--tokens', IDS, '--max-tokens', '4', '--dictionary', dictionary('standard')];
    const { steered, ...plain } = await generate(...args, '--steer', 'standard:3*200');
    expect(await generate(...args)).toEqual(plain);
    expect(steered!.tokens).toHaveLength(4);
    expect(steered!.tokens).not.toEqual(plain.tokens);
  });

  it('takes every change and place of an edit', async () => {
    const args = ['--tokens', IDS, '--max-tokens', '3', '--dictionary', dictionary('standard'), '--json'];
    const steered = async (...edits: string[]) =>
      (await generate(...args, ...edits.flatMap((edit) => ['--steer', edit]))).steered!.tokens;
    const ablated = await steered('standard:43:ablate');
    for (const same of [
      'standard:43=0',
      'standard:43@all:set=0',
      'standard:43:scale=0',
      'standard:43:cap=0',
      'standard:43:cap=-1..0',
    ])
      expect(await steered(same)).toEqual(ablated);
    expect(await steered('standard:43*20')).toEqual(await steered('standard:43:add=2e1'));
    const [first] = (await generate(...args)).tokens;
    expect((await steered('standard:43@new*200'))[0]).toEqual(first);
    expect((await steered('standard:43@0,-1*200'))[0]).not.toEqual(first);
    expect(await steered('standard:43:project=-3', 'standard:3=5')).not.toEqual(
      await steered('standard:3=5'),
    );
  });

  it('warns of an edit that changed nothing beside one that did', async () => {
    const args = ['--tokens', IDS, '--max-tokens', '2', '--dictionary', dictionary('standard')];
    const edits = ['--steer', 'standard:43=9', '--steer', 'standard:43:cap=1e6'];
    const { status, stderr } = await cli('generate', '--model', MODEL, ...args, ...edits);
    expect(status).toBe(0);
    expect(stderr).toBe(
      'warning: --steer: standard:43 (cap) changed nothing: what is there lies within the bounds.\n',
    );
  });
});

describe('inspect', () => {
  it('describes a model', async () => {
    expect(await cliJson('inspect', MODEL)).toMatchObject({
      type: 'model',
      family: 'gpt2',
      format: 'safetensors',
      dimensions: { layers: 3, heads: 4, dModel: 32, dHead: 8, dMlp: 128, vocabulary: 300, context: 64 },
      parameters: 49824,
      dtype: 'F32',
      weightBytes: 199296,
      tokenizer: { vocabulary: 300, bos: BOS },
      warnings: [],
    });
    const { dtype, warnings } = (await cliJson('inspect', fixturePath('gpt2-f16', 'model'))) as {
      dtype: string;
      warnings: string[];
    };
    expect(dtype).toBe('F16');
    expect(warnings).toEqual([expect.stringMatching(/no tokenizer/)]);
  });

  it('warns of tensors that nothing reads', async () => {
    const folder = temporaryCopy(MODEL);
    const file = join(folder, 'config.json');
    const config = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...config, n_layer: 2 }));
    expect(await cliJson('inspect', folder)).toMatchObject({
      dimensions: { layers: 2 },
      warnings: [expect.stringMatching(/not used: transformer\.h\.2\.\S+ and 11 more/)],
    });
    const { status, stderr } = await cli('generate', '--model', folder, '--tokens', '1', '--max-tokens', '1');
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: .*not used: transformer\.h\.2\..*\n$/);
    expect(await cliJson('inspect', fixturePath('gpt2-odd', 'model'))).toMatchObject({
      warnings: [expect.stringMatching(/tokenizer/)],
    });
  });

  it('describes a dictionary, and whether it fits a model', async () => {
    const path = dictionary('skip-transcoder');
    const expected = {
      type: 'dictionary',
      kind: 'skip transcoder (standard)',
      format: 'SAELens',
      hookPoint: 'blocks.1.mlp.hook_in',
      hookPointOut: 'blocks.1.hook_mlp_out',
      dimensions: { dIn: 32, dOut: 32, dSae: 48 },
      fitsModel: null,
    };
    expect(await cliJson('inspect', path)).toMatchObject(expected);
    expect(await cliJson('inspect', path, '--model', MODEL)).toMatchObject({ ...expected, fitsModel: MODEL });
  });

  it('lists the tensors of any other file, and speaks plainly without --json', async () => {
    const path = fixturePath('dictionaries', 'standard', 'expected.safetensors');
    expect(await cliJson('inspect', path)).toMatchObject({
      type: 'tensors',
      tensors: expect.arrayContaining([{ name: 'x', dtype: 'F32', shape: [9, 32] }]) as unknown,
    });
    const { status, stdout } = await cli('inspect', MODEL);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^type: model$/m);
    expect(stdout).toMatch(/^ {2}layers: 3$/m);
  });
});

describe('--help', () => {
  it('lists every command', async () => {
    const { status, stdout } = await cli('run', '--help');
    expect(status).toBe(0);
    for (const command of ['inspect', 'tokenize', 'run', 'encode', 'features', 'gradient', 'generate']) {
      expect(stdout).toContain(`featurescope ${command} `);
    }
  });
});
