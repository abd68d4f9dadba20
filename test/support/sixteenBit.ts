/** Checkpoints in 16 bits, and the same numbers in float32. */
import { closeSync, cpSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bfloat16ToFloat32, float16ToFloat32 } from '../../server/src/formats/float';
import { openSafetensors } from '../../server/src/formats/safetensors';

export type SixteenBitType = 'BF16' | 'F16';

export interface StoredTensor {
  readonly shape: readonly number[];
  readonly words: Uint16Array;
}

/** What is left of a number in 16 bits, rounded towards 0 (in F16 those below 2^-14 to 0). */
export function toWords(data: Float32Array, type: SixteenBitType): Uint16Array {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const words = new Uint16Array(data.length);
  for (let i = 0; i < bits.length; i++) words[i] = type === 'BF16' ? bits[i]! >>> 16 : toHalf(bits[i]!);
  return words;
}

function toHalf(float: number): number {
  const sign = (float >>> 16) & 0x8000;
  const exponent = ((float >>> 23) & 0xff) - 112;
  if (exponent > 30) throw new RangeError('too large for float16');
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((float >>> 13) & 0x3ff);
}

export function widened(words: Uint16Array, type: SixteenBitType): Float32Array {
  return type === 'BF16' ? bfloat16ToFloat32(words) : float16ToFloat32(words);
}

/** Writes 16-bit tensors as safetensors, in their own type or widened. */
export function writeStored(
  path: string,
  tensors: ReadonlyMap<string, StoredTensor>,
  type: SixteenBitType,
  as: SixteenBitType | 'F32' = type,
): void {
  const width = as === 'F32' ? 4 : 2;
  const header: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, { shape, words }] of tensors) {
    const end = offset + width * words.length;
    header[name] = { dtype: as, shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  for (const { words } of tensors.values()) writeSync(file, as === 'F32' ? widened(words, type) : words);
  closeSync(file);
}

/** Copies a model folder with one weight file twice: `narrow` has its weights in 16 bits, `wide` the same numbers in float32. */
export function writeTwins(
  model: string,
  folder: string,
  type: SixteenBitType,
): { narrow: string; wide: string } {
  const file = openSafetensors(join(model, 'model.safetensors'));
  const tensors = new Map(
    [...file.tensors].map(([name, { shape }]) => [
      name,
      { shape, words: toWords(file.readFloat32(name), type) },
    ]),
  );
  const copy = (name: string, as: SixteenBitType | 'F32'): string => {
    const to = join(folder, name);
    cpSync(model, to, { recursive: true });
    rmSync(join(to, 'model.safetensors'));
    writeStored(join(to, 'model.safetensors'), tensors, type, as);
    return to;
  };
  return { narrow: copy('narrow', type), wide: copy('wide', 'F32') };
}
