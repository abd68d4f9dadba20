/** What lies where a file should be, and is none. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/temporary';
import type { Sample } from './format';
import { formats } from './formats';
import { wrongWithError } from './judge';

const hasPipes = process.platform !== 'win32';
const DEVICE = '/dev/zero';

/** Whoever waits for a pipe gets its end after a while, so that the test fails and does not wait as well. */
function namedPipe(path: string): void {
  execFileSync('mkfifo', [path]);
  const rescuer = spawn('sh', ['-c', 'sleep 10; : > "$1"', 'sh', path], { stdio: 'ignore', detached: true });
  onTestFinished(() => {
    process.kill(-rescuer.pid!, 'SIGKILL');
  });
}

const KINDS: Readonly<Record<string, (path: string) => void>> = {
  ...(hasPipes ? { 'a named pipe': namedPipe } : {}),
  ...(hasPipes
    ? {
        'an endless device': (path: string) => {
          symlinkSync(DEVICE, path);
        },
      }
    : {}),
  'a link to itself': (path) => {
    symlinkSync(path, path);
  },
  'a link to nothing': (path) => {
    symlinkSync(join(path, '..', 'absent'), path);
  },
  'a folder': (path) => {
    mkdirSync(path);
  },
};

/** One sample for each name of a file. */
function samplesIn(folder: string): readonly Sample[] {
  // A hub's answers are files only in its test.
  const all = formats
    .filter(({ name }) => name !== 'hub')
    .flatMap((format) => format.samples(join(folder, format.name)));
  return [...new Map(all.map((sample) => [basename(sample.file), sample])).values()];
}

describe('in place of a file', () => {
  it.each(Object.entries(KINDS))('%s is refused by every reader, or counts as no file', async (_, make) => {
    const folder = temporaryFolder();
    const samples = samplesIn(folder);
    expect(samples.length).toBeGreaterThan(20);
    const wrong: string[] = [];
    let refused = 0;
    for (const sample of samples) {
      mkdirSync(join(sample.file, '..'), { recursive: true });
      rmSync(sample.file, { force: true });
      make(sample.file);
      const start = Date.now();
      try {
        await sample.read();
      } catch (error) {
        refused++;
        // Files of weights are named by where their links lead.
        const what = String(error).includes(`${DEVICE}: this is not`) ? null : wrongWithError(error, folder);
        if (what !== null) wrong.push(`${basename(sample.file)}: ${what}: ${String(error)}`);
      }
      if (Date.now() - start > 5000) wrong.push(`${basename(sample.file)}: it was waited for`);
    }
    expect(wrong).toEqual([]);
    // Some files need not be there.
    expect(refused).toBeGreaterThan(samples.length - 4);
  });
});
