/** The language server as a process, asked in plain JSON-RPC over IPC. */
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundles } from '../../scripts/lib/bundles.mjs';
import { OUT } from '../../scripts/lib/paths.mjs';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class ServerProcess {
  private nextId = 1;
  private readonly pending = new Map<number, (message: Message) => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.on('message', (message: Message) => {
      this.receive(message);
    });
  }

  /** Builds the server from the sources as they are and starts it on a demo folder. */
  static async start(demoFolder: string): Promise<ServerProcess> {
    const dist = join(OUT, `bench-server-${process.pid}`);
    const [node] = bundles({ dist, minify: false, tests: false });
    const entryPoints = { server: 'server/src/main.ts', engine: 'server/src/engine/engineMain.ts' };
    await build({ ...node, entryPoints });
    const child = fork(join(dist, 'server.js'), ['--node-ipc'], { execArgv: [] });
    const server = new ServerProcess(child, dist);
    await server.request('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities: { workspace: { configuration: true } },
      workspaceFolders: null,
      initializationOptions: { demoFolder },
    });
    server.notify('initialized', {});
    return server;
  }

  async request<R>(method: string, params: unknown): Promise<R> {
    const id = this.nextId++;
    const answer = new Promise<Message>((resolve) => this.pending.set(id, resolve));
    this.child.send({ jsonrpc: '2.0', id, method, params });
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as R;
  }

  notify(method: string, params: unknown): void {
    this.child.send({ jsonrpc: '2.0', method, params });
  }

  async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    await this.request('shutdown', undefined);
    this.notify('exit', undefined);
    await gone;
    rmSync(this.folder, { recursive: true });
  }

  private receive({ id, method, params, ...answer }: Message): void {
    if (id === undefined) return;
    if (method === undefined) {
      this.pending.get(id)?.(answer);
      this.pending.delete(id);
      return;
    }
    // The server asks for settings, and to be told of changes: it gets the defaults.
    const result = params?.items?.map(() => ({})) ?? null;
    this.child.send({ jsonrpc: '2.0', id, result });
  }
}
