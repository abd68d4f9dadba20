/** `npm run bench`: prints every budget that applies, with its ratio. Exit status 1 when one does not hold. */
import { basename } from 'node:path';
import { inRoot } from '../scripts/lib/paths.mjs';
import { loadModel } from '../server/src/engine/loading';
import { demoDictionaries } from '../server/src/store/places';
import { dictionaryBudget, forwardBudgets, generationBudgets, openingBudgets, POSITIONS } from './engine';
import { keystrokeBudget } from './keystroke';
import { budgetTable, holds } from './lib/budget';
import { Checkpoints } from './lib/checkpoint';
import { pythonWithTorch, TorchPass } from './lib/torch';
import { sweepBudgets } from './sweeps';

async function main(): Promise<void> {
  const checkpoints = new Checkpoints();
  try {
    const folder = checkpoints.gpt2();
    const opening = await openingBudgets(folder);
    const { host } = loadModel({ path: folder });
    const python = pythonWithTorch();
    if (python === null)
      process.stderr.write('no Python with torch: the comparison with PyTorch is left out\n');
    const torch = python === null ? null : await TorchPass.start(python, folder, POSITIONS);
    const budgets = [
      ...(await forwardBudgets(host, torch)),
      await dictionaryBudget(checkpoints),
      ...(await generationBudgets(host, folder)),
      ...(await sweepBudgets(host, torch)),
      ...opening,
    ];
    torch?.stop();
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
