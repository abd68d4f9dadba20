// What esbuild bundles: one list of entries for each place where code runs.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** @typedef {import('esbuild').BuildOptions} BuildOptions */

/** Folders of webviews/ that panels share. */
const SHARED_WEBVIEW_FOLDERS = ['lib', 'render'];

/** @returns {Record<string, string>} `{panel: its main file}` */
function panels() {
  const folders = readdirSync(inRoot('webviews'), { withFileTypes: true });
  const names = folders
    .filter((f) => f.isDirectory() && !SHARED_WEBVIEW_FOLDERS.includes(f.name))
    .map((f) => f.name);
  return Object.fromEntries(names.map((name) => [name, `webviews/${name}/main.tsx`]));
}

/** @returns {Record<string, string>} the mocha suite that runs inside VS Code */
function integrationSuite() {
  const folder = 'test/integration';
  const files = readdirSync(inRoot(folder)).filter(
    (file) => file === 'index.ts' || file.endsWith('.test.ts'),
  );
  return Object.fromEntries(files.map((file) => [path.parse(file).name, `${folder}/${file}`]));
}

/**
 * @param {{ dist: string, minify: boolean, tests: boolean }} options
 *   dist: where the bundles go; tests: also the suite that runs inside VS Code
 * @returns {BuildOptions[]}
 */
export function bundles({ dist, minify, tests }) {
  /** @type {BuildOptions} */
  const shared = {
    absWorkingDir: inRoot(),
    bundle: true,
    minify,
    keepNames: minify,
    sourcemap: !minify,
    logLevel: 'warning',
  };
  /** @type {BuildOptions} */
  const node = {
    ...shared,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode', 'onnxruntime-node', 'mocha'],
    outdir: dist,
  };
  /** @type {BuildOptions[]} */
  const list = [
    {
      ...node,
      entryPoints: {
        extension: 'client/extension.ts',
        server: 'server/src/main.ts',
        engine: 'server/src/engine/engineMain.ts',
      },
    },
    { ...node, entryPoints: { cli: 'server/src/cli.ts' }, banner: { js: '#!/usr/bin/env node' } },
    {
      ...shared,
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      entryPoints: panels(),
      outdir: path.join(dist, 'webviews'),
    },
  ];
  if (tests) list.push({ ...node, entryPoints: integrationSuite(), outdir: path.join(dist, 'test') });
  return list;
}
