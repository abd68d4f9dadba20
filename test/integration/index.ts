// The entry that VS Code loads: runs every *.test.ts of this folder with mocha inside the extension host.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** What `npm test` reads after the run: counts, and the titles of tests that did not run. */
interface Results {
  passed: number;
  failed: number;
  skipped: string[];
}

/** Writes the counts to the file named by FEATURESCOPE_TEST_RESULTS, when it is set. */
function record(runner: Mocha.Runner, skipped: string[]): void {
  const file = process.env['FEATURESCOPE_TEST_RESULTS'];
  if (file === undefined || file === '') return;
  const results: Results = { passed: runner.stats?.passes ?? 0, failed: runner.failures, skipped };
  writeFileSync(file, JSON.stringify(results));
}

/**
 * Called by VS Code. Set FEATURESCOPE_TEST_GREP to run only the tests whose titles match it.
 * @throws Error naming the number of failed tests
 */
export async function run(): Promise<void> {
  const grep = process.env['FEATURESCOPE_TEST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, ...(grep ? { grep } : {}) });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith('.test.js')) mocha.addFile(path.join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => {
    const skipped: string[] = [];
    const runner = mocha.run((count) => {
      record(runner, skipped);
      resolve(count);
    });
    runner.on('pending', (test) => {
      skipped.push(test.fullTitle());
    });
  });
  if (failures > 0) throw new Error(`${failures} tests failed inside VS Code.`);
}
