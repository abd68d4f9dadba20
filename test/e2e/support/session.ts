// Starts a server with the packed extension and a browser on its workbench, for one test file.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { CHROMIUM_SWITCHES } from '../../../scripts/lib/chromium.mjs';
import { remoteUri, startServer, workbenchUrl } from '../../../scripts/lib/codeServer.mjs';
import { copyDemoWorkspace } from '../../../scripts/lib/demoWorkspace.mjs';
import { Workbench } from './workbench';

/** What a session opens. */
export interface SessionOptions {
  /** the workspace's files by their paths, with their texts; the demo workspace when left out */
  readonly files?: Readonly<Record<string, string>>;
  /** the file that is open at the start, as a path inside the workspace */
  readonly open?: string;
  /** user settings, e.g. `{ 'workbench.colorTheme': 'Default Light Modern' }` */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** environment variables of the extension and its server, e.g. `{ HF_HOME: folder }`; asked for when the session starts */
  readonly env?: () => Readonly<Record<string, string>>;
}

/** A running workbench. */
export interface Session {
  readonly workbench: Workbench;
  /** the workspace folder on disk */
  readonly workspace: string;
  /** the process id of the server under which extension host, language server and engine run */
  readonly serverPid: number;
  stop(): Promise<void>;
}

function makeWorkspace(folder: string, files: SessionOptions['files']): string {
  if (files === undefined) return copyDemoWorkspace(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** Starts a session of its own; most tests want `useWorkbench`. */
export async function startSession(options: SessionOptions = {}): Promise<Session> {
  const host = inject('host');
  const folder = mkdtempSync(path.join(tmpdir(), 'featurescope-e2e-'));
  const workspace = makeWorkspace(path.join(folder, 'workspace'), options.files);
  const server = await startServer(host.standIn, {
    folder,
    extensions: host.extensions,
    settings: { 'editor.minimap.enabled': false, ...options.settings },
    ...(options.env ? { env: options.env() } : {}),
  });
  const browser = await chromium.launch({ executablePath: host.chromium, args: CHROMIUM_SWITCHES });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, locale: 'en-US' });
  const open =
    options.open === undefined ? [] : [remoteUri(server.authority, path.join(workspace, options.open))];
  const payload = open.map((uri) => ['openFile', uri]);
  await page.goto(workbenchUrl(server.authority, workspace, payload));
  const workbench = new Workbench(page);
  await workbench.ready();
  return {
    workbench,
    workspace,
    serverPid: server.pid,
    stop: async () => {
      await browser.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * One session for all tests of a file. A failed test leaves a screenshot, out/screenshots/failed-TITLE.png.
 * @returns gives the running session inside a test
 */
export function useSession(options: SessionOptions = {}): () => Session {
  let session: Session | undefined;
  const running = (): Session => {
    if (session === undefined) throw new Error('The session runs only inside tests and hooks.');
    return session;
  };
  beforeAll(async () => {
    session = await startSession(options);
  });
  afterEach(async ({ task }) => {
    const name = `failed-${task.name.replace(/\W+/g, '-')}`;
    if (task.result?.state === 'fail') await running().workbench.screenshot(name);
  });
  afterAll(async () => {
    await session?.stop();
  });
  return running;
}
