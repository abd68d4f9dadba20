/** A folder's label file holds VS Code's markup: it is shown, not obeyed. */
import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

const LABEL = 'bait [click](command:workbench.action.quit) $(trash)';

describe("a label of an opened folder's own label file", () => {
  const session = useSession({
    files: {
      'a.txt': 'When Mary and John went to the store.\n',
      '.featurescope/labels.json': JSON.stringify({
        version: 1,
        dictionaries: { 'blocks.2.hook_resid_post': { 0: { label: LABEL } } },
      }),
    },
    open: 'a.txt',
    // No file is searched, so that the answer is a notification.
    settings: { 'featurescope.findEverywhere.include': '**/*.none' },
  });

  it('makes no icon in a quick pick and no link in a notification', async () => {
    const { workbench } = session();
    await workbench.openSideBar('Featurescope');
    await workbench.clickWord('Mary');
    await workbench.runCommand('Featurescope: Search Features…');
    await workbench.page.locator('.quick-input-widget input').fill('bait');
    await workbench.page.keyboard.press('Enter');
    // The label is also among the own ones: only this heading says that the search has ended.
    await workbench
      .rows(/Search: bait/)
      .first()
      .waitFor();
    await workbench
      .rows(/bait.*click/)
      .first()
      .waitFor();
    await workbench.runCommand('Featurescope: Find Feature Everywhere…');
    await workbench.page.locator('.quick-input-widget input').fill('bait');
    const entry = workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'bait' }).first();
    await entry.waitFor();
    expect(await entry.locator('.codicon-trash').count()).toBe(0);
    await entry.click();
    const notification = workbench.notification(/fires nowhere/);
    await notification.waitFor();
    await workbench.screenshot('foreign-text');
    expect(await notification.innerText()).toContain('command:workbench.action.quit');
    expect(await notification.locator('.notification-list-item-message a').count()).toBe(0);
  });
});
