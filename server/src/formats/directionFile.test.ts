import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { readDirectionFile } from './directionFile';
import { FileFormatError } from './errors';
import { type TensorToWrite, writeSafetensors } from './safetensorsWriter';

const tensor = (shape: readonly number[], values: readonly number[]): TensorToWrite => ({
  shape,
  data: Float32Array.from(values),
});

function safetensors(...tensors: readonly TensorToWrite[]): string {
  const path = join(temporaryFolder(), 'truth.safetensors');
  writeSafetensors(path, new Map(tensors.map((one, i) => [`t${i}`, one])));
  return path;
}

function text(content: string, name = 'truth.json'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('readDirectionFile', () => {
  it('reads the tensor, and calls it after the file', () => {
    const expected = { name: 'truth.safetensors', vector: [1, -0.5, 0] };
    expect(readDirectionFile(safetensors(tensor([3], [1, -0.5, 0])))).toEqual(expected);
    expect(readDirectionFile(safetensors(tensor([1, 3], [1, -0.5, 0])))).toEqual(expected);
  });

  it('reads a list of numbers', () => {
    expect(readDirectionFile(text('\ufeff[1, -2.5e-3]'))).toEqual({
      name: 'truth.json',
      vector: [1, -0.0025],
    });
  });

  it.each<[string, () => string, RegExp]>([
    ['no file', () => join(temporaryFolder(), 'a.safetensors'), /there is no such file/],
    ['no JSON file', () => join(temporaryFolder(), 'a.json'), /there is no such file/],
    ['several tensors', () => safetensors(tensor([1], [1]), tensor([1], [1])), /it has 2 tensors/],
    ['no tensor', () => safetensors(), /it has 0 tensors/],
    ['a matrix', () => safetensors(tensor([2, 2], [1, 2, 3, 4])), /"t0" has the shape \[2, 2\]/],
    ['whole numbers', () => safetensors({ shape: [1], data: Int32Array.of(1) }), /is I32 where/],
    ['a tensor with NaN', () => safetensors(tensor([2], [1, NaN])), /at index 1 is infinite or no number/],
    ['what float32 has not', () => text('[1e39]'), /at index 0 is infinite/],
    ['text in the list', () => text('[1, "2"]'), /found a list with "2"/],
    ['a list in the list', () => text('[[1, 2]]'), /found a list with a list of 2/],
    ['an empty list', () => text('[]'), /found a list of 0/],
    ['an object', () => text('{"a": 1}'), /found an object/],
    ['what is no JSON', () => text('[1,'), /not valid JSON/],
    ['what is no safetensors', () => text('[1, 2, 3]', 'a.safetensors'), /announces a header/],
    ['another format', () => text('', 'a.npy'), /is read from a \.safetensors or a \.json file/],
  ])('refuses %s, and names the file', (_, make, reason) => {
    const path = make();
    const read = () => readDirectionFile(path);
    expect(read).toThrow(FileFormatError);
    expect(read).toThrow(reason);
    expect(read).toThrow(path);
  });

  it.each(['a.json', 'a.safetensors'])('reads no more than a direction can have (%s)', (name) => {
    const path = text('', name);
    truncateSync(path, 10_000_001);
    expect(() => readDirectionFile(path)).toThrow(/10000001 bytes and at most 10000000/);
  });
});
