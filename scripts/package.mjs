// npm run package [-- --target T]
import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { ROOT } from './lib/paths.mjs';
import { main } from './lib/run.mjs';
import { resolveTarget } from './lib/targets.mjs';
import { packVsix } from './lib/vsix.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { target: { type: 'string' } } });
  const target = resolveTarget(values.target);
  await ensureDependencies();
  const file = await packVsix(target);
  console.log(`${path.relative(ROOT, file)} (${(statSync(file).size / 1e6).toFixed(1)} MB)`);
});
