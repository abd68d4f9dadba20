/** Commands about what is loaded and where it runs. */
import * as vscode from 'vscode';
import { killEngine as kill, restartEngine as restart } from '../../protocol/engine';
import * as models from '../../protocol/models';
import type { RequestMethod } from '../../protocol/method';
import type { LoadParams, ModelsState } from '../../protocol/models';
import { plainLine } from '../../protocol/wording';
import type { Services } from '../services';
import type { LoadableNode } from '../views/modelsView';

export async function loadDemo(services: Services): Promise<void> {
  await load(services, models.loadModel, 'demo', 'Loading the demo model');
}

export async function loadModel(services: Services, argument: unknown): Promise<void> {
  const path = pathOf(argument) ?? (await pickPath('Load Model', 'model folder'));
  if (path !== undefined) await load(services, models.loadModel, path, 'Loading the model');
}

export async function loadDictionary(services: Services, argument: unknown): Promise<void> {
  const path = pathOf(argument) ?? (await pickPath('Load Dictionary', 'dictionary folder'));
  if (path !== undefined) await load(services, models.loadDictionary, path, 'Loading the dictionary');
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

async function load(
  { session, notifications }: Services,
  method: RequestMethod<LoadParams, ModelsState>,
  path: string,
  title: string,
): Promise<void> {
  await notifications.during(title, (report, token) =>
    session.call(
      method,
      { path },
      {
        token,
        onProgress: ({ message }) => {
          report(message === undefined ? {} : { message });
        },
      },
    ),
  );
}

async function pickPath(openLabel: string, what: string): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    openLabel,
    title: `${openLabel}: a ${what}, or its weight file`,
    canSelectFiles: true,
    canSelectFolders: true,
  });
  return picked?.[0]?.fsPath;
}

function pathOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  return isLoadable(argument) ? argument.info.path : undefined;
}

function isLoadable(argument: unknown): argument is LoadableNode {
  return typeof argument === 'object' && argument !== null && 'info' in argument && 'kind' in argument;
}
