/** Loading a model that was chosen: what it costs is said first, then it is loaded and remembered. */
import * as vscode from 'vscode';
import { estimateModel, listModels, loadModel } from '../../protocol/models';
import type { ModelEstimate, ModelsState } from '../../protocol/models';
import { plainLine } from '../../protocol/wording';
import { steps } from '../notifications';
import type { Services } from '../services';
import { droppedDictionaries } from './dropped';
import { estimateKey, estimateLines } from './wording';

/** How the bundled model is named in requests. */
export const DEMO = 'demo';

/**
 * Loads a model in place of the one that is loaded, once the user has agreed to what it takes; what was agreed to before, and the
 * demo, is not asked about again. Resolves to whether it was loaded.
 * @param name what it is called, where the path does not say it
 */
export async function loadChosen(services: Services, path: string, name?: string): Promise<boolean> {
  if (path !== DEMO && !(await agreed(services, path, name))) return false;
  const before = await services.session.call(listModels, null);
  const after = await load(services, path, name);
  const loaded = after.models.find(({ state }) => state === 'loaded');
  if (path !== DEMO && loaded) await services.known.loaded({ name: name ?? loaded.name, path });
  tellDropped(services, before, after);
  return true;
}

async function agreed(services: Services, path: string, name: string | undefined): Promise<boolean> {
  const { session, notifications, known } = services;
  const estimate = await notifications.during(`Reading ${name ?? path}`, (_, token) =>
    session.call(estimateModel, { path }, { token }),
  );
  const key = estimateKey(estimate);
  if (known.isConfirmed(path, key)) return true;
  if (!(await confirm(estimate, name))) return false;
  await known.confirm(path, key);
  return true;
}

async function confirm(estimate: ModelEstimate, name: string | undefined): Promise<boolean> {
  const lines = estimateLines(estimate).map((line) => plainLine(line));
  const chosen = await vscode.window.showInformationMessage(
    plainLine(`Load ${name ?? estimate.name}?`),
    { modal: true, detail: lines.join('\n') },
    'Load',
  );
  return chosen === 'Load';
}

function load({ session, notifications }: Services, path: string, name?: string): Promise<ModelsState> {
  const title = path === DEMO ? 'Loading the demo model' : `Loading ${name ?? path}`;
  return notifications.during(title, (report, token) =>
    session.call(loadModel, { path }, { token, onProgress: steps(report) }),
  );
}

function tellDropped({ notifications }: Services, before: ModelsState, after: ModelsState): void {
  const text = droppedDictionaries(before, after);
  if (text !== undefined) notifications.inform(text);
}
