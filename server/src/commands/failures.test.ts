/** What cannot be done ends with one line that names the file and why, exit status 1, and nothing written. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixturePath, tensorsIn } from '../../../test/reference/fixtures';
import { cli, cliJson, expectError } from '../../../test/support/cli';
import { temporaryCopy, temporaryFolder } from '../../../test/support/temporary';
import { type TensorToWrite, writeSafetensors } from '../formats/safetensorsWriter';

const MODEL = fixturePath('gpt2-tiny', 'model');
const DICTIONARY = fixturePath('dictionaries', 'standard');

/** `run` on a model fails so, and leaves nothing in the folder of its `--out`. */
async function expectRunError(line: RegExp, model: string, ...args: readonly string[]): Promise<void> {
  const folder = temporaryFolder();
  const rest = args.length > 0 ? args : ['--tokens', '1,2', '--hooks', 'logits'];
  await expectError(line, 'run', '--model', model, ...rest, '--out', join(folder, 'out.safetensors'));
  expect(readdirSync(folder)).toEqual([]);
}

/** A copy of the model with some of its tensors changed; null leaves one out. */
function modelWith(change: (name: string, tensor: TensorToWrite) => TensorToWrite | null): string {
  const folder = temporaryCopy(MODEL);
  const file = join(folder, 'model.safetensors');
  const changed = [...tensorsIn(file)].flatMap(([name, tensor]) => {
    const now = change(name, tensor);
    return now ? [[name, now] as const] : [];
  });
  writeSafetensors(file, new Map(changed));
  return folder;
}

function modelWithConfig(change: Readonly<Record<string, unknown>>): string {
  const folder = temporaryCopy(MODEL);
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...config, ...change }));
  return folder;
}

const C_FC = 'transformer.h.1.mlp.c_fc.weight';

describe('weights', () => {
  it('that are missing', async () => {
    const folder = temporaryCopy(MODEL);
    rmSync(join(folder, 'model.safetensors'));
    await expectRunError(/: there are no weights \(model\.safetensors or pytorch_model\.bin\)/, folder);
    await expectRunError(/nowhere: there is no such folder or file/, '/nowhere');
    await expectRunError(/config\.json/, temporaryFolder());
  });

  it('that lack a tensor', async () => {
    const folder = modelWith((name, tensor) => (name === C_FC ? null : tensor));
    await expectRunError(
      /config\.json: the weights have no tensor transformer\.h\.1\.mlp\.c_fc\.weight/,
      folder,
    );
  });

  it('of another shape', async () => {
    const folder = modelWith((name, { data }) =>
      name === C_FC
        ? { data, shape: [128, 32] }
        : { data, shape: tensorsIn(join(MODEL, 'model.safetensors')).get(name)!.shape },
    );
    await expectRunError(/c_fc\.weight is \[128, 32\] where config\.json means \[32, 128\]/, folder);
  });

  it('of a type that is not computed with', async () => {
    const folder = modelWith((name, tensor) =>
      name === C_FC ? { shape: tensor.shape, data: new Int32Array(tensor.data.length) } : tensor,
    );
    await expectRunError(/model\.safetensors: tensor transformer\.h\.1\.mlp\.c_fc\.weight is I32/, folder);
  });

  it('that are cut short', async () => {
    const folder = temporaryCopy(MODEL);
    truncateSync(join(folder, 'model.safetensors'), 100_000);
    await expectRunError(/model\.safetensors: it is cut short: 100000 bytes/, folder);
  });

  it.each([
    ['a header longer than the file', (bytes: Buffer) => bytes.writeBigUInt64LE(1n << 40n)],
    ['a header that is no JSON', (bytes: Buffer) => bytes.fill(0x20, 8, 40)],
    ['offsets beyond the file', (bytes: Buffer) => bytes.write('999', bytes.indexOf('data_offsets') + 15)],
  ])('whose header lies: %s', async (_, damage) => {
    const folder = temporaryCopy(MODEL);
    const file = join(folder, 'model.safetensors');
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    await expectRunError(/model\.safetensors: /, folder);
  });

  it.each([NaN, Infinity])('that hold %f', async (value) => {
    const folder = modelWith((name, { data, shape }) => {
      const changed = Float32Array.from(data as Float32Array);
      if (name === C_FC) changed[7] = value;
      return { data: changed, shape };
    });
    const damaged = /model\.safetensors: tensor transformer\.h\.1\.mlp\.c_fc\.weight holds NaN or infinite/;
    await expectRunError(damaged, folder);
    await expectError(damaged, 'generate', '--model', folder, '--tokens', '1', '--max-tokens', '2');
  });
});

