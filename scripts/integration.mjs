// Runs test/integration inside VS Code: a desktop one (VSCODE_EXECUTABLE) or the stand-in. Needs `npm run build`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureChromium } from './lib/chromium.mjs';
import { copyDemoWorkspace } from './lib/demoWorkspace.mjs';
import { DIST, inRoot, ROOT } from './lib/paths.mjs';
import { main, PlainError } from './lib/run.mjs';
import { ensureStandIn } from './lib/standIn.mjs';

async function executable() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  await ensureStandIn();
  await ensureChromium();
  return inRoot('scripts', 'codeStandIn.mjs');
}

await main(async () => {
  const { runTests } = await import('@vscode/test-electron');
  const workspace = copyDemoWorkspace(mkdtempSync(path.join(tmpdir(), 'featurescope-workspace-')));
  try {
    await runTests({
      vscodeExecutablePath: await executable(),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: path.join(DIST, 'test', 'index'),
      launchArgs: [workspace],
    });
  } catch (error) {
    throw new PlainError(error instanceof Error ? error.message : String(error));
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
});
