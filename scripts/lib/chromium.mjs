// The browser that drives the workbench in tests.
import { existsSync } from 'node:fs';
import { findExecutable } from './executables.mjs';
import { PlainError, runOrFail } from './run.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

/** @returns {string | undefined} CHROMIUM_EXECUTABLE, or an installed browser of the Chromium family */
const find = () => process.env.CHROMIUM_EXECUTABLE ?? findExecutable(...NAMES);

/** Debian and its kin, as root: there `apt-get` may be used. */
const mayUseApt = () => process.getuid?.() === 0 && existsSync('/etc/debian_version');

async function installWithApt() {
  console.log('Installing chromium with apt-get ...');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await runOrFail('apt-get', ['update', '-qq'], options);
  const packages = ['chromium', 'fonts-dejavu-core'];
  await runOrFail('apt-get', ['install', '-y', '-qq', ...packages], options);
}

/**
 * @returns {Promise<string>} the executable of a Chromium browser, installed when this may be done here
 */
export async function ensureChromium() {
  if (!find() && mayUseApt()) await installWithApt();
  const executable = find();
  if (executable) return executable;
  throw new PlainError(
    'These tests drive VS Code in a browser and found none. Install Chromium or Google Chrome ' +
      '(Debian, Ubuntu: `sudo apt-get install chromium`), or set CHROMIUM_EXECUTABLE to its executable.',
  );
}

/** Command-line switches for a browser that keeps to itself. */
export const CHROMIUM_SWITCHES = [
  // Chromium refuses to run as root inside its sandbox.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
