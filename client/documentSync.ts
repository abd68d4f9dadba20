/**
 * Opens at the server the documents that are analysed, and experiment files, and only those: a file that is merely open
 * in an editor is never sent. The language client sends every document it is told of, so its notifications are filtered here.
 */
import * as vscode from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import type { EnabledDocuments } from './enabledDocuments';
import { isExperimentDocument } from './experimentFiles/experimentDocuments';

export class DocumentSync {
  private readonly sent = new Set<string>();

  constructor(private readonly enabled: EnabledDocuments) {}

  readonly middleware: Middleware = {
    didOpen: async (document, next) => {
      if (!this.wants(document)) return;
      this.sent.add(document.uri.toString());
      await next(document);
    },
    didChange: async (event, next) => {
      if (this.has(event.document)) await next(event);
    },
    didClose: async (document, next) => {
      if (this.sent.delete(document.uri.toString())) await next(document);
    },
    provideHover: (document, position, token, next) =>
      this.has(document) ? next(document, position, token) : undefined,
  };

  /** Whether the document is open at the server. */
  has(document: vscode.TextDocument): boolean {
    return this.sent.has(document.uri.toString());
  }

  /** The server is gone; a new one knows no document. */
  forget(): void {
    this.sent.clear();
  }

  /** Opens and closes at the server what was switched on and off. */
  async update(client: LanguageClient): Promise<void> {
    for (const document of vscode.workspace.textDocuments) {
      const uri = document.uri.toString();
      const wanted = this.wants(document);
      if (wanted === this.sent.has(uri)) continue;
      const converter = client.code2ProtocolConverter;
      if (wanted) {
        this.sent.add(uri);
        await client.sendNotification('textDocument/didOpen', converter.asOpenTextDocumentParams(document));
      } else {
        this.sent.delete(uri);
        await client.sendNotification('textDocument/didClose', converter.asCloseTextDocumentParams(document));
      }
    }
  }

  private wants(document: vscode.TextDocument): boolean {
    return this.enabled.has(document) || isExperimentDocument(document);
  }
}
