import type * as FileSystem from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileFormatError } from './errors';
import { writeSafetensors } from './safetensorsWriter';

/** Bytes that the pretended disk still takes. */
const disk = vi.hoisted(() => ({ free: Infinity }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>();
  return {
    ...real,
    writeSync: (descriptor: number, bytes: Uint8Array, offset: number, length: number) => {
      if (disk.free === 0)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      // A disk that is nearly full takes a part first, and so does a busy one.
      const taken = Math.min(length, disk.free, 10);
      disk.free -= taken;
      return real.writeSync(descriptor, bytes, offset, taken);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'safetensors-writer-'));
const path = join(folder, 'out.safetensors');
const tensors = new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]]);
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  disk.free = Infinity;
  rmSync(path, { force: true });
});

describe('writeSafetensors', () => {
  it('writes everything also when the system takes it in pieces', () => {
    writeSafetensors(path, tensors);
    const bytes = readFileSync(path);
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0);
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(2);
    expect(readdirSync(folder)).toEqual(['out.safetensors']);
  });

  it('leaves nothing behind when the disk is full', () => {
    disk.free = 20;
    expect(() => {
      writeSafetensors(path, tensors);
    }).toThrow(`${path}: the disk is full. Free some space and try again`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the old file when the new one cannot be written', () => {
    writeFileSync(path, 'old');
    disk.free = 20;
    expect(() => {
      writeSafetensors(path, tensors);
    }).toThrow(FileFormatError);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out.safetensors']);
  });

  it('names a folder that does not exist', () => {
    expect(() => {
      writeSafetensors(join(folder, 'absent', 'x'), tensors);
    }).toThrow('there is no such file or folder');
  });

  it('refuses shapes that do not fit and the reserved name before touching the disk', () => {
    const one = Float32Array.of(1);
    expect(() => {
      writeSafetensors(path, new Map([['a', { shape: [2], data: one }]]));
    }).toThrow('Tensor "a" of shape [2] cannot hold 1 elements.');
    expect(() => {
      writeSafetensors(path, new Map([['a', { shape: [-1, -1], data: one }]]));
    }).toThrow(RangeError);
    expect(() => {
      writeSafetensors(path, new Map([['__metadata__', { shape: [1], data: one }]]));
    }).toThrow('cannot be called "__metadata__"');
    expect(readdirSync(folder)).toEqual([]);
  });
});
