import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { FileFormatError, fileError, systemErrorCode } from '../formats/errors';

/** Holders work for milliseconds, so a lock of this age was left by a process that died. */
const staleAfterMs = 10_000;
const giveUpAfterMs = 20_000;
const retryAfterMs = 15;

/**
 * Runs `use` while no other process (or caller in this one) holds the lock `FILE.lock`; waits for its turn, and takes over
 * a lock that was left behind.
 * @param use must be synchronous and short.
 * @throws FileFormatError when the lock cannot be made or stays taken.
 */
export async function withFileLock<T>(file: string, use: () => T): Promise<T> {
  const lock = `${file}.lock`;
  const owner = `${process.pid}-${randomBytes(8).toString('hex')}`;
  await acquire(lock, owner);
  try {
    return use();
  } finally {
    release(lock, owner);
  }
}

async function acquire(lock: string, owner: string): Promise<void> {
  const deadline = Date.now() + giveUpAfterMs;
  while (!tryCreate(lock, owner)) {
    if (ageOf(lock) > staleAfterMs) {
      removeStale(lock, owner);
      continue;
    }
    if (Date.now() > deadline) {
      const reason = `another window has held this lock for ${giveUpAfterMs / 1000} seconds`;
      throw new FileFormatError(lock, reason, 'Close the other window, or delete the file');
    }
    // Unequal waits, so that two who wait do not meet each time.
    await delay(retryAfterMs * (0.5 + Math.random()));
  }
}

/** False when somebody else has it. */
function tryCreate(lock: string, owner: string): boolean {
  try {
    writeFileSync(lock, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    // Windows answers EPERM while the last holder's file is still being deleted.
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    throw fileError(lock, error);
  }
}

/** Milliseconds since the lock was made; 0 when it has gone. */
function ageOf(lock: string): number {
  const stat = statSync(lock, { throwIfNoEntry: false });
  return stat ? Math.abs(Date.now() - stat.mtimeMs) : 0;
}

/** Moves the lock away before deleting it: of two who find it stale, the slower must not delete the quicker one's new lock. */
function removeStale(lock: string, owner: string): void {
  const aside = `${lock}.${owner}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw fileError(lock, error);
  }
  if (ageOf(aside) <= staleAfterMs) putBack(aside, lock);
  rmSync(aside, { force: true });
}

/** The lock that was moved had just been made anew; a link never replaces a file. */
function putBack(aside: string, lock: string): void {
  try {
    linkSync(aside, lock);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw fileError(lock, error);
  }
}

/** Leaves the lock of somebody else who took this one for stale. */
function release(lock: string, owner: string): void {
  try {
    if (readFileSync(lock, 'utf8') === owner) rmSync(lock, { force: true });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw fileError(lock, error);
  }
}
