/** A lock between processes for work that takes minutes: its holder shows at short intervals that it is alive. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileError, systemErrorCode } from '../formats/errors';

export interface LockPace {
  /** The holder touches the lock at this interval, in milliseconds. */
  readonly beatMs: number;
  /** Who has watched a lock for so long without a touch takes it over. */
  readonly deadAfterMs: number;
}

const PACE: LockPace = { beatMs: 2000, deadAfterMs: 15_000 };

/**
 * Runs a job while no other process, nor anybody else in this one, holds the lock; waits for its turn.
 * @param lock path of a file, which is made with its folder
 * @param onWait somebody else has it
 * @throws FileFormatError when the lock cannot be made, the signal's reason while it waits
 */
export async function withLongLock<T>(
  lock: string,
  { signal, onWait, pace = PACE }: { signal: AbortSignal; onWait: () => void; pace?: LockPace },
  job: () => Promise<T>,
): Promise<T> {
  const owner = `${process.pid}-${randomBytes(8).toString('hex')}`;
  await acquire(lock, owner, signal, onWait, pace);
  const beat = setInterval(() => {
    if (holds(lock, owner)) touch(lock);
  }, pace.beatMs);
  try {
    return await job();
  } finally {
    clearInterval(beat);
    if (holds(lock, owner)) rmSync(lock, { force: true });
  }
}

async function acquire(
  lock: string,
  owner: string,
  signal: AbortSignal,
  onWait: () => void,
  { beatMs, deadAfterMs }: LockPace,
): Promise<void> {
  let [touched, since] = [Number.NaN, 0];
  for (let waits = 0; !tryCreate(lock, owner); waits++) {
    signal.throwIfAborted();
    if (waits === 0) onWait();
    // Clocks of two machines that share the folder may differ, so it is not the age that counts.
    const now = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (now !== touched) [touched, since] = [now, performance.now()];
    else if (performance.now() - since > deadAfterMs) removeDead(lock, owner, touched);
    await delay(beatMs / 4);
  }
}

/** False when somebody else has it. */
function tryCreate(lock: string, owner: string): boolean {
  try {
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, owner, { flag: 'wx' });
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    // Windows answers EPERM while the last holder's file is still being deleted.
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    throw fileError(lock, error);
  }
}

/** Of two who find it dead, the slower must not delete the quicker one's new lock: it is moved away and looked at again. */
function removeDead(lock: string, owner: string, touched: number): void {
  const aside = `${lock}.${owner}`;
  try {
    renameSync(lock, aside);
    if (statSync(aside).mtimeMs === touched) rmSync(aside, { force: true });
    else renameSync(aside, lock);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw fileError(lock, error);
  }
}

function holds(lock: string, owner: string): boolean {
  try {
    return readFileSync(lock, 'utf8') === owner;
  } catch {
    return false;
  }
}

function touch(lock: string): void {
  const now = new Date();
  try {
    utimesSync(lock, now, now);
  } catch {
    // It has just gone; the next beat sees that.
  }
}
