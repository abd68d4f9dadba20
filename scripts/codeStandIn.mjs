#!/usr/bin/env node
// Stands in for VS Code's executable: takes the arguments that @vscode/test-electron passes, runs the suite in code-server
// under a browser, and exits with the suite's code.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHROMIUM_SWITCHES, ensureChromium } from './lib/chromium.mjs';
import { remoteUri, startServer, workbenchUrl } from './lib/codeServer.mjs';
import { main } from './lib/run.mjs';
import { ensureStandIn } from './lib/standIn.mjs';

const TIME_LIMIT_MS = 15 * 60_000;

/** What the workbench itself prints (spdlog and native-watchdog are native parts that it runs without); a test's output is the rest. */
const NOISE =
  /^%c|open-vsx|Creating a socket|connection token|reconnection-grace|AgentHost|AccountPolicy|authentication provider|workbench contribution|Service Worker|extensions cache|spdlog|native-watchdog/;

/** @param {string} option e.g. --extensionTestsPath */
function valuesOf(option) {
  const given = process.argv.filter((argument) => argument.startsWith(`${option}=`));
  return given.map((argument) => path.resolve(argument.slice(option.length + 1)));
}

/** Only what the project itself defines goes to the extension host. */
const ownEnvironment = () =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('FEATURESCOPE_') && value !== undefined ? [[name, value]] : [],
    ),
  );

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ exitCode: Promise<number> }>} exitCode: the suite's, when it has ended
 */
async function listen(page) {
  /** @type {(code: number) => void} */
  let finish = () => undefined;
  /** @type {Promise<number>} */
  const exitCode = new Promise((resolve) => (finish = resolve));
  await page.exposeFunction(
    'codeAutomationLog',
    (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
      if (!NOISE.test(String(args[0]))) (type === 'error' ? console.error : console.log)(...args);
    },
  );
  await page.exposeFunction('codeAutomationExit', (/** @type {number} */ value) => {
    finish(value);
  });
  return { exitCode };
}

await main(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'featurescope-suite-'));
  const workspace = process.argv.slice(2).find((argument) => !argument.startsWith('-')) ?? folder;
  const [tests = ''] = valuesOf('--extensionTestsPath');
  const { chromium } = await import('playwright-core');
  const server = await startServer(await ensureStandIn(), {
    folder,
    env: ownEnvironment(),
    // Without this driver the workbench ignores the paths of the extension and its tests.
    args: ['--vscode-option', 'enable-smoke-test-driver'],
  });
  process.once('SIGINT', () => void server.stop().then(() => process.exit(130)));
  process.once('SIGTERM', () => void server.stop().then(() => process.exit(143)));
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: CHROMIUM_SWITCHES });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const { exitCode } = await listen(page);
    const uri = (/** @type {string} */ file) => remoteUri(server.authority, file);
    const payload = [
      ...valuesOf('--extensionDevelopmentPath').map((each) => ['extensionDevelopmentPath', uri(each)]),
      ['extensionTestsPath', uri(existsSync(`${tests}.js`) ? `${tests}.js` : tests)],
      ['enableProposedApi', ''],
    ];
    await page.goto(workbenchUrl(server.authority, path.resolve(workspace), payload));
    const late = sleep(TIME_LIMIT_MS, 124, { ref: false });
    return await Promise.race([exitCode, late]);
  } finally {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
