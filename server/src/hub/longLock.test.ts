import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary';
import { withLongLock } from './longLock';

const pace = { beatMs: 20, deadAfterMs: 300 };
const { signal } = new AbortController();
const quiet = (): void => undefined;

function lockPath(): string {
  return join(temporaryFolder(), 'deeper', 'lock');
}

describe('withLongLock', () => {
  it('lets one work at a time, and leaves no lock', async () => {
    const lock = lockPath();
    const log: string[] = [];
    const work = (name: string) =>
      withLongLock(lock, { signal, onWait: () => log.push(`${name} waits`), pace }, async () => {
        log.push(`${name} in`);
        await delay(500);
        log.push(`${name} out`);
      });
    await Promise.all([work('a'), work('b')]);
    expect(log.filter((line) => !line.endsWith('waits'))).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(log).toContain('b waits');
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over from a process that died, however new or old its lock looks', async () => {
    for (const time of [0, Date.now() / 1000, 4e9]) {
      const lock = lockPath();
      mkdirSync(dirname(lock));
      writeFileSync(lock, 'another');
      utimesSync(lock, time, time);
      const start = performance.now();
      expect(await withLongLock(lock, { signal, onWait: quiet, pace }, () => Promise.resolve(5))).toBe(5);
      expect(performance.now() - start).toBeGreaterThanOrEqual(pace.deadAfterMs);
    }
  });

  it('leaves the lock of somebody who took it over', async () => {
    const lock = lockPath();
    await withLongLock(lock, { signal, onWait: quiet, pace }, () => {
      writeFileSync(lock, 'another');
      return Promise.resolve();
    });
    expect(readFileSync(lock, 'utf8')).toBe('another');
  });

  it('is given up by its signal, and after a failure', async () => {
    const lock = lockPath();
    const failing = withLongLock(lock, { signal, onWait: quiet, pace }, () =>
      Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, 'another');
    const controller = new AbortController();
    const waiting = withLongLock(
      lock,
      {
        signal: controller.signal,
        onWait: () => {
          controller.abort(new Error('enough'));
        },
        pace,
      },
      () => Promise.resolve(),
    );
    await expect(waiting).rejects.toThrow('enough');
    expect(readFileSync(lock, 'utf8')).toBe('another');
  });
});
