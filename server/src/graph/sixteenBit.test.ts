/** Products with 16-bit weights of several tiles and branches, and every other reader, against the same weights in float32. */
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../../test/support/closeness';
import { type SixteenBitType, toWords, writeStored } from '../../../test/support/sixteenBit';
import { compile } from '../engine/ort';
import { WeightFiles } from '../engine/weightFiles';
import { openSafetensors } from '../formats/safetensors';
import { Builder } from './builder';
import { lower } from './lower';
import type { Value } from './types';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'featurescope-')));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Numbers in (-0.5, 0.5), the first of them over and over. */
function numbers(count: number, seed: number): Float32Array {
  const different = 65521;
  const data = new Float32Array(count);
  let state = seed;
  for (let i = 0; i < Math.min(count, different); i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state / 2 ** 32 - 0.5;
  }
  for (let i = different; i < count; i += different) data.copyWithin(i, 0, different);
  return data;
}

/** Files with the tensors `w` and `bias` in 16 bits and widened; written when they are first asked for. */
function twins(type: SixteenBitType, shape: readonly number[]): { narrow: string; wide: string } {
  const paths = [type, 'F32'].map((as) => join(folder, `${type} ${shape.join(' ')} ${as}.safetensors`));
  const [narrow, wide] = paths as [string, string];
  if (existsSync(wide)) return { narrow, wide };
  const stored = (of: readonly number[], seed: number) => {
    const count = of.reduce((a, b) => a * b, 1);
    return { shape: of, words: toWords(numbers(count, seed), type) };
  };
  const tensors = new Map([
    ['w', stored(shape, 1)],
    ['bias', stored([shape[0]!], 2)],
    ['bias.last', stored([shape.at(-1)!], 2)],
  ]);
  writeStored(narrow, tensors, type);
  writeStored(wide, tensors, type, 'F32');
  return { narrow, wide };
}

type Program = (b: Builder, x: Value, weight: Value) => Value;

/** What the program makes of x [3, ...inner] and the weight of a file. */
async function made(path: string, shape: readonly number[], inner: readonly number[], program: Program) {
  const file = openSafetensors(path);
  const files = new WeightFiles();
  for (const name of file.tensors.keys()) files.add(name, file, name);
  const b = new Builder();
  b.output('y', program(b, b.input('x', ['rows', ...inner]), b.weight('w', shape)));
  const { model, ...names } = lower(b.build(), (name) => files.locate(name, folder));
  const session = await compile({ model, ...names }, { weightFolder: folder });
  const dims = [3, ...inner];
  const x = {
    data: numbers(
      dims.reduce((a, c) => a * c, 1),
      3,
    ),
    dims,
  };
  const y = (await session.run(new Map([['x', x]]))).get('y')!;
  await session.release();
  return { y, widenings: Buffer.from(model).toString('latin1').split('Cast').length - 1 };
}

const turned = (b: Builder, w: Value) => b.transpose(w, w.shape.length === 2 ? [1, 0] : [0, 2, 1]);
const ids = (b: Builder) => b.constant(BigInt64Array.of(2n, 0n, 2n), [3]);

/** More than one tile, and more than one branch. */
const LARGE = [8300, 2050] as const;
const cases: Readonly<
  Record<string, readonly [shape: readonly number[], inner: readonly number[], Program]>
> = {
  'a small matrix': [[5, 8300], [5], (b, x, w) => b.linear(x, w, b.weight('bias.last', [8300]))],
  'tiles of outputs': [LARGE, [2050], (b, x, w) => b.linear(x, w, b.weight('bias', [8300]), true)],
  'tiles of outputs, no bias': [LARGE, [2050], (b, x, w) => b.linear(x, w, null, true)],
  'tiles of inputs': [LARGE, [8300], (b, x, w) => b.linear(x, w, b.weight('bias.last', [2050]))],
  'tiles of inputs, no bias': [LARGE, [8300], (b, x, w) => b.linear(x, w)],
  'a transposed matrix': [LARGE, [2050], (b, x, w) => b.linear(x, turned(b, w))],
  'a matrix transposed twice': [[7, 9], [9], (b, x, w) => b.linear(x, turned(b, turned(b, w)), null, true)],
  'rows that are not flat': [[7, 9], [2, 9], (b, x, w) => b.linear(x, w, null, true)],
  'a matrix for each head': [[4, 6, 5], [4, 3, 6], (b, x, w) => b.matmul(x, w)],
  'a transposed matrix for each head': [[4, 6, 5], [4, 3, 5], (b, x, w) => b.matmul(x, turned(b, w))],
  'a weight times a value': [[4, 6, 5], [4, 5, 3], (b, x, w) => b.matmul(w, x)],
  'rows of it': [[7, 9], [9], (b, x, w) => b.linear(x, b.rows(w, ids(b)), null, true)],
  'taken columns': [[7, 9], [7], (b, x, w) => b.linear(x, b.take(w, ids(b), 1))],
  'taken rows of the transposed': [
    [7, 9],
    [7],
    (b, x, w) => b.linear(x, b.take(turned(b, w), ids(b), 0), null, true),
  ],
  'the weight as it is': [[9], [9], (b, x, w) => b.add(x, b.hook('h', w))],
};

describe.each(Object.entries(cases))('%s', (_, [shape, inner, program]) => {
  it.each(shape === LARGE ? (['BF16'] as const) : (['BF16', 'F16'] as const))(
    'of %s is what it is in float32',
    async (type) => {
      const { narrow, wide } = twins(type, shape);
      const found = (await made(narrow, shape, inner, program)).y;
      const expected = (await made(wide, shape, inner, program)).y;
      expect(found.dims).toEqual(expected.dims);
      const [a, b] = [found.data as Float32Array, expected.data as Float32Array];
      expect(relativeError(a, b, expected.dims.at(-1)!)).toBeLessThan(1e-6);
    },
  );
});

describe('a large matrix', () => {
  it('is widened a tile at a time', async () => {
    const product: Program = (b, x, w) => b.linear(x, w, null, true);
    const small = await made(twins('BF16', [7, 9]).narrow, [7, 9], [9], product);
    const large = await made(twins('BF16', LARGE).narrow, LARGE, [2050], product);
    expect(large.widenings).toBe(17 * small.widenings);
  });
});
