import { parseArgs } from 'node:util';
import { runModelStage } from './stages/modelStage';
import { shippedVariant, smallVariant } from './stages/variant';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      small: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      stage: { type: 'string' },
    },
  });
  const variant = (values.small ? smallVariant : shippedVariant)(Number(values.seed));
  await runModelStage(variant);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
