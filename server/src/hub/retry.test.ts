import { describe, expect, it } from 'vitest';
import { HubError, PassingHubError } from './hubError';
import { Watch, withRetries } from './retry';

const PATIENCE = { stallMs: 50, attempts: 3, firstWaitMs: 10, longestWaitMs: 200 };
const { signal } = new AbortController();

function passing(waitMs: number | null = null): PassingHubError {
  return new PassingHubError('hub', 'busy', 'Wait', waitMs);
}

/** Fails so often, then succeeds; counts its tries. */
function job(failures: number, error: () => Error): { readonly tries: () => number; run(): Promise<string> } {
  let tries = 0;
  return {
    tries: () => tries,
    run: () => (++tries > failures ? Promise.resolve('done') : Promise.reject(error())),
  };
}

describe('withRetries', () => {
  it('tries what may pass, with longer and longer waits', async () => {
    const two = job(2, passing);
    const start = performance.now();
    expect(await withRetries(PATIENCE, signal, () => two.run())).toBe('done');
    expect(performance.now() - start).toBeGreaterThanOrEqual(10 + 20 - 2);
  });

  it('gives up after the last try, and at once what will not pass', async () => {
    const three = job(3, passing);
    await expect(withRetries(PATIENCE, signal, () => three.run())).rejects.toThrow('busy');
    expect(three.tries()).toBe(3);
    const final = job(1, () => new HubError('hub', 'gone', 'Look elsewhere'));
    await expect(withRetries(PATIENCE, signal, () => final.run())).rejects.toThrow('gone');
    expect(final.tries()).toBe(1);
  });

  it('counts only tries in a row that bring nothing', async () => {
    let reached = 0;
    const eight = job(8, () => {
      reached++;
      return passing(1);
    });
    expect(
      await withRetries(
        PATIENCE,
        signal,
        () => eight.run(),
        () => reached,
      ),
    ).toBe('done');
  });

  it('waits as long as it is told, and no longer than it may', async () => {
    const told = job(1, () => passing(100));
    const start = performance.now();
    await withRetries(PATIENCE, signal, () => told.run());
    expect(performance.now() - start).toBeGreaterThanOrEqual(98);
    const tooLong = job(1, () => passing(201));
    await expect(withRetries(PATIENCE, signal, () => tooLong.run())).rejects.toThrow('busy');
  });

  it('ends with its signal, in a wait too', async () => {
    const controller = new AbortController();
    const always = job(Infinity, () => passing(190));
    const call = withRetries(PATIENCE, controller.signal, () => always.run());
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 20);
    await expect(call).rejects.toThrow('enough');
    expect(always.tries()).toBe(1);
  });
});

describe('Watch', () => {
  it('ends what nothing comes over, and not what something comes over', async () => {
    const watch = new Watch(60, signal);
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      watch.touch();
    }
    expect(watch.hasStalled).toBe(false);
    await new Promise((resolve) => {
      watch.signal.addEventListener('abort', resolve);
    });
    expect(watch.hasStalled).toBe(true);
  });

  it('is not stalled when the outside ends it', () => {
    const controller = new AbortController();
    const watch = new Watch(60, controller.signal);
    controller.abort();
    expect([watch.signal.aborted, watch.hasStalled]).toEqual([true, false]);
    watch.end();
  });
});
