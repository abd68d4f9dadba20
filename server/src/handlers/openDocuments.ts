/** The documents that the client wants analysed, and experiment files, as they stand in the editor. */
import {
  type CancellationToken,
  type Connection,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ErrorCode } from '../../../protocol/errors';
import type { VersionedDocument } from '../../../protocol/method';
import { RequestError } from '../documents/requestError';
import { isSameFile } from '../store/fileUris';
import { signalOf } from './respond';

export const documentSync = TextDocumentSyncKind.Incremental;

export class OpenDocuments {
  private readonly manager = new TextDocuments(TextDocument);
  /** Computations over each document as it stands. */
  private readonly followers = new Map<string, Set<AbortController>>();

  constructor(connection: Connection) {
    this.manager.onDidChangeContent(({ document }) => {
      this.outdate(document.uri);
    });
    this.manager.onDidClose(({ document }) => {
      this.outdate(document.uri);
    });
    this.manager.listen(connection);
  }

  /** Called with a document that was opened or edited. */
  onChange(listener: (document: TextDocument) => void): void {
    this.manager.onDidChangeContent(({ document }) => {
      listener(document);
    });
  }

  onClose(listener: (document: TextDocument) => void): void {
    this.manager.onDidClose(({ document }) => {
      listener(document);
    });
  }

  all(): readonly TextDocument[] {
    return this.manager.all();
  }

  get(uri: string): TextDocument | undefined {
    return this.manager.get(uri);
  }

  /** The open document of a file, whose URI may be encoded in another way than the client's. */
  ofFile(uri: string): TextDocument | undefined {
    return this.manager.get(uri) ?? this.manager.all().find((document) => isSameFile(document.uri, uri));
  }

  /** The document at exactly this version. @throws RequestError (content modified) */
  at({ uri, version }: VersionedDocument): TextDocument {
    const document = this.manager.get(uri);
    if (document?.version !== version) throw modified();
    return document;
  }

  /** Runs a job over a document's present text; its signal ends when the text changes or the client cancels. */
  async whileCurrent<T>(
    uri: string,
    token: CancellationToken,
    job: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const change = new AbortController();
    const followers = this.followers.get(uri) ?? new Set();
    this.followers.set(uri, followers.add(change));
    try {
      return await job(AbortSignal.any([signalOf(token), change.signal]));
    } finally {
      followers.delete(change);
      if (followers.size === 0 && this.followers.get(uri) === followers) this.followers.delete(uri);
    }
  }

  private outdate(uri: string): void {
    for (const controller of this.followers.get(uri) ?? []) controller.abort(modified());
    this.followers.delete(uri);
  }
}

/** The document is another one now: the client asks again for the new version. */
export function modified(): RequestError {
  return new RequestError(ErrorCode.contentModified, 'the document has changed');
}
