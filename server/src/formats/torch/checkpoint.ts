/** Opening a file that torch.save wrote: what was pickled, with its tensors left in the file. */
import { createHash } from 'node:crypto';
import { realpathSync, type Stats } from 'node:fs';
import { FileFormatError, fileError } from '../errors';
import { RangedFile } from '../rangedFile';
import { readRange, withRegularFile } from '../regularFile';
import type { TensorFile } from '../tensorFile';
import { readArchive } from './archive';
import { isLegacy, readLegacy } from './legacy';
import { TensorPlaces } from './tensorPlaces';
import type { PickleValue, TensorView } from './values';

/** Where a storage's bytes lie in the file. */
export interface StoragePlace {
  readonly offset: number;
  readonly length: number;
}

/** What the reader of either format finds. */
export interface PickledFile {
  /** The pickled bytes, which are the file's header. */
  readonly header: Uint8Array;
  readonly root: PickleValue;
  /** Null when the file has no such storage. */
  locate(key: string): StoragePlace | null;
}

/** A checkpoint whose pickle has been read; nothing was executed, and no tensor has been read. */
export interface TorchCheckpoint {
  /** Real path. */
  readonly path: string;
  readonly root: PickleValue;
  /** Tensors of it, under the names they shall have. @throws FileFormatError for one that its storage cannot hold or that cannot be read */
  select(tensors: ReadonlyMap<string, TensorView>): TensorFile;
}

/** Can this be the beginning of a file of torch.save, of any time? */
export function isTorch(start: Uint8Array): boolean {
  return isZip(start) || isLegacy(start) || isTar(start);
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/**
 * Opens a file of torch.save, in the zip format or the one before it. Reads the pickle and the headers alone.
 * @throws FileFormatError naming the file, the reason and the cure; nothing else, whatever the bytes.
 */
export function openTorchCheckpoint(path: string): TorchCheckpoint {
  try {
    const real = realpathSync(path);
    return withRegularFile(real, (descriptor, stat) => readCheckpoint(real, descriptor, stat));
  } catch (error) {
    throw fileError(path, error);
  }
}

function readCheckpoint(path: string, descriptor: number, stat: Stats): TorchCheckpoint {
  const file = { path, descriptor, size: stat.size };
  const start = readRange(path, descriptor, 0, Math.min(stat.size, 512));
  const pickled = isZip(start) ? readArchive(file) : isLegacy(start) ? readLegacy(file) : refuse(path, start);
  const hash = createHash('sha256').update(pickled.header).digest('hex');
  const places = new TensorPlaces(path, stat.size, pickled);
  return {
    path,
    root: pickled.root,
    select: (tensors) =>
      new RangedFile(
        path,
        'PyTorch',
        hash,
        stat,
        new Map([...tensors].map(([name, view]) => [name, places.find(name, view)])),
      ),
  };
}

/** The first file of the tar archives that PyTorch wrote before version 0.1.10. */
function isTar(start: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(start.subarray(257, 262)) === 'ustar';
}

function refuse(path: string, start: Uint8Array): never {
  if (isTar(start)) {
    throw new FileFormatError(
      path,
      'it is a tar archive, as PyTorch wrote them before version 0.1.10',
      'Load it with an old PyTorch and save it again',
    );
  }
  throw new FileFormatError(path, 'it is not a file that torch.save wrote', 'Name a PyTorch checkpoint');
}
