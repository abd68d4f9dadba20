// Models that a researcher has: a folder, an entry of the Hugging Face cache, an id of a hub; each in place of another, under an open file.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HubServer, startHubServer } from '../support/hubServer';
import { useSession } from './support/session';
import { cacheModel, writeGpt2, writeNeox } from './support/tinyModels';
import type { Workbench } from './support/workbench';

const LINE = 'Today Rita and Leo are going to the kitchen.';
const TEXT = `When Mary and John went to the store, John gave a drink to Mary.\n${`${LINE}\n`.repeat(6)}`;
const TOKEN = 'hf_ofthetest';
/** What comes of a file before the hub goes silent, in bytes. */
const FIRST_PART = 1_500_000;

const folder = mkdtempSync(path.join(tmpdir(), 'featurescope-models-'));
const own = path.join(folder, 'own-gpt2');
const home = path.join(folder, 'huggingface');
let hub: HubServer;

beforeAll(async () => {
  mkdirSync(home);
  writeGpt2(own);
  cacheModel(home, 'lab/cached-gpt2', writeGpt2(path.join(folder, 'cached')));
  const neox = writeNeox(path.join(folder, 'neox'));
  const half = path.join(folder, 'half');
  cpSync(neox, half, { recursive: true, filter: (name) => !name.endsWith('.safetensors') });
  cacheModel(home, 'lab/half', half);
  const models = { 'lab/tiny-neox': neox, 'lab/gated': neox, 'lab/half': neox };
  hub = await startHubServer({ models, gated: { 'lab/gated': TOKEN }, bytesPerSecond: 600_000 });
});

afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command and picks a row of its list. */
async function loadBy(workbench: Workbench, row: string): Promise<void> {
  await workbench.runCommand('Featurescope: Load Model…');
  // A list that is still added to draws its rows anew under the mouse.
  await workbench.page
    .locator('.quick-input-widget:visible .quick-input-progress.done')
    .waitFor({ state: 'attached' });
  await workbench.pick(row);
}

/** Agrees to what loading takes. */
async function load(workbench: Workbench, name: string): Promise<void> {
  await workbench.press(workbench.dialog(`Load ${name}?`), 'Load');
}

/** Waits until the view says that a model is loaded, and only this one. */
async function isLoaded(workbench: Workbench, name: string): Promise<void> {
  await workbench.page
    .locator(`.monaco-list-row[aria-label^="${name}, loaded"]`)
    .waitFor({ timeout: 60_000 });
}

