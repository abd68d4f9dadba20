/** Builds the command line, the language server and the engine once for all tests that run them as processes. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';
import { bundles } from '../../scripts/lib/bundles.mjs';
import { inRoot, OUT } from '../../scripts/lib/paths.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of cli.js, server.js and engine.js, built from the sources as they are, beside the media as in the package. */
    bundles: string;
  }
}

/** The folder is this run's own: `dist` may be stale, and two runs may go on at once. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = join(OUT, `test-bundles-${process.pid}`);
  const dist = join(folder, 'dist');
  mkdirSync(dist, { recursive: true });
  symlinkSync(inRoot('media'), join(folder, 'media'), 'junction');
  const [node] = bundles({ dist, minify: false, tests: false });
  await build({
    ...node,
    entryPoints: {
      cli: 'server/src/cli.ts',
      server: 'server/src/main.ts',
      engine: 'server/src/engine/engineMain.ts',
    },
  });
  provide('bundles', dist);
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
