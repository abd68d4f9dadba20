import { parseArgs } from 'node:util';
import { runDictionaryStage } from './stages/dictionaryStage';
import { runGraphStage } from './stages/graphStage';
import { runHeldOutStage } from './stages/heldOutStage';
import { runLabelStage } from './stages/labelStage';
import { runModelStage } from './stages/modelStage';
import { runPairsStage } from './stages/pairsStage';
import { shippedVariant, smallVariant, type Variant } from './stages/variant';
import { runWorkspaceStage } from './stages/workspaceStage';

/** The stages in their order; each goes on from what the one before has written. */
const stages: readonly (readonly [string, (variant: Variant) => Promise<void> | void])[] = [
  ['workspace', runWorkspaceStage],
  ['pairs', runPairsStage],
  ['heldout', runHeldOutStage],
  ['model', runModelStage],
  ['dictionaries', runDictionaryStage],
  ['labels', runLabelStage],
  ['graphs', runGraphStage],
];

const usage = `npm run demo:train [-- --small] [-- --seed N] [-- --stage ${stages.map(([name]) => name).join('|')}]`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      small: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      stage: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  const wanted = stages.filter(([name]) => values.stage === undefined || values.stage === name);
  if (wanted.length === 0 || !Number.isSafeInteger(seed)) throw new Error(`usage: ${usage}`);
  const variant = (values.small ? smallVariant : shippedVariant)(seed);
  for (const [, run] of wanted) await run(variant);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