describe('a model of one’s own', () => {
  const session = useSession({
    files: { 'a.txt': TEXT },
    open: 'a.txt',
    settings: { 'featurescope.show.surprisal': true, 'featurescope.show.tokenBoundaries': true },
    env: () => ({ HF_HOME: home, HF_ENDPOINT: hub.url }),
  });

  it('is offered with the demo, the cache, a folder and the hub', async () => {
    const { workbench } = session();
    await workbench.waitForDecorations(3);
    await workbench.openSideBar('Featurescope');
    await isLoaded(workbench, 'Demo');
    await workbench.runCommand('Featurescope: Load Model…');
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: 'lab/cached-gpt2' }).waitFor();
    const text = (await rows.allInnerTexts()).join('\n');
    for (const row of ['Demo', 'Choose a folder', 'from the Hugging Face hub', 'gpt2 ·'])
      expect(text).toContain(row);
    await workbench.screenshot('load-model-list');
    await workbench.page.keyboard.press('Escape');
  });

  it('is loaded from a folder once its cost was seen, and is not before', async () => {
    const { workbench } = session();
    for (const button of ['Cancel', 'Load']) {
      await loadBy(workbench, 'Choose a folder or weight file…');
      await workbench.chooseFolder(own, 'model.safetensors', 'Load Model');
      const dialog = workbench.dialog('Load own-gpt2?');
      await dialog.waitFor();
      expect(await dialog.innerText()).toMatch(/gpt2 · 3 layers.*on disk \(F32\).*64 tokens.*memory/s);
      await workbench.screenshot('load-model-estimate');
      await workbench.press(dialog, button);
      await isLoaded(workbench, button === 'Load' ? 'own-gpt2' : 'Demo');
    }
    await workbench.notification(/The \d+ dictionaries of Demo were unloaded/).waitFor();
    await workbench.screenshot('load-model-dictionaries');
  });

  it('shows nothing of the model before it under the open file', async () => {
    const { workbench } = session();
    await workbench.clickWord('Mary');
    await workbench.waitUntil(async () => {
      const drawn = await workbench.decorations();
      return drawn.length >= 3 && drawn.some(({ after }) => after.includes('no dictionary loaded'));
    }, 'a label without features');
    const hover = await workbench.hover('John');
    await hover.getByText(/Surprisal \d/).waitFor();
    expect(await hover.locator('table').count()).toBe(0);
    await workbench.page.mouse.move(5, 5);
    expect(await workbench.rows('blocks.0.attn.hook_z').count()).toBe(0);
  });

  it('lists the facts of the loaded model', async () => {
    const { workbench } = session();
    await workbench.page.locator('.monaco-list-row[aria-label^="own-gpt2, loaded"]').click();
    await workbench.page.keyboard.press('ArrowRight');
    await workbench.page.locator('.monaco-list-row[aria-label^="Weights: "]').waitFor();
    await workbench.screenshot('load-model-facts');
  });

  it('comes back to the demo, whose features show again', async () => {
    const { workbench } = session();
    await workbench.typeAtEnd('Then Rita');
    await workbench.runCommand('Featurescope: Load the Demo Model');
    await isLoaded(workbench, 'Demo');
    await workbench.clickWord('Mary');
    await workbench.waitUntil(
      async () => (await workbench.decorations()).some(({ after }) => /▸ (?!no )/.test(after)),
      'a label of features',
    );
  });

  it('is loaded from the cache by its id', async () => {
    const { workbench } = session();
    await loadBy(workbench, 'lab/cached-gpt2');
    await load(workbench, 'lab/cached-gpt2');
    await isLoaded(workbench, 'lab/cached-gpt2');
  });

  it('that lacks its weights in the cache is completed from the hub, if one wants', async () => {
    const { workbench } = session();
    await loadBy(workbench, 'lab/half');
    const offer = workbench.notification(/lab\/half cannot be loaded: there are no weights/);
    await offer.waitFor();
    await workbench.screenshot('load-model-incomplete');
    await workbench.press(offer, 'Download the Missing Files');
    const question = workbench.dialog(/Download \d+ MiB of lab\/half from 127\.0\.0\.1:\d+\?/);
    await workbench.press(question, 'Cancel');
    await isLoaded(workbench, 'lab/cached-gpt2');
  });

  it('is not asked about twice, and is listed as recent', async () => {
    const { workbench } = session();
    await loadBy(workbench, 'own-gpt2');
    await isLoaded(workbench, 'own-gpt2');
    expect(await workbench.dialog('Load own-gpt2?').count()).toBe(0);
  });

  it('is downloaded when size and host were seen; a cancelled download is resumed', async () => {
    const { workbench } = session();
    hub.fail({ on: 'cdn', how: { stallAfter: FIRST_PART } });
    await loadBy(workbench, 'Get a model from the Hugging Face hub…');
    const input = workbench.page.locator('.quick-input-widget:visible input').first();
    await input.fill('lab//tiny');
    await workbench.page.getByText('An id has one slash at most').waitFor();
    await workbench.screenshot('hub-id');
    await workbench.answer('lab/tiny-neox');
    const question = workbench.dialog(/Download \d+ MiB of lab\/tiny-neox from 127\.0\.0\.1:\d+\?/);
    await question.waitFor();
    expect(await question.innerText()).toMatch(/model\.safetensors: \d+ MiB/);
    expect(hub.requests.some(({ place }) => place === 'cdn')).toBe(false);
    await workbench.screenshot('hub-consent');
    await workbench.press(question, 'Download');
    const progress = workbench.notification(/Downloading lab\/tiny-neox/);
    await workbench.notification(/model\.safetensors: 1 MiB of \d+ MiB, .*\/s, \d+ s left/).waitFor();
    await workbench.screenshot('hub-progress');
    await progress.locator('.monaco-button', { hasText: 'Cancel' }).click();
    const stopped = workbench.notification(/The download of lab\/tiny-neox was stopped/);
    await stopped.waitFor();
    await workbench.screenshot('hub-stopped');
    hub.mend();
    const before = hub.requests.length;
    await workbench.press(stopped, 'Resume');
    await load(workbench, 'lab/tiny-neox');
    const ranges = hub.requests.slice(before).flatMap(({ place, range }) => (place === 'cdn' ? [range] : []));
    expect(ranges[0]).toMatch(/^bytes=[1-9]/);
    await isLoaded(workbench, 'lab/tiny-neox');
  });

  it('reads a text that is longer than its context to the end', async () => {
    const { workbench } = session();
    await workbench.typeAtEnd(' and Leo.');
    await workbench.clickWord('Rita');
    const hover = await workbench.hover('Leo.');
    await hover.getByText(/Surprisal \d/).waitFor();
    await workbench.page.mouse.move(5, 5);
  });

  it('of a gated kind asks for a token, keeps it, and forgets it when told', async () => {
    const { workbench } = session();
    const ask = async (): Promise<void> => {
      await workbench.runCommand('Featurescope: Get a Model from the Hugging Face Hub…');
      await workbench.answer('lab/gated');
    };
    const token = workbench.page.locator('.quick-input-widget:visible input[type=password]');
    await ask();
    await token.waitFor();
    await workbench.screenshot('hub-token');
    await workbench.answer(TOKEN);
    await workbench.press(workbench.dialog('of lab/gated from'), 'Cancel');
    expect(hub.requests.at(-1)?.token).toBe(TOKEN);
    await ask();
    await workbench.press(workbench.dialog('of lab/gated from'), 'Cancel');
    await workbench.runCommand('Featurescope: Forget the Access Token of the Hugging Face Hub');
    await workbench.notification(/The access token for 127\.0\.0\.1:\d+ is forgotten/).waitFor();
    await ask();
    await token.waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('that the hub does not have is an error that says what to do', async () => {
    const { workbench } = session();
    await workbench.runCommand('Featurescope: Get a Model from the Hugging Face Hub…');
    await workbench.answer('lab/nothing');
    await workbench.notification(/lab\/nothing: .* has no such model/).waitFor();
    await workbench.screenshot('hub-missing');
  });
});
