/** The view Graph of the side bar: the graph that was moved there, or else that of the active graph editor. */
import * as vscode from 'vscode';
import { plainLine } from '../../protocol/wording';
import { ContextKey, View } from '../contributions';
import type { GraphDocument } from './graphDocument';
import type { GraphEditors } from './graphEditors';
import { GraphPanel } from './graphPanel';
import type { GraphPanelServices } from './graphPanel';

/** Longest description beside the view's name. */
const LONGEST = 60;

export class GraphView implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private open: { readonly view: vscode.WebviewView; readonly panel: GraphPanel } | undefined;
  private moved: GraphDocument | null = null;

  constructor(
    private readonly editors: GraphEditors,
    private readonly services: GraphPanelServices,
  ) {
    this.subscriptions = [
      vscode.window.registerWebviewViewProvider(View.graph, this),
      editors.onDidChange(() => {
        this.update();
      }),
    ];
  }

  /** The graph that was moved here. */
  get kept(): GraphDocument | null {
    return this.moved;
  }

  /** What is shown. */
  get document(): GraphDocument | null {
    return this.moved ?? this.editors.active;
  }

  /** Keeps a graph here, whichever editor is active; null lets it go. */
  keep(document: GraphDocument | null): void {
    this.moved = document;
    this.update();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const placement = {
      webview: view.webview,
      isVisible: () => view.visible,
      isActiveEditor: () => false,
      column: () => undefined,
    };
    const panel = new GraphPanel(placement, this.document, this.services);
    this.open = { view, panel };
    view.onDidDispose(() => {
      this.open = undefined;
      panel.dispose();
    });
    this.update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
    this.open?.panel.dispose();
  }

  private update(): void {
    if (this.moved && !this.editors.all.includes(this.moved)) this.moved = null;
    void vscode.commands.executeCommand('setContext', ContextKey.graphInSideBar, this.moved !== null);
    if (!this.open) return;
    const { document } = this;
    this.open.panel.show(document);
    this.open.view.description = plainLine(document?.snapshot?.title ?? '', LONGEST);
  }
}
