// Feature graphs in the real workbench: build, prune, pin, group, intervene, undo, save, reopen; in the side bar; in every theme.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';
import type { Session } from './support/session';

const TEXT = 'The capital of France is Paris, and the capital of Italy is Rome.\n';
const FILE = 'why-the-capital-of-france-is.graph.json';

const button = (panel: Frame, name: string | RegExp) => panel.getByRole('button', { name });
const tab = ({ workbench }: Session) => workbench.page.locator(`.tab[data-resource-name="${FILE}"]`);

/** Asks with the cursor behind "France is" and waits for the whole graph. */
async function build(session: Session): Promise<Frame> {
  const { workbench } = session;
  await workbench.clickWord('is');
  await workbench.waitForDecorations();
  await workbench.runCommand('Featurescope: Why This Next Token?');
  const panel = await workbench.webview('.status-line', 60_000);
  await button(panel, /^Cancel$/).waitFor({ state: 'detached', timeout: 60_000 });
  return panel;
}

/** Walks from the output to its strongest input. */
async function toStrongestInput({ workbench }: Session, panel: Frame): Promise<void> {
  await panel.locator('[role=application]').focus();
  for (const key of ['PageUp', 'ArrowLeft']) await workbench.page.keyboard.press(key);
}

describe('a graph of the demo', () => {
  const session = useSession({ files: { 'capital.txt': TEXT }, open: 'capital.txt' });

  it('is built beside the text, from the cursor', async () => {
    const { workbench } = session();
    const panel = await build(session());
    expect(await panel.locator('.status-line').innerText()).toMatch(/\d+ of \d+ nodes/);
    await tab(session()).locator('xpath=self::*[contains(@class, "dirty")]').waitFor();
    // The text stays where it was, its cursor marks the column.
    await workbench.page.locator('.tab[data-resource-name="capital.txt"]').waitFor();
    await workbench.screenshot('graph-built');
  });

  it('is pruned, and unpruned by undo', async () => {
    const { workbench } = session();
    const panel = await workbench.webview('.status-line');
    const nodes = async () =>
      Number(
        /of ([\d,]+) nodes/.exec(await panel.locator('.status-line').innerText())![1]!.replaceAll(',', ''),
      );
    const before = await nodes();
    await button(panel, 'More…').click();
    await panel.locator('[role=menuitem]', { hasText: 'Prune again…' }).click();
    await panel.getByLabel('Nodes', { exact: true }).fill('0.3');
    await button(panel, /^Prune$/).click();
    await workbench.waitUntil(async () => (await nodes()) < before, 'fewer nodes');
    await workbench.screenshot('graph-pruned');
    await button(panel, /^Undo$/).click();
    await workbench.waitUntil(async () => (await nodes()) === before, 'all nodes again');
    await button(panel, /^Close$/).click();
  });

  it('has nodes pinned and grouped by keyboard, and a group ablated', async () => {
    const { workbench } = session();
    const { keyboard } = workbench.page;
    const panel = await workbench.webview('.status-line');
    await toStrongestInput(session(), panel);
    await panel.locator('[role=tabpanel] h2').first().waitFor();
    await keyboard.press(' ');
    await panel.locator('[role=tab]', { hasText: 'Pinned 1' }).waitFor();
    await panel.locator('[role=application]').focus();
    await keyboard.press('Shift+ArrowRight');
    await keyboard.press(' ');
    await panel.locator('[role=tab]', { hasText: 'Pinned 2' }).waitFor();
    await workbench.screenshot('graph-pinned');
    await keyboard.press('g');
    await panel.locator('.form vscode-text-field').waitFor();
    await keyboard.type('says Paris');
    await keyboard.press('Enter');
    await panel.locator('[role=tab]', { hasText: 'Group' }).waitFor();
    await panel.locator('[role=application]').focus();
    await keyboard.press('a');
    await panel.locator('.trial').first().waitFor({ timeout: 60_000 });
    expect(await panel.locator('.trial').first().innerText()).toMatch(/Paris/);
    await workbench.screenshot('graph-ablated');
  });

  it('is undone and redone by VS Code’s own keys', async () => {
    const { workbench } = session();
    const { keyboard } = workbench.page;
    const panel = await workbench.webview('.status-line');
    await panel.locator('[role=tab]', { hasText: /^Pinned/ }).click();
    await panel.locator('.page', { hasText: 'says Paris' }).waitFor();
    await panel.locator('[role=tab]', { hasText: /^Pinned/ }).focus();
    await keyboard.press('Control+z');
    await panel.locator('.page', { hasText: 'says Paris' }).waitFor({ state: 'detached' });
    await keyboard.press('Control+y');
    await panel.locator('.page', { hasText: 'says Paris' }).waitFor();
  });

  it('is saved under the proposed name, and is there again when it is opened', async () => {
    const { workbench, workspace } = session();
    const { page } = workbench;
    const file = path.join(workspace, FILE);
    let panel = await workbench.webview('.status-line');
    await button(panel, /^Save$/).click();
    const input = page.locator('.quick-input-widget input');
    // The dialog writes its own proposal once it knows the folder.
    await workbench.waitUntil(async () => (await input.inputValue()) === file, 'the proposed file name');
    await page.keyboard.press('Enter');
    await workbench.waitUntil(() => Promise.resolve(existsSync(file)), 'the graph file');
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { qParams: { supernodes: string[][] } };
    expect(saved.qParams.supernodes[0]?.[0]).toBe('says Paris');
    await tab(session()).locator('xpath=self::*[not(contains(@class, "dirty"))]').waitFor();
    await tab(session()).click({ button: 'middle' });
    await tab(session()).waitFor({ state: 'detached' });
    await page.keyboard.press('Control+p');
    await input.fill(FILE);
    await workbench.rows(FILE).first().click();
    panel = await workbench.webview('.status-line');
    await panel.locator('[role=tab]', { hasText: 'Pinned 2' }).click();
    await panel.locator('.page', { hasText: 'says Paris' }).waitFor();
    await workbench.screenshot('graph-reopened');
  });

  it('moves to the side bar, and keeps what is not saved', async () => {
    const { workbench } = session();
    const panel = await workbench.webview('.status-line');
    await button(panel, 'More…').click();
    await panel.locator('[role=menuitem]', { hasText: 'Move to the side bar' }).click();
    await workbench.page.locator('.sidebar .pane-header', { hasText: /^Graph/ }).waitFor();
    await workbench.page.locator('.tab.active[data-resource-name="capital.txt"]').waitFor();
    // A tab in italics would go when the next file is opened, and the graph with it.
    await tab(session()).locator('.italic').waitFor({ state: 'detached' });
    const side = await workbench.webview('.status-line');
    await side.locator('[role=tab]', { hasText: 'Pinned 2' }).waitFor();
    await workbench.screenshot('graph-side-bar');
  });
});

