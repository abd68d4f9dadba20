import { byteLengthOf, type Dtype, dtypeBits } from './dtypes';
import { FileFormatError } from './errors';
import { asObject, describe, field, isJsonObject, type JsonObject, parseJson } from './json';
import { duplicateKey } from './duplicateKey';
import type { TensorInfo } from './tensorFile';

/** The checked content of a safetensors header. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

const cure = 'The file is damaged or was not written by safetensors: download or save it again';
/** No model has tensors of more axes; NumPy stops at 64 as well. */
const mostAxes = 64;

/**
 * Checks a header field by field.
 * @param bytes the header's JSON, without the length before it.
 * @param dataOffset where the data section starts in the file.
 * @param fileSize the size of the whole file; tensors must fill the data section exactly.
 * @throws FileFormatError
 */
export function parseHeader(
  bytes: Uint8Array,
  file: string,
  dataOffset: number,
  fileSize: number,
): SafetensorsHeader {
  const text = decodeHeader(bytes, file);
  const root = asObject(parseJson(text, file), 'the safetensors header', file);
  const twice = duplicateKey(text);
  if (twice !== null) throw new FileFormatError(file, `the header names ${describe(twice)} twice`, cure);
  const tensors = new Map<string, TensorInfo>();
  for (const [name, value] of Object.entries(root)) {
    if (name !== '__metadata__') tensors.set(name, checkTensor(name, value, file, dataOffset));
  }
  checkTiling(tensors, file, dataOffset, fileSize);
  return { metadata: readMetadata(root, file), tensors };
}

function decodeHeader(bytes: Uint8Array, file: string): string {
  if (bytes[0] !== 0x7b)
    throw new FileFormatError(file, 'the safetensors header does not start with "{"', cure);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new FileFormatError(file, 'the safetensors header is not UTF-8 text', cure, { cause: error });
  }
}

function readMetadata(root: JsonObject, file: string): Readonly<Record<string, string>> {
  const value = field(root, '__metadata__');
  const metadata: Record<string, string> = {};
  if (value === undefined) return metadata;
  for (const [key, text] of Object.entries(asObject(value, '"__metadata__"', file))) {
    if (typeof text !== 'string') {
      throw new FileFormatError(file, `"__metadata__" may only hold texts, found ${describe(text)}`, cure);
    }
    // Assignment to the name __proto__ would be lost or worse.
    Object.defineProperty(metadata, key, { value: text, enumerable: true });
  }
  return metadata;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function checkTensor(name: string, value: unknown, file: string, dataOffset: number): TensorInfo {
  const refuse = (reason: string): FileFormatError =>
    new FileFormatError(file, `tensor ${describe(name)} ${reason}`, cure);
  if (!isJsonObject(value)) throw refuse(`must be described by an object, found ${describe(value)}`);
  const dtype = field(value, 'dtype');
  if (typeof dtype !== 'string' || !isDtype(dtype)) throw refuse(`has an unknown dtype ${describe(dtype)}`);
  const shape = field(value, 'shape');
  if (!Array.isArray(shape) || shape.length > mostAxes || !shape.every(isCount)) {
    throw refuse(`has a shape that is not a list of whole numbers: ${describe(shape)}`);
  }
  const offsets = field(value, 'data_offsets');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw refuse(`has data_offsets that are not two whole numbers: ${describe(offsets)}`);
  }
  const [begin, end] = offsets as unknown as readonly [number, number];
  const needed = byteLengthOf(dtype, shape);
  if (needed === null) throw refuse(`has an impossible shape [${shape.join(', ')}]`);
  if (end - begin !== needed) {
    throw refuse(`of ${dtype} [${shape.join(', ')}] needs ${needed} bytes but spans ${end - begin}`);
  }
  return { dtype, shape, byteOffset: dataOffset + begin, byteLength: needed };
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(dtypeBits, name);
}

/** Tensors must follow each other without holes or overlap from the first to the last byte of the data section. */
function checkTiling(
  tensors: ReadonlyMap<string, TensorInfo>,
  file: string,
  dataOffset: number,
  fileSize: number,
): void {
  const ordered = [...tensors].sort(
    ([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength,
  );
  let expected = dataOffset;
  for (const [name, { byteOffset, byteLength }] of ordered) {
    if (byteOffset !== expected) {
      const what = byteOffset < expected ? 'overlaps the tensor before it' : 'leaves a hole before it';
      throw new FileFormatError(file, `tensor ${describe(name)} ${what}`, cure);
    }
    expected += byteLength;
  }
  if (expected > fileSize) {
    throw new FileFormatError(
      file,
      `it is cut short: ${fileSize} bytes where the header needs ${expected}`,
      cure,
    );
  }
  if (expected < fileSize) {
    throw new FileFormatError(file, `${fileSize - expected} bytes follow the last tensor`, cure);
  }
}
