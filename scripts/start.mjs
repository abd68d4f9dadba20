// npm start [-- --no-open] [-- --port N]: opens VS Code with the extension on a copy of the demo workspace.
import { spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installExtension, remoteUri, startServer, workbenchUrl } from './lib/codeServer.mjs';
import { copyDemoWorkspace } from './lib/demoWorkspace.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { findDesktopCode, findExecutable, hasDisplay } from './lib/executables.mjs';
import { HOST, inRoot, ROOT } from './lib/paths.mjs';
import { main, PlainError, run, runOrFail } from './lib/run.mjs';
import { ensureStandIn } from './lib/standIn.mjs';
import { resolveTarget } from './lib/targets.mjs';
import { packVsix } from './lib/vsix.mjs';

/** @returns {{ open: boolean, port: number | undefined }} */
function parseOptions() {
  const { values } = parseArgs({
    options: { 'no-open': { type: 'boolean', default: false }, port: { type: 'string' } },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new PlainError(`--port takes a number from 1 to 65535, not ${values.port}.`);
  }
  return { open: !values['no-open'], port };
}

/**
 * @param {string} workspace
 * @returns {string | undefined} the text to show first
 */
function firstText(workspace) {
  const names = readdirSync(workspace).filter((name) => /\.(txt|md)$/.test(name));
  const first = names.sort()[0];
  return first === undefined ? undefined : path.join(workspace, first);
}

/**
 * @param {string} code
 * @param {string} workspace
 */
async function startDesktop(code, workspace) {
  await runOrFail(process.execPath, [inRoot('scripts', 'build.mjs')]);
  const text = firstText(workspace) ?? [];
  const options = [`--extensionDevelopmentPath=${ROOT}`, '--new-window', workspace].concat(text);
  console.log(`Opening ${workspace} in ${code} ...`);
  const exitCode = await run(code, options, { shell: process.platform === 'win32' });
  if (exitCode === 0) return;
  throw new PlainError(
    `${code} ended with exit code ${exitCode}. Set VSCODE_EXECUTABLE to the VS Code that should be used.`,
  );
}

/** @param {string} url */
function openBrowser(url) {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  if (!hasDisplay() || !findExecutable(opener)) return;
  spawn(opener, [url], { stdio: 'ignore', detached: true }).unref();
}

/**
 * Serves a workbench until Ctrl-C.
 * @param {string} workspace
 * @param {{ open: boolean, port: number | undefined }} options
 */
async function serve(workspace, { open, port }) {
  const standIn = await ensureStandIn();
  const vsix = await packVsix(resolveTarget(undefined));
  const folder = path.join(HOST, 'session');
  // An extension of the same version would not be replaced.
  rmSync(path.join(folder, 'extensions'), { recursive: true, force: true });
  installExtension(standIn, { folder }, vsix);
  const server = await startServer(standIn, { folder, ...(port === undefined ? {} : { port }) });
  /** @type {Promise<number>} */
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve(130));
  });
  const text = firstText(workspace);
  const payload = text === undefined ? [] : [['openFile', remoteUri(server.authority, text)]];
  const url = workbenchUrl(server.authority, workspace, payload);
  console.log(`\nFeaturescope is open in VS Code at\n\n  ${url}\n\nCtrl-C stops it.`);
  if (open) openBrowser(url);
  const exitCode = await Promise.race([interrupted, server.exited]);
  await server.stop();
  if (exitCode !== 130) throw new PlainError(`code-server ended by itself. Its output is in ${server.log}.`);
  return exitCode;
}

await main(async () => {
  const options = parseOptions();
  await ensureDependencies();
  const workspace = copyDemoWorkspace(path.join(HOST, 'workspace'));
  const code = findDesktopCode();
  if (code === undefined) return serve(workspace, options);
  await startDesktop(code, workspace);
  return 0;
});
