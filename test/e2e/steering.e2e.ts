// Steer with a feature and continue, in the real workbench: both texts, a refusal, and the text back in the file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

const FEATURE = 'blocks.2.hook_resid_post #302';
const PROMPT = 'When Mary and John went to the store, John gave a drink to';

async function textOf(panel: Frame, column: number): Promise<string> {
  return (await panel.locator('.texts .column').nth(column).locator('.text').textContent()) ?? '';
}

describe('steering', () => {
  const session = useSession({ files: { 'steered.txt': `${PROMPT}\n` }, open: 'steered.txt' });

  it('goes on with the text before the cursor, as the model is and steered, side by side', async () => {
    const { workbench } = session();
    await workbench.waitForDecorations(3);
    await workbench.clickWord('drink');
    await workbench.page.keyboard.press('End');
    await workbench.openSideBar('Featurescope');
    await workbench.rows('At the cursor: ·to').waitFor();
    await workbench.runCommand('Featurescope: Steer with This Feature and Continue…');
    await workbench.page.locator('.quick-input-widget input').fill(FEATURE);
    await workbench.pick(FEATURE);
    const panel = await workbench.webview('.setup');
    expect(await panel.locator('textarea').inputValue()).toBe(PROMPT);
    await panel.locator('h2', { hasText: 'Features that changed' }).waitFor();
    const [plain, steered] = [await textOf(panel, 0), await textOf(panel, 1)];
    expect(plain).toMatch(/^ Mary/);
    expect(steered).not.toBe('');
    expect(steered).not.toBe(plain);
    expect(await panel.locator('.texts .token').first().getAttribute('title')).toMatch(
      /unsteered \d.*, steered .*, difference /,
    );
    await workbench.screenshot('steering');
  });

  it('refuses what changes nothing, and does not call its text steered', async () => {
    const { workbench } = session();
    const panel = await workbench.webview('.setup');
    await panel.locator('.changes vscode-dropdown').first().click();
    await panel.locator('vscode-option', { hasText: 'scale the activation' }).click();
    await panel.locator('.strength input[type=number]').fill('1');
    await panel.locator('vscode-button', { hasText: 'Run Again' }).click();
    await panel.locator('[role=alert]', { hasText: 'changes nothing' }).waitFor();
    expect(await panel.locator('h2', { hasText: /^Steered$/ }).count()).toBe(0);
    await workbench.screenshot('steering-refused');
  });

  it('runs another strength and writes the steered text behind the prompt', async () => {
    const { workbench, workspace } = session();
    const panel = await workbench.webview('.setup');
    await panel.locator('.strength input[type=number]').fill('0.2');
    await panel.locator('.strength input[type=number]').press('Enter');
    await panel.locator('h2', { hasText: 'Features that changed' }).waitFor();
    const steered = (await textOf(panel, 1)).replace(/↵/g, '');
    await panel.locator('vscode-button', { hasText: 'Insert Steered Text' }).click();
    await workbench.rows('At the cursor: The').waitFor();
    await workbench.page.keyboard.press('Control+s');
    const file = path.join(workspace, 'steered.txt');
    await workbench.waitUntil(
      () => Promise.resolve(readFileSync(file, 'utf8') === `${PROMPT}${steered}\n`),
      'the steered text in the file',
    );
  });
});
