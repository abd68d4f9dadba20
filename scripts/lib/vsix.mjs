// Makes the package that people install: one platform's native files and nothing that only developers need.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot, OUT } from './paths.mjs';
import { runOrFail } from './run.mjs';

/** Copied as they are; .vscodeignore decides what of them is shipped. */
const SHIPPED = ['README.md', 'CHANGELOG.md', 'LICENSE', '.vscodeignore', 'media'];

/** @returns {Record<string, unknown> & { version: string }} */
const manifest = () => JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

/**
 * @param {string} target
 * @returns {string} where the package of this version for that target lies, or will lie
 */
export const vsixPath = (target) => path.join(OUT, `featurescope-${target}-${manifest().version}.vsix`);

/**
 * Puts together what is packed.
 * @param {string} target
 * @param {string} folder
 */
async function stage(target, folder) {
  for (const name of SHIPPED) {
    if (existsSync(inRoot(name))) cpSync(inRoot(name), path.join(folder, name), { recursive: true });
  }
  const shipped = { ...manifest(), scripts: undefined, devDependencies: undefined };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(shipped, null, 2));
  const outdir = path.join(folder, 'dist');
  const options = ['--target', target, '--outdir', outdir, '--minify', '--no-tests'];
  await runOrFail(process.execPath, [inRoot('scripts', 'build.mjs'), ...options]);
}

/**
 * Builds and packs, in a folder of its own: packing for another platform leaves dist/ alone.
 * @param {string} target e.g. linux-x64
 * @returns {Promise<string>} the package
 */
export async function packVsix(target) {
  mkdirSync(OUT, { recursive: true });
  const folder = mkdtempSync(path.join(OUT, `stage-${target}-`));
  const file = vsixPath(target);
  const vsce = inRoot('node_modules', '@vscode', 'vsce', 'vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  try {
    await stage(target, folder);
    await runOrFail(process.execPath, [vsce, 'package', '--target', target, '--out', file, ...options], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return file;
}
