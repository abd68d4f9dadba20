// npm test [-- --only unit,e2e]
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { main, PlainError } from './lib/run.mjs';
import { judge, readResults } from './lib/testResults.mjs';
import { clearResults, STEPS } from './lib/testSteps.mjs';

/** @typedef {import('./lib/testSteps.mjs').Step} Step */
/** @typedef {{ step: Step, passed: number, failed: number, summary: string }} Outcome */

/** On a build machine nothing is left out: what cannot run has failed. */
const strict = process.env.CI === 'true';

/** @param {string | undefined} only */
function chosenSteps(only) {
  const names = only?.split(',') ?? STEPS.map(({ name }) => name);
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length === 0) return STEPS.filter(({ name }) => names.includes(name));
  throw new PlainError(
    `There is no step ${unknown.join(', ')}. The steps are: ${STEPS.map(({ name }) => name).join(', ')}.`,
  );
}

/**
 * @param {Step} step
 * @param {string} reason
 * @returns {Outcome}
 */
function couldNotRun(step, reason) {
  console.error(reason);
  return { step, passed: 0, failed: strict ? 1 : 0, summary: `NOT RUN: ${reason}` };
}

/**
 * @param {Step} step
 * @param {number} exitCode
 * @returns {Outcome}
 */
function outcomeOf(step, exitCode) {
  if (step.results === undefined) {
    const failed = exitCode === 0 ? 0 : 1;
    return { step, passed: 0, failed, summary: failed ? 'FAILED' : 'ok' };
  }
  const { passed, failed, skipped, problems } = judge(exitCode, readResults(step.results), strict);
  const parts = [`${passed} passed`, `${failed} failed`, `${skipped.length} skipped`, ...problems];
  return { step, passed, failed, summary: parts.join(', ') };
}

/**
 * @param {Step} step
 * @returns {Promise<Outcome>}
 */
async function runStep(step) {
  console.log(`\n=== ${step.name} ===`);
  const start = Date.now();
  try {
    await step.prepare?.();
  } catch (error) {
    if (error instanceof PlainError) return couldNotRun(step, error.message);
    throw error;
  }
  const outcome = outcomeOf(step, await step.run());
  return { ...outcome, summary: `${outcome.summary} (${Math.round((Date.now() - start) / 1000)} s)` };
}

await main(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const steps = chosenSteps(values.only);
  await ensureDependencies();
  clearResults();
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const step of steps) {
    const outcome = await runStep(step);
    outcomes.push(outcome);
    if (step.essential && outcome.failed > 0) break;
  }
  console.log('\n=== summary ===');
  for (const { step, summary } of outcomes) console.log(`${step.name.padEnd(12)} ${summary}`);
  for (const step of steps.slice(outcomes.length)) console.log(`${step.name.padEnd(12)} not reached`);
  const total = (/** @type {'passed' | 'failed'} */ key) =>
    outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
  return total('failed') > 0 ? 1 : 0;
});
