import { writeFileAtomically } from './atomicFile';

/** A tensor to write: row-major data and its shape. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int32Array;
}

function dtypeOf(data: TensorToWrite['data']): 'F32' | 'I64' | 'I32' {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof BigInt64Array ? 'I64' : 'I32';
}

/**
 * Replaces `path` atomically by a safetensors file. Wide elements come first and the data section starts at a multiple of 8, so
 * that every tensor lies aligned to its own element size.
 * @throws RangeError when a shape does not fit its data or a tensor is called `__metadata__` (a mistake of the caller).
 * @throws FileFormatError when the file system refuses; nothing is left behind then.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, TensorToWrite>,
  metadata?: Readonly<Record<string, string>>,
): void {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header = headerFor(ordered, metadata);
  writeFileAtomically(path, (append) => {
    append(header);
    for (const [, { data }] of ordered) append(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  });
}

function headerFor(
  tensors: readonly (readonly [string, TensorToWrite])[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const entries: [string, unknown][] = metadata ? [['__metadata__', metadata]] : [];
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    checkTensor(name, shape, data.length);
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, 8);
  return header;
}

function checkTensor(name: string, shape: readonly number[], length: number): void {
  if (name === '__metadata__') throw new RangeError('A tensor cannot be called "__metadata__".');
  const elements = shape.reduce((product, size) => product * size, 1);
  if (elements !== length || shape.some((size) => !Number.isSafeInteger(size) || size < 0)) {
    throw new RangeError(`Tensor "${name}" of shape [${shape.join(', ')}] cannot hold ${length} elements.`);
  }
}
