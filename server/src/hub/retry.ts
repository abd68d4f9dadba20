/** Trying again what may pass: with longer and longer waits, and with what the hub asks for. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Patience } from './client';
import { PassingHubError } from './hubError';

/**
 * Runs a job until it is done or fails for good.
 * @param advanced how far the job has come, in any unit: tries that brought something do not count as failed
 * @throws what the job throws; a PassingHubError after the last try; the signal's reason
 */
export async function withRetries<T>(
  { attempts, firstWaitMs, longestWaitMs }: Patience,
  signal: AbortSignal,
  job: () => Promise<T>,
  advanced: () => number = () => 0,
): Promise<T> {
  let reached = advanced();
  for (let failed = 0; ;) {
    try {
      signal.throwIfAborted();
      return await job();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PassingHubError)) throw error;
      failed = advanced() > reached ? 1 : failed + 1;
      reached = Math.max(reached, advanced());
      const wait = error.waitMs ?? Math.min(longestWaitMs, firstWaitMs * 2 ** (failed - 1));
      if (failed >= attempts || wait > longestWaitMs) throw error;
      await pause(wait, signal);
    }
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** Ends a request over which nothing comes. */
export class Watch {
  private readonly own = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  readonly signal: AbortSignal;

  constructor(
    private readonly stallMs: number,
    outer: AbortSignal,
  ) {
    this.signal = AbortSignal.any([outer, this.own.signal]);
    this.touch();
  }

  /** Whether the request was ended because nothing came. */
  get hasStalled(): boolean {
    return this.own.signal.aborted;
  }

  /** Something came. */
  touch(): void {
    this.end();
    this.timer = setTimeout(() => {
      this.own.abort();
    }, this.stallMs);
  }

  /** The request is over. */
  end(): void {
    if (this.timer) clearTimeout(this.timer);
  }
}
