/** The tokens of every document that is analysed and visible, kept current with edits, scrolling and the focus. */
import * as vscode from 'vscode';
import type { EnabledDocuments } from '../enabledDocuments';
import type { Focus } from '../focus';
import type { Notifications } from '../notifications';
import type { Session } from '../session';
import { DocumentTokens } from './documentTokens';
import type { Token } from './tokenStore';

export class VisibleTokens implements vscode.Disposable {
  private readonly documents = new Map<string, DocumentTokens>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly subscriptions: { dispose(): unknown }[];
  /** Fires when more is known of a document, or nothing any more. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly enabled: EnabledDocuments,
    private readonly focus: Focus,
    private readonly notifications: Notifications,
  ) {
    const visible = (): void => {
      this.follow();
    };
    this.subscriptions = [
      this.changed,
      vscode.window.onDidChangeVisibleTextEditors(visible),
      vscode.window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        this.documents.get(key(textEditor.document))?.update();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.documents.get(key(document))?.edit(contentChanges);
      }),
      vscode.workspace.onDidCloseTextDocument(visible),
      enabled.onDidChange(visible),
      focus.onDidChange(() => {
        for (const tokens of this.documents.values()) tokens.update();
      }),
      session.onRefresh(({ reason }) => {
        if (reason === 'labels') return;
        for (const tokens of this.documents.values())
          if (reason === 'model') tokens.restart();
          else tokens.refresh();
      }),
    ];
    this.follow();
  }

  /** What is known of a document, ascending; undefined when it is not followed. */
  of(document: vscode.TextDocument): readonly Token[] | undefined {
    return this.documents.get(key(document))?.store.tokens;
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions, ...this.documents.values()).dispose();
  }

  /** Takes up what has become visible and analysed, and drops what is no longer both. */
  private follow(): void {
    const wanted = new Map(
      vscode.window.visibleTextEditors
        .map(({ document }) => document)
        .filter((document) => this.enabled.has(document) && !document.isClosed)
        .map((document) => [key(document), document]),
    );
    for (const [uri, tokens] of this.documents)
      if (wanted.get(uri) !== tokens.document) {
        this.documents.delete(uri);
        tokens.dispose();
        this.changed.fire(tokens.document);
      }
    for (const [uri, document] of wanted) {
      if (!this.documents.has(uri)) this.documents.set(uri, this.track(document));
      this.documents.get(uri)?.update();
    }
  }

  private track(document: vscode.TextDocument): DocumentTokens {
    return new DocumentTokens(
      document,
      this.session,
      () => this.focus.features,
      () => {
        this.changed.fire(document);
      },
      (error) => {
        this.notifications.quietly(`Reading the tokens of ${document.uri.fsPath}`, error);
      },
    );
  }
}

function key(document: vscode.TextDocument): string {
  return document.uri.toString();
}