describe('what is to be explained', () => {
  const session = useSession({ files: { 'capital.txt': TEXT }, open: 'capital.txt' });

  it('is chosen from the model’s favourites', async () => {
    const { workbench } = session();
    await workbench.clickWord('is');
    await workbench.waitForDecorations();
    await workbench.runCommand('Featurescope: Explain a Chosen Token…');
    await workbench.pick('The difference of two tokens');
    await workbench.rows(/“·Paris”.*%/).waitFor();
    await workbench.pick(/“·Paris”/);
    await workbench
      .rows(/“·\w+”.*%/)
      .first()
      .waitFor();
    await workbench.screenshot('graph-target');
    await workbench
      .rows(/“·\w+”.*%/)
      .first()
      .click();
    const panel = await workbench.webview('.status-line', 60_000);
    await button(panel, /^Cancel$/).waitFor({ state: 'detached', timeout: 60_000 });
    expect(await panel.locator('.status-line').innerText()).toMatch(/nodes/);
  });
});

const THEMES = [
  ['light', 'Default Light Modern'],
  ['dark', 'Default Dark Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
] as const;
const SIZES = [
  [1000, 700],
  [1400, 900],
  [1920, 1080],
] as const;

describe.each(THEMES)('in the theme %s', (name, theme) => {
  const session = useSession({
    files: { 'capital.txt': TEXT },
    open: 'capital.txt',
    settings: { 'workbench.colorTheme': theme },
  });

  it('is drawn at three sizes', async () => {
    const { workbench } = session();
    const panel = await build(session());
    await toStrongestInput(session(), panel);
    for (const [width, height] of SIZES) {
      await workbench.page.setViewportSize({ width, height });
      await workbench.page.waitForTimeout(500);
      await workbench.screenshot(`graph-${name}-${width}`);
    }
    const { width, height } = (await panel.locator('canvas').first().boundingBox())!;
    expect(Math.min(width, height)).toBeGreaterThan(200);
  });
});
