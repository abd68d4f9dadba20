import { createHash } from 'node:crypto';
import { realpathSync, type Stats } from 'node:fs';
import { FileFormatError, fileError } from './errors';
import { RangedFile } from './rangedFile';
import { readRange, withRegularFile } from './regularFile';
import { parseHeader, type SafetensorsHeader } from './safetensorsHeader';
import type { TensorFile } from './tensorFile';

/** A safetensors file whose header has been checked. */
export interface SafetensorsFile extends TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
}

/** Limit of the format itself. */
const largestHeader = 100_000_000;
const damaged = 'The file is damaged or was not written by safetensors: download or save it again';

/**
 * Opens a safetensors file: reads and checks its header only, and keeps no file handle.
 * @throws FileFormatError naming the file, the reason and the cure; nothing else, whatever the bytes.
 */
export function openSafetensors(path: string): SafetensorsFile {
  try {
    const real = realpathSync(path);
    return withRegularFile(real, (descriptor, stat) => readHeader(real, descriptor, stat));
  } catch (error) {
    throw fileError(path, error);
  }
}

function readHeader(path: string, descriptor: number, stat: Stats): SafetensorsFile {
  if (stat.size < 8)
    throw new FileFormatError(path, `${stat.size} bytes are too few for a safetensors file`, damaged);
  const length = new DataView(readRange(path, descriptor, 0, 8).buffer).getBigUint64(0, true);
  if (length > BigInt(largestHeader) || length > BigInt(stat.size - 8)) {
    throw new FileFormatError(path, `it announces a header of ${length.toString()} bytes`, damaged);
  }
  const bytes = readRange(path, descriptor, 8, Number(length));
  return new CheckedSafetensors(
    path,
    createHash('sha256').update(bytes).digest('hex'),
    stat,
    parseHeader(bytes, path, 8 + bytes.length, stat.size),
  );
}

class CheckedSafetensors extends RangedFile implements SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;

  constructor(path: string, headerHash: string, stat: Stats, header: SafetensorsHeader) {
    super(path, 'safetensors', headerHash, stat, header.tensors);
    this.metadata = header.metadata;
  }
}
