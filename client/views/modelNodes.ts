/** The items of the Models & Dictionaries view. */
import * as vscode from 'vscode';
import type { DictionaryInfo, LoadState, ModelInfo, ModelsState } from '../../protocol/models';
import { byteSize, oneLine, plainLine } from '../../protocol/wording';
import { modelFacts } from '../models/facts';
import { shapeText } from '../models/wording';

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

/** A line that says something. */
interface FactNode {
  readonly kind: 'provider' | 'memory' | 'fact' | 'warning';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon?: string;
}

export type ModelsNode = GroupNode | LoadableNode | FactNode;

/** What the menus of package.json go by: the kind of the item followed by this. */
const MENU: Record<LoadState, string> = {
  available: 'Available',
  failed: 'Available',
  loading: 'Loading',
  loaded: 'Loaded',
};

/** What is under a node, or all of it. */
export function childrenOf(node: ModelsNode | undefined, state: ModelsState | undefined): ModelsNode[] {
  if (!node) return state ? rows(state) : [];
  if (node.kind === 'group') return [...node.children];
  return node.kind === 'model' ? factNodes(node.info) : [];
}

/** A node as VS Code draws it. */
export function modelsItem(node: ModelsNode): vscode.TreeItem {
  if (node.kind === 'group') return groupItem(node);
  return 'info' in node ? loadableItem(node) : factItem(node);
}

function rows({ models, dictionaries, providers, memory }: ModelsState): ModelsNode[] {
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
      id: 'provider',
      label: 'Provider',
      description: provider?.name ?? 'engine not running',
      icon: 'server-process',
    },
    {
      kind: 'memory',
      id: 'memory',
      label: 'Memory',
      description: memory
        ? `${byteSize(memory.engineBytes)} of ${byteSize(memory.budgetBytes)}`
        : 'engine not running',
      icon: 'dashboard',
    },
  ];
}

function factNodes(info: ModelInfo): FactNode[] {
  return modelFacts(info).map(({ label, value, isWarning }) => ({
    kind: isWarning ? 'warning' : 'fact',
    id: `model/${info.id}/${label}`,
    label,
    description: value,
    ...(isWarning ? { icon: 'warning' } : {}),
  }));
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
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const hasFacts = kind === 'model' && modelFacts(info).length > 0;
  const item = new vscode.TreeItem(name, hasFacts ? Collapsed : None);
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
  return shape ? shapeText(shape) : '';
}

function describeDictionary({ hookPoint, kind, features }: DictionaryInfo): string {
  return [hookPoint, kind, features === undefined ? undefined : `${features} features`]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function stateIcon(state: LoadState, message: string | undefined): vscode.ThemeIcon {
  if (state === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (state === 'loading') return new vscode.ThemeIcon('loading~spin');
  if (message !== undefined)
    return new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  return new vscode.ThemeIcon(state === 'loaded' ? 'pass-filled' : 'circle-outline');
}

function factItem({ kind, id, label, description, icon }: FactNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = id;
  item.description = plainLine(description);
  if (icon !== undefined) item.iconPath = new vscode.ThemeIcon(icon, warningColor(kind));
  item.contextValue = kind;
  item.tooltip = oneLine(`${label}: ${description}`);
  item.accessibilityInformation = { label: `${label}: ${item.description}` };
  return item;
}

function warningColor(kind: FactNode['kind']): vscode.ThemeColor | undefined {
  return kind === 'warning' ? new vscode.ThemeColor('list.warningForeground') : undefined;
}
