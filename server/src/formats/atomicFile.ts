import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { fileError } from './errors';

/** Appends bytes to the file being written. */
export type AppendBytes = (bytes: Uint8Array) => void;

/**
 * Writes a file so that readers see either the old content or all of the new one: a temporary file beside it, flushed, then renamed.
 * @param write receives the function that appends bytes; whatever it throws leaves nothing behind.
 * @throws FileFormatError when the file system refuses (a full disk, a missing folder, no permission).
 */
export function writeFileAtomically(file: string, write: (append: AppendBytes) => void): void {
  const temporary = `${file}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      write((bytes) => {
        writeAll(descriptor, bytes);
      });
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    removeQuietly(temporary);
    throw fileError(file, error);
  }
}

/** The error that led here says more than a file that could not even be made. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its path leads through a file: there is nothing to remove.
  }
}

/** Replaces a UTF-8 text file atomically. @throws FileFormatError */
export function writeTextAtomically(file: string, text: string): void {
  writeFileAtomically(file, (append) => {
    append(new TextEncoder().encode(text));
  });
}

/** One write call may take less than it was given, and never more than 2 GB. */
const largestWrite = 1 << 30;

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(descriptor, bytes, done, Math.min(largestWrite, bytes.length - done));
  }
}
