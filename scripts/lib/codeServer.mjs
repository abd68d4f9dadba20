// Starts and stops a code-server that touches nothing outside the folder it is given.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './paths.mjs';
import { PlainError } from './run.mjs';

const REAPER = inRoot('scripts', 'lib', 'reaper.mjs');

/** Nothing that calls home, asks, or covers the editor. */
const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @typedef {object} ServerOptions
 * @property {string} folder everything it writes goes here: settings, logs, home
 * @property {string} [extensions] the folder of installed extensions, default one inside `folder`
 * @property {number} [port] default a free one
 * @property {Record<string, unknown>} [settings] user settings on top of the quiet ones, where there are none yet
 * @property {string[]} [args] further arguments
 * @property {Record<string, string>} [env] further environment variables for server and extensions
 */

/**
 * @typedef {object} Server
 * @property {string} authority host and port
 * @property {number} pid of its process group
 * @property {string} log the file with its output
 * @property {Promise<number>} exited resolves to the exit code
 * @property {() => Promise<void>} stop ends the server and all its children
 */

/** @param {ServerOptions} options */
function layout({ folder, extensions = path.join(folder, 'extensions'), env = {} }) {
  const home = path.join(folder, 'home');
  const userData = path.join(folder, 'user-data');
  for (const each of [home, extensions, path.join(userData, 'User')]) mkdirSync(each, { recursive: true });
  return {
    userData,
    args: [
      '--user-data-dir',
      userData,
      '--extensions-dir',
      extensions,
      '--config',
      path.join(home, 'config.yaml'),
    ],
    env: {
      PATH: process.env.PATH,
      LANG: 'C.UTF-8',
      HOME: home,
      XDG_CONFIG_HOME: path.join(home, '.config'),
      XDG_DATA_HOME: path.join(home, '.local', 'share'),
      XDG_CACHE_HOME: path.join(home, '.cache'),
      XDG_RUNTIME_DIR: home,
      ...env,
    },
  };
}

/** @returns {Promise<number>} a port of 127.0.0.1 that nobody listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

/** @param {number} port */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess & { pid: number }} child
 * @param {Promise<number>} exited
 */
async function stopGroup(child, exited) {
  /** @param {NodeJS.Signals} name */
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group has ended already.
    }
  };
  signal('SIGTERM');
  await Promise.race([exited, sleep(4000, undefined, { ref: false })]);
  // The extension host may outlive its parent.
  signal('SIGKILL');
}

/**
 * @param {import('./standIn.mjs').StandIn} standIn
 * @param {{ folder: string, extensions?: string }} where
 * @param {string} vsix the package to install
 */
export function installExtension(standIn, where, vsix) {
  const { args, env } = layout(where);
  const result = spawnSync(standIn.node, [standIn.entry, ...args, '--install-extension', vsix], {
    env,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new PlainError(`${vsix} could not be installed in code-server:\n${result.stdout}${result.stderr}`);
  }
}

/**
 * Starts a server on 127.0.0.1 and waits until it answers.
 * @param {import('./standIn.mjs').StandIn} standIn
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 */
export async function startServer(standIn, options) {
  const { args, env, userData } = layout(options);
  const settings = path.join(userData, 'User', 'settings.json');
  if (!existsSync(settings)) {
    writeFileSync(settings, JSON.stringify({ ...QUIET_SETTINGS, ...options.settings }, null, 2));
  }
  const port = options.port ?? (await freePort());
  if (await answers(port)) throw new PlainError(`Port ${port} is in use. Choose another with --port N.`);
  const log = path.join(options.folder, 'server.log');
  const output = openSync(log, 'w');
  const own = [
    '--bind-addr',
    `127.0.0.1:${port}`,
    '--auth',
    'none',
    '--disable-telemetry',
    '--disable-update-check',
  ];
  const quiet = ['--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy'];
  const program = [standIn.node, standIn.entry, ...own, ...quiet, ...args, ...(options.args ?? [])];
  const child = spawn(process.execPath, [REAPER, ...program], {
    env,
    stdio: ['pipe', output, output],
    detached: true,
  });
  const pid = child.pid;
  if (pid === undefined) throw new PlainError(`${standIn.node} could not be started.`);
  /** @type {Promise<number>} */
  const exited = new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
  const stop = () => stopGroup(Object.assign(child, { pid }), exited);
  for (let waited = 0; !(await answers(port)); waited += 100) {
    if (child.exitCode !== null || waited > 60_000) {
      await stop();
      throw new PlainError(`code-server did not start. Its output (${log}):\n${readFileSync(log, 'utf8')}`);
    }
    await sleep(100);
  }
  return { authority: `127.0.0.1:${port}`, pid, log, exited, stop };
}

/**
 * The address of a workbench.
 * @param {string} authority
 * @param {string} folder the workspace, an absolute path
 * @param {string[][]} [payload] VS Code's own start options, e.g. ['openFile', uri]
 */
export function workbenchUrl(authority, folder, payload = []) {
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

/**
 * @param {string} authority
 * @param {string} file an absolute path
 */
export const remoteUri = (authority, file) => `vscode-remote://${authority}${encodeURI(file)}`;
