/** Commands about what is loaded and where it runs. */
import * as vscode from 'vscode';
import { killEngine as kill, restartEngine as restart } from '../../protocol/engine';
import * as models from '../../protocol/models';
import { plainLine } from '../../protocol/wording';
import { chooseModel, choosePath } from '../models/chooseModel';
import { getFromHub, offerMissing } from '../models/getFromHub';
import { DEMO, loadChosen } from '../models/loadModel';
import { steps } from '../notifications';
import type { Services } from '../services';
import type { LoadableNode } from '../views/modelNodes';

export async function loadDemo(services: Services): Promise<void> {
  await loadChosen(services, DEMO);
}

/** @param argument path of a model, or its item in the view; else the user is asked */
export async function loadModel(services: Services, argument: unknown): Promise<void> {
  const path = pathOf(argument);
  if (path === DEMO) {
    await loadChosen(services, DEMO);
    return;
  }
  demandTrust();
  if (path === undefined) await loadAsked(services);
  else await loadChosen(services, path);
}

export async function fromHub(services: Services): Promise<void> {
  demandTrust();
  await getFromHub(services);
}

export async function loadDictionary(services: Services, argument: unknown): Promise<void> {
  const { session, notifications } = services;
  const path = pathOf(argument) ?? (await choosePath('Load Dictionary', 'dictionary folder'));
  if (path === undefined) return;
  await notifications.during('Loading the dictionary', (report, token) =>
    session.call(models.loadDictionary, { path }, { token, onProgress: steps(report) }),
  );
}

/** Only from the Models & Dictionaries view, on what is loaded. */
export async function unload({ session }: Services, argument: unknown): Promise<void> {
  if (!isLoadable(argument)) return;
  const method = argument.kind === 'model' ? models.unloadModel : models.unloadDictionary;
  await session.call(method, { id: argument.info.id });
}

export async function chooseProvider({ session }: Services): Promise<void> {
  const { providers } = await session.call(models.listModels, null);
  const items = providers.map(({ name, active, refusal }) => ({
    label: name,
    description: active ? 'active' : '',
    detail: plainLine(refusal ?? ''),
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: 'Provider that runs the model' });
  if (picked) await session.call(models.setProvider, { name: picked.label });
}

/** Also the way back when the language server itself has given up. */
export async function restartEngine({ session }: Services): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Restarting the engine' },
    async () => {
      if (!(await session.revive())) await session.call(restart, null);
    },
  );
}

export async function killEngine({ session }: Services): Promise<void> {
  await session.call(kill, null);
}

async function loadAsked(services: Services): Promise<void> {
  const choice = await chooseModel(services);
  switch (choice?.kind) {
    case undefined:
      return;
    case 'model':
      await loadChosen(services, choice.path, choice.name);
      return;
    case 'folder': {
      const path = await choosePath('Load Model', 'model folder');
      if (path !== undefined) await loadChosen(services, path);
      return;
    }
    case 'hub':
      await getFromHub(services);
      return;
    case 'refused':
      // Nobody needs to wait until the message is answered.
      if (choice.filesMissing) void offerMissing(services, choice.id, choice.problem);
      else services.notifications.warn(`${choice.id} cannot be loaded: ${choice.problem}`);
  }
}

/** What reads files of any origin, or fetches them, is not for workspaces that are not trusted. */
function demandTrust(): void {
  if (!vscode.workspace.isTrusted)
    throw new Error('This workspace is not trusted, so that only the demo can be loaded. Trust it first.');
}

function pathOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return isLoadable(argument) ? argument.info.path : undefined;
}

function isLoadable(argument: unknown): argument is LoadableNode {
  return typeof argument === 'object' && argument !== null && 'info' in argument && 'kind' in argument;
}
