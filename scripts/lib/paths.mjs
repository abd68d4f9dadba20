// Where things are. Every script takes its paths from here.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What `npm run build` writes: the extension as VS Code loads it. */
export const DIST = path.join(ROOT, 'dist');

/** Packages, screenshots and test results. */
export const OUT = path.join(ROOT, 'out');

/** The stand-in for VS Code, its chromium profile and the user's copy of the demo workspace. Shared between clones by FEATURESCOPE_HOST_DIR. */
export const HOST = path.resolve(process.env.FEATURESCOPE_HOST_DIR ?? path.join(ROOT, '.vscode-host'));

/**
 * @param {...string} parts
 * @returns {string} an absolute path inside the repository
 */
export const inRoot = (...parts) => path.join(ROOT, ...parts);
