// Installs the npm dependencies when they are missing or older than the lockfile.
import { existsSync, statSync } from 'node:fs';
import { inRoot } from './paths.mjs';
import { npm } from './run.mjs';

/** npm writes this file at the end of every install. */
const STAMP = inRoot('node_modules', '.package-lock.json');

/** @returns {boolean} whether node_modules holds what the lockfile asks for */
function installed() {
  return existsSync(STAMP) && statSync(STAMP).mtimeMs >= statSync(inRoot('package-lock.json')).mtimeMs;
}

/**
 * Makes node_modules ready. Install scripts are skipped: nothing here needs one, and onnxruntime-node's would download
 * a CUDA provider.
 */
export async function ensureDependencies() {
  if (installed()) return;
  console.log('Installing npm dependencies ...');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}
