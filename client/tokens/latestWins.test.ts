import { describe, expect, it } from 'vitest';
import { LatestWins } from './latestWins';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A task that ends when it is told to or aborted, and counts how often it ran and how many ran at once. */
function task(): {
  run: (signal: AbortSignal) => Promise<void>;
  finish: () => void;
  runs: AbortSignal[];
  peak: () => number;
} {
  const runs: AbortSignal[] = [];
  let active = 0;
  let peak = 0;
  let finish: () => void = () => undefined;
  const run = async (signal: AbortSignal): Promise<void> => {
    runs.push(signal);
    peak = Math.max(peak, ++active);
    await new Promise<void>((resolve) => {
      finish = resolve;
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    active--;
  };
  return {
    run,
    finish: () => {
      finish();
    },
    runs,
    peak: () => peak,
  };
}

describe('LatestWins', () => {
  it('makes one run of many requests in one turn', async () => {
    const { run, runs } = task();
    const latest = new LatestWins(run);
    for (let i = 0; i < 1000; i++) latest.request();
    await turn();
    await turn();
    expect(runs).toHaveLength(1);
    expect(runs[0]!.aborted).toBe(false);
    latest.dispose();
  });

  it('aborts the run that a request supersedes and never has two in flight', async () => {
    const { run, runs, peak, finish } = task();
    const latest = new LatestWins(run);
    latest.request();
    await turn();
    latest.request();
    expect(runs[0]!.aborted).toBe(true);
    await turn();
    await turn();
    expect(runs).toHaveLength(2);
    expect(peak()).toBe(1);
    finish();
    await turn();
    expect(runs).toHaveLength(2);
  });

  it('runs again after a failure', async () => {
    let runs = 0;
    const latest = new LatestWins(() => {
      runs++;
      return Promise.reject(new Error('boom'));
    });
    latest.request();
    await turn();
    await turn();
    latest.request();
    await turn();
    await turn();
    expect(runs).toBe(2);
  });

  it('does nothing after dispose', async () => {
    const { run, runs } = task();
    const latest = new LatestWins(run);
    latest.request();
    latest.dispose();
    latest.request();
    await turn();
    await turn();
    expect(runs).toHaveLength(0);
  });
});
