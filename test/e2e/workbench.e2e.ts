import { describe, expect, it } from 'vitest';
import { useSession } from './support/session';

describe('a workbench with the packed extension', () => {
  const session = useSession({
    files: { 'a.txt': 'When Mary and John went to the store.\n' },
    open: 'a.txt',
  });

  it('shows the file and lists the extension among the installed ones', async () => {
    const { workbench } = session();
    await workbench.page.locator('.view-line', { hasText: 'Mary' }).waitFor();
    await workbench.runCommand('View: Show Extensions');
    await workbench.page.locator('.extension-list-item', { hasText: 'Featurescope' }).waitFor();
    await workbench.screenshot('workbench');
    expect(await workbench.notification(/Featurescope.*(failed|cannot|error)/i).count()).toBe(0);
  });
});
