/** Is there room for what is to come? */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FileFormatError } from '../formats/errors';

/** Left over for everybody else. */
const RESERVE = 100_000_000;

/**
 * @param folder which may not be there yet
 * @throws FileFormatError when its disk has no room for so many bytes more
 */
export async function checkDiskSpace(folder: string, bytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free === null || bytes === 0 || bytes + RESERVE <= free) return;
  const reason = `its disk has ${gigabytes(free)} free, and ${gigabytes(bytes)} are still to come`;
  throw new FileFormatError(folder, reason, 'Free some space, or set HF_HUB_CACHE to a folder elsewhere');
}

/** Null where the system does not say. */
async function freeBytes(folder: string): Promise<number | null> {
  let here = folder;
  while (!existsSync(here) && dirname(here) !== here) here = dirname(here);
  try {
    const { bavail, bsize } = await statfs(here);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
