/**
 * The connection to the language server: started when something first needs it, restarted when it crashes, and the
 * only way for the rest of the client to call it.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { refresh } from '../protocol/documents';
import type { RefreshParams } from '../protocol/documents';
import { status } from '../protocol/engine';
import type { StatusParams } from '../protocol/engine';
import { ErrorCode } from '../protocol/errors';
import type { Provenance } from '../protocol/experiments';
import type { RequestMethod } from '../protocol/method';
import type { DocumentSync } from './documentSync';
import type { EnabledDocuments } from './enabledDocuments';
import { Failure, toFailure } from './failure';
import type { Progress } from './languageClient';

/** How a call is followed while it runs. */
export interface CallOptions<Part> {
  readonly token?: vscode.CancellationToken;
  readonly onPart?: (part: Part) => void;
  readonly onProgress?: (progress: Progress) => void;
}

const LOST: StatusParams = {
  health: 'error',
  quiescent: true,
  message: 'The language server has stopped. It is started again unless it keeps stopping; the log says why.',
  model: null,
  modelIdentity: null,
  dtypes: [],
  processing: [],
  dictionaries: 0,
  provider: null,
  memoryBytes: null,
};

export class Session implements vscode.Disposable {
  private readonly statusChanged = new vscode.EventEmitter<StatusParams>();
  private readonly refreshed = new vscode.EventEmitter<RefreshParams>();
  private client: Promise<LanguageClient> | undefined;
  private stopping = false;
  private loaded: Provenance['model'] | null = null;
  /** The server's status, whole every time; also its loss. */
  readonly onStatus = this.statusChanged.event;
  /** What was told before is out of date. Also fired when the server has (re)started. */
  readonly onRefresh = this.refreshed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly enabled: EnabledDocuments,
    private readonly sync: DocumentSync,
  ) {}

  /** Which model is loaded, as the provenance of results says it; null when there is none, or none is known of yet. */
  get model(): Provenance['model'] | null {
    return this.loaded;
  }

  /** Calls the server, starting it if need be. Rejects with a `Failure`. */
  async call<P, R, Part>(
    method: RequestMethod<P, R, Part>,
    params: P,
    { token, onPart, onProgress }: CallOptions<Part> = {},
  ): Promise<R> {
    const client = await this.running();
    try {
      const { sendRequest } = await import('./languageClient');
      return await sendRequest<R>(client, method.method, params as object | null, token, onPart, onProgress);
    } catch (error) {
      throw toFailure(error);
    }
  }

  private async running(): Promise<LanguageClient> {
    const client = await this.start().catch(toFailure);
    if (!(client instanceof Failure) && client.isRunning()) return client;
    const why = client instanceof Failure ? `could not be started: ${client.message}` : 'has stopped';
    const details = client instanceof Failure ? client.data.details : undefined;
    throw new Failure(`The language server ${why}`, ErrorCode.requestFailed, {
      cure: 'Run “Featurescope: Restart Engine”; the log says more.',
      ...(details === undefined ? {} : { details }),
    });
  }

  /** Starts the server unless that was done. A start that failed is not repeated by itself: every key would. */
  start(): Promise<LanguageClient> {
    this.client ??= this.launch().catch((error: unknown) => {
      this.statusChanged.fire(LOST);
      throw error;
    });
    return this.client;
  }

  /** Starts the server again when its start failed or it stopped too often. Returns whether that was so. */
  async revive(): Promise<boolean> {
    const client = await this.start().catch(() => undefined);
    if (client?.isRunning()) return false;
    this.client = undefined;
    await client?.dispose().catch(() => undefined);
    await this.start();
    return true;
  }

  /** Stops the server and waits until it is gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    const client = await this.client?.catch(() => undefined);
    await client?.dispose();
  }

  dispose(): void {
    this.statusChanged.dispose();
    this.refreshed.dispose();
  }

  private async launch(): Promise<LanguageClient> {
    const { createClient, State } = await import('./languageClient');
    const client = createClient(this.context, this.log, this.sync.middleware);
    client.onNotification(status.method, (params: StatusParams) => {
      const { model: name, modelIdentity: identity } = params;
      this.loaded = name === null || identity === null ? null : { name, identity };
      this.statusChanged.fire(params);
    });
    client.onNotification(refresh.method, (params: RefreshParams) => {
      this.refreshed.fire(params);
    });
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.refreshed.fire({ reason: 'engine' });
      if (newState === State.Stopped && !this.stopping) this.lost();
    });
    this.context.subscriptions.push(
      this.enabled.onDidChange(() => {
        if (client.state === State.Running) void this.sync.update(client);
      }),
    );
    await client.start();
    return client;
  }

  private lost(): void {
    this.sync.forget();
    this.statusChanged.fire(LOST);
  }
}
