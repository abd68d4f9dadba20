/** run, encode and gradient as the contract says (docs/architecture.md): names, shapes, numbers that agree with the reference. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import {
  fixturePath,
  readTensors,
  type ReferenceTensors,
  tensorsIn,
  tinyFixture,
  tokensOf,
} from '../../../test/reference/fixtures';
import { relativeError } from '../../../test/support/closeness';
import { cli, cliTensors } from '../../../test/support/cli';
import { temporaryFolder } from '../../../test/support/temporary';
import { writeSafetensors } from '../formats/safetensorsWriter';

const MODEL = fixturePath('gpt2-tiny', 'model');
const BOS = 299;
const ids = tokensOf(tinyFixture(), 'long');
const IDS = ids.join();
const dictionary = (name: string) => fixturePath('dictionaries', name);

function asResults(tensors: ReferenceTensors) {
  return new Map([...tensors].map(([name, { data, shape }]) => [name, { data, dims: shape }]));
}

function shapes(tensors: ReferenceTensors): Record<string, readonly number[]> {
  return Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
}

describe('run', () => {
  it('writes every hook point and the logits as the reference does, costly ones not', async () => {
    const reference = new Map(readTensors('gpt2-tiny', 'activations.long.safetensors'));
    for (const name of [...reference.keys()]) if (name.endsWith('hook_result')) reference.delete(name);
    const tensors = await cliTensors('run', '--model', MODEL, '--tokens', IDS, '--hooks', '**');
    expect([...tensors.keys()].sort()).toEqual([...reference.keys()].sort());
    expectClose(asResults(tensors), reference, 1e-4, false);
  });

  it('computes costly hook points when they are named, in full or by layer', async () => {
    const reference = readTensors('gpt2-tiny', 'activations.long.safetensors');
    const hooks = 'blocks.1.attn.hook_result,result.2';
    const tensors = await cliTensors('run', '--model', MODEL, '--tokens', IDS, '--hooks', hooks);
    const names = ['blocks.1.attn.hook_result', 'blocks.2.attn.hook_result', 'logits'];
    expect([...tensors.keys()]).toEqual(names);
    expectClose(asResults(tensors), new Map(names.map((name) => [name, reference.get(name)!])), 1e-4, false);
  });

  it('has no batch axis', async () => {
    const globs = 'blocks.0.hook_resid_pre,blocks.0.attn.hook_{q,pattern},blocks.0.ln1.*';
    const hooks = globs.replace('{q,pattern}', 'q,blocks.0.attn.hook_pattern');
    expect(shapes(await cliTensors('run', '--model', MODEL, '--tokens', '1,2,3', '--hooks', hooks))).toEqual({
      'blocks.0.hook_resid_pre': [3, 32],
      'blocks.0.ln1.hook_scale': [3, 1],
      'blocks.0.ln1.hook_normalized': [3, 32],
      'blocks.0.attn.hook_q': [3, 4, 8],
      'blocks.0.attn.hook_pattern': [4, 3, 3],
      logits: [3, 300],
    });
  });

  it('takes aliases and addresses, and writes canonical names', async () => {
    const hooks = 'blocks.1.hook_out,embed.hook_out,z.0,resid_mid.*';
    const tensors = await cliTensors('run', '--model', MODEL, '--tokens', '5', '--hooks', hooks);
    expect([...tensors.keys()].sort()).toEqual(
      [
        'blocks.0.attn.hook_z',
        'blocks.0.hook_resid_mid',
        'blocks.1.hook_resid_mid',
        'blocks.1.hook_resid_post',
        'blocks.2.hook_resid_mid',
        'hook_embed',
        'logits',
      ].sort(),
    );
  });

  it("writes a dictionary's features beside the activations", async () => {
    const args = [
      '--model',
      MODEL,
      '--tokens',
      IDS,
      '--hooks',
      'logits',
      '--dictionary',
      dictionary('standard'),
    ];
    const tensors = await cliTensors('run', ...args);
    const reference = readTensors('gpt2-tiny', 'splice.standard.safetensors');
    const name = 'blocks.1.hook_resid_post.hook_sae_acts_post';
    expect(shapes(tensors)).toEqual({ logits: [17, 300], [name]: [17, 48] });
    const expected = new Map([
      [name, reference.get('feature_acts')!],
      ['logits', reference.get('logits.with-error')!],
    ]);
    expectClose(asResults(tensors), expected, 1e-4, false);
  });

  it('takes a text, a file or a single weight file', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'text.txt');
    writeFileSync(file, 'the');
    const weights = join(MODEL, 'model.safetensors');
    const byIds = await cliTensors('run', '--model', MODEL, '--tokens', `${BOS},83,256`, '--hooks', 'logits');
    expect(await cliTensors('run', '--model', weights, '--prompt', 'the', '--hooks', 'logits')).toEqual(
      byIds,
    );
    expect(await cliTensors('run', '--model', MODEL, '--file', file, '--hooks', 'logits')).toEqual(byIds);
  });

  it('runs BOS alone on an empty prompt', async () => {
    const alone = await cliTensors('run', '--model', MODEL, '--prompt', '', '--hooks', 'logits');
    expect(shapes(alone)).toEqual({ logits: [1, 300] });
    expect(alone).toEqual(
      await cliTensors('run', '--model', MODEL, '--tokens', `${BOS}`, '--hooks', 'logits'),
    );
  });

  it('takes token 0 for a token like others', async () => {
    const one = await cliTensors('run', '--model', MODEL, '--tokens', '0', '--hooks', 'hook_embed');
    const table = tensorsIn(join(MODEL, 'model.safetensors')).get('transformer.wte.weight')!.data;
    expect(one.get('hook_embed')!.data).toEqual(table.slice(0, 32));
  });

  it('needs no tokenizer for exact ids', async () => {
    const model = fixturePath('gpt2-odd', 'model');
    expect(
      shapes(await cliTensors('run', '--model', model, '--tokens', '0,1', '--hooks', 'logits'))['logits']![0],
    ).toBe(2);
  });
});

describe('encode', () => {
  it.each(['standard', 'jumprelu', 'skip-transcoder'])(
    'encodes given inputs as SAELens does: %s',
    async (name) => {
      const reference = new Map(readTensors('dictionaries', name, 'expected.safetensors'));
      const input = join(temporaryFolder(), 'x.safetensors');
      writeSafetensors(input, new Map([['x', reference.get('x')!]]));
      const tensors = await cliTensors('encode', '--dictionary', dictionary(name), '--input', input);
      const names = ['feature_acts', 'reconstruction', 'x'];
      expect([...tensors.keys()].sort()).toEqual(names);
      expectClose(asResults(tensors), new Map(names.map((key) => [key, reference.get(key)!])), 1e-4, false);
    },
  );

  it('keeps the leading axes, and heads apart as they came', async () => {
    const input = join(temporaryFolder(), 'x.safetensors');
    const x = readTensors('dictionaries', 'standard-hook-z', 'expected.safetensors').get('x')!;
    writeSafetensors(input, new Map([['x', { data: x.data, shape: [3, 3, 4, 8] }]]));
    const args = ['encode', '--dictionary', dictionary('standard-hook-z'), '--input', input];
    const apart = await cliTensors(...args);
    expect(shapes(apart)).toEqual({
      x: [3, 3, 4, 8],
      feature_acts: [3, 3, 48],
      reconstruction: [3, 3, 4, 8],
    });
    writeSafetensors(input, new Map([['x', { data: x.data, shape: [9, 32] }]]));
    const flat = await cliTensors(...args);
    expect(shapes(flat)).toEqual({ x: [9, 32], feature_acts: [9, 48], reconstruction: [9, 32] });
    expect(flat.get('feature_acts')!.data).toEqual(apart.get('feature_acts')!.data);
    writeSafetensors(input, new Map([['x', { data: x.data.slice(0, 32), shape: [32] }]]));
    expect(shapes(await cliTensors(...args))['feature_acts']).toEqual([48]);
  });

  it("reads the model at the dictionary's hook point", async () => {
    const args = ['--model', MODEL, '--tokens', IDS, '--dictionary', dictionary('standard-hook-z')];
    const tensors = await cliTensors('encode', ...args);
    expect(shapes(tensors)).toEqual({ x: [17, 4, 8], feature_acts: [17, 48], reconstruction: [17, 4, 8] });
    const expected = readTensors('gpt2-tiny', 'splice.standard-hook-z.safetensors').get('feature_acts')!;
    expect(relativeError(tensors.get('feature_acts')!.data, expected.data, 48)).toBeLessThan(1e-4);
  });

  it('reads one head where the dictionary does', async () => {
    const folder = temporaryFolder();
    const config = {
      architecture: 'standard',
      activation_fn_str: 'relu',
      d_in: 8,
      d_sae: 8,
      hook_name: 'blocks.1.attn.hook_z',
      hook_layer: 1,
      hook_head_index: 2,
      normalize_activations: 'none',
      apply_b_dec_to_input: false,
    };
    writeFileSync(join(folder, 'cfg.json'), JSON.stringify(config));
    const identity = Float32Array.from({ length: 64 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const square = { data: identity, shape: [8, 8] };
    const zeros = { data: new Float32Array(8), shape: [8] };
    const weights = new Map(Object.entries({ W_enc: square, W_dec: square, b_enc: zeros, b_dec: zeros }));
    writeSafetensors(join(folder, 'sae_weights.safetensors'), weights);
    const args = ['--model', MODEL, '--tokens', IDS];
    const tensors = await cliTensors('encode', ...args, '--dictionary', folder);
    const z = (await cliTensors('run', ...args, '--hooks', 'z.1')).get('blocks.1.attn.hook_z')!.data;
    const head = z.filter((_, i) => Math.floor(i / 8) % 4 === 2);
    expect(tensors.get('x')).toEqual({ shape: [17, 8], data: head });
    expect(tensors.get('feature_acts')!.data).toEqual(head.map((value) => Math.max(value, 0)));
    const beside = await cliTensors('run', ...args, '--hooks', 'logits', '--dictionary', folder);
    const acts = beside.get('blocks.1.attn.hook_z.hook_sae_acts_post');
    expect(acts).toEqual(tensors.get('feature_acts'));
  });

  it('takes the constant that is in no file, and says when it is missing', async () => {
    const name = 'standard-expected-average';
    const reference = readTensors('dictionaries', name, 'expected.norm-factor.safetensors');
    const input = join(temporaryFolder(), 'x.safetensors');
    writeSafetensors(input, new Map([['x', reference.get('x')!]]));
    const args = ['encode', '--dictionary', dictionary(name), '--input', input];
    const found = (await cliTensors(...args, '--norm-factor', '1.7')).get('feature_acts')!;
    expect(relativeError(found.data, reference.get('feature_acts')!.data, 48)).toBeLessThan(1e-4);
    const { status, stderr } = await cli(...args, '--out', join(temporaryFolder(), 'out'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/^warning: standard-expected-average: .*expected_average_only_in.*\n$/);
  });
});

describe('gradient', () => {
  it('agrees with autograd', async () => {
    const metric = 'logit_diff:7,280';
    const reference = readTensors('gpt2-tiny', 'gradients.long.logit-diff-last.safetensors');
    const hooks = '**,blocks.*.attn.hook_result';
    const tensors = await cliTensors(
      'gradient',
      '--model',
      MODEL,
      '--tokens',
      IDS,
      '--metric',
      metric,
      '--hooks',
      hooks,
    );
    expectClose(asResults(tensors), reference, 1e-3, false);
  });

  it('is zero where the metric does not depend on the activation', async () => {
    const args = ['--model', MODEL, '--tokens', IDS, '--metric', 'logit_diff:7,280@8'];
    const tensors = await cliTensors(
      'gradient',
      ...args,
      '--hooks',
      'hook_embed,logits,blocks.1.hook_resid_pre',
    );
    for (const name of ['hook_embed', 'logits', 'blocks.1.hook_resid_pre']) {
      const { data, shape } = tensors.get(`grad.${name}`)!;
      const width = shape[1]!;
      expect(data.subarray(9 * width).every((value) => value === 0)).toBe(true);
      expect(data.subarray(8 * width, 9 * width).some((value) => value !== 0)).toBe(true);
    }
    const logits = tensors.get('grad.logits')!.data;
    expect([...logits.entries()].filter(([, value]) => value !== 0)).toEqual([
      [8 * 300 + 7, 1],
      [8 * 300 + 280, -1],
    ]);
  });

  it('takes quoted texts as answers', async () => {
    const args = ['gradient', '--model', MODEL, '--tokens', IDS, '--hooks', 'hook_embed', '--metric'];
    expect(await cliTensors(...args, 'logit_diff:" the","he"')).toEqual(
      await cliTensors(...args, 'logit_diff:258,256'),
    );
  });
});
