import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileFormatError } from './errors';
import { readModelFolder } from './modelFolder';
import { writeSafetensors } from './safetensorsWriter';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'model-folder-')));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
/** A folder with the given text files and, for names ending in .safetensors, files of one-element tensors of these names. */
function folderWith(content: Record<string, string | string[]>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, value] of Object.entries(content)) {
    if (typeof value === 'string') writeFileSync(join(folder, name), value);
    else {
      const tensor = (index: number) => ({ shape: [1], data: Float32Array.of(index) });
      writeSafetensors(join(folder, name), new Map(value.map((key, index) => [key, tensor(index)])));
    }
  }
  return folder;
}

const indexOf = (weightMap: unknown): string => JSON.stringify({ metadata: {}, weight_map: weightMap });

describe('readModelFolder', () => {
  it('reads a folder with one weight file', () => {
    const folder = folderWith({
      'config.json': '{"model_type":"gpt2"}',
      'model.safetensors': ['wte.weight', 'b'],
    });
    const model = readModelFolder(folder);
    expect(model).toMatchObject({ folder, tokenizerFolder: folder, config: { model_type: 'gpt2' } });
    expect([...model.weights.tensors.keys()]).toEqual(['wte.weight', 'b']);
    const { file, info } = model.weights.tensors.get('b')!;
    expect(file.path).toBe(join(folder, 'model.safetensors'));
    expect(info.shape).toEqual([1]);
    expect([...file.readFloat32('b')]).toEqual([1]);
  });

  it('reads a weight file by its own name', () => {
    const folder = folderWith({ 'config.json': '{}', 'other.safetensors': ['x'] });
    expect([...readModelFolder(join(folder, 'other.safetensors')).weights.tensors.keys()]).toEqual(['x']);
  });

  it('joins shards, and opens each once', () => {
    const folder = folderWith({
      'config.json': '{}',
      'one.safetensors': ['a', 'b'],
      'two.safetensors': ['c'],
      'model.safetensors.index.json': indexOf({
        a: 'one.safetensors',
        c: 'two.safetensors',
        b: 'one.safetensors',
      }),
    });
    const { files, tensors } = readModelFolder(folder).weights;
    expect(files.map(({ path }) => path)).toEqual([
      join(folder, 'one.safetensors'),
      join(folder, 'two.safetensors'),
    ]);
    expect(tensors.get('b')?.file).toBe(files[0]);
    expect(tensors.get('c')?.file).toBe(files[1]);
  });

  it('follows the links of the Hugging Face cache, by folder and by file', () => {
    const blobs = folderWith({ weights: ['w'], config: '{"a":1}' });
    const snapshot = folderWith({});
    symlinkSync(join(blobs, 'weights'), join(snapshot, 'model.safetensors'));
    symlinkSync(join(blobs, 'config'), join(snapshot, 'config.json'));
    for (const path of [snapshot, join(snapshot, 'model.safetensors')]) {
      const model = readModelFolder(path);
      expect(model.folder).toBe(snapshot);
      expect(model.config).toEqual({ a: 1 });
      expect(model.weights.files[0]?.path).toBe(join(blobs, 'weights'));
    }
  });

  it.each([
    '../secret.safetensors',
    '/etc/x.safetensors',
    'a\\b.safetensors',
    'C:x.safetensors',
    'x.pt',
    7,
    null,
  ])('refuses the shard name %j', (shard) => {
    const folder = folderWith({ 'config.json': '{}', 'model.safetensors.index.json': indexOf({ a: shard }) });
    expect(() => readModelFolder(folder)).toThrow(FileFormatError);
    expect(() => readModelFolder(folder)).toThrow('is not the name of a .safetensors or .bin file beside it');
  });

  it.each<[string, () => string, string]>([
    ['a missing path', () => join(root, 'absent'), 'there is no such file or folder'],
    [
      'a folder without config.json',
      () => folderWith({ 'model.safetensors': ['a'] }),
      'there is no config.json',
    ],
    [
      'a folder without weights',
      () => folderWith({ 'config.json': '{}' }),
      'there are no weights (model.safetensors or pytorch_model.bin)',
    ],
    [
      'a broken config.json',
      () => folderWith({ 'config.json': '{', 'model.safetensors': ['a'] }),
      'not valid JSON',
    ],
    [
      'a config.json with a list',
      () => folderWith({ 'config.json': '[]' }),
      'the file must be a JSON object',
    ],
    [
      'an empty file of weights',
      () => folderWith({ 'config.json': '{}', 'pytorch_model.bin': '' }),
      'pytorch_model.bin: it is no safetensors file, no PyTorch checkpoint and no file of llama2.c',
    ],
    [
      'another file',
      () => join(folderWith({ 'config.json': '{}' }), 'config.json'),
      'this is no file of weights',
    ],
    [
      'an index without its shard',
      () =>
        folderWith({ 'config.json': '{}', 'model.safetensors.index.json': indexOf({ a: 'm.safetensors' }) }),
      'm.safetensors: there is no such file or folder',
    ],
    [
      'a shard without its tensor',
      () =>
        folderWith({
          'config.json': '{}',
          'm.safetensors': ['b'],
          'model.safetensors.index.json': indexOf({ a: 'm.safetensors' }),
        }),
      'it has no tensor "a", which model.safetensors.index.json places there',
    ],
    [
      'an index without a map',
      () => folderWith({ 'config.json': '{}', 'model.safetensors.index.json': '{}' }),
      '"weight_map" must be a JSON object',
    ],
  ])('refuses %s', (_, make, reason) => {
    const path = make();
    expect(() => readModelFolder(path)).toThrow(FileFormatError);
    expect(() => readModelFolder(path)).toThrow(reason);
  });
});
