/** The hashes by which a hub knows its files. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileError } from '../formats/errors';
import type { HubFile } from './listing';

/** Of the file as it is on the disk, in hexadecimal. @throws FileFormatError, the signal's reason */
export async function checksum(
  path: string,
  { bytes, hashKind }: HubFile,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash(hashKind === 'git' ? 'sha1' : 'sha256');
  // The object name of a git blob is that of its header and content (Git, gitformat-loose).
  if (hashKind === 'git') hash.update(`blob ${bytes}\0`);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, signal })) {
      hash.update(chunk as Buffer);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(path, error);
  }
  return hash.digest('hex');
}
