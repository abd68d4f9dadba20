/** Starts the built server as the client does, over IPC, and talks to it in the protocol's own terms. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, onTestFinished } from 'vitest';
import {
  CancellationToken,
  createProtocolConnection,
  type InitializeParams,
  IPCMessageReader,
  IPCMessageWriter,
  ProgressType,
  type ProtocolConnection,
  ResponseError,
} from 'vscode-languageserver/node';
import { refresh, type RefreshParams } from '../../../../protocol/documents';
import { status, type StatusParams } from '../../../../protocol/engine';
import { type ErrorData, readErrorData } from '../../../../protocol/errors';
import type { RequestMethod, Span } from '../../../../protocol/method';

export interface ServerOptions {
  readonly demoFolder: string;
  readonly workspaceFolder?: string;
  /** Section `featurescope` of the settings. */
  settings?: object;
  /** A shell command that becomes the server, as `$0`: for limits on the process. */
  readonly shell?: string;
  /** Added to this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface CallOptions<Part> {
  readonly token?: CancellationToken;
  readonly onPart?: (part: Part) => void;
}

let calls = 0;

export class LanguageServer {
  readonly statuses: StatusParams[] = [];
  readonly refreshes: RefreshParams['reason'][] = [];
  private readonly versions = new Map<string, number>();

  private constructor(
    readonly connection: ProtocolConnection,
    readonly process: ChildProcess,
    private readonly options: ServerOptions,
  ) {}

  /** Starts a server that ends with the running test. */
  static async start(options: ServerOptions): Promise<LanguageServer> {
    const child = spawnServer(options);
    const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    const server = new LanguageServer(connection, child, options);
    server.listen();
    onTestFinished(async () => {
      await server.stop();
    });
    const folder = options.workspaceFolder;
    const workspaceFolders =
      folder === undefined ? null : [{ uri: pathToFileURL(folder).toString(), name: 'w' }];
    const params: Omit<InitializeParams, 'rootUri'> = {
      processId: process.pid,
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      },
      workspaceFolders,
      initializationOptions: {
        demoFolder: options.demoFolder,
      },
    };
    await connection.sendRequest('initialize', params);
    await connection.sendNotification('initialized', {});
    return server;
  }

  async call<P, R, Part>(
    { method }: RequestMethod<P, R, Part>,
    params: P,
    { token, onPart }: CallOptions<Part> = {},
  ): Promise<R> {
    const send = (sent: unknown): Promise<R> =>
      this.connection.sendRequest<R>(method, sent, token ?? CancellationToken.None);
    if (!onPart) return send(params);
    const partialResultToken = `part-${calls++}`;
    const listener = this.connection.onProgress(new ProgressType<Part>(), partialResultToken, onPart);
    try {
      return await send({ ...params, partialResultToken });
    } finally {
      listener.dispose();
    }
  }

  /** The code and data of the error that a call ends with. */
  async failure(call: Promise<unknown>): Promise<{ code: number; message: string; data: ErrorData }> {
    const error: unknown = await call.then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ResponseError);
    const { code, message, data } = error as ResponseError<unknown>;
    return { code, message, data: readErrorData(data) };
  }

  /** Opens a document and returns what names it at its present version. */
  async open(uri: string, text: string, languageId = 'plaintext'): Promise<{ uri: string; version: number }> {
    this.versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return { uri, version: 1 };
  }

  /** Inserts text at a place of the first line. */
  async insert(uri: string, character: number, text: string): Promise<{ uri: string; version: number }> {
    const version = this.versions.get(uri)! + 1;
    this.versions.set(uri, version);
    const at = { line: 0, character };
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range: { start: at, end: at }, text }],
    });
    return { uri, version };
  }

  async changeSettings(settings: object): Promise<void> {
    this.options.settings = settings;
    await this.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
  }

  /** Waits for a status that has something. */
  async status(has: (params: StatusParams) => boolean): Promise<StatusParams> {
    return poll(() => this.statuses.find(has), 'a status');
  }

  /** Waits until the last status has something. */
  async settled(has: (params: StatusParams) => boolean): Promise<void> {
    await poll(() => this.statuses.slice(-1).find(has), 'a last status');
  }

  async refreshed(reason: RefreshParams['reason']): Promise<void> {
    await poll(() => this.refreshes.find((found) => found === reason), `a refresh for ${reason}`);
  }

  private listen(): void {
    const { connection } = this;
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.options.settings ?? {}),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.onNotification(status.method, (params: StatusParams) => {
      this.statuses.push(params);
    });
    connection.onNotification(refresh.method, ({ reason }: RefreshParams) => {
      this.refreshes.push(reason);
    });
    connection.listen();
  }

  private async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    await gone;
    this.connection.dispose();
  }
}

function spawnServer({ shell, env: added }: ServerOptions): ChildProcess {
  const entry = join(inject('bundles'), 'server.js');
  const stdio: ('ignore' | 'inherit' | 'ipc')[] = ['ignore', 'ignore', 'inherit', 'ipc'];
  const env = { ...process.env, ...added };
  if (shell === undefined) return fork(entry, ['--node-ipc'], { stdio, env, execArgv: [] });
  const command = `${shell}; exec "$0" "$@"`;
  return fork(entry, ['--node-ipc'], {
    stdio,
    env,
    execPath: '/bin/sh',
    execArgv: ['-c', command, process.execPath],
  });
}

async function poll<T>(find: () => T | undefined, what: string): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The whole of a text as a span. */
export function whole(text: string): Span[] {
  return [{ start: 0, end: text.length }];
}
