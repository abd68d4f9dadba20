/**
 * `npm run bench [-- SECTION ...]`: prints every budget that applies, with its ratio. Exit status 1 when one does not hold. Sections are
 * engine, sixteen, sweeps, graphs, frames and keystroke; all of them when none is named.
 */
import { basename } from 'node:path';
import { inRoot } from '../scripts/lib/paths.mjs';
import { loadModel } from '../server/src/engine/loading';
import { demoDictionaries } from '../server/src/store/places';
import { dictionaryBudget, forwardBudgets, generationBudgets, openingBudgets, POSITIONS } from './engine';
import { graphFrameBudgets } from './graphFrames';
import { graphBudgets } from './graphs';
import { keystrokeBudget } from './keystroke';
import { type Budget, budgetTable, holds } from './lib/budget';
import { Checkpoints } from './lib/checkpoint';
import { pythonWithTorch, TorchPass } from './lib/torch';
import { sixteenBitBudgets } from './sixteen';
import { sweepBudgets } from './sweeps';

/** What sections share. */
interface Bench {
  readonly checkpoints: Checkpoints;
  /** A GPT-2-small-shaped model. */
  readonly model: string;
  /** Null without a Python that has torch. */
  readonly torch: TorchPass | null;
}

const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<Budget[]>>> = {
  async engine({ checkpoints, model, torch }) {
    const opening = await openingBudgets(model);
    const { host } = loadModel({ path: model });
    const forward = await forwardBudgets(host, torch);
    const dictionary = await dictionaryBudget(checkpoints);
    const generation = await generationBudgets(host, model);
    await host.release();
    return [...forward, dictionary, ...generation, ...opening];
  },
  sixteen: ({ checkpoints }) => sixteenBitBudgets(checkpoints),
  async sweeps({ model, torch }) {
    const { host } = loadModel({ path: model });
    const budgets = await sweepBudgets(host, torch);
    await host.release();
    return budgets;
  },
  graphs: ({ checkpoints, model }) => graphBudgets(checkpoints, model),
  frames: () => graphFrameBudgets(),
  async keystroke() {
    const demo = inRoot('media', 'demo');
    return [await keystrokeBudget(demo, basename(demoDictionaries(demo)[0]!))];
  },
};

/** @throws Error for a section that there is not */
function sectionsNamed(names: readonly string[]): ((bench: Bench) => Promise<Budget[]>)[] {
  const wanted = names.length > 0 ? names : Object.keys(SECTIONS);
  return wanted.map((name) => {
    if (!Object.hasOwn(SECTIONS, name))
      throw new Error(`no section ${name}: there are ${Object.keys(SECTIONS).join(', ')}`);
    return SECTIONS[name]!;
  });
}

async function startTorch(model: string): Promise<TorchPass | null> {
  const python = pythonWithTorch();
  if (python !== null) return TorchPass.start(python, model, POSITIONS);
  process.stderr.write('no Python with torch: the comparison with PyTorch is left out\n');
  return null;
}

async function main(): Promise<void> {
  const sections = sectionsNamed(process.argv.slice(2));
  const checkpoints = new Checkpoints();
  try {
    const model = checkpoints.gpt2();
    const torch = await startTorch(model);
    const budgets: Budget[] = [];
    for (const section of sections) budgets.push(...(await section({ checkpoints, model, torch })));
    torch?.stop();
    process.stdout.write(`${budgetTable(budgets)}\n`);
    if (!budgets.every(holds)) process.exitCode = 1;
  } finally {
    checkpoints.remove();
  }
}

void main();
