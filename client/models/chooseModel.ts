/** The list behind "Load Model…". */
import * as vscode from 'vscode';
import { listCachedModels, listModels } from '../../protocol/models';
import type { CachedModel, ModelsState } from '../../protocol/models';
import { answered } from '../experiments/quickInput';
import type { Services } from '../services';
import { modelRows } from './choices';
import type { ModelChoice, ModelRow } from './choices';

type Item = (vscode.QuickPickItem & { readonly value: ModelChoice }) | Heading;

interface Heading extends vscode.QuickPickItem {
  readonly kind: vscode.QuickPickItemKind.Separator;
}

const FORGET: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('close'),
  tooltip: 'Remove from This List',
};

/** Shown at once with what the client knows; what the server knows is added as it comes. Undefined when it was left. */
export async function chooseModel(services: Services): Promise<ModelChoice | undefined> {
  const input = vscode.window.createQuickPick<Item>();
  input.title = 'Load Model';
  input.placeholder = 'The model to load: type to search';
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  input.keepScrollPosition = true;
  let state: ModelsState | null = null;
  let cached: readonly CachedModel[] = [];
  const show = (): void => {
    const active = input.activeItems[0];
    input.items = items(services, state, cached);
    const same = input.items.find(({ label }) => label === active?.label);
    if (same) input.activeItems = [same];
  };
  show();
  input.onDidTriggerItemButton(({ item }) => {
    if (!('value' in item) || item.value.kind !== 'model') return;
    void services.known.forget(item.value.path).then(show);
  });
  input.busy = true;
  void Promise.all([
    ask(services, async () => {
      state = await services.session.call(listModels, null);
    }),
    ask(services, async () => {
      cached = await services.session.call(listCachedModels, null);
    }),
  ]).then(() => {
    input.busy = false;
    show();
  });
  const choice = await answered(input, () => {
    const [item] = input.selectedItems;
    return item && 'value' in item ? { value: item.value } : undefined;
  });
  return typeof choice === 'symbol' ? undefined : choice;
}

/** Asks for a folder or a weight file. */
export async function choosePath(openLabel: string, what: string): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    openLabel,
    title: `${openLabel}: a ${what}, or its weight file`,
    canSelectFiles: true,
    canSelectFolders: true,
  });
  return picked?.[0]?.fsPath;
}

/** What cannot be listed is missing from the list; everything else can still be chosen. */
async function ask({ notifications }: Services, job: () => Promise<void>): Promise<void> {
  try {
    await job();
  } catch (error) {
    notifications.quietly('Listing the models that can be loaded', error);
  }
}

function items({ known }: Services, state: ModelsState | null, cached: readonly CachedModel[]): Item[] {
  const rows = modelRows(known.recent, state, cached);
  return [
    ...under(known.recent.length > 0 ? 'recent and bundled' : 'bundled', rows.recent),
    ...under('elsewhere', rows.other),
    ...under('Hugging Face cache', rows.cached),
  ];
}

function under(heading: string, rows: readonly ModelRow[]): Item[] {
  if (rows.length === 0) return [];
  const separator: Heading = { label: heading, kind: vscode.QuickPickItemKind.Separator };
  return [separator, ...rows.map(withButtons)];
}

function withButtons(row: ModelRow): Item {
  return row.value.kind === 'model' && row.value.isRecent ? { ...row, buttons: [FORGET] } : row;
}
