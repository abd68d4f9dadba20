/** Graphs in their editors and in the side bar, and what both of them do. */
import * as vscode from 'vscode';
import { Command, Editor, View } from '../contributions';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import type { GraphDocument } from './graphDocument';
import { GraphEditors } from './graphEditors';
import type { GraphActions } from './graphPanel';
import { GraphView } from './graphView';
import type { GraphPrompt } from './prompts';
import { graphTabs, isDirty } from './tabs';
import { TextCursor } from './textCursor';

export interface GraphsServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly notifications: Notifications;
}

export class Graphs implements GraphActions, vscode.Disposable {
  readonly editors: GraphEditors;
  readonly view: GraphView;
  private readonly cursor = new TextCursor();

  constructor(services: GraphsServices) {
    const shared = { ...services, cursor: this.cursor, actions: this };
    this.editors = new GraphEditors(shared);
    this.view = new GraphView(this.editors, shared);
  }

  /** Asks for target and cost, as for a new graph. What came to nothing is tried again in its place. */
  async buildAgain(document: GraphDocument | null): Promise<void> {
    const known = document?.snapshot ?? document?.request;
    if (document && !document.snapshot) await document.retry();
    else if (known) await vscode.commands.executeCommand(Command.explainToken, promptOf(known));
    else await vscode.commands.executeCommand(Command.whyNextToken);
  }

  /** Saves to the graph's file; asks for a name when there is none. */
  async save({ uri }: GraphDocument): Promise<void> {
    if (!(await vscode.workspace.save(uri))) throw new Error('The graph was not saved.');
  }

  /** @param keep with what the user added, which is then not saved; else VS Code is told that nothing is unsaved */
  async reload(document: GraphDocument, keep: boolean): Promise<void> {
    if (keep || !isDirty(document.uri)) {
      await document.reload(keep);
      return;
    }
    await this.reveal(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }

  swapSources: GraphActions['swapSources'] = () => Promise.resolve(this.editors.swapSources());

  /**
   * Shows a graph in the side bar, or in an editor again. In the side bar its tab stays, behind the text: there VS Code
   * keeps what is not saved.
   */
  async move(document: GraphDocument, to: 'sideBar' | 'editor'): Promise<void> {
    if (to === 'editor') {
      if (this.view.kept === document) this.view.keep(null);
      await this.reveal(document);
      return;
    }
    this.view.keep(document);
    await behindText(document.uri);
    await vscode.commands.executeCommand(`${View.graph}.focus`);
  }

  dispose(): void {
    this.view.dispose();
    this.editors.dispose();
    this.cursor.dispose();
  }

  /** Brings the graph's tab to front, beside the text where it is behind one. */
  private async reveal({ uri }: GraphDocument): Promise<void> {
    const [tab] = graphTabs(uri);
    await this.editors.open(uri, tab?.group.viewColumn);
    if (tab?.group.tabs.some(isText))
      await vscode.commands.executeCommand('workbench.action.moveEditorToRightGroup');
  }
}

function promptOf({ prompt, place }: GraphPrompt): GraphPrompt {
  return { prompt, place };
}

/** Moves the graph's tab into the text's group, and the text in front. */
async function behindText(uri: vscode.Uri): Promise<void> {
  const [tab] = graphTabs(uri);
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isText));
  const text = group && (isText(group.activeTab) ? group.activeTab : group.tabs.find(isText));
  if (!tab || !(text?.input instanceof vscode.TabInputText)) return;
  const viewColumn = group!.viewColumn;
  await moveTab(uri, tab.group.viewColumn, viewColumn);
  await vscode.window.showTextDocument(text.input.uri, { viewColumn, preview: false });
}

/** In one move, so that the graph is never without a tab, and VS Code never asks whether to save it; the tab is no preview any more. */
async function moveTab(uri: vscode.Uri, from: vscode.ViewColumn, to: vscode.ViewColumn): Promise<void> {
  const options = { viewColumn: from, preview: false };
  await vscode.commands.executeCommand('vscode.openWith', uri, Editor.graph, options);
  if (from === to) return;
  await vscode.commands.executeCommand('moveActiveEditor', { to: 'position', by: 'group', value: to });
}

function isText(tab: vscode.Tab | undefined): boolean {
  return tab?.input instanceof vscode.TabInputText;
}
