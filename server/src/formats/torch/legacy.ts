/** The format before PyTorch 1.6 (`torch/serialization.py`, `_legacy_load`): pickles behind one another, then the storages. */
import { FileFormatError } from '../errors';
import { dtypeBits } from '../dtypes';
import { readRange } from '../regularFile';
import { LARGEST_PICKLE } from './archive';
import { ByteReader, DAMAGED } from './byteReader';
import type { PickledFile, StoragePlace } from './checkpoint';
import { storageOf } from './rebuild';
import { unpickle } from './unpickle';
import { Dict, List, type PickleValue, type Storage } from './values';
import type { OpenFile } from './zip';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
/** PROTO 2, LONG1 of ten bytes: how every such file begins. */
const BEGINNING = [0x80, 0x02, 0x8a, 0x0a];

/** Does a file begin like one of these? */
export function isLegacy(bytes: Uint8Array): boolean {
  return BEGINNING.every((byte, i) => bytes[i] === byte);
}

/** @throws FileFormatError */
export function readLegacy(file: OpenFile): PickledFile {
  const bytes = readRange(file.path, file.descriptor, 0, Math.min(file.size, LARGEST_PICKLE));
  const reader = new ByteReader(bytes, file.path);
  checkPreamble(reader);
  const storages = new Map<string, Storage>();
  const root = unpickle(reader, (id) => {
    const storage = storageOf(id, file.path);
    storages.set(storage.key, storage);
    return storage;
  });
  const keys = unpickle(reader, refuseReference(file.path));
  const header = bytes.slice(0, reader.at);
  const places = locateStorages(file, keys, storages, reader.at);
  return { header, root, locate: (key) => places.get(key) ?? null };
}

function checkPreamble(reader: ByteReader): void {
  const [magic, protocol, system] = [0, 1, 2].map(() => unpickle(reader, refuseReference(reader.file)));
  if (magic !== MAGIC || protocol !== PROTOCOL || !(system instanceof Dict)) {
    throw new FileFormatError(
      reader.file,
      'it begins like a file of PyTorch and goes on differently',
      DAMAGED,
    );
  }
  if (system.entries.get('little_endian') === true) return;
  throw new FileFormatError(
    reader.file,
    'its numbers have their highest byte first (big endian)',
    'Save it again on a machine with the lowest byte first',
  );
}

function refuseReference(path: string): () => never {
  return () => {
    throw new FileFormatError(path, 'its preamble refers to a storage', DAMAGED);
  };
}

/** Storages follow in the order of their keys, each behind its number of elements. */
function locateStorages(
  file: OpenFile,
  keys: PickleValue,
  storages: ReadonlyMap<string, Storage>,
  start: number,
): Map<string, StoragePlace> {
  const places = new Map<string, StoragePlace>();
  let at = start;
  for (const key of keys instanceof List ? keys.items : []) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage?.dtype) {
      throw new FileFormatError(file.path, storageProblem(key, storage), DAMAGED);
    }
    const length = storageLength(file, at, dtypeBits[storage.dtype] / 8);
    places.set(storage.key, { offset: at + 8, length });
    at += 8 + length;
  }
  return places;
}

function storageProblem(key: PickleValue, storage: Storage | undefined): string {
  if (storage) return `it holds a storage of type ${storage.typeName}, which is not read`;
  return `it lists a storage ${typeof key === 'string' ? key : ''} that no tensor has`;
}

/** Bytes of the storage whose count stands at `at`. */
function storageLength(file: OpenFile, at: number, width: number): number {
  const left = BigInt(file.size) - BigInt(at) - 8n;
  const elements = left < 0n ? 0n : countAt(file, at);
  const length = elements * BigInt(width);
  if (left >= length && elements >= 0n) return Number(length);
  const reason = `it is cut short: a storage at byte ${at} does not fit into its ${file.size} bytes`;
  throw new FileFormatError(file.path, reason, DAMAGED);
}

function countAt(file: OpenFile, at: number): bigint {
  return new DataView(readRange(file.path, file.descriptor, at, 8).buffer).getBigInt64(0, true);
}
