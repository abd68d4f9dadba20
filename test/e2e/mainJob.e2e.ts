/** The main job on the bundled demo, as its user does it: see features, hover, focus, type, find everywhere, survive a crash. */
import { describe, expect, it } from 'vitest';
import { findDescendants } from './support/processes';
import { useSession } from './support/session';

const ENGINE = /dist\/engine\.js/;

describe('a sample text of the demo', () => {
  const session = useSession({ open: 'indirect-objects.txt' });

  it('shows heat and the labels of the strongest features', async () => {
    const { workbench } = session();
    await workbench.clickWord('Rita');
    await workbench.waitUntil(async () => {
      const drawn = await workbench.decorations();
      const heated = drawn.filter(({ background }) => background !== 'rgba(0, 0, 0, 0)');
      return heated.length >= 3 && drawn.some(({ after }) => after.trim() !== '');
    }, 'heat and a label');
    await workbench.screenshot('heat-and-labels');
  });

  it('lists the features at the cursor in the side bar', async () => {
    const { workbench } = session();
    await workbench.openSideBar('Featurescope');
    await workbench.clickWord('Henry');
    // Further dictionaries are below what a short view shows, and rows out of sight are not there.
    await workbench.rows(/At the cursor: .*Henry/).waitFor();
    await workbench.rows('blocks.0.attn.hook_z').first().waitFor();
    await workbench
      .rows(/a name/)
      .first()
      .waitFor();
    await workbench.screenshot('features-view');
  });

  it('lists features in the hover, with their labels and actions', async () => {
    const { workbench } = session();
    const hover = await workbench.hover('Henry');
    await hover.locator('table tr').nth(1).waitFor();
    const text = await hover.innerText();
    expect(text).toMatch(/Henry/);
    expect(text).toMatch(/Surprisal \d/);
    expect(await hover.locator('table tr').count()).toBeGreaterThan(2);
    await workbench.screenshot('hover');
    await workbench.page.mouse.move(5, 5);
  });

  it('changes the heat when another feature is focused', async () => {
    const { workbench } = session();
    const before = await backgrounds();
    const hover = await workbench.hover('kitchen');
    await hover.locator('a[title="Focus"], a:has(.codicon-eye)').first().click();
    await workbench.waitUntil(async () => (await backgrounds()) !== before, 'other heat');
    await workbench.screenshot('focused-feature');
  });

  it('follows what is typed', async () => {
    const { workbench } = session();
    const first = workbench.page.locator('.editor-instance .view-line').first();
    await workbench.clickWord('Today');
    await workbench.page.keyboard.press('Control+Home');
    // Heat that was drawn before moves on with its text: what is behind the typed kitchen was read from the typed text.
    await workbench.page.keyboard.type('Today Wanda and John are going to the kitchen. ');
    await workbench.waitUntil(async () => (await first.innerText()).includes('kitchen.'), 'the typed text');
    await workbench.waitUntil(
      async () => (await workbench.heatOn('kitchen')).length > 0,
      'heat on the typed text',
    );
    await workbench.screenshot('typed');
  });

  it('finds the focused feature everywhere in the workspace', async () => {
    const { workbench } = session();
    await workbench.runCommand('Featurescope: Find Feature Everywhere…');
    // The heading of a second file may be far below the places of the first, where the list is not drawn.
    await workbench.page.getByText(/\d+ places in (?:[2-9]|\d{2,}) files$/).waitFor();
    expect(await workbench.rows(/\.txt/).count()).toBeGreaterThan(0);
    await workbench.screenshot('find-everywhere');
  });

  it('opens the dashboard of a feature', async () => {
    const { workbench } = session();
    const hover = await workbench.hover('Robert');
    await hover.locator('a:has(.codicon-graph)').first().click();
    await workbench.page.mouse.move(5, 5);
    const panel = await workbench.webview('h1');
    for (const part of ['#contexts', '#histogram', '#logits', '#nearest'])
      await panel.locator(part).waitFor();
    await panel.getByText('Reading', { exact: false }).waitFor({ state: 'hidden' });
    await workbench.screenshot('dashboard');
  });

  it('recovers when the engine is killed', async () => {
    const { workbench, serverPid } = session();
    const [engine] = findDescendants(serverPid, ENGINE);
    expect(engine).toBeDefined();
    process.kill(engine!, 'SIGKILL');
    await workbench.clickWord('Leo');
    await workbench.page.keyboard.type('Anna ');
    await workbench.waitUntil(() => {
      const running = findDescendants(serverPid, ENGINE);
      return Promise.resolve(running.length === 1 && running[0] !== engine);
    }, 'a new engine');
    const hover = await workbench.hover('Laura');
    await hover.locator('table tr').nth(1).waitFor();
    await workbench.waitForDecorations(3);
    await workbench.screenshot('recovered');
  });

  async function backgrounds(): Promise<string> {
    const drawn = await session().workbench.decorations();
    return drawn.map(({ className, background }) => `${className} ${background}`).join('\n');
  }
});
