/**
 * The Models & Dictionaries view: what there is, what is loaded, the provider, the memory.
 * Commands: loadModel, getFromHub, loadDemo, loadDictionary, unload, chooseProvider, restartEngine.
 */
import * as vscode from 'vscode';
import { listModels } from '../../protocol/models';
import type { ModelsState } from '../../protocol/models';
import { View } from '../contributions';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import { childrenOf, modelsItem } from './modelNodes';
import type { ModelsNode } from './modelNodes';

export class ModelsView implements vscode.TreeDataProvider<ModelsNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<ModelsNode>;
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

  getTreeItem(node: ModelsNode): vscode.TreeItem {
    return modelsItem(node);
  }

  getChildren(node?: ModelsNode): ModelsNode[] {
    return childrenOf(node, this.state);
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
