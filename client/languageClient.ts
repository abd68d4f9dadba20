/**
 * The language client itself. Imported late and only by session.ts: the library is most of the bundle, and
 * activation must not pay for it.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type * as vscode from 'vscode';
import {
  LanguageClient,
  ProgressType,
  State,
  TransportKind,
  WorkDoneProgress,
} from 'vscode-languageclient/node';
import type {
  LanguageClientOptions,
  MessageSignature,
  Middleware,
  ServerOptions,
} from 'vscode-languageclient/node';
import { LinkCommand } from '../protocol/commands';
import type { SessionOptions } from '../protocol/session';
import { withoutTokens } from './secrets';
import { serverRuntime } from './settings';

export { State };

/** How far a call has come, as LSP's work-done progress says it. */
export interface Progress {
  readonly message?: string;
  readonly percentage?: number;
}

/** A client that never toasts a failed hover: such failures go to the log, and the status item shows the state. */
class QuietClient extends LanguageClient {
  override handleFailedRequest<T>(
    type: MessageSignature,
    token: vscode.CancellationToken | undefined,
    error: unknown,
    defaultValue: T,
  ): T {
    return super.handleFailedRequest(type, token, error, defaultValue, false);
  }
}

/** Makes a client over IPC to dist/server.js; it is not started yet. */
export function createClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  middleware: Middleware,
): LanguageClient {
  const initializationOptions: SessionOptions = {
    demoFolder: context.asAbsolutePath(path.join('media', 'demo')),
  };
  const options: LanguageClientOptions = {
    documentSelector: [{ pattern: '**' }],
    initializationOptions,
    outputChannel: log,
    traceOutputChannel: traceLog(log),
    middleware,
    markdown: { isTrusted: { enabledCommands: Object.values(LinkCommand) }, supportThemeIcons: true },
    connectionOptions: { maxRestartCount: 5 },
  };
  return new QuietClient('featurescope', 'Featurescope', serverOptions(context), options);
}

/** The log as the trace sees it: a verbose one writes the parameters of every request, access tokens among them. */
function traceLog(log: vscode.LogOutputChannel): vscode.LogOutputChannel {
  const trace = (message: string): void => {
    log.trace(withoutTokens(message));
  };
  return Object.create(log, { trace: { value: trace } }) as vscode.LogOutputChannel;
}

/** Sends one request with LSP's own tokens for its parts and its progress. */
export async function sendRequest<R>(
  client: LanguageClient,
  method: string,
  params: object | null,
  token: vscode.CancellationToken | undefined,
  onPart: ((part: never) => void) | undefined,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<R> {
  const listeners: { dispose(): void }[] = [];
  let sent = params;
  if (onPart) {
    const partialResultToken = randomUUID();
    listeners.push(client.onProgress(new ProgressType<never>(), partialResultToken, onPart));
    sent = { ...sent, partialResultToken };
  }
  if (onProgress) {
    const workDoneToken = randomUUID();
    const report = (progress: Progress & { readonly kind: string }): void => {
      if (progress.kind !== 'end') onProgress(progress);
    };
    listeners.push(client.onProgress(WorkDoneProgress.type, workDoneToken, report));
    sent = { ...sent, workDoneToken };
  }
  try {
    return await client.sendRequest<R>(method, sent, token);
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const runtime = serverRuntime();
  const run = {
    module: context.asAbsolutePath(path.join('dist', 'server.js')),
    transport: TransportKind.ipc,
    ...(runtime === undefined ? {} : { runtime }),
    // onnxruntime-node reads this before it is loaded; the engine inherits it.
    options: { env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } },
  };
  return { run, debug: { ...run, options: { ...run.options, execArgv: ['--nolazy', '--inspect=6009'] } } };
}
