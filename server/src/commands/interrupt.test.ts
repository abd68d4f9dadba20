/** Ctrl-C: exit status 130, nothing written, no engine left behind. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomeOf, startCli } from '../../../test/support/cli';
import { writeRandomModel } from '../../../test/support/randomModel';
import { temporaryFolder } from '../../../test/support/temporary';

/** Small, and with room for a text that takes long. */
const LONG = { layers: 1, heads: 1, dModel: 8, vocabulary: 50, context: 100_000 };

/** Process ids of the children of a process. */
function childrenOf({ pid }: ChildProcess): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child]) => child!);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('interrupting', () => {
  it.each(['the command', 'the engine too, as a terminal does'])('%s', async (whom) => {
    const model = temporaryFolder();
    writeRandomModel(model, LONG);
    const child = startCli([
      'generate',
      '--model',
      model,
      '--tokens',
      '1',
      '--max-tokens',
      '90000',
      '--json',
    ]);
    const outcome = outcomeOf(child);
    await expect.poll(() => childrenOf(child), { timeout: 20_000 }).toHaveLength(1);
    const [engine] = childrenOf(child);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill('SIGINT');
    if (whom !== 'the command') process.kill(engine!, 'SIGINT');
    expect(await outcome).toEqual({ status: 130, stdout: '', stderr: '' });
    expect(isAlive(engine!)).toBe(false);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)('by %s leaves no engine behind', async (signal) => {
    const model = temporaryFolder();
    writeRandomModel(model, LONG);
    const child = startCli(['generate', '--model', model, '--tokens', '1', '--max-tokens', '90000']);
    const outcome = outcomeOf(child);
    await expect.poll(() => childrenOf(child), { timeout: 20_000 }).toHaveLength(1);
    const [engine] = childrenOf(child);
    child.kill(signal);
    expect((await outcome).stdout).toBe('');
    await expect.poll(() => isAlive(engine!), { timeout: 20_000 }).toBe(false);
  });

  it('leaves no half-written output', async () => {
    const model = temporaryFolder();
    writeRandomModel(model, { layers: 8, heads: 8, dModel: 64, vocabulary: 5000, context: 2048 });
    const folder = temporaryFolder();
    const ids = Array.from({ length: 2048 }, (_, i) => i).join();
    const out = join(folder, 'out.safetensors');
    const child = startCli(['run', '--model', model, '--tokens', ids, '--hooks', '**', '--out', out]);
    const outcome = outcomeOf(child);
    await expect.poll(() => childrenOf(child), { timeout: 20_000 }).toHaveLength(1);
    child.kill('SIGINT');
    expect((await outcome).status).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});
