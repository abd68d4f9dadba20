// Child processes and how scripts end.
import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** An error whose message is all that the user needs: printed without a stack. */
export class PlainError extends Error {}

/**
 * Runs a program to its end with this terminal's output.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} the exit code (1 when a signal ended it)
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    child.once('error', (error) => {
      reject(new PlainError(`${command} could not be started: ${error.message}`));
    });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}

/**
 * Like run, but a non-zero exit is an error.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function runOrFail(command, args, options = {}) {
  const code = await run(command, args, options);
  if (code !== 0) throw new PlainError(`\`${command} ${args.join(' ')}\` ended with exit code ${code}.`);
}

/**
 * Runs npm with the Node that runs this script (on Windows npm is a .cmd file, which needs a shell).
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function npm(args, options = {}) {
  const windows = process.platform === 'win32';
  return runOrFail(windows ? 'npm.cmd' : 'npm', args, { shell: windows, ...options });
}

/**
 * Runs a script's main function: a PlainError becomes one line on stderr and exit code 1.
 * @param {() => Promise<number | void>} body resolves to the exit code, 0 when it gives none
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    console.error(error instanceof PlainError ? `\nerror: ${error.message}` : error);
    process.exitCode = 1;
  }
}
