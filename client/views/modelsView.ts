/**
 * The Models & Dictionaries view: what there is, what is loaded, the provider, the memory.
 * Commands: loadModel, loadDemo, loadDictionary, unload, chooseProvider, restartEngine.
 */
import * as vscode from 'vscode';
import { listModels } from '../../protocol/models';
import type { DictionaryInfo, LoadState, ModelInfo, ModelsState } from '../../protocol/models';
import { byteSize, oneLine, plainLine } from '../../protocol/wording';
import { View } from '../contributions';
import type { Notifications } from '../notifications';
import type { Session } from '../session';

/** A model or dictionary as an item; the commands of its menu take it as their argument. */
export type LoadableNode =
  | { readonly kind: 'model'; readonly info: ModelInfo }
  | { readonly kind: 'dictionary'; readonly info: DictionaryInfo };

interface GroupNode {
  readonly kind: 'group';
  readonly label: string;
  readonly icon: string;
  readonly children: readonly LoadableNode[];
}

/** A line that has no menu but its own. */
interface FactNode {
  readonly kind: 'provider' | 'memory';
  readonly label: string;
  readonly description: string;
  readonly icon: string;
}

type Node = GroupNode | LoadableNode | FactNode;

/** What the menus of package.json go by: the kind of the item followed by this. */
const MENU: Record<LoadState, string> = {
  available: 'Available',
  failed: 'Available',
  loading: 'Loading',
  loaded: 'Loaded',
};

export class ModelsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<Node>;
  private readonly subscriptions: { dispose(): unknown }[];
  private state: ModelsState | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly notifications: Notifications,
  ) {
    this.view = vscode.window.createTreeView(View.models, { treeDataProvider: this });
    this.subscriptions = [
      this.changed,
      this.view,
      session.onStatus(() => void this.read()),
      this.view.onDidChangeVisibility(() => void this.read()),
    ];
    void this.read();
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node);
    return 'info' in node ? loadableItem(node) : factItem(node);
  }

  getChildren(node?: Node): Node[] {
    if (node) return node.kind === 'group' ? [...node.children] : [];
    return this.state ? rows(this.state) : [];
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async read(): Promise<void> {
    if (!this.view.visible) return;
    try {
      this.state = await this.session.call(listModels, null);
    } catch (error) {
      this.notifications.quietly('Listing models and dictionaries', error);
    }
    this.changed.fire();
  }
}

function rows({ models, dictionaries, providers, memory }: ModelsState): Node[] {
  const provider = providers.find(({ active }) => active);
  return [
    {
      kind: 'group',
      label: 'Models',
      icon: 'circuit-board',
      children: models.map((info) => ({ kind: 'model', info })),
    },
    {
      kind: 'group',
      label: 'Dictionaries',
      icon: 'library',
      children: dictionaries.map((info) => ({ kind: 'dictionary', info })),
    },
    {
      kind: 'provider',
      label: 'Provider',
      description: provider?.name ?? 'engine not running',
      icon: 'server-process',
    },
    {
      kind: 'memory',
      label: 'Memory',
      description: memory
        ? `${byteSize(memory.engineBytes)} of ${byteSize(memory.budgetBytes)}`
        : 'engine not running',
      icon: 'dashboard',
    },
  ];
}

function groupItem({ label, icon, children }: GroupNode): vscode.TreeItem {
  const state = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(label, children.length > 0 ? state.Expanded : state.None);
  item.id = label;
  item.description = children.length > 0 ? '' : 'none';
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = 'group';
  return item;
}

function loadableItem(node: LoadableNode): vscode.TreeItem {
  const { kind, info } = node;
  const name = plainLine(info.name);
  const item = new vscode.TreeItem(name);
  item.id = `${kind}/${info.id}`;
  item.description = plainLine(describe(node));
  item.iconPath = stateIcon(info.state, info.message);
  item.contextValue = `${kind}${MENU[info.state]}`;
  item.tooltip = [info.path, info.message ?? ''].map(oneLine).join('\n\n').trim();
  item.accessibilityInformation = { label: `${name}, ${info.state}, ${item.description}` };
  return item;
}

function describe(node: LoadableNode): string {
  const { state } = node.info;
  if (state === 'failed') return 'could not be loaded';
  if (state === 'loading') return 'loading…';
  return node.kind === 'model' ? describeModel(node.info) : describeDictionary(node.info);
}

function describeModel({ shape }: ModelInfo): string {
  if (!shape) return '';
  const { family, layers, dModel, parameters } = shape;
  return `${family} · ${layers} layers · d_model ${dModel} · ${millions(parameters)} parameters`;
}

function describeDictionary({ hookPoint, kind, features }: DictionaryInfo): string {
  return [hookPoint, kind, features === undefined ? undefined : `${features} features`]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function millions(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(1)} M`;
}

function stateIcon(state: LoadState, message: string | undefined): vscode.ThemeIcon {
  if (state === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (state === 'loading') return new vscode.ThemeIcon('loading~spin');
  if (message !== undefined)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(state === 'loaded' ? 'pass-filled' : 'circle-outline');
}

function factItem({ kind, label, description, icon }: FactNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = kind;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = kind;
  return item;
}
