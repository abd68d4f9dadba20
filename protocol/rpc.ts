/**
 * Calls between a panel and the extension over `postMessage`, the same class at both ends. A peer answers only the
 * methods it was given; everything else that arrives is refused, and malformed messages are ignored.
 */

/** Methods of one side: each takes one JSON value and answers one. */
export type Methods = Record<string, (params: never) => unknown>;

/** Sends messages and hears them; what a webview and its host both offer. */
export interface Channel {
  post(message: unknown): void;
  /** Returns a function that stops listening. */
  listen(receive: (message: unknown) => void): () => void;
}

type Message =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly message: string };

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

type Params<M extends Methods, K extends keyof M> = Parameters<M[K]>[0];
type Result<M extends Methods, K extends keyof M> = Awaited<ReturnType<M[K]>>;

/** One end. `Local` is what it answers, `Remote` what it may call. */
export class RpcPeer<Local extends Methods, Remote extends Methods> {
  private readonly pending = new Map<number, Pending>();
  private readonly stop: () => void;
  private lastId = 0;
  private disposed = false;

  constructor(
    private readonly channel: Channel,
    private readonly methods: Local,
    private readonly timeoutMs = 30_000,
  ) {
    this.stop = channel.listen((message) => {
      this.receive(message);
    });
  }

  /**
   * Calls the other side. Rejects with its error message, after `timeoutMs` without an answer (0: waits for ever),
   * or when this peer is disposed.
   */
  call<K extends keyof Remote & string>(
    method: K,
    params: Params<Remote, K>,
    timeoutMs = this.timeoutMs,
  ): Promise<Result<Remote, K>> {
    if (this.disposed) return Promise.reject(new Error(`${method}: the panel is closed`));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const expire = (): void => {
        this.pending.delete(id);
        reject(new Error(`${method}: no answer after ${timeoutMs / 1000} s`));
      };
      const timer = timeoutMs > 0 ? setTimeout(expire, timeoutMs) : undefined;
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      this.channel.post({ type: 'call', id, method, params } satisfies Message);
    });
  }

  /** Stops listening and rejects what is still waited for. */
  dispose(): void {
    this.disposed = true;
    this.stop();
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(new Error('the panel was closed'));
  }

  private receive(message: unknown): void {
    if (!isMessage(message)) return;
    if (message.type === 'call') void this.answer(message.id, message.method, message.params);
    else if (message.type === 'result') this.settle(message.id)?.resolve(message.result);
    else this.settle(message.id)?.reject(new Error(message.message));
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const reply = await this.perform(id, method, params);
    if (!this.disposed) this.channel.post(reply);
  }

  private async perform(id: number, method: string, params: unknown): Promise<Message> {
    if (!Object.hasOwn(this.methods, method)) {
      return { type: 'failure', id, message: `${method} is not a method of this panel` };
    }
    try {
      const result = await (this.methods[method] as (params: unknown) => unknown)(params);
      return { type: 'result', id, result: result ?? null };
    } catch (error) {
      return { type: 'failure', id, message: error instanceof Error ? error.message : String(error) };
    }
  }

  private settle(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    clearTimeout(waiting?.timer);
    this.pending.delete(id);
    return waiting;
  }
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const { type, id, method, message } = value as Record<string, unknown>;
  if (typeof id !== 'number') return false;
  if (type === 'call') return typeof method === 'string';
  return type === 'result' || (type === 'failure' && typeof message === 'string');
}
