import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { FileFormatError } from './errors';

/** Node reads at most 2 GB in one call. */
const largestRead = 1 << 30;

/**
 * Opens a regular file for the time of `use`.
 * @throws FileFormatError for a folder, a pipe or a device; file system errors as they come.
 */
export function withRegularFile<T>(file: string, use: (descriptor: number, stat: Stats) => T): T {
  // Asked before opening, because opening a named pipe would wait for a writer.
  const { isFolder, isRegular } = kindOf(file);
  if (isFolder) throw new FileFormatError(file, 'this is a folder, not a file', 'Name the file itself');
  if (!isRegular) throw new FileFormatError(file, 'this is not a regular file', 'Name a regular file');
  const descriptor = openSync(file, 'r');
  try {
    return use(descriptor, fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function kindOf(file: string): { isFolder: boolean; isRegular: boolean } {
  const stat = statSync(file);
  return { isFolder: stat.isDirectory(), isRegular: stat.isFile() };
}

/** Reads exactly `length` bytes at `offset`. @throws FileFormatError when the file ends before, or there is no memory. */
export function readRange(
  file: string,
  descriptor: number,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = allocate(file, length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(
      descriptor,
      bytes,
      filled,
      Math.min(largestRead, length - filled),
      offset + filled,
    );
    if (count === 0) throw new FileFormatError(file, 'it was cut short while it was read', 'Load it again');
    filled += count;
  }
  return bytes;
}

function allocate(file: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (error) {
    throw new FileFormatError(
      file,
      `there is no memory for ${length} bytes`,
      'Close other programs or models',
      {
        cause: error,
      },
    );
  }
}
