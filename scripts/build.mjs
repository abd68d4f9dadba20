// npm run build [-- --target T] [--outdir DIR] [--minify] [--no-tests] [--watch]
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DIST } from './lib/paths.mjs';
import { bundles } from './lib/bundles.mjs';
import { copyOnnxRuntime } from './lib/nativeFiles.mjs';
import { thirdPartyNotices } from './lib/notices.mjs';
import { main } from './lib/run.mjs';
import { resolveTarget } from './lib/targets.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: {
      target: { type: 'string' },
      outdir: { type: 'string', default: DIST },
      minify: { type: 'boolean', default: false },
      'no-tests': { type: 'boolean', default: false },
      watch: { type: 'boolean', default: false },
    },
  });
  const dist = path.resolve(values.outdir);
  const target = resolveTarget(values.target);
  const esbuild = await import('esbuild');
  rmSync(dist, { recursive: true, force: true });
  const list = bundles({ dist, minify: values.minify, tests: !values['no-tests'] });
  if (values.watch) {
    for (const bundle of list) await (await esbuild.context({ ...bundle, logLevel: 'info' })).watch();
  } else {
    const built = await Promise.all(list.map((bundle) => esbuild.build({ ...bundle, metafile: true })));
    const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
    writeFileSync(path.join(dist, 'ThirdPartyNotices.txt'), thirdPartyNotices(inputs));
  }
  copyOnnxRuntime(dist, target);
  if (!values.watch) chmodSync(path.join(dist, 'cli.js'), 0o755);
});
