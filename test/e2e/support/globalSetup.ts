// Once for the whole suite: packs the extension, installs it in the stand-in for VS Code, finds a browser.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { ensureChromium } from '../../../scripts/lib/chromium.mjs';
import { installExtension } from '../../../scripts/lib/codeServer.mjs';
import { ensureStandIn, type StandIn } from '../../../scripts/lib/standIn.mjs';
import { CURRENT_TARGET } from '../../../scripts/lib/targets.mjs';
import { packVsix } from '../../../scripts/lib/vsix.mjs';

/** What the tests of this suite share. */
export interface Host {
  standIn: StandIn;
  /** the browser's executable */
  chromium: string;
  /** a folder in which the packed extension is installed */
  extensions: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    host: Host;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'featurescope-e2e-host-'));
  const extensions = path.join(folder, 'extensions');
  const chromium = await ensureChromium();
  const standIn = await ensureStandIn();
  installExtension(standIn, { folder, extensions }, await packVsix(CURRENT_TARGET));
  project.provide('host', { standIn, chromium, extensions });
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
