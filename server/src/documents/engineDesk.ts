/** Where everything in the server asks the engine: repeats what a crash interrupted, and knows what the engine is about. */
import type { EngineMethod, EngineMethods } from '../engine/messages';
import { Engine, EngineError, type RequestOptions } from '../engine/supervisor';

/** What the engine process last said of itself. */
export interface EngineVitals {
  readonly memoryBytes: number;
  readonly providers: readonly string[];
  /** Version of the runtime. */
  readonly runtime: string;
}

export interface DeskEvents {
  /** Something that the status shows has changed. */
  changed(): void;
  /** A new engine could not load again what the old one had. */
  lost(error: EngineError): void;
}

/** How long after a crash the engine is started again, in ms, and how often within a minute that is tried. */
const REVIVAL = 150;
const MOST_REVIVALS = 5;
const MINUTE = 60_000;

export class EngineDesk {
  private readonly engine: Engine;
  private asked = 0;
  private crash: string | null = null;
  private failure: string | null = null;
  private known: EngineVitals | null = null;
  private readonly revivals: number[] = [];
  private disposed = false;
  /** How often the user had the engine started afresh. */
  private restarts = 0;

  /** @param entry the engine's bundle */
  constructor(
    entry: string,
    private readonly events: DeskEvents,
  ) {
    this.engine = new Engine({
      entry,
      onCrash: (message) => {
        this.onCrash(message);
      },
      onLost: (error) => {
        // What is wrong now is the file, not the process.
        this.crash = null;
        events.lost(error);
      },
    });
  }

  get pid(): number | null {
    return this.engine.pid;
  }

  /** True while a request is under way. */
  get busy(): boolean {
    return this.asked > 0;
  }

  /** Why the engine ended unasked, until it has answered again. */
  get crashed(): string | null {
    return this.crash;
  }

  /** Why the last run failed, or null when it did not. */
  get failed(): string | null {
    return this.failure;
  }

  /** As of the last `measure`; null when no engine runs. */
  get vitals(): EngineVitals | null {
    return this.engine.pid === null ? null : this.known;
  }

  /**
   * Asks the engine; once more when it died over it, which may not have been this request's fault. A run that the user ended with
   * the engine is not repeated, nor a request that has sent parts of its answer: what is left of it is for the asker to say.
   * @throws EngineError
   */
  async ask<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<EngineMethods[M]['result']> {
    this.count(1);
    const { restarts } = this;
    const { onPartial } = options;
    let hasParts = false;
    const asked: RequestOptions<M> = {
      ...options,
      ...(onPartial
        ? {
            onPartial: (part) => {
              hasParts = true;
              onPartial(part);
            },
          }
        : {}),
    };
    try {
      const result = await this.engine.request(method, params, asked).catch((error: unknown) => {
        if (!(error instanceof EngineError) || error.kind !== 'crashed' || hasParts) throw error;
        if (method === 'run' && this.restarts !== restarts)
          throw new EngineError('cancelled', 'the engine was started afresh');
        return this.engine.request(method, params, options);
      });
      this.crash = null;
      if (method === 'run' || method === 'load') this.failure = null;
      return result;
    } catch (error) {
      if (method === 'run' && error instanceof EngineError && error.kind !== 'cancelled')
        this.failure = error.message;
      throw error;
    } finally {
      this.count(-1);
    }
  }

  /** Asks the engine how it is, starting it if need be. @throws EngineError */
  async measure(): Promise<EngineVitals> {
    this.known = await this.engine.request('status', null);
    this.crash = null;
    return this.known;
  }

  /** Ends the engine and starts a new one that has loaded what the old one had. @throws EngineError */
  async restart(): Promise<void> {
    this.restarts++;
    await this.engine.kill();
    await this.measure();
    this.events.changed();
  }

  /** Kills the engine from outside, as a crash would. */
  async kill(): Promise<void> {
    const { pid } = this.engine;
    if (pid === null) return;
    const ended = this.engine.ended();
    process.kill(pid, 'SIGKILL');
    await ended;
  }

  /** Something about what is loaded has changed that the status shows. */
  notice(): void {
    this.events.changed();
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.engine.dispose();
  }

  private onCrash(message: string): void {
    this.crash = message;
    this.revive();
    this.events.changed();
  }

  /** Starts the engine again without being asked, unless it keeps ending. */
  private revive(): void {
    const now = Date.now();
    this.revivals.push(now);
    if (this.revivals.filter((time) => now - time < MINUTE).length > MOST_REVIVALS) return;
    setTimeout(() => {
      if (this.disposed || this.crash === null) return;
      this.measure().then(
        () => {
          this.events.changed();
        },
        // The crash stays in the status; the next request tries again.
        () => undefined,
      );
    }, REVIVAL);
  }

  private count(change: 1 | -1): void {
    this.asked += change;
    if (this.asked === 0 || (this.asked === 1 && change === 1)) this.events.changed();
  }
}
