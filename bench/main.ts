/** `npm run bench`: prints every budget that applies, with its ratio. Exit status 1 when one does not hold. */
import { basename } from 'node:path';
import { inRoot } from '../scripts/lib/paths.mjs';
import { loadModel } from '../server/src/engine/loading';
import { demoDictionaries } from '../server/src/store/places';
import { dictionaryBudget, forwardBudgets, generationBudget, openingBudgets } from './engine';
import { keystrokeBudget } from './keystroke';
import { budgetTable, holds } from './lib/budget';
import { Checkpoints } from './lib/checkpoint';

async function main(): Promise<void> {
  const checkpoints = new Checkpoints();
  try {
    const folder = checkpoints.gpt2();
    const opening = await openingBudgets(folder);
    const { host } = loadModel({ path: folder });
    const budgets = [
      ...(await forwardBudgets(host)),
      await dictionaryBudget(checkpoints),
      await generationBudget(host),
      ...opening,
    ];
    await host.release();
    const demo = inRoot('media', 'demo');
    budgets.push(await keystrokeBudget(demo, basename(demoDictionaries(demo)[0]!)));
    process.stdout.write(`${budgetTable(budgets)}\n`);
    if (!budgets.every(holds)) process.exitCode = 1;
  } finally {
    checkpoints.remove();
  }
}

void main();
