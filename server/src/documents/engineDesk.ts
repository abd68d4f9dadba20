/** Where everything in the server asks the engine: repeats what a crash interrupted, and knows what the engine is about. */
import type { EngineMethod, EngineMethods } from '../engine/messages';
import { Engine, EngineError, type RequestOptions } from '../engine/supervisor';

/** What the engine process last said of itself. */
export interface EngineVitals {
  readonly memoryBytes: number;
  readonly providers: readonly string[];
}

export interface DeskEvents {
  /** Something that the status shows has changed. */
  changed(): void;
  /** A new engine could not load again what the old one had. */
  lost(error: EngineError): void;
}

export class EngineDesk {
  private readonly engine: Engine;
  private asked = 0;
  private ending = false;
  private crash: string | null = null;
  private known: EngineVitals | null = null;

  /** @param entry the engine's bundle */
  constructor(
    entry: string,
    private readonly events: DeskEvents,
  ) {
    this.engine = new Engine({
      entry,
      onCrash: (message) => {
        this.onEnd(message);
      },
      onLost: (error) => {
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

  /** As of the last `measure`; null when no engine runs. */
  get vitals(): EngineVitals | null {
    return this.engine.pid === null ? null : this.known;
  }

  /** Asks the engine; once more when it died over it, which may not have been this request's fault. @throws EngineError */
  async ask<M extends EngineMethod>(
    method: M,
    params: EngineMethods[M]['params'],
    options: RequestOptions<M> = {},
  ): Promise<EngineMethods[M]['result']> {
    this.count(1);
    try {
      const result = await this.engine.request(method, params, options).catch((error: unknown) => {
        if (!(error instanceof EngineError) || error.kind !== 'crashed') throw error;
        return this.engine.request(method, params, options);
      });
      this.crash = null;
      return result;
    } finally {
      this.count(-1);
    }
  }

  /** Asks the engine how it is, starting it if need be. @throws EngineError */
  async measure(): Promise<EngineVitals> {
    this.known = await this.engine.request('status', null);
    return this.known;
  }

  /** Ends the engine and starts a new one that has loaded what the old one had. @throws EngineError */
  async restart(): Promise<void> {
    this.ending = true;
    try {
      await this.engine.kill();
    } finally {
      this.ending = false;
    }
    this.crash = null;
    await this.measure();
    this.events.changed();
  }

  /** Kills the engine as a crash would. */
  async kill(): Promise<void> {
    await this.engine.kill();
  }

  /** Something about what is loaded has changed that the status shows. */
  notice(): void {
    this.events.changed();
  }

  async dispose(): Promise<void> {
    await this.engine.dispose();
  }

  private onEnd(message: string): void {
    if (!this.ending) this.crash = message;
    this.events.changed();
  }

  private count(change: 1 | -1): void {
    this.asked += change;
    if (this.asked === 0 || (this.asked === 1 && change === 1)) this.events.changed();
  }
}
