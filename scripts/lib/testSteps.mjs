// What `npm test` runs, in this order.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { inRoot, OUT } from './paths.mjs';
import { run } from './run.mjs';
import { ensureStandIn } from './standIn.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {boolean} [essential] when it fails, nothing after it is worth running
 * @property {string} [results] the file with test counts; a step without one is a check
 * @property {() => Promise<void>} [prepare] gets what the step needs; a PlainError says why it cannot run here
 * @property {() => Promise<number>} run resolves to an exit code
 */

/** @param {...string} parts */
const bin = (...parts) => inRoot('node_modules', ...parts);

/** @param {...string} args */
const node = (...args) => run(process.execPath, args);

/** @param {string} name */
const resultsOf = (name) => path.join(OUT, 'test-results', `${name}.json`);

/**
 * @param {string} name
 * @param {string} config
 * @returns {Step}
 */
function vitest(name, config) {
  const results = resultsOf(name);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  return {
    name,
    results,
    run: () => node(bin('vitest', 'vitest.mjs'), 'run', '--config', config, ...reporters),
  };
}

async function standInAndBrowser() {
  await ensureStandIn();
  await ensureChromium();
}

/** @type {Step} */
const integration = {
  name: 'integration',
  results: resultsOf('integration'),
  prepare: async () => {
    if (!process.env.VSCODE_EXECUTABLE) await standInAndBrowser();
  },
  run: () => {
    const env = { ...process.env, FEATURESCOPE_TEST_RESULTS: resultsOf('integration') };
    return run(process.execPath, [inRoot('scripts', 'integration.mjs')], { env });
  },
};

/** @type {Step[]} */
export const STEPS = [
  { name: 'types', essential: true, run: () => node(bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json') },
  { name: 'lint', run: () => node(bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.') },
  {
    name: 'format',
    run: () => node(bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  },
  { name: 'build', essential: true, run: () => node(inRoot('scripts', 'build.mjs')) },
  vitest('unit', 'vitest.config.mts'),
  vitest('fuzz', 'test/fuzz/vitest.config.mts'),
  integration,
  vitest('package', 'test/package/vitest.config.mts'),
  { ...vitest('e2e', 'test/e2e/vitest.config.mts'), prepare: standInAndBrowser },
];

/** Results of an earlier run must not be taken for this one's. */
export function clearResults() {
  rmSync(path.join(OUT, 'test-results'), { recursive: true, force: true });
  mkdirSync(path.join(OUT, 'test-results'), { recursive: true });
}
