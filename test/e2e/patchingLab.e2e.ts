// The patching lab in the real workbench: watch a sweep fill, cancel it, refine a region, compare, export.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

const PROMPTS = `prompts:
  clean: Then Louis and Fiona met at the park, and Fiona gave a picture to
  corrupt: Then Louis and Fiona met at the park, and Louis gave a picture to
  answer: ' Louis'
  wrong: ' Fiona'
metric: logit_diff
`;

const RESIDUAL = `title: Where it stands
${PROMPTS}runs:
  - name: denoise
    patch: resid_pre
  - name: noise
    patch: resid_pre
    direction: noise
`;

const RUNS = 10;
const all = Array.from({ length: 512 }, (_, neuron) => neuron).join(', ');

/** Hundreds of thousands of cells, so that there is time to look. */
const NEURONS = `title: Every neuron
${PROMPTS}runs:
${Array.from(
  { length: RUNS },
  (_, i) => `  - { name: sweep ${i}, patch: mlp_post, by: [layer, position, neuron], units: [${all}] }\n`,
).join('')}`;

const button = (panel: Frame, name: string | RegExp) => panel.getByRole('button', { name });

describe('a long sweep', () => {
  const session = useSession({ files: { 'neurons.fscope.yaml': NEURONS }, open: 'neurons.fscope.yaml' });

  it('fills while it computes, stops when told to, and keeps what is done', async () => {
    const { workbench } = session();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Run all' }).click();
    const panel = await workbench.webview('canvas');
    const newest = panel.locator('[role=tab]').last();
    const isFilling = async (): Promise<boolean> => {
      await newest.click();
      const bar = panel.locator('progress');
      const value = await bar.getAttribute('value', { timeout: 500 }).catch(() => null);
      return Number(value) > 0;
    };
    await workbench.waitUntil(isFilling, 'a sweep of which some cells are there');
    await workbench.screenshot('lab-filling');
    await button(panel, /^Cancel$/).click();
    await button(panel, /^Cancel$/).waitFor({ state: 'detached' });
    expect(await panel.locator('[role=tab]').count()).toBeLessThan(RUNS);
    await newest.click();
    expect(await panel.locator('.progress [role=status]').textContent()).toMatch(/cancelled/i);
    await workbench.screenshot('lab-cancelled');
  });
});

describe('a heatmap', () => {
  const session = useSession({ files: { 'residual.fscope.yaml': RESIDUAL }, open: 'residual.fscope.yaml' });

  it('shows what stands beside the file, cell by cell by keyboard', async () => {
    const { workbench, workspace } = session();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Run all' }).click();
    const panel = await workbench.webview('[role=tab]:has-text("noise")');
    await workbench.waitUntil(
      () => Promise.resolve(existsSync(path.join(workspace, 'residual.fscope.result.json'))),
      'the result file',
    );
    await panel.locator('[role=application]').focus();
    for (const key of ['End', 'ArrowDown', 'ArrowDown']) await workbench.page.keyboard.press(key);
    await panel.locator('.details', { hasText: 'Cell' }).waitFor();
    expect(await panel.locator('.details').innerText()).toMatch(/·to/);
    await workbench.screenshot('lab-cursor');
  });

  it('refines a region in a tab of its own', async () => {
    const { workbench } = session();
    const panel = await workbench.webview('[role=tab]:has-text("noise")');
    const before = await panel.locator('[role=tab]').count();
    await panel.locator('.details [role=group] vscode-button').first().click();
    await workbench.waitUntil(
      async () => (await panel.locator('[role=tab]').count()) > before,
      'a tab of the refinement',
    );
    await workbench.screenshot('lab-refined');
  });

  it('compares two runs, shows the same as a table, and exports it', async () => {
    const { workbench, workspace } = session();
    const panel = await workbench.webview('[role=tab]:has-text("noise")');
    await panel.locator('[role=tab]', { hasText: 'denoise' }).click();
    await button(panel, 'Compare…').click();
    await panel.locator('[role=menuitem]', { hasText: /noise/ }).first().click();
    await panel.locator('.comparison', { hasText: 'minus' }).waitFor();
    await workbench.screenshot('lab-compared');
    await button(panel, 'Stop Comparing').click();
    await button(panel, /^Table$/).click();
    await panel.locator('table').waitFor();
    await workbench.screenshot('lab-table');
    await button(panel, /^Table$/).click();
    await button(panel, 'Export…').click();
    await panel.locator('[role=menuitem]', { hasText: 'CSV…' }).click();
    const input = workbench.page.locator('.quick-input-widget input');
    // The dialog writes its own proposal once it knows the folder.
    const proposed = async (): Promise<boolean> => (await input.inputValue()).endsWith('.csv');
    await workbench.waitUntil(proposed, 'the proposed file name');
    const file = await input.inputValue();
    expect(file).toContain(workspace);
    await workbench.page.keyboard.press('Enter');
    await workbench.waitUntil(() => Promise.resolve(existsSync(file)), 'the exported file');
    expect(readFileSync(file, 'utf8').split('\r\n').length).toBeGreaterThan(64);
  });
});
