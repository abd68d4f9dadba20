/**
 * The Experiments view: what runs, what ran in this session, and the experiment files with their results.
 * Commands: runExperiment, stopExperiment, openResult, compareExperiment, newExperiment. Context key: experimentRunning.
 */
import * as vscode from 'vscode';
import { ContextKey, View } from '../contributions';
import type { Notifications } from '../notifications';
import type { ExperimentFile, ExperimentFiles } from './experimentFiles';
import { childrenOf, experimentGroups, treeItem } from './experimentNodes';
import type { ExperimentNode } from './experimentNodes';
import type { ExperimentRuns } from './experimentRuns';

/** Changes within this time are drawn together, in ms: snapshots of a run come several a second. */
const TOGETHER = 200;

export class ExperimentsView implements vscode.TreeDataProvider<ExperimentNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly view: vscode.TreeView<ExperimentNode>;
  private readonly subscriptions: { dispose(): unknown }[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = 0;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly runs: ExperimentRuns,
    private readonly files: ExperimentFiles,
    private readonly notifications: Notifications,
  ) {
    const soon = (): void => {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        this.changed.fire();
      }, TOGETHER);
    };
    this.view = vscode.window.createTreeView(View.experiments, { treeDataProvider: this });
    this.subscriptions = [
      this.changed,
      this.view,
      files.onDidChange(soon),
      runs.onDidChange(() => {
        this.count();
        soon();
      }),
    ];
  }

  getTreeItem(node: ExperimentNode): vscode.TreeItem {
    return treeItem(node);
  }

  async getChildren(node?: ExperimentNode): Promise<ExperimentNode[]> {
    if (node) return [...childrenOf(node)];
    return experimentGroups(this.runs.all, await this.listed());
  }

  dispose(): void {
    clearTimeout(this.timer);
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private async listed(): Promise<readonly ExperimentFile[]> {
    try {
      return await this.files.list();
    } catch (error) {
      this.notifications.quietly('Listing the experiment files', error);
      return [];
    }
  }

  /** Says how many run on the view's icon, and to the menus whether any does. */
  private count(): void {
    const running = this.runs.all.filter(({ state }) => state === 'running').length;
    if (running === this.running) return;
    this.running = running;
    const tooltip = running === 1 ? '1 experiment runs' : `${running} experiments run`;
    this.view.badge = running === 0 ? undefined : { value: running, tooltip };
    void vscode.commands.executeCommand('setContext', ContextKey.experimentRunning, running > 0);
  }
}
