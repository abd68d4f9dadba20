// The process in which damaged files are read (test/fuzz/child.ts): how it is made, and what it is not allowed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundles } from './bundles.mjs';
import { inRoot } from './paths.mjs';

/** In megabytes: no sample needs a tenth of it. */
const LARGEST_HEAP = 200;
/** Address space in bytes, most of which Node only reserves: what a lying length may ask for does not fit. */
const LARGEST_SPACE = 4 * 2 ** 30;
/** Node's fetch contains WebAssembly, which would reserve more than that. */
const SMALL_WASM = ['--disable-wasm-trap-handler'].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);
/** Where samples come from. */
const SAMPLES = ['test/reference/fixtures', 'media/demo', 'test/fuzz/samples'];

/**
 * @param {string} folder where the bundle goes
 * @returns {Promise<string>} the bundle
 */
export async function bundleFuzzChild(folder) {
  const [node] = bundles({ dist: folder, minify: false, tests: false });
  await build({ ...node, entryPoints: { fuzz: 'test/fuzz/child.ts' } });
  return path.join(folder, 'fuzz.js');
}

/**
 * Makes the folder of a child, beside a file that it must not reach.
 * @param {string} folder
 */
export function makeSandbox(folder) {
  mkdirSync(folder, { recursive: true });
  const empty = Buffer.from('\x02\0\0\0\0\0\0\0{}', 'latin1');
  writeFileSync(path.join(folder, '..', 'secret.safetensors'), empty);
}

/**
 * A child can read samples and its own folder, write only there, start nothing, and make no code of texts.
 * @param {string} bundle
 * @param {string} folder its own
 * @param {(string | number)[]} task format, seed, first mutation and the one after the last
 * @returns {{ command: string, args: string[] }}
 */
export function childCommand(bundle, folder, task) {
  const readable = [bundle, `${folder}/`, ...SAMPLES.map((sample) => `${inRoot(sample)}/`)];
  const node = [
    `--max-old-space-size=${LARGEST_HEAP}`,
    '--disallow-code-generation-from-strings',
    '--no-warnings',
    ...SMALL_WASM,
    permissions(),
    ...readable.map((place) => `--allow-fs-read=${place}`),
    `--allow-fs-write=${folder}/`,
    bundle,
    ...task.map(String),
    folder,
  ];
  const prlimit = '/usr/bin/prlimit';
  if (!existsSync(prlimit)) return { command: process.execPath, args: node };
  return { command: prlimit, args: [`--as=${LARGEST_SPACE}`, process.execPath, ...node] };
}

/** The name of Node's permission model, which was an experiment before 22.13. */
function permissions() {
  const name = '--permission';
  return process.allowedNodeEnvironmentFlags.has(name) ? name : '--experimental-permission';
}
