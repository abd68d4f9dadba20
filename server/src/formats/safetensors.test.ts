import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileFormatError } from './errors';
import { openSafetensors } from './safetensors';
import { writeSafetensors } from './safetensorsWriter';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'safetensors-')));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
const newPath = (): string => join(folder, `${count++}.safetensors`);

/** A file with the given header text (and announced length) and data bytes, right or wrong. */
function rawFile(header: string | Uint8Array, data = new Uint8Array(0), announced?: bigint): string {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, announced ?? BigInt(bytes.length), true);
  const path = newPath();
  writeFileSync(path, Buffer.concat([length, bytes, data]));
  return path;
}

function fileOf(tensors: Record<string, unknown>, dataBytes = 0): string {
  return rawFile(JSON.stringify(tensors), new Uint8Array(dataBytes));
}

const f32 = (shape: unknown, begin: unknown, end: unknown): unknown => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('openSafetensors', () => {
  it('gives back what was written, with absolute byte ranges', () => {
    const path = newPath();
    writeSafetensors(
      path,
      new Map([
        ['weight', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 4, 5, 6) }],
        ['ids', { shape: [2], data: BigInt64Array.of(-1n, 1n << 40n) }],
        ['scalar', { shape: [], data: Int32Array.of(7) }],
        ['empty', { shape: [0, 4], data: new Float32Array(0) }],
      ]),
      { format: 'pt' },
    );
    const file = openSafetensors(path);
    const bytes = readFileSync(path);
    expect([...file.tensors.keys()].sort()).toEqual(['empty', 'ids', 'scalar', 'weight']);
    expect(file.metadata).toEqual({ format: 'pt' });
    expect(file.size).toBe(bytes.length);
    expect([...file.readFloat32('weight')]).toEqual([1, -2, 3.5, 4, 5, 6]);
    expect(file.readFloat32('empty')).toHaveLength(0);
    const weight = file.tensors.get('weight')!;
    expect(weight).toMatchObject({ dtype: 'F32', shape: [2, 3], byteLength: 24 });
    expect(bytes.readFloatLE(weight.byteOffset + 4)).toBe(-2);
    const ids = file.tensors.get('ids')!;
    expect([...new BigInt64Array(file.readBytes('ids').buffer)]).toEqual([-1n, 1n << 40n]);
    expect(ids.byteOffset % 8).toBe(0);
    expect(file.tensors.get('scalar')).toMatchObject({ dtype: 'I32', shape: [], byteLength: 4 });
  });

  it('identifies the file by its real path and the hash of its header', () => {
    const header = `{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}   `;
    const path = rawFile(header, Uint8Array.of(1, 2, 3));
    const link = newPath();
    symlinkSync(path, link);
    const file = openSafetensors(link);
    expect(file.path).toBe(path);
    expect(file.headerHash).toBe(createHash('sha256').update(header).digest('hex'));
    expect([...file.readBytes('t')]).toEqual([1, 2, 3]);
  });

  it('converts half, bfloat16 and double precision', () => {
    const data = new ArrayBuffer(28);
    new Uint16Array(data, 0, 6).set([0x3c00, 0xc000, 0x0001, 0x7c00, 0x83ff, 0x7bff]);
    new Uint16Array(data, 12, 4).set([0x3f80, 0xc049, 0x0001, 0xff80]);
    new DataView(data).setFloat64(20, 0.1, true);
    const path = rawFile(
      JSON.stringify({
        half: { dtype: 'F16', shape: [6], data_offsets: [0, 12] },
        brain: { dtype: 'BF16', shape: [4], data_offsets: [12, 20] },
        double: { dtype: 'F64', shape: [], data_offsets: [20, 28] },
      }),
      new Uint8Array(data),
    );
    const file = openSafetensors(path);
    expect([...file.readFloat32('half')]).toEqual([1, -2, 2 ** -24, Infinity, -1023 * 2 ** -24, 65504]);
    expect([...file.readFloat32('brain')]).toEqual([1, -3.140625, 2 ** -133, -Infinity]);
    expect([...file.readFloat32('double')]).toEqual([Math.fround(0.1)]);
  });

  it('refuses to read integers as floats, and unknown names', () => {
    const file = openSafetensors(fileOf({ ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8));
    expect(() => file.readFloat32('ids')).toThrow(
      'tensor "ids" is I64 where F32, F16, BF16 or F64 is needed',
    );
    expect(() => file.readBytes('absent')).toThrow('it has no tensor "absent"');
  });

  it('notices that the file has changed or gone since', () => {
    const path = fileOf({ a: f32([1], 0, 4) }, 4);
    const file = openSafetensors(path);
    utimesSync(path, 1, 1);
    expect(() => file.readFloat32('a')).toThrow('it has changed since it was opened');
    rmSync(path);
    expect(() => file.readFloat32('a')).toThrow(`${path}: there is no such file or folder`);
  });

  it.each<[string, () => string, string]>([
    ['a missing file', () => join(folder, 'absent'), 'there is no such file or folder'],
    ['a folder', () => folder, 'this is a folder, not a file'],
    ['an empty file', () => (writeFileSync(join(folder, 'e'), ''), join(folder, 'e')), '0 bytes are too few'],
    [
      'a huge header length',
      () => rawFile('{}', undefined, 2n ** 63n),
      'announces a header of 9223372036854775808',
    ],
    [
      'a header beyond the limit',
      () => rawFile('{}', undefined, 100_000_001n),
      'a header of 100000001 bytes',
    ],
    ['a header longer than the file', () => rawFile('{}', undefined, 3n), 'a header of 3 bytes'],
    ['a header that is not JSON', () => rawFile('{"a"'), 'not valid JSON'],
    ['a header that is a list', () => rawFile('[]'), 'does not start with "{"'],
    ['an empty header', () => rawFile(''), 'does not start with "{"'],
    ['wrong UTF-8', () => rawFile(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), 'not UTF-8'],
    ['a truncated file', () => fileOf({ a: f32([2], 0, 8) }, 7), 'it is cut short'],
    ['trailing bytes', () => fileOf({ a: f32([2], 0, 8) }, 9), '1 bytes follow the last tensor'],
    ['lying offsets', () => fileOf({ a: f32([2], 0, 4) }, 4), 'needs 8 bytes but spans 4'],
    ['backward offsets', () => fileOf({ a: f32([2], 8, 0) }, 8), 'needs 8 bytes but spans -8'],
    [
      'overlap',
      () => fileOf({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12),
      '"b" overlaps the tensor before it',
    ],
    ['a hole', () => fileOf({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), '"b" leaves a hole before it'],
    ['a hole at the start', () => fileOf({ a: f32([1], 4, 8) }, 8), '"a" leaves a hole'],
    ['a negative size', () => fileOf({ a: f32([-1], 0, 4) }, 4), 'not a list of whole numbers'],
    [
      'a negative offset',
      () => fileOf({ a: f32([1], -4, 0) }, 4),
      'data_offsets that are not two whole numbers',
    ],
    ['fractions', () => fileOf({ a: f32([0.5], 0, 2) }, 2), 'not a list of whole numbers'],
    [
      'three offsets',
      () => fileOf({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 4] } }, 4),
      'two whole',
    ],
    ['a shape that overflows', () => fileOf({ a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4), 'impossible shape'],
    ['overflow hidden by a zero', () => fileOf({ a: f32([2 ** 40, 2 ** 40, 0], 0, 0) }), 'impossible shape'],
    [
      'absurdly many axes',
      () => fileOf({ a: f32(new Array(65).fill(1), 0, 4) }, 4),
      'not a list of whole numbers',
    ],
    [
      'an unknown dtype',
      () => fileOf({ a: { dtype: 'F33', shape: [], data_offsets: [0, 4] } }, 4),
      'dtype "F33"',
    ],
    [
      'an inherited dtype',
      () => fileOf({ a: { dtype: 'toString', shape: [], data_offsets: [0, 4] } }, 4),
      'unknown dtype',
    ],
    [
      'half a byte',
      () => fileOf({ a: { dtype: 'F4', shape: [3], data_offsets: [0, 1] } }, 1),
      'impossible shape',
    ],
    ['a tensor that is no object', () => fileOf({ a: 3 }), 'must be described by an object, found 3'],
    [
      'numbers in the metadata',
      () => fileOf({ __metadata__: { a: 1 } }),
      '"__metadata__" may only hold texts',
    ],
    ['a list of metadata', () => fileOf({ __metadata__: [] }), '"__metadata__" must be a JSON object'],
    [
      'a name that occurs twice',
      () =>
        rawFile(
          '{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}',
          new Uint8Array(1),
        ),
      'the header names "a" twice',
    ],
  ])('refuses %s', (_, make, reason) => {
    const path = make();
    expect(() => openSafetensors(path)).toThrow(FileFormatError);
    expect(() => openSafetensors(path)).toThrow(reason);
    expect(() => openSafetensors(path)).toThrow(`${path}: `);
  });

  it('refuses a named pipe instead of waiting for it', () => {
    const hasPipes = process.platform !== 'win32';
    const path = hasPipes ? newPath() : devNull;
    if (hasPipes) execFileSync('mkfifo', [path]);
    expect(() => openSafetensors(path)).toThrow('this is not a regular file');
  });

  it('takes names that mean something to JavaScript as plain names', () => {
    const path = rawFile(
      '{"__metadata__":{"__proto__":"x"},"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}',
      new Uint8Array(2),
    );
    const file = openSafetensors(path);
    expect([...file.tensors.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(file.metadata)).toEqual([['__proto__', 'x']]);
  });
});

/** Small seeded generator (xorshift32), so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

describe('damaged files', () => {
  it('give a clear error or a valid file, whatever bytes are changed', () => {
    const path = newPath();
    writeSafetensors(
      path,
      new Map([
        ['a.weight', { shape: [4, 2], data: new Float32Array(8) }],
        ['b', { shape: [3], data: BigInt64Array.of(1n, 2n, 3n) }],
      ]),
      { format: 'pt' },
    );
    const original = readFileSync(path);
    const random = randomFrom(20_260_731);
    let refused = 0;
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from(original);
      for (let edit = random(4); edit >= 0; edit--) bytes[random(bytes.length)] = random(256);
      writeFileSync(path, random(10) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
      try {
        const file = openSafetensors(path);
        for (const [name, { byteOffset, byteLength }] of file.tensors) {
          expect(byteOffset + byteLength).toBeLessThanOrEqual(file.size);
          expect(file.readBytes(name)).toHaveLength(byteLength);
        }
      } catch (error) {
        if (!(error instanceof FileFormatError)) throw error;
        expect(error.file).toBe(path);
        expect(error.message).not.toContain('\n');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(1_000);
    expect(refused).toBeLessThan(2_000);
  });
});
