import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { RangedFile } from '../formats/rangedFile';
import { openSafetensors } from '../formats/safetensors';
import { type TensorToWrite, writeSafetensors } from '../formats/safetensorsWriter';
import type { TensorFile, TensorInfo } from '../formats/tensorFile';
import { Builder } from '../graph/builder';
import { lower } from '../graph/lower';
import { compile } from './ort';
import { WeightFiles } from './weightFiles';

function fileIn(folder: string, name: string, data: TensorToWrite['data']): TensorFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeSafetensors(
    path,
    new Map([
      ['pad', { data: Float32Array.of(9), shape: [1] }],
      ['w', { data, shape: [data.length] }],
    ]),
  );
  return openSafetensors(path);
}

describe('WeightFiles', () => {
  it('finds the deepest folder over files in different ones, and their bytes from there', () => {
    const root = temporaryFolder();
    const a = fileIn(join(root, 'models', 'one', 'deep'), 'a.safetensors', Float32Array.of(1, 2));
    const b = fileIn(join(root, 'models', 'one-two'), 'b.safetensors', Float32Array.of(3, 4));
    const files = new WeightFiles();
    files.add('a', a, 'w');
    expect(files.folder()).toBe(join(root, 'models', 'one', 'deep'));
    files.add('b', b, 'w');
    const folder = files.folder();
    expect(folder).toBe(join(root, 'models'));
    const storage = files.locate('a', folder);
    if (storage.kind !== 'file') throw new Error('a weight of a file must be mapped');
    expect(storage.type).toBe('float32');
    expect(storage.range.location).toBe(['one', 'deep', 'a.safetensors'].join(sep));
    const bytes = readFileSync(a.path).subarray(
      storage.range.offset,
      storage.range.offset + storage.range.length,
    );
    expect(bytes.readFloatLE(0)).toBe(1);
    expect(bytes.readFloatLE(4)).toBe(2);
    files.removeAll('b');
    expect(files.folder()).toBe(join(root, 'models', 'one', 'deep'));
  });

  it('shares no more than the root when files share nothing', () => {
    const files = new WeightFiles();
    expect(files.folder()).toBe(sep);
    files.add('a', openAt('/x/a.safetensors'), 'w');
    files.add('b', openAt('/y/b.safetensors'), 'w');
    expect(files.folder()).toBe(sep);
    expect(files.locate('a', sep)).toMatchObject({ range: { location: join('x', 'a.safetensors') } });
  });

  it('lets one session read from several folders', async () => {
    const root = temporaryFolder();
    const files = new WeightFiles();
    files.add('a', fileIn(join(root, 'm'), 'a.safetensors', Float32Array.of(1, 2)), 'w');
    files.add('b', fileIn(join(root, 'd', 'e'), 'b.safetensors', Float32Array.of(30, 40)), 'w');
    const b = new Builder();
    b.output('sum', b.add(b.weight('a', [2]), b.weight('b', [2])));
    const folder = files.folder();
    const compiled = await compile(
      lower(b.build(), (name) => files.locate(name, folder)),
      { weightFolder: folder },
    );
    expect([...(await compiled.run(new Map())).get('sum')!.data]).toEqual([31, 42]);
    await compiled.release();
  });

  it('feeds what cannot be mapped: views as they were saved, and float64', async () => {
    const path = join(temporaryFolder(), 'views');
    writeFileSync(path, new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
    writeFileSync(path, new Uint8Array(Float64Array.of(0.5, -0.25).buffer), { flag: 'a' });
    const tensors = new Map<string, TensorInfo>([
      ['T', { dtype: 'F32', shape: [3, 2], byteOffset: 0, byteLength: 24, strides: [1, 3] }],
      ['double', { dtype: 'F64', shape: [2], byteOffset: 24, byteLength: 16 }],
    ]);
    const file = new RangedFile(path, 'raw', '', statSync(path), tensors);
    const files = new WeightFiles();
    files.add('T', file, 'T');
    files.add('double', file, 'double');
    const b = new Builder();
    b.output('rows', b.add(b.weight('T', [3, 2]), b.weight('double', [2])));
    b.output('flat', b.weight('T', [6]));
    const lowered = lower(b.build(), (name) => files.locate(name, files.folder()));
    const compiled = await compile(lowered, { held: files.held(lowered.inputs) });
    const results = await compiled.run(new Map());
    expect([...results.get('rows')!.data]).toEqual([1.5, 3.75, 2.5, 4.75, 3.5, 5.75]);
    expect([...results.get('flat')!.data]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(files.held(['T']).get('T')!.data).toBe(files.held(['T']).get('T')!.data);
    await compiled.release();
  });

  it('refuses types that are not computed with', () => {
    const file = fileIn(temporaryFolder(), 'i.safetensors', Int32Array.of(1));
    expect(() => {
      new WeightFiles().add('i', file, 'w');
    }).toThrow(/i\.safetensors: tensor w is I32 where F32, F16, BF16 or F64 is needed/);
  });

  it('notices a file that has changed', () => {
    const files = new WeightFiles();
    const file = fileIn(temporaryFolder(), 'a.safetensors', Float32Array.of(1));
    files.add('a', file, 'w');
    files.checkUnchanged();
    utimesSync(file.path, 1, 1);
    expect(() => {
      files.checkUnchanged();
    }).toThrow(/a\.safetensors: it has changed since it was opened/);
  });

  it('finds the tensor that is not made of numbers', () => {
    const folder = temporaryFolder();
    const files = new WeightFiles();
    files.add('a', fileIn(folder, 'a.safetensors', Float32Array.of(1, -2)), 'w');
    expect(files.findNotFinite()).toBeNull();
    files.add('b', fileIn(folder, 'b.safetensors', Float32Array.of(1, NaN)), 'w');
    expect(files.findNotFinite()).toMatchObject({
      tensor: 'w',
      file: { path: join(folder, 'b.safetensors') },
    });
  });
});

/** A file that is only named, never read. */
function openAt(path: string): TensorFile {
  const info = { dtype: 'F32', shape: [1], byteOffset: 8, byteLength: 4 } as const;
  const unread = () => {
    throw new Error('not to be read');
  };
  return {
    path,
    format: 'safetensors',
    headerHash: '',
    size: 12,
    mtimeMs: 0,
    tensors: new Map([['w', info]]),
    readFloat32: unread,
    readBytes: unread,
    checkUnchanged: unread,
  };
}
