import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { type ReferenceTensors, tensorsIn } from '../reference/fixtures';
import { temporaryFolder } from './temporary';

export interface Outcome {
  /** Exit status, or null when a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as its own process; its stdout goes to a pipe, or to an open file. `env` is added to this process's own. */
export function startCli(
  args: readonly string[],
  stdout: 'pipe' | number = 'pipe',
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, [join(inject('bundles'), 'cli.js'), ...args], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, ...env },
  });
}

/** Waits for the end of a process and what it said. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const read = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (read[name] += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => {
      resolve({ status, ...read });
    });
  });
}

/** Runs the command line to its end. */
export function cli(...args: readonly string[]): Promise<Outcome> {
  return outcomeOf(startCli(args));
}

/** The one JSON document of a call that must succeed. @throws Error with what it said on stderr otherwise */
export async function cliJson(...args: readonly string[]): Promise<unknown> {
  const { status, stdout, stderr } = await cli(...args, '--json');
  if (status !== 0) throw new Error(`exit ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as unknown;
}

/** What a call that must succeed writes to its `--out`; it may say nothing. */
export async function cliTensors(...args: readonly string[]): Promise<ReferenceTensors> {
  const out = join(temporaryFolder(), 'out.safetensors');
  expect(await cli(...args, '--out', out)).toEqual({ status: 0, stdout: '', stderr: '' });
  return tensorsIn(out);
}

/** The call fails with exit status 1 and one such line; nothing reaches stdout. */
export async function expectError(line: RegExp, ...args: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await cli(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toMatch(line);
}