describe('a config', () => {
  it.each([
    [
      'an unknown architecture',
      { model_type: 'mamba', architectures: ['MambaForCausalLM'] },
      /config\.json: the architecture "mamba" is not supported: it has recurrent layers. Supported are: gpt2/,
    ],
    ['no architecture', { model_type: undefined, architectures: undefined }, /names no architecture/],
    ['an unknown activation function', { activation_function: 'snake' }, /activation_function "snake"/],
    ['a width that heads do not divide', { n_head: 5 }, /n_embd 32 is not a multiple of n_head 5/],
    ['layers that are no number', { n_layer: 'three' }, /config\.json.*n_layer/],
    ['no heads', { n_head: 0 }, /config\.json.*n_head/],
    [
      'a vocabulary of another size',
      { vocab_size: 301 },
      /wte\.weight is \[300, 32\] where config\.json means \[301, 32\]/,
    ],
  ])('with %s', async (_, change, line) => {
    await expectRunError(line, modelWithConfig(change));
  });

  it('that is no JSON', async () => {
    const folder = temporaryCopy(MODEL);
    writeFileSync(join(folder, 'config.json'), '{"model_type": ');
    await expectRunError(/config\.json: /, folder);
  });
});

describe('a dictionary', () => {
  it('that is narrower than the model', async () => {
    const line = /transcoder-narrow: .*\. Load it with the model that it was trained on/;
    const model = fixturePath('gpt2-odd', 'model');
    await expectError(line, 'inspect', fixturePath('dictionaries', 'transcoder-narrow'), '--model', model);
  });

  it('for a layer that the model lacks', async () => {
    const folder = temporaryCopy(DICTIONARY);
    const file = join(folder, 'cfg.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('blocks.1.', 'blocks.7.'));
    const line = new RegExp(`${basename(folder)}: the model has no hook point blocks\\.7\\.hook_resid_post`);
    await expectRunError(line, MODEL, '--tokens', '1', '--hooks', 'logits', '--dictionary', folder);
  });

  it('that is missing, has no weights, or is cut short', async () => {
    const args = ['features', '--model', MODEL, '--tokens', '1', '--dictionary'];
    await expectError(/nowhere: there is no such dictionary folder/, ...args, '/nowhere');
    await expectError(/cfg\.json: there is no such file/, ...args, temporaryFolder());
    const folder = temporaryCopy(DICTIONARY);
    truncateSync(join(folder, 'sae_weights.safetensors'), 5000);
    await expectError(/sae_weights\.safetensors: it is cut short/, ...args, folder);
    rmSync(join(folder, 'sae_weights.safetensors'));
    await expectError(/sae_weights\.safetensors: there is no such file/, ...args, folder);
  });

  it('that holds a NaN in one feature', async () => {
    const folder = temporaryCopy(DICTIONARY);
    const file = join(folder, 'sae_weights.safetensors');
    const tensors = new Map(tensorsIn(file));
    tensors.get('W_enc')!.data[5] = NaN;
    writeSafetensors(file, tensors);
    const line = /sae_weights\.safetensors: tensor W_enc holds NaN or infinite numbers/;
    await expectError(line, 'features', '--model', MODEL, '--tokens', '1,2', '--dictionary', folder);
    await expectRunError(line, MODEL, '--tokens', '1', '--hooks', 'logits', '--dictionary', folder);
  });

  it('given inputs of another width, without x, or that are no numbers', async () => {
    const folder = temporaryFolder();
    const input = join(folder, 'x.safetensors');
    const args = ['encode', '--dictionary', DICTIONARY, '--input', input, '--out', join(folder, 'out')];
    await expectError(/x\.safetensors: there is no such file/, ...args);
    writeSafetensors(input, new Map([['y', { data: new Float32Array(32), shape: [1, 32] }]]));
    await expectError(/x\.safetensors: it has no tensor "x"/, ...args);
    writeSafetensors(input, new Map([['x', { data: new Float32Array(62), shape: [2, 31] }]]));
    await expectError(/x\.safetensors: .*\[2, 31\].*32/, ...args);
    writeSafetensors(input, new Map([['x', { data: new Float32Array(64).fill(NaN), shape: [2, 32] }]]));
    await expectError(/NaN/, ...args);
    expect(readdirSync(folder)).toEqual(['x.safetensors']);
  });
});

describe('a prompt', () => {
  it('that is longer than the context', async () => {
    const ids = Array<number>(65).fill(1).join();
    await expectRunError(
      /65 tokens are more than the model has positions for \(64\)/,
      MODEL,
      '--tokens',
      ids,
      '--hooks',
      'logits',
    );
    await expectError(/64/, 'generate', '--model', MODEL, '--tokens', '1,2,3', '--max-tokens', '63');
  });

  it('with an id outside the vocabulary', async () => {
    const tokens = (id: string) => ['--tokens', `1,${id}`, '--hooks', 'logits'];
    const line = /the prompt: token 300 is not in the vocabulary \(0 to 299\) of .*gpt2-tiny/;
    await expectRunError(line, MODEL, ...tokens('300'));
    await expectRunError(
      /--tokens: 99999999999999999999 is in no vocabulary/,
      MODEL,
      ...tokens('9'.repeat(20)),
    );
  });

  it('that is a text for a model without a tokenizer', async () => {
    const model = fixturePath('gpt2-odd', 'model');
    await expectRunError(
      /gpt2-odd.*no tokenizer\.json.*exact token ids/,
      model,
      '--prompt',
      'a',
      '--hooks',
      'logits',
    );
  });

  it('that has no tokens, or a file that is not there or not text', async () => {
    await expectRunError(/no tokens/, MODEL, '--prompt', '', '--no-bos', '--hooks', 'logits');
    await expectRunError(
      /nothing\.txt: there is no such file/,
      MODEL,
      '--file',
      'nothing.txt',
      '--hooks',
      'logits',
    );
    const file = join(temporaryFolder(), 'binary');
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    await expectRunError(/binary: .*UTF-8/, MODEL, '--file', file, '--hooks', 'logits');
  });
});

describe('a tokenizer that is broken', () => {
  it('fails what needs it, and inspect', async () => {
    const folder = temporaryCopy(MODEL);
    writeFileSync(join(folder, 'tokenizer.json'), '{"model": {"type": "BPE", "vocab": {"a": "b"}}}');
    await expectError(/tokenizer\.json: /, 'inspect', folder, '--json');
    await expectError(/tokenizer\.json: /, 'tokenize', '--model', folder, '--prompt', 'a', '--json');
    await expectRunError(/tokenizer\.json: /, folder, '--prompt', 'a', '--hooks', 'logits');
  });

  it('is not needed for exact ids', async () => {
    const folder = temporaryCopy(MODEL);
    writeFileSync(join(folder, 'tokenizer.json'), 'nonsense');
    expect(await cliJson('tokenize', '--model', folder, '--tokens', '5')).toEqual([
      { id: 5, text: null, start: null, end: null },
    ]);
  });
});

describe('hook points and metrics', () => {
  it('that match nothing name near misses', async () => {
    const args = ['--tokens', '1', '--hooks'];
    const line =
      /--hooks: no hook point matches "blocks\.0\.hook_resid_pst"; did you mean blocks\.0\.hook_resid_post,/;
    await expectRunError(line, MODEL, ...args, 'blocks.0.hook_resid_pst');
    await expectRunError(/no hook point matches "blocks\.3\.\*"/, MODEL, ...args, 'logits,blocks.3.*');
  });

  it.each([
    ['logit_dif:1,2', /is no metric/],
    ['logit_diff:1', /takes 2 answers/],
    ['logit_diff:1,300', /300 is not in the vocabulary/],
    ['logit_diff:"zzz the","he"', /"zzz the" is not one token/],
    ['log_prob:1@17', /position 17 is outside/],
    ['kl', /kl compares two runs/],
    ['loss', /at least two tokens/],
  ])('%s', async (metric, line) => {
    const folder = temporaryFolder();
    const args = ['gradient', '--model', MODEL, '--tokens', '1', '--hooks', 'hook_embed', '--metric', metric];
    await expectError(line, ...args, '--out', join(folder, 'out'));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('steering', () => {
  it.each([
    ['standard:99*1', /standard has features 0 to 47, not 99/],
    ['other:1*1', /no dictionary other/],
    ['standard:1*0', /adds nothing/],
    ['standard:1:scale=1', /changes nothing/],
    ['standard:1@new*5', /neither a token nor a log-probability changed .* write at least 2/],
    ['standard:3:cap=1000', /neither a token .*standard:3: what is there lies within the bounds/],
    ['standard:3@5*1', /position 5 is outside the prompt, which has positions 0 to 0/],
    ['standard:3:cap=2..1', /2 to 1, which holds nothing/],
  ])('%s', async (steer, line) => {
    const count = steer.includes('@new') ? '1' : '2';
    const args = ['--model', MODEL, '--tokens', '1', '--max-tokens', count, '--dictionary', DICTIONARY];
    await expectError(line, 'generate', ...args, '--steer', steer);
  });

  it.each([
    'standard:1',
    'standard:1*',
    'standard:1*x',
    'standard:1@old*2',
    'standard:1:fold=2',
    'standard:1=',
    '1*2',
  ])('%s is no edit', async (steer) => {
    const args = ['--model', MODEL, '--tokens', '1', '--max-tokens', '2', '--dictionary', DICTIONARY];
    const { status, stdout, stderr } = await cli('generate', ...args, '--steer', steer);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^usage: --steer takes DICTIONARY:FEATURE\*STRENGTH/);
  });
});

describe('the Hugging Face cache', () => {
  it('is where a model id is looked up, links followed', async () => {
    const home = temporaryFolder();
    const repository = join(home, 'hub', 'models--someone--tiny');
    const snapshot = join(repository, 'snapshots', '0123456789abcdef0123456789abcdef01234567');
    mkdirSync(join(repository, 'blobs'), { recursive: true });
    mkdirSync(join(repository, 'refs'));
    mkdirSync(snapshot, { recursive: true });
    writeFileSync(join(repository, 'refs', 'main'), basename(snapshot));
    readdirSync(MODEL).forEach((name, i) => {
      const blob = join(repository, 'blobs', `blob${i}`);
      writeFileSync(blob, readFileSync(join(MODEL, name)));
      symlinkSync(join('..', '..', 'blobs', `blob${i}`), join(snapshot, name));
    });
    process.env['HF_HOME'] = home;
    try {
      expect(await cliJson('inspect', 'someone/tiny')).toMatchObject({ type: 'model', family: 'gpt2' });
      expect(
        await cliJson('generate', '--model', 'someone/tiny', '--prompt', 'the', '--max-tokens', '1'),
      ).toMatchObject({ prompt: 'the' });
      await expectRunError(
        /someone\/other: there is no such folder or file, and the Hugging Face cache/,
        'someone/other',
      );
    } finally {
      delete process.env['HF_HOME'];
    }
  });
});
