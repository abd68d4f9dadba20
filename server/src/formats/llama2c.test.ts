import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWithShared, sharedPath } from '../../../test/support/shared';
import { temporaryFolder } from '../../../test/support/temporary';
import { FileFormatError } from './errors';
import { isLlama2c, openLlama2c } from './llama2c';

/** dim 4, hidden 6, 2 layers, 2 heads, 1 key head, vocabulary 3, 5 positions. */
const NUMBERS = [4, 6, 2, 2, 1, 3, 5];
/** Floats without angles and unembedding: embedding, norms, q k v o, w1 w2 w3. */
const FLOATS = 12 + 2 * (4 + 4) + 4 + 2 * (16 + 8 + 8 + 16) + 2 * 72;
const ANGLES = 10;
const UNEMBEDDING = 12;

/** Floats that count up from 0, so that a value says where it stands. */
function counting(floats: number): Buffer {
  return Buffer.from(Float32Array.from({ length: floats }, (_, i) => i).buffer);
}

function file(...parts: readonly Uint8Array[]): string {
  const path = join(temporaryFolder(), 'model.bin');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

const integers = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);

function version1(shared: number, floats: number, numbers: readonly number[] = NUMBERS, version = 1): string {
  const header = Buffer.alloc(256);
  integers(0x616b3432, version, ...numbers).copy(header);
  header[36] = shared;
  return file(header, counting(floats));
}

describe('openLlama2c', () => {
  it('finds the tensors of version 0 layer by layer in their groups', () => {
    const { file: opened, config } = openLlama2c(file(integers(...NUMBERS), counting(FLOATS + ANGLES)));
    expect(config).toEqual({
      model_type: 'llama2.c',
      dim: 4,
      hidden_dim: 6,
      n_layers: 2,
      n_heads: 2,
      n_kv_heads: 1,
      vocab_size: 3,
      max_seq_len: 5,
      eos_token_id: 1,
    });
    const first = (name: string) => opened.readFloat32(name)[0];
    expect(first('model.embed_tokens.weight')).toBe(0);
    expect(first('model.layers.1.input_layernorm.weight')).toBe(12 + 4);
    expect(first('model.layers.0.self_attn.q_proj.weight')).toBe(20);
    expect(first('model.layers.1.self_attn.k_proj.weight')).toBe(20 + 32 + 8);
    expect(opened.tensors.get('model.layers.1.self_attn.k_proj.weight')?.shape).toEqual([2, 4]);
    expect(first('model.layers.1.mlp.down_proj.weight')).toBe(12 + 8 + 96 + 8 + 48 + 24);
    expect(first('model.norm.weight')).toBe(FLOATS - 4);
    expect(opened.tensors.has('lm_head.weight')).toBe(false);
    expect(opened.format).toBe('llama2.c (version 0)');
  });

  it('finds an unembedding of its own behind the angles', () => {
    const numbers = NUMBERS.with(5, -3);
    const { file: opened, config } = openLlama2c(
      file(integers(...numbers), counting(FLOATS + ANGLES + UNEMBEDDING)),
    );
    expect(config['vocab_size']).toBe(3);
    expect(opened.readFloat32('lm_head.weight')[0]).toBe(FLOATS + ANGLES);
  });

  it('finds the tensors of version 1', () => {
    const { file: shared } = openLlama2c(version1(1, FLOATS));
    expect(shared.readFloat32('model.norm.weight')[0]).toBe(16);
    expect(shared.readFloat32('model.layers.1.mlp.up_proj.weight')[0]).toBe(FLOATS - 24);
    expect(shared.tensors.has('lm_head.weight')).toBe(false);
    const { file: own } = openLlama2c(version1(0, FLOATS + UNEMBEDDING));
    expect(own.readFloat32('lm_head.weight')[0]).toBe(FLOATS);
  });

  it.each<[string, () => string, RegExp]>([
    ['version 2', () => version1(1, FLOATS, NUMBERS, 2), /version 2 \(8-bit weights\), which is not read/],
    ['a file that is cut short', () => version1(1, FLOATS - 1), /has 1340 bytes where its header needs 1344/],
    ['version 0 that is cut short', () => file(integers(...NUMBERS), counting(FLOATS)), /size does not fit/],
    ['absurd numbers', () => version1(1, FLOATS, NUMBERS.with(2, 2 ** 30)), /numbers that no model has/],
    ['no layers', () => version1(1, FLOATS, NUMBERS.with(2, 0)), /numbers that no model has/],
    ['heads that do not divide', () => version1(1, FLOATS, NUMBERS.with(3, 3)), /numbers that no model has/],
    ['a header alone', () => file(integers(0x616b3432, 1, ...NUMBERS)), /numbers that no model has/],
    ['an empty file', () => file(), /no file of llama2\.c/],
  ])('refuses %s', (_, make, message) => {
    const path = make();
    expect(() => openLlama2c(path)).toThrow(FileFormatError);
    expect(() => openLlama2c(path)).toThrow(message);
  });

  it('is not mistaken for other files', () => {
    expect(isLlama2c(Buffer.alloc(64), 64)).toBe(false);
    expect(isLlama2c(Buffer.alloc(3), 3)).toBe(false);
  });
});

describeWithShared('stories260K', () => {
  it('is the same model in both versions', () => {
    const [v0, v1] = ['stories260K.bin', 'stories260K_v1.bin'].map((name) =>
      openLlama2c(sharedPath('data', 'stories260k', name)),
    );
    expect(v0!.config).toEqual(v1!.config);
    expect(v0!.config).toMatchObject({ dim: 64, n_layers: 5, n_heads: 8, n_kv_heads: 4, max_seq_len: 512 });
    expect([...v0!.file.tensors.keys()].sort()).toEqual([...v1!.file.tensors.keys()].sort());
    for (const name of v0!.file.tensors.keys()) {
      expect(Buffer.compare(v0!.file.readBytes(name), v1!.file.readBytes(name))).toBe(0);
    }
    const start = readFileSync(v0!.file.path).subarray(0, 64);
    expect(isLlama2c(start, v0!.file.size)).toBe(true);
  });
});
