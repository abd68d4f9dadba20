/** The graphs that are open: their custom editors, saving and undo through VS Code, and graphs that are built here. */
import * as vscode from 'vscode';
import type { GraphRequest } from '../../protocol/graphs';
import type { SwapSource } from '../../protocol/graphPanel';
import { Editor } from '../contributions';
import { ErrorCode } from '../../protocol/errors';
import { explain, toFailure } from '../failure';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import type { Edit } from './editStack';
import { isGraphFile, nameFor } from './fileNames';
import { GraphDocument } from './graphDocument';
import type { Handover } from './graphDocument';
import { GraphPanel } from './graphPanel';
import type { GraphActions } from './graphPanel';
import { askAboutChangedFile } from './questions';
import { swapSourcesOf } from './swapSources';
import { closeTabs, isDirty, tabsOf } from './tabs';
import type { TextCursor } from './textCursor';

export interface GraphEditorsServices {
  readonly extensionUri: vscode.Uri;
  readonly session: Session;
  readonly notifications: Notifications;
  readonly cursor: TextCursor;
  readonly actions: GraphActions;
}

type ContentEvent = vscode.CustomDocumentContentChangeEvent<GraphDocument>;

export class GraphEditors implements vscode.CustomEditorProvider<GraphDocument>, vscode.Disposable {
  private readonly edited = new vscode.EventEmitter<ContentEvent>();
  private readonly listed = new vscode.EventEmitter<void>();
  private readonly registration: vscode.Disposable;
  private readonly documents = new Map<string, GraphDocument>();
  /** What is built when the document of this address is opened. */
  private readonly asked = new Map<string, GraphRequest>();
  /** What was saved under this address by a document that had no file. */
  private readonly handovers = new Map<string, Handover>();
  private last: GraphDocument | null = null;
  readonly onDidChangeCustomDocument = this.edited.event;
  /** Another graph is active or none, or one was opened or closed. */
  readonly onDidChange = this.listed.event;

  constructor(private readonly services: GraphEditorsServices) {
    this.registration = vscode.window.registerCustomEditorProvider(Editor.graph, this, {
      supportsMultipleEditorsPerDocument: true,
    });
  }

  /** Every graph that is open. */
  get all(): readonly GraphDocument[] {
    return [...this.documents.values()];
  }

  /** The graph that was opened or whose editor was active last. */
  get active(): GraphDocument | null {
    return this.last;
  }

  /** The open graph of a file. */
  find(uri: vscode.Uri): GraphDocument | undefined {
    return this.documents.get(uri.toString());
  }

  /** Builds a graph in an editor of its own, beside the text. Resolves when the editor is there. */
  async build(request: GraphRequest): Promise<void> {
    const uri = await this.freeAddress(request);
    this.asked.set(uri.toString(), request);
    await this.open(uri, vscode.ViewColumn.Beside, true);
  }

  /** Opens a graph file, whatever it is called. */
  async open(uri: vscode.Uri, viewColumn = vscode.ViewColumn.Active, preserveFocus = false): Promise<void> {
    const options: vscode.TextDocumentShowOptions = { viewColumn, preserveFocus, preview: false };
    await vscode.commands.executeCommand('vscode.openWith', uri, Editor.graph, options);
  }

  /** The groups of all open graphs that can be swapped in. */
  swapSources(): readonly SwapSource[] {
    return this.all.flatMap(({ snapshot, annotations }) =>
      snapshot ? swapSourcesOf(snapshot, annotations) : [],
    );
  }

  async openCustomDocument(
    uri: vscode.Uri,
    { backupId }: vscode.CustomDocumentOpenContext,
    token: vscode.CancellationToken,
  ): Promise<GraphDocument> {
    const key = uri.toString();
    const handover = this.handovers.get(key);
    const request = this.asked.get(key) ?? handover?.request ?? null;
    this.asked.delete(key);
    this.handovers.delete(key);
    const { session, notifications } = this.services;
    const document = new GraphDocument(uri, request, { session, notifications, isDirty });
    this.keep(document);
    if (backupId !== undefined) await document.load(token, vscode.Uri.parse(backupId, true));
    else if (handover) await document.adopt(handover);
    else if (request) void document.build();
    else await document.load(token);
    return document;
  }

