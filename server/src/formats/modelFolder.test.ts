import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../../test/reference/fixtures';
import { FileFormatError } from './errors';
import { readModelFolder } from './modelFolder';
import { writeSafetensors } from './safetensorsWriter';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'model-folder-')));
afterAll(() => {
  rmSync(root, { recursive: true });
});

let count = 0;
/** A folder with the given text files and, where names are listed, files of one-element tensors of these names. */
function folderWith(content: Record<string, string | string[]>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, value] of Object.entries(content)) {
    if (typeof value === 'string') writeFileSync(join(folder, name), value);
    else writeTensors(join(folder, name), value);
  }
  return folder;
}

/** Safetensors, whatever the name: it is the bytes that count. */
function writeTensors(path: string, names: readonly string[]): void {
  const tensor = (index: number) => ({ shape: [1], data: Float32Array.of(index) });
  writeSafetensors(path, new Map(names.map((key, index) => [key, tensor(index)])));
}

/** A folder with a link in place of one of its two files. */
function linked(name: string, target: string): string {
  const folder = folderWith({ 'config.json': '{}', 'model.safetensors': ['a'] });
  rmSync(join(folder, name));
  symlinkSync(target, join(folder, name));
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

  it('joins PyTorch shards, and adds what their index does not list', () => {
    const folder = folderWith({
      'config.json': '{}',
      'one.bin': ['a', 'b'],
      'pytorch_model.bin.index.json': indexOf({ a: 'one.bin' }),
    });
    const { tensors, warnings } = readModelFolder(folder).weights;
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(warnings).toEqual(['pytorch_model.bin.index.json does not list "b", found in its files']);
  });

  it('prefers safetensors to PyTorch, and one file to several', () => {
    const folder = folderWith({ 'config.json': '{}', 'pytorch_model.bin': ['old'] });
    const names = () => [...readModelFolder(folder).weights.tensors.keys()];
    expect(names()).toEqual(['old']);
    writeTensors(join(folder, 'shard.safetensors'), ['sharded']);
    const index = indexOf({ sharded: 'shard.safetensors' });
    writeFileSync(join(folder, 'model.safetensors.index.json'), index);
    expect(names()).toEqual(['sharded']);
    writeTensors(join(folder, 'model.safetensors'), ['single']);
    expect(names()).toEqual(['single']);
  });

  it('reads the one file of weights that a folder has under a name of its own, whatever else training left', () => {
    const folder = folderWith({
      'config.json': '{}',
      'final.pth': ['x'],
      'optimizer.pt': '',
      'tok512.bin': '',
    });
    expect([...readModelFolder(folder).weights.tensors.keys()]).toEqual(['x']);
    writeFileSync(join(folder, 'other.pt'), '');
    expect(() => readModelFolder(folder)).toThrow(
      'there are several files of weights (final.pth, other.pt ...)',
    );
  });

  it('takes the config of a checkpoint that holds it, unless there is one beside it', () => {
    const folder = folderWith({});
    const path = join(folder, 'toy.pt');
    copyFileSync(fixturePath('torch', 'config-namespace.pt'), path);
    for (const named of [path, folder]) {
      const model = readModelFolder(named);
      expect(model).toMatchObject({ folder, configPath: path, config: { d_model: 8, layers: [1, 2] } });
      expect(model.weights.tensors.get('plain')?.info.shape).toEqual([3, 4]);
    }
    writeFileSync(join(folder, 'config.json'), '{"a":1}');
    expect(readModelFolder(path)).toMatchObject({
      configPath: join(folder, 'config.json'),
      config: { a: 1 },
    });
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
      'a link to nothing',
      () => linked('model.safetensors', 'nowhere'),
      'model.safetensors: there is no such file or folder',
    ],
    [
      'links that go round in a circle',
      () => linked('model.safetensors', 'model.safetensors'),
      'its symbolic links go round in a circle',
    ],
    [
      'a config.json that is a link to nothing',
      () => linked('config.json', 'nowhere'),
      'config.json: there is no such file or folder',
    ],
    [
      'a pointer of Git LFS',
      () =>
        folderWith({
          'config.json': '{}',
          'model.safetensors': 'version https://git-lfs.github.com/spec/v1',
        }),
      'it is a pointer of Git LFS, not the file itself',
    ],
    ['a GGUF file', () => join(folderWith({ 'model.gguf': 'GGUF....' }), 'model.gguf'), 'it is a GGUF file'],
    [
      'a tensor in two shards',
      () =>
        folderWith({
          'config.json': '{}',
          'm.safetensors': ['a', 'b'],
          'n.safetensors': ['b'],
          'model.safetensors.index.json': indexOf({ a: 'm.safetensors', b: 'n.safetensors' }),
        }),
      'it has a tensor "b", which another file of the model has too',
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
