/** An experiment from two lines of a text: forwards, back, away, and again to its end. */
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

const CLEAN = 'When Mary and John went to the store, John gave a drink to Mary.';
const CORRUPT = 'When Mary and John went to the store, Mary gave a drink to John.';

describe('patching between two lines', () => {
  const session = useSession({ files: { 'names.txt': `${CLEAN}\n${CORRUPT}\n` }, open: 'names.txt' });

  it('shows the prompts with their last words as answers, and goes back from the next question', async () => {
    const { workbench } = session();
    const { page } = workbench;
    await workbench.clickWord('gave');
    await workbench.waitForDecorations();
    await page.keyboard.press('Control+Alt+f');
    await page.keyboard.press('p');
    await workbench.rows(/Clean.*“·Mary”.*John gave a drink to/).waitFor();
    await workbench.rows(/Corrupted.*“·John”.*Mary gave a drink to/).waitFor();
    await workbench.screenshot('patch-prompts');
    await workbench.pick('Use these two prompts');
    await workbench.rows('resid_pre').waitFor();
    await workbench.screenshot('patch-site');
    await page.locator('.quick-input-titlebar a[aria-label^="Back"]').click();
    await workbench.pick('Swap clean and corrupted');
    await workbench.rows(/Clean.*“·John”.*Mary gave a drink to/).waitFor();
    await workbench.pick('Swap clean and corrupted');
    await workbench.rows(/Clean.*“·Mary”.*John gave a drink to/).waitFor();
    await page.keyboard.press('Escape');
    await workbench.waitUntil(
      async () => !(await page.locator('.quick-input-widget').isVisible()),
      'the end of the questions',
    );
  });

  it('offers the model’s own answers, says how what is typed is split, and lists the result', async () => {
    const { workbench } = session();
    const { page } = workbench;
    await workbench.runCommand('Featurescope: Patch Between These Two Prompts…');
    await workbench.pick('Use these two prompts');
    await workbench.pick('What each attention head has read');
    await workbench.pick('Denoise');
    await workbench.pick('Logit difference');
    await workbench.rows(/“·Mary”.*99\.\d %/).waitFor();
    await page.keyboard.type('Maryland');
    await workbench.rows(/“·Maryland” is 2 tokens/).waitFor();
    await workbench.screenshot('patch-answer');
    await workbench.pick('“·Mary”, its first token');
    await workbench.pick('“·John”');
    await workbench.openSideBar('Featurescope');
    await workbench.rows(/Patch z: .*1 run/).waitFor();
    await workbench.screenshot('experiments-view');
    expect(await workbench.page.locator('.tab', { hasText: 'Patch z: ' }).count()).toBe(1);
  });
});