  resolveCustomEditor(document: GraphDocument, panel: vscode.WebviewPanel): void {
    const { extensionUri, session, cursor, actions } = this.services;
    const placement = {
      webview: panel.webview,
      isVisible: () => panel.visible,
      isActiveEditor: () => panel.active,
      column: () => panel.viewColumn,
    };
    const graph = new GraphPanel(placement, document, { extensionUri, session, cursor, actions });
    panel.onDidChangeViewState(() => {
      if (panel.active) this.activate(document);
    });
    panel.onDidDispose(() => {
      graph.dispose();
    });
    this.activate(document);
  }

  async saveCustomDocument(document: GraphDocument): Promise<void> {
    try {
      await document.save();
    } catch (error) {
      if (toFailure(error).code !== ErrorCode.changedOnDisk) throw explained(error);
      await this.settle(document);
    }
  }

  async saveCustomDocumentAs(document: GraphDocument, destination: vscode.Uri): Promise<void> {
    const handover = await document.saveAs(destination).catch((error: unknown) => {
      throw explained(error);
    });
    if (!document.isUntitled) return;
    // VS Code closes this document and opens the file in its place, by itself only where its name says what it is.
    // A document that has the file open already reads it again; nobody would take the handover, until the file is another.
    if (!this.find(destination)) {
      document.handOver();
      this.handovers.set(destination.toString(), handover);
    }
    if (!isGraphFile(destination.path)) setTimeout(() => void this.replaceText(destination));
  }

  async revertCustomDocument(document: GraphDocument): Promise<void> {
    try {
      await document.revert();
    } catch (error) {
      this.services.notifications.failed(error);
    }
  }

  backupCustomDocument(
    document: GraphDocument,
    { destination }: vscode.CustomDocumentBackupContext,
  ): Promise<vscode.CustomDocumentBackup> {
    return document.backUp(destination);
  }

  dispose(): void {
    this.registration.dispose();
    this.edited.dispose();
    this.listed.dispose();
  }

  /** Asks what to do about a file that somebody else wrote; unless it is written over, the document stays unsaved. */
  private async settle(document: GraphDocument): Promise<void> {
    const answer = await askAboutChangedFile(document.uri);
    if (answer === 'overwrite') {
      await document.overwrite();
      return;
    }
    if (answer === 'reload') await document.reload(true);
    throw new vscode.CancellationError();
  }

  private keep(document: GraphDocument): void {
    const key = document.uri.toString();
    this.documents.set(key, document);
    document.onDidEdit((edit) => {
      this.edited.fire(eventOf(document, edit));
    });
    document.onDidDispose(() => {
      // The same file may be open anew already.
      if (this.documents.get(key) === document) this.documents.delete(key);
      if (this.last === document) this.last = this.all.at(-1) ?? null;
      this.listed.fire();
    });
  }

  private activate(document: GraphDocument): void {
    if (this.last === document) return;
    this.last = document;
    this.listed.fire();
  }

  /** Shows the file that a graph was saved as under a name that VS Code takes for a text. */
  private async replaceText(uri: vscode.Uri): Promise<void> {
    await this.open(uri);
    await closeTabs(tabsOf(uri).filter(({ input }) => input instanceof vscode.TabInputText));
  }

  /** An address that no graph and no file has, in the workspace, so that the save dialog begins there. */
  private async freeAddress({ prompt, place }: GraphRequest): Promise<vscode.Uri> {
    const own = place && vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(place.uri));
    const folder = (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
    for (let number = 1; ; number++) {
      const name = nameFor(prompt, number);
      const file = folder && vscode.Uri.joinPath(folder, name);
      const uri = (file ?? vscode.Uri.file(`/${name}`)).with({ scheme: 'untitled', authority: '' });
      const isTaken = this.documents.has(uri.toString()) || (file && (await exists(file)));
      if (!isTaken) return uri;
    }
  }
}

/** An edit for VS Code's undo; without one the content is another in a way that cannot be undone. */
function eventOf(document: GraphDocument, edit: Edit | null): ContentEvent {
  if (!edit) return { document };
  const event: vscode.CustomDocumentEditEvent<GraphDocument> = {
    document,
    label: edit.what,
    undo: () => edit.undo(),
    redo: () => edit.redo(),
  };
  return event;
}

/** VS Code shows the message of what saving failed with, and nothing else of it. */
function explained(error: unknown): Error {
  return new Error(explain(toFailure(error)), { cause: error });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
