import { rmSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectClose } from '../../../test/reference/expectClose';
import {
  fixturePath,
  modelFixture,
  readTensors,
  tensorsIn,
  tokensOf,
} from '../../../test/reference/fixtures';
import { temporaryCopy } from '../../../test/support/temporary';
import { loadDictionary, loadModel } from './loading';
import { capture } from './plan';

const model = fixturePath('gpt2-tiny', 'model');

function changeJson(file: string, change: Record<string, unknown>): void {
  const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...content, ...change }));
}

describe('loadModel', () => {
  it('says so when the unembedding that config.json announces is not there', () => {
    const folder = temporaryCopy(model);
    changeJson(join(folder, 'config.json'), { tie_word_embeddings: false });
    expect(loadModel({ path: folder }).summary.warnings.join()).toMatch(/no lm_head.weight/);
  });

  it('takes all ends of text that config.json names', () => {
    const folder = temporaryCopy(model);
    changeJson(join(folder, 'config.json'), { eos_token_id: [7, 9] });
    expect(loadModel({ path: folder }).summary.endsOfText).toEqual([7, 9]);
  });

  it('takes those of generation_config.json too', () => {
    const folder = temporaryCopy(model);
    const generation = join(folder, 'generation_config.json');
    writeFileSync(generation, '{"eos_token_id": [5, 6]}');
    changeJson(join(folder, 'config.json'), { eos_token_id: 6 });
    expect(loadModel({ path: folder }).summary.endsOfText).toEqual([6, 5]);
    changeJson(join(folder, 'config.json'), { eos_token_id: null });
    expect(loadModel({ path: folder }).summary.endsOfText).toEqual([5, 6]);
    rmSync(generation);
    expect(loadModel({ path: folder }).summary.endsOfText).toEqual([]);
  });

  it('computes with views and float64 from memory, and says so', async () => {
    const tiny = modelFixture('gpt2-tiny');
    const { name, activations } = tiny.sequences[0]!;
    const reference = readTensors('gpt2-tiny', activations);
    const { host, summary } = loadModel({ path: fixturePath('torch', 'gpt2-views') });
    expect(summary).toMatchObject({
      format: 'PyTorch',
      dtypes: expect.arrayContaining(['F64', 'F32']) as unknown,
    });
    expect(summary.warnings.join()).toMatch(/23 of its 40 tensors .* are held in memory as float32 \(1 MB\)/);
    const tokens = [tokensOf(tiny, name)];
    const hooks = ['logits', 'blocks.1.attn.hook_result'];
    const results = await host.run(capture(hooks), tokens);
    expectClose(results, new Map(hooks.map((hook) => [hook, reference.get(hook)!])), 1e-4);
    await host.release();
  });
});

describe('loadDictionary', () => {
  const hookZ = fixturePath('dictionaries', 'standard-hook-z');

  it('refuses a head that the model does not have, and one where there are no heads', () => {
    const { host } = loadModel({ path: model });
    const path = temporaryCopy(hookZ);
    changeJson(join(path, 'cfg.json'), {
      hook_head_index: 4,
      metadata: { hook_name: 'blocks.1.attn.hook_z', hook_head_index: 4 },
    });
    expect(() => loadDictionary(host, { id: 'd', path })).toThrow(
      /has 4 heads, and the dictionary reads head 4/,
    );
    changeJson(join(path, 'cfg.json'), {
      metadata: { hook_name: 'blocks.1.hook_resid_post', hook_head_index: 1 },
    });
    expect(() => loadDictionary(host, { id: 'd', path })).toThrow(/has no heads/);
  });

  it('leaves nothing of a dictionary that was refused', async () => {
    const { host } = loadModel({ path: model });
    const path = temporaryCopy(fixturePath('dictionaries', 'standard'));
    makeInteger(join(path, 'sae_weights.safetensors'), 'b_enc');
    expect(() => loadDictionary(host, { id: 'd', path })).toThrow(/"b_enc" is I32/);
    rmSync(path, { recursive: true });
    await expect(host.run(capture(['logits']), [[1, 2]])).resolves.toBeDefined();
    await host.release();
  });
});

/** Rewrites a float32 safetensors file with one tensor as integers, which is put last. */
function makeInteger(file: string, name: string): void {
  const tensors = [...tensorsIn(file)].sort(([a], [b]) => Number(a === name) - Number(b === name));
  let offset = 0;
  const header: Record<string, unknown> = {};
  const parts = tensors.map(([tensor, { shape, data }]) => {
    const values = tensor === name ? Int32Array.from(data) : data;
    const dtype = tensor === name ? 'I32' : 'F32';
    header[tensor] = { dtype, shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
    return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  });
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(file, Buffer.concat([length, json, ...parts]));
}
