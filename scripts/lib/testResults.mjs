// Reads what the test runners report.
import { existsSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} skipped titles of tests that did not run
 */

/** The one reason to skip a test; test/support/shared.ts writes it into the title. */
const ALLOWED_SKIP = '[needs ../shared]';

/**
 * @typedef {{ status: string, fullName: string }} VitestTest
 * @typedef {{ testResults: { assertionResults: VitestTest[] }[] }} VitestReport
 */

/**
 * @param {VitestReport} report of vitest's json reporter
 * @returns {Counts}
 */
export function countVitest(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  /** @param {string} status */
  const count = (status) => tests.filter((test) => test.status === status).length;
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  return { passed: count('passed'), failed: count('failed'), skipped: skipped.map((test) => test.fullName) };
}

/**
 * @param {string} file written by vitest's json reporter, or by test/integration/index.ts (which writes Counts)
 * @returns {Counts | undefined} undefined when the runner did not get as far as writing it
 */
export function readResults(file) {
  if (!existsSync(file)) return undefined;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  return 'testResults' in report ? countVitest(report) : report;
}

/**
 * What a suite's end means. A suite that ran no test, or ended badly without naming a failed test, has failed once.
 * @param {number} exitCode
 * @param {Counts | undefined} counts
 * @param {boolean} strict whether any skip but the allowed one is a failure
 * @returns {Counts & { problems: string[] }}
 */
export function judge(exitCode, counts, strict) {
  const result = counts ?? { passed: 0, failed: 0, skipped: [] };
  const unexcused = strict ? result.skipped.filter((title) => !title.includes(ALLOWED_SKIP)) : [];
  const problems = unexcused.map((title) => `skipped without the one allowed reason: ${title}`);
  if (result.passed + result.failed === 0) problems.push('no test ran');
  else if (exitCode !== 0 && result.failed === 0) problems.push(`ended with exit code ${exitCode}`);
  return { ...result, failed: result.failed + problems.length, problems };
}
