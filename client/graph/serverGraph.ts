/**
 * A graph at the server: it is asked by an id, which a server that was started again no longer knows. Then the graph is
 * read anew from its last backup or its file, and the question put again.
 */
import type * as vscode from 'vscode';
import { ErrorCode } from '../../protocol/errors';
import { closeGraph, openGraph } from '../../protocol/graphs';
import type { OpenedGraph } from '../../protocol/graphs';
import type { RequestMethod } from '../../protocol/method';
import { toFailure } from '../failure';
import type { CallOptions, Session } from '../session';

export class ServerGraph {
  private current: number | null = null;
  private isClosed = false;
  /** The one reopening that several questions wait for. */
  private reopening: Promise<void> | undefined;

  /**
   * @param source where the graph can be read from now; null when nowhere
   * @param reopened told what was read there; the question waits for it
   */
  constructor(
    private readonly session: Session,
    private readonly source: () => vscode.Uri | null,
    private readonly reopened: (opened: OpenedGraph) => Promise<void>,
  ) {}

  get id(): number | null {
    return this.current;
  }

  /** The graph has this id from now on; an earlier one is forgotten by the server. */
  set id(id: number | null) {
    const old = this.current;
    this.current = id;
    if (old !== null && old !== id) this.forget(old);
    if (this.isClosed && id !== null) this.id = null;
  }

  /** Nobody needs the graph any more, nor what an answer that is under way will bring. */
  close(): void {
    this.isClosed = true;
    this.id = null;
  }

  /** Asks about the graph. Rejects with a `Failure`. */
  async call<P extends { readonly id: number }, R, Part>(
    method: RequestMethod<P, R, Part>,
    params: Omit<P, 'id'>,
    options: CallOptions<Part> = {},
  ): Promise<R> {
    const ask = (): Promise<R> => {
      if (this.current === null) throw new Error('There is no graph yet.');
      return this.session.call(method, { ...params, id: this.current } as unknown as P, options);
    };
    try {
      return await ask();
    } catch (error) {
      if (toFailure(error).code !== ErrorCode.graphNotOpen) throw error;
      await this.reopen();
      return ask();
    }
  }

  /** Reads a graph file. Rejects with a `Failure`. */
  read(uri: vscode.Uri, token?: vscode.CancellationToken): Promise<OpenedGraph> {
    return this.session.call(openGraph, { uri: uri.toString() }, token ? { token } : {});
  }

  /** Tells the server that nobody needs a graph any more. */
  private forget(id: number): void {
    // A server that is gone has forgotten already.
    this.session.call(closeGraph, { id }).catch(() => undefined);
  }

  private reopen(): Promise<void> {
    this.reopening ??= this.readAgain().finally(() => {
      this.reopening = undefined;
    });
    return this.reopening;
  }

  private async readAgain(): Promise<void> {
    const source = this.source();
    if (!source)
      throw new Error(
        'The language server was started again, and this graph had not been saved. Build it again.',
      );
    const opened = await this.read(source);
    this.id = opened.snapshot.id;
    await this.reopened(opened);
  }
}
