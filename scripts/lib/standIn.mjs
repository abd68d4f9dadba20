// Installs code-server from npm (no install scripts, no compiler) where there is no desktop VS Code.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { HOST } from './paths.mjs';
import { PlainError, npm } from './run.mjs';
import { CODE_SERVER, NODE, NODE_PACKAGES } from './standInVersions.mjs';

const STAMP = path.join(HOST, 'installed.json');
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Parts of code-server that no one here uses, 170 MB of them. */
const UNUSED = ['extensions/copilot', 'node_modules/@github', 'node_modules/@devcontainers'];

/**
 * @typedef {object} StandIn
 * @property {string} node the Node executable that runs it
 * @property {string} entry its main file
 */

/** @returns {{ nodePackage: string }} */
function supportedHere() {
  const nodePackage = NODE_PACKAGES.get(`${process.platform}-${process.arch}`);
  if (nodePackage) return { nodePackage };
  throw new PlainError(
    `No VS Code was found. Install it from https://code.visualstudio.com/ and run its command "Install 'code' command in PATH", ` +
      `or set VSCODE_EXECUTABLE to its executable. (The stand-in from npm exists for Linux only.)`,
  );
}

/** @param {string} wanted the stamp's text */
function isInstalled(wanted) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
}

/**
 * npm repairs what an interrupted install left, so trying again is all that resuming needs.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
async function npmWithRetry(args, options) {
  try {
    await npm(args, options);
  } catch {
    console.log('The install did not finish; trying once more ...');
    await npm(args, options);
  }
}

/** @param {string} nodePackage */
async function install(nodePackage) {
  console.log(`Installing code-server ${CODE_SERVER} in ${HOST} (once, about 600 MB) ...`);
  writeFileSync(path.join(HOST, 'package.json'), '{ "private": true }\n');
  await npmWithRetry(['install', ...QUIET, `${nodePackage}@${NODE}`, `code-server@${CODE_SERVER}`], {
    cwd: HOST,
  });
  const nodeFolder = path.join(HOST, 'node_modules', nodePackage, 'bin');
  const vscode = path.join(HOST, 'node_modules', 'code-server', 'lib', 'vscode');
  await npmWithRetry(['install', '--omit=dev', ...QUIET], {
    cwd: vscode,
    env: { ...process.env, PATH: `${nodeFolder}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const part of UNUSED) rmSync(path.join(vscode, part), { recursive: true, force: true });
}

/**
 * The stand-in, installed when it is missing or of another version.
 * @returns {Promise<StandIn>}
 */
export async function ensureStandIn() {
  const { nodePackage } = supportedHere();
  const wanted = JSON.stringify({ codeServer: CODE_SERVER, node: NODE });
  if (!isInstalled(wanted)) {
    mkdirSync(HOST, { recursive: true });
    await withLock(path.join(HOST, 'install.lock'), async () => {
      if (isInstalled(wanted)) return;
      await install(nodePackage);
      writeFileSync(STAMP, wanted);
    });
  }
  return {
    node: path.join(HOST, 'node_modules', nodePackage, 'bin', 'node'),
    entry: path.join(HOST, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
  };
}
