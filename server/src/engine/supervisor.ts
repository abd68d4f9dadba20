/**
 * The server's side of the engine: starts the child process, sends requests one at a time, cancels between chunks, kills
 * and respawns. After a crash what was loaded is loaded again before the next request.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { EngineFailure, EngineMethod, EngineMethods, FromEngine, ToEngine } from './messages';

/** A request that failed: `crashed` when the process died, otherwise as the engine says. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  constructor(
    readonly kind: EngineFailure['kind'] | 'crashed',
    message: string,
    /** The file that is at fault, and what the user can do about it, where the engine said so. */
    readonly file?: string,
    readonly cure?: string,
  ) {
    super(message);
  }
}

export interface RequestOptions<M extends EngineMethod> {
  readonly signal?: AbortSignal;
  readonly onPartial?: (value: EngineMethods[M]['partial']) => void;
}

export interface SupervisorOptions {
  /** The engine's bundle. */
  readonly entry: string;
  /** Called when the process has died unasked, with a sentence for the user. */
  readonly onCrash?: (message: string) => void;
  /** Called when a new process could not load again what was loaded (a file is gone): nothing is loaded then. */
  readonly onLost?: (error: EngineError) => void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: EngineError) => void;
  readonly onPartial: ((value: unknown) => void) | undefined;
}

type Loaded = { readonly method: 'load' | 'loadDictionary'; readonly params: unknown; readonly key: string };

export class Engine {
  private child: ChildProcess | null = null;
  private ready: Promise<void> | null = null;
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  /** What a new process must load to stand where the old one stood, in order. */
  private loaded: Loaded[] = [];
  private disposed = false;

  constructor(private readonly options: SupervisorOptions) {}

  /** The engine's process id, or null when none runs. */
  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /**
   * Asks the engine, starting it when none runs. Requests are worked off in order.
   * @throws EngineError
   */
  async request<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<EngineMethods[M]['result']> {
    if (options.signal?.aborted) throw new EngineError('cancelled', 'cancelled');
    await this.start();
    const result = (await this.send(method, params, options)) as EngineMethods[M]['result'];
    this.remember(method, params);
    return result;
  }

  /** Kills the process at once; what is loaded is loaded again by the next request. */
  async kill(): Promise<void> {
    const { child } = this;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.kill();
  }

  private start(): Promise<void> {
    if (this.disposed) throw new EngineError('crashed', 'the engine has been shut down');
    this.ready ??= this.spawn().catch((error: unknown) => {
      this.ready = null;
      throw error;
    });
    return this.ready;
  }

  private async spawn(): Promise<void> {
    const child = fork(this.options.entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromEngine) => {
        if (message.type === 'ready') resolve();
        else this.receive(message);
      });
      child.once('error', (error) => {
        reject(new EngineError('crashed', `the engine could not be started: ${error.message}`));
      });
      child.once('exit', (code, signal) => {
        const error = new EngineError('crashed', exitMessage(code, signal));
        this.onExit(child, error);
        reject(error);
      });
    });
    await this.loadAgain(child);
  }

  private async loadAgain(child: ChildProcess): Promise<void> {
    try {
      for (const { method, params } of this.loaded) await this.send(method, params, {});
    } catch (error) {
      if (error instanceof EngineError && error.kind !== 'crashed') {
        this.loaded = [];
        this.options.onLost?.(error);
      }
      child.kill('SIGKILL');
      throw error;
    }
  }

  private onExit(child: ChildProcess, error: EngineError): void {
    if (this.child !== child) return;
    this.child = null;
    this.ready = null;
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of lost) reject(error);
    if (!this.disposed) this.options.onCrash?.(error.message);
  }

  private send(
    method: EngineMethod,
    params: unknown,
    { signal, onPartial }: RequestOptions<never>,
  ): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.post({ type: 'cancel', id });
      };
      const settle = () => {
        signal?.removeEventListener('abort', cancel);
      };
      this.pending.set(id, {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onPartial: onPartial as ((value: unknown) => void) | undefined,
      });
      signal?.addEventListener('abort', cancel, { once: true });
      this.post({ type: 'request', id, method, params });
    });
  }

  /** A process that has just died cannot be written to; its exit event rejects what was pending. */
  private post(message: ToEngine): void {
    this.child?.send(message, () => undefined);
  }

  private receive(message: Exclude<FromEngine, { type: 'ready' }>): void {
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.type === 'partial') {
      pending.onPartial?.(message.value);
      return;
    }
    this.pending.delete(message.id);
    if (message.type === 'result') pending.resolve(message.value);
    else pending.reject(engineError(message.failure));
  }

  private remember(method: EngineMethod, params: unknown): void {
    if (method === 'load') this.loaded = [{ method, params, key: 'model' }];
    if (method === 'unload') this.loaded = [];
    if (method === 'loadDictionary' || method === 'unloadDictionary') {
      const { id } = params as { id: string };
      this.loaded = this.loaded.filter(({ key }) => key !== `dictionary ${id}`);
      if (method === 'loadDictionary') this.loaded.push({ method, params, key: `dictionary ${id}` });
    }
  }
}

function engineError({ kind, message, file, cure }: EngineFailure): EngineError {
  return new EngineError(kind, message, file, cure);
}

function exitMessage(code: number | null, signal: string | null): string {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code ?? 'unknown'}`;
  return `the engine ${how}; it starts again with the next request`;
}
