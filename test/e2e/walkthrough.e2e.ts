// The step of the walkthrough about graphs, as a newcomer takes it: an example that is built, and a graph that is finished.
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';
import type { Session } from './support/session';

/** Presses a button of the step. */
async function press({ workbench }: Session, button: string): Promise<void> {
  const { page } = workbench;
  await workbench.runCommand('Welcome: Open Walkthrough');
  await workbench.pick('See inside a language model');
  await page.locator('.getting-started-step', { hasText: 'Ask why this next token' }).click();
  await page.locator('.getting-started-step .monaco-button', { hasText: button }).click();
}

describe('the walkthrough', () => {
  const session = useSession({ files: { 'empty.txt': '' } });

  it('explains an example: opens the sample and builds its graph', async () => {
    const { workbench } = session();
    await press(session(), 'Explain an Example');
    const panel = await workbench.webview('.status-line', 60_000);
    await panel.getByRole('button', { name: /^Cancel$/ }).waitFor({ state: 'detached', timeout: 60_000 });
    await workbench.page.locator('.tab', { hasText: 'the-capital-of-iraq-is.graph.json' }).waitFor();
    expect(await panel.locator('.status-line').innerText()).toMatch(/\d+ of \d+ nodes/);
    await workbench.screenshot('walkthrough-graph');
  });
});

describe('the finished graph of the walkthrough', () => {
  const session = useSession({ files: { 'empty.txt': '' } });

  it('has a group that is ablated: the other capital', async () => {
    const { workbench } = session();
    await press(session(), 'Open a Finished Graph');
    const panel = await workbench.webview('.status-line', 60_000);
    await panel.locator('[role=tab]', { hasText: /^Pinned/ }).click();
    await panel.locator('.pin-group h3 button', { hasText: 'Iraq and its capital' }).click();
    await panel.locator('.hold vscode-dropdown').click();
    await panel.locator('.hold vscode-option', { hasText: 'Nothing' }).click();
    await panel.getByRole('button', { name: /^Ablate$/ }).click();
    const trial = panel.locator('.trial').first();
    await trial.waitFor({ timeout: 60_000 });
    await trial.getByText(/prediction changed/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('walkthrough-ablated');
    expect((await trial.innerText()).replace(/\s+/g, ' ')).toMatch(/changed from .*Baghdad.* to .*Madrid/);
  });
});
