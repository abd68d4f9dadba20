/** An experiment file as its author sees it: links, what is wrong and how it is mended, what can be written, what things mean. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

const EXPERIMENT = `title: Who gets the lamp
model: demo
dictionaries: [blocks.2.hook_resid_post]
prompts:
  clean: Today Rita and Henry are here, and Henry gave a lamp to
  corrupt: Today Rita and Henry are here, and a child gave a lamp to
  answer: Robert
  wrong: " Henry"
metric: logit_diff
runs:
  - name: heads
    patch: z
  - name: steered
    steer:
      - method: ablate
        feature: 16
`;

describe('an experiment file', () => {
  const files = { 'lamp.fscope.yaml': EXPERIMENT, 'plain.yaml': 'a: 1\n' };
  const session = useSession({
    files,
    open: 'lamp.fscope.yaml',
    settings: { 'editor.acceptSuggestionOnEnter': 'off' },
  });
  const saved = () => readFileSync(path.join(session().workspace, 'lamp.fscope.yaml'), 'utf8');

  async function mend(word: string, title: string): Promise<void> {
    const { workbench } = session();
    await workbench.clickWord(word);
    await workbench.page.keyboard.press('Control+.');
    const action = workbench.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
    await action.waitFor();
    await workbench.screenshot(`experiment-fix-${word.replace(/\W+/g, '-')}`);
    await action.click();
    await action.waitFor({ state: 'hidden' });
  }

  /** Waits for the links, which push the lines down. */
  async function linked(): Promise<void> {
    const links = session().workbench.page.locator('.codelens-decoration a', { hasText: 'Run' });
    await links.nth(2).waitFor();
  }

  const squiggles = () => session().workbench.page.locator('.squiggly-error').count();

  it('is of its own language, coloured as YAML, with links above its runs', async () => {
    const { workbench } = session();
    await workbench.statusItem('Featurescope Experiment').waitFor();
    await linked();
    expect(await workbench.page.locator('.codelens-decoration a', { hasText: 'Compare' }).count()).toBe(0);
    const colours = await workbench.page.locator('.view-line span span').evaluateAll((spans) => {
      const seen = new Set(spans.map((span) => getComputedStyle(span as Element).color));
      return seen.size;
    });
    expect(colours).toBeGreaterThan(2);
    expect(await workbench.decorations()).toEqual([]);
  });

  it('shows what is wrong, and mends it', async () => {
    const { workbench } = session();
    await linked();
    await workbench.waitUntil(async () => (await squiggles()) >= 2, 'two errors');
    await workbench.screenshot('experiment-problems');
    const hover = await workbench.hover('a child');
    await hover
      .getByText(/The pair does not align: the clean prompt has \d+ tokens and the corrupted one \d+/)
      .waitFor();
    await workbench.screenshot('experiment-problem-hover');
    await workbench.page.keyboard.press('Escape');
    await mend('a child', 'Set align: auto');
    await mend('Robert', 'Use “·Robert”, which is one token');
    await workbench.waitUntil(async () => (await squiggles()) === 0, 'no error');
    await workbench.page.keyboard.press('Control+s');
    await workbench.waitUntil(
      () => Promise.resolve(saved().includes('align: auto\nmetric') && saved().includes('answer: " Robert"')),
      'the mended file',
    );
  });

  it('explains what stands in it', async () => {
    const { workbench } = session();
    const hover = await workbench.hover('16');
    await hover.getByText(/Feature 16 of blocks/).waitFor();
    await workbench.screenshot('experiment-hover-feature');
    await workbench.page.mouse.move(5, 5);
    await workbench.page.keyboard.press('Escape');
    const tokens = await workbench.hover('Today Rita');
    await tokens.getByText(/tokens, by position/).waitFor();
    await workbench.screenshot('experiment-hover-prompt');
    await workbench.page.mouse.move(5, 5);
  });

  it('completes fields, words, and features by their labels', async () => {
    const { workbench } = session();
    const { page } = workbench;
    const suggestion = (text: string | RegExp) =>
      page.locator('.suggest-widget .monaco-list-row', { hasText: text }).first();
    // What comes faster than it is drawn is taken for pasted, and pasted lines are not indented.
    const cursorLine = () => page.locator('.view-lines .view-line').last();
    await workbench.typeAtEnd('  - pat');
    await suggestion('patch').waitFor();
    await workbench.screenshot('experiment-completion-key');
    await page.keyboard.press('Tab');
    await suggestion('resid_pre').waitFor();
    await workbench.screenshot('experiment-completion-site');
    await page.keyboard.type('mlp_o');
    await suggestion('mlp_out').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('dir');
    await suggestion('direction').waitFor();
    await page.keyboard.press('Tab');
    await suggestion('noise').waitFor();
    for (const line of ['noise', '- name: again', 'steer:', '- method: ablate']) {
      // A run begins two columns before what the run above it says.
      if (line.startsWith('- name')) await page.keyboard.press('Backspace');
      await page.keyboard.type(line, { delay: 20 });
      await expect.poll(() => cursorLine().innerText()).toContain(line.split(' ').at(-1));
      await page.keyboard.press('Enter');
    }
    await page.keyboard.type('feature: century');
    await suggestion(/century/).waitFor();
    await workbench.screenshot('experiment-completion-feature');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+s');
    await workbench.screenshot('experiment-completed');
    await workbench.waitUntil(
      () => Promise.resolve(/feature: \d+ # .*century/.test(saved())),
      'the feature with its label',
    );
  });

  it('is run from its links, which then run again and compare', async () => {
    const { workbench, workspace } = session();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Run' }).nth(1).click();
    await workbench.waitUntil(
      () => Promise.resolve(existsSync(path.join(workspace, 'lamp.fscope.result.json'))),
      'the result beside the file',
    );
    await workbench.openFile('lamp.fscope.yaml');
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Run all again' }).waitFor();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Compare' }).first().waitFor();
    await workbench.screenshot('experiment-ran');
  });

  it('leaves other YAML files alone', async () => {
    const { workbench } = session();
    await workbench.openFile('plain.yaml');
    await workbench.statusItem('YAML').waitFor();
    expect(await workbench.page.locator('.codelens-decoration a').count()).toBe(0);
  });
});
