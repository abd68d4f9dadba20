/**
 * The server's side of the engine: starts the child process, sends it requests, cancels between chunks, kills and respawns.
 * After a crash what was loaded is loaded again before the next request.
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
  readonly reject: (error: Error) => void;
  readonly onPartial: ((value: unknown) => void) | undefined;
}

interface Loaded {
  readonly method: 'load' | 'loadDictionary';
  readonly params: unknown;
}

/**
 * glibc learns to keep what is freed for the next allocation, up to 32 MB each: with a dozen sessions that take turns, four times
 * what any of them needs. A fixed threshold gives tensors back. Smaller ones, such as tiles of widened weights, stay for the next up to
 * 64 MB. Other systems ignore both.
 */
const ALLOCATION = {
  MALLOC_MMAP_THRESHOLD_: `${4 * 2 ** 20}`,
  MALLOC_TRIM_THRESHOLD_: `${64 * 2 ** 20}`,
};

export class Engine {
  private child: ChildProcess | null = null;
  private started: Promise<void> | null = null;
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  /** What the process is to hold, in order: the model, then dictionaries by id. */
  private readonly loaded = new Map<string, Loaded>();
  /** Does the process hold it? */
  private restored = false;
  /** Settles when the requests so far have been handed over. */
  private turn: Promise<unknown> = Promise.resolve();
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
    this.forget(method, params);
    const handedOver = this.turn.then(() => this.handOver(method, params, options));
    this.turn = handedOver.catch(() => undefined);
    const result = (await (await handedOver).answer) as EngineMethods[M]['result'];
    if (method === 'loadDictionary') this.loaded.set(dictionaryKey(params), { method, params });
    return result;
  }

  /** Kills the process at once; what is loaded is loaded again by the next request. */
  async kill(): Promise<void> {
    const ended = this.ended();
    this.child?.kill('SIGKILL');
    await ended;
  }

  /** Settles when the process that runs now has ended, whoever ends it; at once when none runs. */
  async ended(): Promise<void> {
    const { child } = this;
    if (child) await new Promise((resolve) => child.once('exit', resolve));
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.kill();
  }

  /**
   * Brings the process to where the request can be answered and sends it. A model is waited for, so that the state of the
   * process is known to whoever comes next; other answers are left to their askers.
   */
  private async handOver(
    method: EngineMethod,
    params: unknown,
    options: RequestOptions<never>,
  ): Promise<{ answer: Promise<unknown> }> {
    if (options.signal?.aborted) throw new EngineError('cancelled', 'cancelled');
    await this.start();
    if (method === 'load') {
      const summary = await this.send(method, params, options);
      this.loaded.clear();
      this.loaded.set(MODEL, { method, params });
      this.restored = true;
      return { answer: Promise.resolve(summary) };
    }
    await this.restore();
    if (options.signal?.aborted) throw new EngineError('cancelled', 'cancelled');
    return { answer: this.send(method, params, options) };
  }

  /** What is to go need not be loaded again, even if the process does not live to hear of it. */
  private forget(method: EngineMethod, params: unknown): void {
    if (method === 'unload') this.loaded.clear();
    if (method === 'unloadDictionary') this.loaded.delete(dictionaryKey(params));
  }

  private start(): Promise<void> {
    if (this.disposed) throw new EngineError('crashed', 'the engine has been shut down');
    this.started ??= this.spawn();
    return this.started;
  }

  private async spawn(): Promise<void> {
    const child = fork(this.options.entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: { ...process.env, ...ALLOCATION, ORT_DISABLE_TELEMETRY: '1' },
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      const end = (error: EngineError) => {
        this.onExit(child, error);
        reject(error);
      };
      child.on('message', (message: FromEngine) => {
        if (message.type === 'ready') resolve();
        else this.receive(message);
      });
      child.once('error', ({ message }) => {
        if (child.pid === undefined)
          end(new EngineError('crashed', `the engine could not be started: ${message}`));
      });
      child.once('exit', (code, signal) => {
        end(new EngineError('crashed', exitMessage(code, signal)));
      });
    });
  }

  /** Loads what an earlier process held. A process that dies meanwhile leaves that to the next one. */
  private async restore(): Promise<void> {
    if (this.restored) return;
    try {
      for (const { method, params } of [...this.loaded.values()]) await this.send(method, params, {});
    } catch (error) {
      if (error instanceof EngineError && error.kind !== 'crashed') await this.lose(error);
      throw error;
    }
    this.restored = true;
  }

  /** Nothing is better than half of what was loaded. */
  private async lose(error: EngineError): Promise<void> {
    this.loaded.clear();
    this.options.onLost?.(error);
    await this.kill();
  }

  private onExit(child: ChildProcess, error: EngineError): void {
    if (this.child !== child) return;
    this.child = null;
    this.started = null;
    this.restored = false;
    const lost = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of lost) reject(error);
    if (!child.killed) this.options.onCrash?.(error.message);
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

  /** A process that is dying cannot be written to; its exit event rejects what was pending. */
  private post(message: ToEngine): void {
    this.child?.send(message, () => undefined);
  }

  private receive(message: Exclude<FromEngine, { type: 'ready' }>): void {
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if (message.type === 'partial') {
      this.passOn(message, pending);
      return;
    }
    this.pending.delete(message.id);
    if (message.type === 'result') pending.resolve(message.value);
    else pending.reject(engineError(message.failure));
  }

  /** Whoever fails over a part loses the request: thrown from here it would end the server. */
  private passOn({ id, value }: Extract<FromEngine, { type: 'partial' }>, pending: Pending): void {
    try {
      pending.onPartial?.(value);
    } catch (error) {
      this.pending.delete(id);
      this.post({ type: 'cancel', id });
      pending.reject(error as Error);
    }
  }
}

const MODEL = 'model';

function dictionaryKey(params: unknown): string {
  return `dictionary ${(params as { id: string }).id}`;
}

function engineError({ kind, message, file, cure }: EngineFailure): EngineError {
  return new EngineError(kind, message, file, cure);
}

/** A read past the end of a mapped file ends a process with this signal. */
const FILE_CUT_SHORT = 'SIGBUS';

function exitMessage(code: number | null, signal: string | null): string {
  const how = signal ? `was ended by ${signal}` : `ended with code ${code ?? 'unknown'}`;
  const why =
    signal === FILE_CUT_SHORT ? ' (a file of the model or a dictionary was cut short under it)' : '';
  return `the engine ${how}${why}; it starts again with the next request`;
}
