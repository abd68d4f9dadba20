// node scripts/fuzz.mjs FORMAT [--seed S] [--from N] [--count C]: reads damaged files of a format and says what goes wrong.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFuzzChild, childCommand, makeSandbox } from './lib/fuzzChild.mjs';
import { OUT } from './lib/paths.mjs';
import { main, PlainError, run } from './lib/run.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '20261120' },
      from: { type: 'string', default: '0' },
      count: { type: 'string', default: '10000' },
    },
  });
  const [format] = positionals;
  if (format === undefined) throw new PlainError('Name a format: test/fuzz/formats/index.ts lists them.');
  const [from, count] = [Number(values.from), Number(values.count)];
  const folder = path.join(OUT, 'fuzz', format, 'inside');
  rmSync(folder, { recursive: true, force: true });
  makeSandbox(folder);
  const bundle = await bundleFuzzChild(path.join(OUT, 'fuzz', 'bundle'));
  const { command, args } = childCommand(bundle, folder, [format, values.seed, from, from + count]);
  const code = await run(command, args);
  console.log(count === 1 ? `The damaged file lies in ${folder}.` : '');
  return code;
});
