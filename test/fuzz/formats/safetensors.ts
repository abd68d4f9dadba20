/** Safetensors files: the header is damaged as JSON with its length set right, and the whole file as bytes. */
import { join } from 'node:path';
import { openSafetensors } from '../../../server/src/formats/safetensors';
import { expectSane, type Format, type Part } from '../format';

/** The two parts of a safetensors file that are worth damaging. */
export function safetensorsParts(file: Uint8Array): readonly Part[] {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const data = file.slice(8 + length);
  return [
    { kind: 'bytes', bytes: file, fields: [{ offset: 0, width: 8 }] },
    { kind: 'json', bytes: file.slice(8, 8 + length), wrap: (header) => withLength(header, data) },
  ];
}

function withLength(header: Uint8Array, data: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

/** Opens a file and reads every tensor of it. */
export function readWholeSafetensors(path: string): void {
  const file = openSafetensors(path);
  for (const [name, { byteOffset, byteLength, shape, dtype }] of file.tensors) {
    expectSane(byteOffset >= 8 && byteOffset + byteLength <= file.size, `${name} lies outside the file`);
    const elements = shape.reduce((a, b) => a * b, 1);
    expectSane(Number.isSafeInteger(elements) && elements >= 0, `${name} has ${elements} elements`);
    expectSane(file.readBytes(name).length === byteLength, `${name} has other bytes than it says`);
    if (['F32', 'F16', 'BF16', 'F64'].includes(dtype))
      expectSane(file.readFloat32(name).length === elements, `${name} has other numbers than its shape says`);
  }
}

/** The bytes of a file with zeroes in its tensors, given as `[dtype, shape, bytes]`. */
export function safetensorsFile(
  tensors: Readonly<Record<string, readonly [string, readonly number[], number]>>,
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const [name, [dtype, shape, length]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + length] };
    at += length;
  }
  return withLength(Buffer.from(JSON.stringify(header)), Buffer.alloc(at));
}

const plain = safetensorsFile({
  'a.weight': ['F32', [4, 2], 32],
  ids: ['I64', [3], 24],
  scalar: ['I32', [], 4],
  empty: ['F32', [0, 4], 0],
});

/** A header as others write it: halves, bytes, spaces at its end. */
function foreignSample(): Uint8Array {
  const header =
    '{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[4,8]},' +
    '"u":{"dtype":"U8","shape":[4],"data_offsets":[8,12]},"f":{"dtype":"F4","shape":[2],"data_offsets":[12,13]}}   ';
  return withLength(Buffer.from(header), Buffer.alloc(13, 1));
}

export const safetensors: Format = {
  name: 'safetensors',
  samples(folder) {
    const file = join(folder, 'model.safetensors');
    const read = (): void => {
      readWholeSafetensors(file);
    };
    return [
      { name: 'plain', file, parts: safetensorsParts(plain), read },
      { name: 'foreign', file, parts: safetensorsParts(foreignSample()), read },
    ];
  },
};
